"""How the recorded numbers of ``data`` were made from the producers' own files, once.

``python -m tests.benchmarks.breaks.record FOLDER HOME``: the folder holds the producers' files, the
home is that of a demo's night (``make demo``). The benchmark itself reads ``data`` only. Values are
untouched; what is left out is said in ``data/NOTICE.md``.
"""

import csv
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

from expectations.cells.observations import COLUMNS, KEY

DATA = Path(__file__).parent / "data"
JOB_SEEKERS = "series_CVS_T22025.xlsx"
UNEMPLOYMENT = "chomage-zone-2003-2020.xlsx"  # strict Open XML: openpyxl sees no sheet in it
Rows = Sequence[Sequence[object]]


def main(folder: Path, home: Path) -> None:
    """Write every file of ``data``."""
    workbook = CalamineWorkbook.from_path(folder / JOB_SEEKERS)
    for kind in ("A", "ABC"):
        rows = workbook.get_sheet_by_name(f"DEFM cat {kind} par région").to_python()
        _write(f"demandeurs_emploi_{kind}_regions.csv", rows[6][:19], _quarters(rows, 19))
    rows = workbook.get_sheet_by_name("DEFM cat ABC_age_sexe").to_python()
    names = ["hommes_moins_25", "hommes_25_49", "hommes_50_plus", "", "femmes_moins_25"]
    names += ["femmes_25_49", "femmes_50_plus"]
    kept = [column for column, name in enumerate(["Période", *names]) if name]
    chosen = [[row[column] for column in kept] for row in _quarters(rows, 8)]
    _write("demandeurs_emploi_age_sexe.csv", ["Période", *filter(None, names)], chosen)
    rows = workbook.get_sheet_by_name("DELD cat ABC_ancienneté").to_python()
    seniority = ["moins_3_mois", "3_a_5_mois", "6_a_11_mois", "12_a_23_mois", "24_a_35_mois"]
    header = ["Période", *seniority, "36_mois_plus"]
    _write("demandeurs_emploi_anciennete.csv", header, _quarters(rows, 7))
    zones = CalamineWorkbook.from_path(folder / UNEMPLOYMENT).get_sheet_by_name("txcho_ze")
    _write("chomage_zones.csv", *_unemployment(zones.to_python()))
    for year in (2018, 2019):
        source = folder / f"defm_epci_anciennete_{year}.csv"
        shutil.copyfile(source, DATA / f"demandeurs_emploi_epci_{year}.csv")
    _record_night(home)


def _quarters(rows: Rows, width: int) -> list[Sequence[object]]:
    """Return the lines of the quarters: what is above and below are titles and footnotes."""
    return [row[:width] for row in rows if str(row[0])[:4].isdigit()]


def _unemployment(rows: Rows) -> tuple[Sequence[object], list[Sequence[object]]]:
    start = next(number for number, row in enumerate(rows) if str(row[0]).startswith("Code"))
    header = [
        "zone",
        "label",
        "region",
        "region_label",
        *(int(str(it)[:4]) for it in rows[start][4:]),
    ]
    return header, [row for row in rows[start + 1 :] if str(row[0]).isdigit()]


def _record_night(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        chosen = f"select {', '.join(COLUMNS)} from marts.fct_observation order by {', '.join(KEY)}"
        target = DATA / "srefop_observations.csv"
        warehouse.sql(chosen).write_csv(str(target))


def _write(name: str, header: Iterable[object], rows: Iterable[Sequence[object]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
