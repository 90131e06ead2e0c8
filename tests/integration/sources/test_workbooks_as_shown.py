"""What is read of a workbook is what a spreadsheet shows, or the deposit is refused.

LibreOffice is the judge: it writes each sheet as CSV, « as shown ». Workbooks are drawn by the
dozen, and converted by the dozen: starting the judge takes longer than its verdicts.
"""

import csv
import os
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.worksheet.worksheet import Worksheet

from sources.errors import ExtractRefused
from sources.protocols.depots.cells import NUMBERS
from sources.protocols.depots.reading import Deposit, read_deposit
from sources.registry import source
from tests.conftest import LONGEST_COMMAND

CONTRACT = source("region_indicateurs").contract
TITLES = [column.header[0] for column in CONTRACT.columns.values()]
COLUMNS = list(CONTRACT.columns)
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,true,false,false,-1"
BATCH = 32
"""Workbooks that the judge is given at once."""

PLAIN = ["General", "0", "0.0", "0.00", "#,##0", "#,##0.00", "#\\ ##0", '0" %"', "0.0##", "@"]
OTHERS = [
    *["#,##0,", "0.0,", "0,,", "0%", "0.0%", ";;;", '"n.d."', "0;;", '[<5]"s.s";0', "0;0", "#"],
    *['[>=1000]0," k";0', "\\-0", '0"000"', '"1"0', '"<"0', '0"."0', "0\\,0", "(0)", '0" k"'],
    *["yyyy", "mmm\\ yy", "[h]:mm", "# ?/?", "0.00E+00", "0e+0", "000", '0;-0;"-"', "0*0"],
    r'_-* #,##0.00\ _€_-;\-* #,##0.00\ _€_-;_-* "-"??\ _€_-;_-@_-',
    *["0.0;(0.0)", "+0;-0", '0" ans"', "yyyy-mm-dd", "0 000", "[$€-40C] 0.00", "0_)", "[Red]0"],
]
PIECES = [
    "0",
    "#",
    "?",
    ".",
    ",",
    "%",
    ";",
    '"x"',
    '"5"',
    "\\ ",
    "\\.",
    "\\-",
    "_)",
    "[Red]",
    "[<5]",
]
CODES = (
    st.sampled_from(PLAIN)
    | st.sampled_from(OTHERS)
    | st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
)
HELD = (
    st.integers(-9999, 9_999_999)
    | st.sampled_from(
        [0, 1, 4, 44, 2024, 263.9999999999999, 5.820766091346741e-11, 66.90000000000001]
    )
    | st.decimals(-1000, 100_000, places=3).map(float)
    | st.builds(lambda a, b: a + b - 0.3, st.floats(0, 50, width=16), st.floats(0, 50, width=16))
)
NUMBER_READ = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
NUMBER_SHOWN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?|\.[0-9]+")


@dataclass(frozen=True)
class Drawn:
    """A workbook to write.

    Attributes:
        cells: Of each row, what each column holds and its format.
        heading: The texts above the titles.
        extras: What is in it besides.
    """

    cells: tuple[tuple[tuple[object, str], ...], ...]
    heading: tuple[str, ...]
    extras: frozenset[str]

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing in it shows anything else than it holds."""
        return not self.extras and all(
            code in PLAIN[:1] or (column == COLUMNS.index("valeur") and code in PLAIN)
            for row in self.cells
            for column, (_, code) in enumerate(row)
        )


EXTRAS = ["hidden before", "chart before", "notes", "two", "merged", "hidden row", "hidden column"]


@st.composite
def drawn_workbooks(draw: st.DrawFn) -> Drawn:
    lines = draw(st.integers(1, 4))
    text_codes = st.just("General") if draw(st.booleans()) else CODES
    rows = []
    for line in range(lines):
        cells: list[tuple[object, str]] = [(f"t{line}", "General") for _ in COLUMNS]
        cells[COLUMNS.index("valeur")] = (draw(HELD), draw(CODES))
        cells[COLUMNS.index("territoire")] = (
            draw(st.sampled_from([44, 49, "53"])),
            draw(text_codes),
        )
        cells[COLUMNS.index("periode")] = (
            draw(st.sampled_from([2024, "2024", date(2024, 3, 1)])),
            draw(text_codes),
        )
        rows.append(tuple(cells))
    return Drawn(
        tuple(rows),
        tuple(draw(st.lists(st.sampled_from(["Note", "Source : Région", ""]), max_size=3))),
        frozenset(draw(st.sets(st.sampled_from(EXTRAS), max_size=2)))
        if draw(st.booleans())
        else frozenset(),
    )


def write(drawn: Drawn, path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Données"
    _fill(sheet, drawn)
    if "merged" in drawn.extras:
        sheet.merge_cells(
            start_row=len(drawn.heading) + 2,
            end_row=len(drawn.heading) + 2,
            start_column=2,
            end_column=3,
        )
    sheet.row_dimensions[len(drawn.heading) + 2].hidden = "hidden row" in drawn.extras
    sheet.column_dimensions["D"].hidden = "hidden column" in drawn.extras
    if "notes" in drawn.extras:
        book.create_sheet("Notes", 0)["A1"] = "voir la Région"
    for name, state in (("hidden before", "hidden"), ("two", "visible")):
        if name in drawn.extras:
            copy = book.create_sheet(name, 0)
            _fill(copy, drawn)
            copy.sheet_state = state
    if "chart before" in drawn.extras:
        book.create_chartsheet("Graphique", 0).add_chart(BarChart())
    book.active = book.sheetnames.index("Données")
    book.save(path)


def _fill(sheet: Worksheet, drawn: Drawn) -> None:
    for number, text in enumerate(drawn.heading, start=1):
        sheet.cell(number, 1, text)
    for number, row in enumerate([[(title, "General") for title in TITLES], *drawn.cells]):
        for column, (value, code) in enumerate(row, start=1):
            cell = sheet.cell(len(drawn.heading) + 1 + number, column)
            cell.value = value  # type: ignore[assignment]
            if not isinstance(value, date) or code != "General":
                cell.number_format = code


def convert(files: Sequence[Path], target: str, folder: Path, profile: Path) -> None:
    """Have LibreOffice convert files, in a profile of its own and in English."""
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            *["--headless", "--convert-to", target, "--outdir", str(folder)],
            *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=LONGEST_COMMAND,
        env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(profile)},
    )


def read(path: Path) -> Deposit | None:
    try:
        deposit = read_deposit(CONTRACT, path)
    except ExtractRefused:
        return None
    return None if deposit.flaws else deposit


def number_shown(shown: str) -> tuple[Decimal, Decimal] | None:
    """Return the number that is seen, and how far it may be rounded; None when none is."""
    shown = re.sub(r"(?<=[0-9]) (?=[0-9])", "", shown)
    found = NUMBER_SHOWN.findall(shown)
    if len(found) != 1:
        return None
    number = Decimal(found[0].replace(",", ""))
    before = shown.partition(found[0])[0]
    decimals = len(found[0].upper().partition("E")[0].partition(".")[2])
    power = int(found[0].upper().partition("E")[2] or 0)
    tolerance = min(Decimal(1).scaleb(power - decimals), Decimal(1)) / 2
    return (-number if {*before} & {*"-("} else number), tolerance


def is_as_shown(read_text: str | None, shown: str, *, is_number: bool) -> bool:
    if read_text is None:
        return not shown.strip()
    seen = number_shown(shown)
    if is_number and not NUMBER_READ.fullmatch(read_text):
        return True  # the rule on types refuses it
    if is_number:
        return seen is not None and abs(seen[0] - Decimal(read_text)) <= seen[1]
    bare = shown.replace(",", "").replace(" ", "")
    return (
        read_text == shown.strip()
        or read_text == bare
        or (
            seen is not None
            and re.fullmatch(r"[0-9.]+", bare) is not None
            and read_text == f"{seen[0].normalize():f}"
        )
    )


def untrue(deposit: Deposit, shown_in: Path) -> list[str]:
    """Return the cells that were read otherwise than the judge shows them."""
    with shown_in.open(encoding="utf-8", newline="") as file:
        shown = list(csv.reader(file))
    return [
        f"{deposit.address(line, name)} : lu {row[name]!r}, montré {cell!r}"
        for line, row in enumerate(deposit.rows, start=1)
        for name, place in deposit.places.items()
        for cell in [shown[deposit.grid.rows[line - 1][0] - 1][place]]
        if not is_as_shown(row[name], cell, is_number=CONTRACT.columns[name].type in NUMBERS)
    ]


@pytest.mark.slow
@settings(max_examples=1, phases=[Phase.generate])  # to shrink is to convert hundreds of times
@given(batch=st.lists(drawn_workbooks(), min_size=BATCH, max_size=BATCH))
def test_what_is_read_is_what_a_spreadsheet_shows(batch: list[Drawn]) -> None:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        books = [folder / f"w{number}.xlsx" for number in range(len(batch))]
        for drawn, path in zip(batch, books, strict=True):
            write(drawn, path)
        convert(books, "ods", folder, folder / "profile")
        said = Counter[str]()
        for suffix in (".xlsx", ".ods"):
            convert(
                [path.with_suffix(suffix) for path in books],
                AS_SHOWN,
                folder / suffix,
                folder / "profile",
            )
            for drawn, path in zip(batch, books, strict=True):
                deposit = read(path.with_suffix(suffix))
                said["refused" if deposit is None else "read"] += 1
                assert deposit is not None or not drawn.is_plain, drawn
                if deposit is not None:
                    shown_in = folder / suffix / f"{path.stem}-{deposit.grid.sheet}.csv"
                    assert untrue(deposit, shown_in) == [], (suffix, drawn)
        assert said["read"], said


@pytest.mark.slow
def test_a_workbook_of_several_sheets_that_libreoffice_saved_is_read(tmp_path: Path) -> None:
    """As a template is: its rows are on the second of four sheets, a million rows high each."""
    book = Workbook()
    book.active = book.create_sheet("Dépôt")
    for title in ("Collecte", "Codes"):
        book.create_sheet(title)["A1"] = title
    book["Sheet"]["A1"] = "Mode d'emploi"
    for cells in (TITLES, ["2B5", "52", "2024", "total", "total", 12.5, "pct"]):
        book["Dépôt"].append(cells)
    book.save(tmp_path / "depot.xlsx")
    convert([tmp_path / "depot.xlsx"], "ods", tmp_path, tmp_path / "profile")
    (row,) = read_deposit(CONTRACT, tmp_path / "depot.ods").rows
    assert row["valeur"] == "12.5"
