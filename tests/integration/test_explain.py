"""Every observation of the demonstration is what its rows say, read again from the raw texts.

Here: the rows that ``explain`` gives, against the observations, without the project's own SQL; the
command and the pages. Not here: whether the observations are right (``test_right_numbers``).
"""

import re
from decimal import Decimal
from functools import reduce
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.cells.observations import KEY
from expectations.verdicts.table import Cell
from orchestration.explain.cell_evidence import CellEvidence
from orchestration.explain.explanation import CellStanding, ExplainedFigure, Explanation, RawTable
from orchestration.reporting.addresses import FOLDER
from orchestration.settings.folders import Folders
from orchestration.station.publishing import publish
from orchestration.station.releases_in_force import current_release
from sources.landing import landed_path
from tests.conftest import call_vigie, read_vigie

VALUE = {
    "dreets_pcrh_2023": "nombre",
    "dreets_pcrh_2024": "nombre",
    "france_travail_acces_emploi": "taux",
}
PRINTED = {
    ("1C4_taux_emploi_seniors", "2021"): "taux_emploi_2021",
    ("1C4_taux_emploi_seniors", "2022"): "taux_emploi_2022",
    ("1C5_taux_activite_seniors", "2022"): "taux_activite_2022",
}
DECLARED_PARTS = {"4B2_ouvertures_places", "4B3_fermetures_places"}
Terms = tuple[Decimal | None, Decimal | None, Decimal | None]
"""The value, the numerator and the denominator that rows give; None when none does."""


@pytest.fixture(scope="module")
def evidence(demo_home: Path) -> CellEvidence:
    return CellEvidence(Folders(demo_home))


@pytest.fixture(scope="module")
def explained(evidence: CellEvidence) -> dict[Cell, Explanation]:
    return {cell: evidence.explain(cell) for cell in evidence.cells}


def _number(text: str | None) -> Decimal | None:
    """A producer's text as a number, read without the project's own reader."""
    return Decimal(re.sub(r"[\s\xa0]", "", text).replace(",", ".")) if text else None


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other


def _terms(cell: Cell, table: RawTable, texts: dict[str, str | None]) -> Terms:
    """What one row says, by the columns that its producer documents."""
    if table.source_id.startswith("parcoursup"):
        return None, _number(texts["acc_tot_f"]), _number(texts["acc_tot"])
    if table.source_id == "insee_emploi_communes":
        count = _number(texts["obs_value"])
        return (None, None, count) if texts["empsta_enq"] == "_T" else (None, count, None)
    column = PRINTED.get((cell.indicator, cell.time_period), VALUE.get(table.source_id, "valeur"))
    if cell.indicator.startswith("4B1") and texts["indicateur"] in DECLARED_PARTS:
        return None, _number(texts[column]), None
    return _number(texts[column]), None, None


def _read_again(told: Explanation) -> Terms:
    """What the rows of a cell add up to, from their raw texts alone."""
    each = [
        _terms(told.cell, table, dict(zip(table.columns, row.texts, strict=True)))
        for table in told.tables
        for row in table.rows
    ]
    return reduce(lambda a, b: (_plus(a[0], b[0]), _plus(a[1], b[1]), _plus(a[2], b[2])), each)


def _close(one: float | None, other: Decimal | None, rows: int = 1) -> bool:
    """Whether a number is the sum of so many, each kept to six decimals."""
    if one is None or other is None:
        return one is other
    return abs(Decimal(str(one)) - other) <= (rows + 1) * Decimal("0.0000005")


def test_every_value_is_what_its_rows_say(explained: dict[Cell, Explanation]) -> None:
    known = {c: it for c, it in explained.items() if it.received and it.received.value is not None}
    assert len(known) > 400
    for cell, told in known.items():
        assert told.received is not None
        value, numerator, denominator = _read_again(told)
        assert _close(told.received.numerator, numerator, told.n_rows), cell
        assert _close(told.received.denominator, denominator, told.n_rows), cell
        if value is None:
            assert numerator is not None, cell
            assert denominator, cell
            rate = 100 * numerator / denominator
            assert abs(Decimal(str(told.received.value)) - rate) <= Decimal("0.00001"), cell
        else:
            assert _close(told.received.value, value), cell
        assert told.adds_up, cell


def test_what_has_no_value_has_no_row_or_an_empty_one(explained: dict[Cell, Explanation]) -> None:
    missing = [it for it in explained.values() if it.received and it.received.value is None]
    assert missing
    for told in missing:
        assert told.received is not None
        if told.received.obs_status == "L":
            assert not told.n_rows, told.cell
        elif told.n_rows:
            assert _read_again(told)[0] is None, told.cell


def test_every_row_enters_a_cell_that_exists(
    evidence: CellEvidence, explained: dict[Cell, Explanation]
) -> None:
    rows = evidence._tables
    assert set(rows) <= set(explained)


def test_a_share_is_explained_by_the_courses_of_its_family(
    explained: dict[Cell, Explanation],
) -> None:
    told = explained[Cell("2A3_part_filles_voeux", "REG-52", "2019", "famille_formation", "BTSA")]
    (table,) = told.tables
    assert dict(table.constant) == {"session": "2019", "form_lib_voe_acc": "BTSA"}
    assert told.path[0] == "extract/parcoursup"
    assert told.path[-1] == "indicators/2A3_part_filles_voeux"
    assert "form_lib_voe_acc" in table.columns
    assert "rang_der_max" not in table.columns


def test_the_command_tells_the_founding_cell(demo_home: Path) -> None:
    shown = read_vigie(demo_home, "explain", "1A4_pcrh_te", "2024", "DEP-44")
    for told in (
        "2\xa0PCRH (retenue, jamais publiée)",
        "Loire-Atlantique (DEP-44)",
        "inbox/dreets_pcrh_2024.csv",
        "transition_ecologique",
        "BRK  réussi",
        "Aucune décision.",
        "staging/stg_dreets__pcrh_2024",
        "cast('1A4_pcrh_te' as",
    ):
        assert told in shown, told
    (line,) = re.findall(r"^ *ligne +([0-9]+) *$", shown, re.MULTILINE)
    deposit = (demo_home / "inbox" / "dreets_pcrh_2024.csv").read_text("utf-8-sig").splitlines()
    assert deposit[int(line)].split(";")[1:3] == ["44", "Loire-Atlantique"]


def test_the_command_prints_every_row_when_asked(
    demo_home: Path, explained: dict[Cell, Explanation]
) -> None:
    cell = Cell("2A3_part_filles_voeux", "REG-52", "2018", "_T", "_T")
    words = ("explain", cell.indicator, cell.time_period, cell.ref_area)
    first, whole = read_vigie(demo_home, *words), read_vigie(demo_home, *words, "--tout")
    uai = r"\b[0-9]{7}[A-Z]\b"
    assert len(re.findall(uai, whole)) == explained[cell].n_rows > 200
    assert len(re.findall(uai, first)) == 20


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("1A4_pcrh", "2024", "DEP-44"), "1A4_pcrh_te"),
        (("1A4_pcrh_te", "1999", "DEP-44"), "2023, 2024"),
        (("1A4_pcrh_te", "2024", "DEP-75"), "DEP-44"),
    ],
)
def test_the_command_lists_what_exists(demo_home: Path, words: tuple[str, ...], told: str) -> None:
    run = call_vigie(demo_home, "explain", *words)
    assert run.exit_code == 2
    assert told in run.stderr


def test_the_command_says_when_no_night_has_run(tmp_path: Path) -> None:
    run = call_vigie(tmp_path / "empty", "explain", "1A4_pcrh_te", "2024", "DEP-44")
    assert run.exit_code == 1
    assert "Aucune nuit" in run.stderr


def test_every_link_of_the_report_leads_to_a_cell(demo_home: Path, evidence: CellEvidence) -> None:
    report = demo_home / "reports" / "current"
    links = set(re.findall(rf'href="({FOLDER}/[^"]+)"', (report / "index.html").read_text("utf-8")))
    assert len({link.partition("#")[0] for link in links}) == len(evidence.definitions)
    for link in links:
        page, _, anchor = link.partition("#")
        content = (report / page).read_text("utf-8")
        assert f'id="{anchor}"' in content if anchor else content
    assert any("#" in link for link in links)


def test_a_row_is_found_again_in_the_archive_when_another_extract_was_landed(
    station: Path, explained: dict[Cell, Explanation]
) -> None:
    cell = Cell("1A4_pcrh_te", "DEP-44", "2024", "_T", "_T")
    landed = landed_path(station, "dreets_pcrh_2024")
    table = pq.ParquetFile(landed).read()
    place = table.column_names.index("_extract_id")
    other = pa.array(["f" * 64] * table.num_rows, pa.string())
    pq.write_table(table.set_column(place, "_extract_id", other), landed)
    told = CellEvidence(Folders(station), cell.indicator).explain(cell)
    assert told.tables == explained[cell].tables


def test_what_is_damaged_is_told_and_never_shown_under_its_hash(
    station: Path, explained: dict[Cell, Explanation]
) -> None:
    cell = Cell("1A4_pcrh_te", "DEP-44", "2024", "_T", "_T")
    (table,), (extract,) = explained[cell].tables, explained[cell].extracts
    assert extract.damage == ""
    blob = station / "raw" / table.extract_id[:2] / table.extract_id
    former = blob.read_bytes()
    blob.chmod(0o600)
    blob.write_bytes(former.replace(b"264", b"265"))
    told = CellEvidence(Folders(station), cell.indicator).explain(cell)
    assert told.tables == explained[cell].tables, "the landed table is proven"
    assert "est abîmée" in told.extracts[0].damage
    landed = landed_path(station, "dreets_pcrh_2024")
    pq.write_table(pq.ParquetFile(landed).read(), landed)
    blob.unlink()
    (shown,) = CellEvidence(Folders(station), cell.indicator).explain(cell).tables
    assert shown.columns == ()
    assert [row.texts for row in shown.rows] == [()]
    printed = read_vigie(station, "explain", "1A4_pcrh_te", "2024", "DEP-44")
    assert "n'est pas montré" in printed
    assert "est abîmée" in printed


def test_each_publication_of_a_cell_is_told_once(station: Path) -> None:
    cell = Cell("1C1_pcrh", "REG-52", "2023", "_T", "_T")
    folders = Folders(station)
    first = current_release(folders.releases)
    assert first is not None
    same, changed = first.observations(), first.observations()
    here = reduce(lambda a, b: a & b, [changed[name] == getattr(cell, name) for name in KEY])
    changed.loc[here, "obs_value"] = 500.0
    held = changed.assign(publication=pd.Series("published", changed.index).where(~here, "held"))
    for rank, rows in enumerate((same, changed, held)):
        manifest = {key: first.manifest[key] for key in ("published_at", "held")}
        publish(folders.releases, f"2099010{rank + 1}T000000000000Z", rows, manifest)
    told = CellEvidence(folders, cell.indicator).explain(cell)
    assert [(it.release_id, it.figure) for it in told.publications] == [
        (first.release_id, ExplainedFigure(502.0, "A")),
        ("20990102T000000000000Z", ExplainedFigure(500.0, "A")),
    ]
    assert told.release_id == "20990103T000000000000Z"
    assert told.standing is CellStanding.HELD
    assert told.published == ExplainedFigure(500.0, "A")
