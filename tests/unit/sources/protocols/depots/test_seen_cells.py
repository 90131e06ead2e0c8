"""What an eye sees in a cell and the engine does not read: notes, icons, values written oddly."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from sources.errors import ExtractRefused
from sources.protocols.depots.workbooks.package import Package
from sources.protocols.depots.workbooks.rich_texts import altered_shared_texts
from tests.unit.sources.protocols.depots.test_deposits_as_read import (
    ods_of,
    ods_row,
    read,
    same,
    workbook,
    zipped,
)

SHEET = "xl/worksheets/sheet1.xml"
HELD = b"<v>264</v>"
HELD_CELL = b'<c r="E2" t="n"><v>264</v></c>'
ICONS = (
    b'</sheetData><conditionalFormatting sqref="E2"><cfRule type="iconSet" priority="1">'
    b'<iconSet showValue="%s"/></cfRule></conditionalFormatting>'
)


def rewritten(content: bytes, before: bytes, after: bytes, part: str = SHEET) -> bytes:
    """Return a workbook of which a part is written otherwise."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    written = members[part]
    assert isinstance(written, bytes)
    assert before in written
    return zipped({**members, part: written.replace(before, after, 1)})


def run(text: str, **font: object) -> Callable[[Worksheet], None]:
    """Write 264, then a text in a font of its own."""

    def write(sheet: Worksheet) -> None:
        block = TextBlock(InlineFont(**font), text)  # type: ignore[arg-type]
        sheet["E2"] = CellRichText("264", block)

    return write


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        (run("1", vertAlign="superscript"), True),
        (run(" 149", strike=True), True),
        (run("0", b=True), False),
        (run("er", vertAlign="superscript"), False),
    ],
)
def test_the_call_of_a_note_is_no_digit(
    change: Callable[[Worksheet], None], is_refused: bool, tmp_path: Path
) -> None:
    flaws = read(workbook(change), tmp_path).flaws
    assert [flaw.where[-2:] for flaw in flaws] == ["E2"] * is_refused
    assert all("exposant" in flaw.what for flaw in flaws)


def struck(place: str, *, strikes: bool = True) -> Callable[[Worksheet], None]:
    """Strike out a whole cell, as who withdraws what it says."""

    def write(sheet: Worksheet) -> None:
        sheet[place].font = Font(strike=strikes)

    return write


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (struck("E2"), ["E2"]),
        (struck("C2"), ["C2"]),
        (struck("E1"), ["E1"]),
        (struck("E2", strikes=False), []),
        (struck("E3"), []),
    ],
)
def test_a_cell_that_is_struck_out_is_not_read_as_if_it_stood(
    change: Callable[[Worksheet], None], where: list[str], tmp_path: Path
) -> None:
    flaws = read(workbook(change), tmp_path).flaws
    assert [flaw.where[-2:] for flaw in flaws] == where
    assert all("barrée" in flaw.what for flaw in flaws)


LINES = '<style:text-properties style:text-line-through-style="{}"/></style:style>'


@pytest.mark.parametrize(
    ("style", "is_refused"), [("struck", True), ("child", True), ("freed", False), ("", False)]
)
def test_a_cell_of_ods_is_struck_out_by_its_style_or_that_of_its_parent(
    style: str, is_refused: bool, tmp_path: Path
) -> None:
    named = '<style:style style:family="table-cell" style:name="{}" style:parent-style-name="{}"{}'
    styles = (
        named.format("struck", "Default", f">{LINES.format('solid')}"),
        named.format("child", "struck", "/>"),
        named.format("freed", "struck", f">{LINES.format('none')}"),
    )
    cell = (
        f'<table:table-cell table:style-name="{style}" office:value-type="float" '
        'office:value="264"><text:p>264</text:p></table:table-cell>'
    )
    family = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
    more = f'<office:automatic-styles xmlns:style="{family}">{"".join(styles)}'
    more += "</office:automatic-styles>"
    flaws = read(ods_of(ods_row(cell), more=more), tmp_path).flaws
    assert [flaw.where[-2:] for flaw in flaws] == ["E2"] * is_refused


def test_a_raised_digit_is_seen_in_shared_texts_too() -> None:
    raised = "<si><r><t>264</t></r><r><rPr><vertAlign val='{}'/></rPr><t>1</t></r></si>"
    texts = f"<sst xmlns='x'><si/>{raised.format('baseline')}{raised.format('subscript')}</sst>"
    content = zipped({"xl/sharedStrings.xml": texts})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert altered_shared_texts(Package(archive)) == {"2"}


@pytest.mark.parametrize(
    "written",
    [b"<v>2<!-- 9 -->64</v>", b"<v>2&#54;4</v>", b"<v><![CDATA[264]]></v>", b"<v>2<?x y?>64</v>"],
)
def test_a_number_that_two_readers_read_otherwise_is_refused(
    written: bytes, tmp_path: Path
) -> None:
    (flaw,) = read(rewritten(workbook(same), HELD, written), tmp_path).flaws
    assert flaw.where.endswith("cellule E2")
    assert "montre « 264 »" in flaw.what


def test_the_text_of_a_formula_that_the_engine_reads_in_part_is_refused(tmp_path: Path) -> None:
    """It reads « 2 » of it, and nothing else says so."""
    cell = b'<c r="E2" t="str"><v>%s</v></c>'
    content = rewritten(workbook(same), HELD_CELL, cell % b"2<![CDATA[64]]>")
    with pytest.raises(ExtractRefused, match="CDATA"):
        read(content, tmp_path)
    whole = rewritten(workbook(same), HELD_CELL, cell % b"264")
    assert not read(whole, tmp_path).flaws


BOOK = "xl/workbook.xml"
COMPUTED = b"<f>200+64</f><v>264</v>"


@pytest.mark.parametrize(
    ("settings", "is_refused"), [(b'fullCalcOnLoad="1"', True), (b'fullCalcOnLoad="0"', False)]
)
def test_a_formula_that_is_to_be_computed_again_has_no_value(
    settings: bytes, is_refused: bool, tmp_path: Path
) -> None:
    content = rewritten(workbook(same), HELD, COMPUTED)
    content = rewritten(content, b'fullCalcOnLoad="1"', settings, BOOK)
    flaws = read(content, tmp_path).flaws
    assert [flaw.where[-2:] for flaw in flaws] == ["E2"] * is_refused


@pytest.mark.parametrize(("shows", "is_refused"), [(b"0", True), (b"1", False)])
def test_an_icon_in_place_of_a_number_is_refused(
    shows: bytes, is_refused: bool, tmp_path: Path
) -> None:
    content = rewritten(workbook(same), b"</sheetData>", ICONS % shows)
    assert bool(read(content, tmp_path).flaws) == is_refused


def test_rows_and_columns_of_no_size_are_told(tmp_path: Path) -> None:
    cols = b'<cols><col min="4" max="4" width="0"/></cols><sheetData>'
    content = rewritten(workbook(same), b"<sheetData>", cols)
    content = rewritten(content, b'<row r="2">', b'<row r="2" ht="0">')
    assert read(content, tmp_path).grid.remarks == (
        "Des lignes masquées ou filtrées ont été lues comme les autres : 2.",
        "Des colonnes masquées ont été lues comme les autres : D.",
    )


def test_titles_merged_over_an_empty_row_hide_nothing(tmp_path: Path) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.insert_rows(2)
        for letter in "ABCDEF":
            sheet.merge_cells(f"{letter}1:{letter}2")

    deposit = read(workbook(merge), tmp_path)
    assert not deposit.flaws
    assert deposit.address(1, "nombre").endswith("cellule E3")


RAISED = "<text:p>264<text:span text:style-name='T1'>1</text:span></text:p></table:table-cell>"
STYLES = (
    "<office:automatic-styles xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0'>"
    "<style:style style:name='T1' style:family='text'><style:text-properties {}/></style:style>"
    "</office:automatic-styles><office:body>"
)


@pytest.mark.parametrize(
    ("properties", "is_refused"),
    [
        ("style:text-position='super 58%'", True),
        ("style:text-position='33% 58%'", True),
        ("style:text-line-through-style='solid'", True),
        ("style:text-position='0% 100%' style:text-line-through-style='none'", False),
    ],
)
def test_the_call_of_a_note_is_no_digit_in_ods(
    properties: str, is_refused: bool, tmp_path: Path
) -> None:
    content = ods_of(ods_row(f"<table:table-cell office:value-type='string'>{RAISED}"))
    styles = STYLES.format(properties).encode()
    content = rewritten(content, b"<office:body>", styles, "content.xml")
    assert bool(read(content, tmp_path).flaws) == is_refused


HIDING = (
    "<calcext:conditional-formats xmlns:calcext="
    "'urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0'>"
    "<calcext:conditional-format calcext:target-range-address=\"'F'.{}\">"
    "<calcext:data-bar calcext:show-value='false'/></calcext:conditional-format>"
    "</calcext:conditional-formats></table:table>"
)


@pytest.mark.parametrize(("area", "is_refused"), [("E2:'F'.E9", True), ("F2:'F'.F9", False)])
def test_a_bar_in_place_of_a_number_is_refused_in_ods(
    area: str, is_refused: bool, tmp_path: Path
) -> None:
    cell = "<table:table-cell office:value-type='float' office:value='264'/>"
    hiding = HIDING.format(area).encode()
    content = rewritten(ods_of(ods_row(cell)), b"</table:table>", hiding, "content.xml")
    flaws = read(content, tmp_path).flaws
    assert [flaw.where[-2:] for flaw in flaws] == ["E2"] * is_refused


@pytest.mark.parametrize(("held", "is_refused"), [("0", True), ("264", False)])
def test_zeros_that_an_ods_sheet_does_not_show_are_refused(
    held: str, is_refused: bool, tmp_path: Path
) -> None:
    cell = f"<table:table-cell office:value-type='float' office:value='{held}'/>"
    with zipfile.ZipFile(io.BytesIO(ods_of(ods_row(cell)))) as archive:
        members: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    settings = '<s><i name="ShowZeroValues" type="boolean">false</i></s>'
    content = zipped({**members, "settings.xml": settings})
    assert bool(read(content, tmp_path).flaws) == is_refused


def test_a_text_of_ods_that_is_seen_and_has_no_type_is_refused(tmp_path: Path) -> None:
    cell = "<table:table-cell><text:p>264</text:p></table:table-cell>"
    (flaw,) = read(ods_of(ods_row(cell)), tmp_path).flaws
    assert flaw.where.endswith("cellule E2")


def test_texts_of_ods_that_the_engine_skips_are_refused(tmp_path: Path) -> None:
    content = ods_of(ods_row("<table:table-cell/>").replace("tous", "<![CDATA[tous]]>"))
    with pytest.raises(ExtractRefused, match="CDATA"):
        read(content, tmp_path)
