"""A deposit is read as its partner wrote it, or refused with every reason and its place."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.worksheet import Worksheet

from sources.contract import MASKED
from sources.errors import ExtractRefused
from sources.protocols.depots.flaws import joined
from sources.protocols.depots.reading import Deposit, read_deposit
from sources.registry import source
from tests.unit.sources.protocols.depots.test_depots import ODS, zipped

PCRH = source("dreets_pcrh_2024").contract
DECLARED = source("region_indicateurs").contract
TITLES = ["Année", "Code département", "Département", "Thème", "Nombre", "Mode de collecte"]
DECLARED_TITLES = [column.header[0] for column in DECLARED.columns.values()]


def workbook(change: Callable[[Worksheet], None], *rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "PCRH"
    sheet.append(TITLES)
    for row in rows or ([2024, "44", "Loire-Atlantique", "tous", 264, "nationale"],):
        sheet.append(row)
    change(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(content: bytes, folder: Path, contract: object = PCRH) -> Deposit:
    path = folder / "depot"
    path.write_bytes(content)
    return read_deposit(contract, path)  # type: ignore[arg-type]


def declared(*rows: str) -> bytes:
    return "\n".join([";".join(DECLARED_TITLES), *rows]).encode()


def same(_: Worksheet) -> None:
    """Change nothing."""


def test_every_reason_is_given_at_once_with_its_place(tmp_path: Path) -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet["E1"], sheet["F1"], sheet["G1"] = "Nombre total de PCRH", "Code département", "Autre"
        sheet["A3"], sheet["B3"], sheet["G3"] = 2023, "#N/A", 1
        sheet["B3"].data_type = "e"

    flaws = [str(flaw) for flaw in read(workbook(spoil), tmp_path).flaws]
    assert len(flaws) == 6
    text = joined(read(workbook(spoil), tmp_path).flaws)
    for said in (
        "Feuille « PCRH », cellule E1 : La colonne attendue « Nombre de PCRH » est absente ; "
        "elle semble remplacée par « Nombre total de PCRH ».",
        "La colonne attendue « Mode de collecte » est absente.",
        "Feuille « PCRH », cellule F1 : le titre « Code département » fait double emploi",
        "Feuille « PCRH », cellule G1 : la colonne « Autre » n'est pas prévue.",
        "Feuille « PCRH », cellule B3 : la cellule contient l'erreur #N/A",
        "Feuille « PCRH », cellule A3 : « 2023 » alors que ce dépôt doit porter sur « 2024 »",
    ):
        assert said in text
        assert said in " ".join(flaws)


def test_a_sound_deposit_has_no_flaw(tmp_path: Path) -> None:
    deposit = read(workbook(same), tmp_path)
    assert not deposit.flaws
    assert not deposit.grid.remarks
    assert deposit.table(PCRH).to_pylist() == [
        {
            "annee": "2024",
            "code_departement": "44",
            "departement": "Loire-Atlantique",
            "theme": "tous",
            "nombre": "264",
            "mode_collecte": "nationale",
            "commentaire": None,
        }
    ]


def _formula(sheet: Worksheet) -> None:
    sheet["E2"] = "=200+64"


def _percentage(sheet: Worksheet) -> None:
    sheet["E2"] = 0.264
    sheet["E2"].number_format = '0.0" pour cent" %'


def _merge(sheet: Worksheet) -> None:
    sheet.merge_cells("D2:E3")


@pytest.mark.parametrize(
    ("spoil", "place", "reason"),
    [
        (_formula, "cellule E2", "la formule n'a pas de valeur"),
        (_percentage, "cellule E2", "format pourcentage"),
        (_merge, "cellules D2:E3", "fusionnées"),
    ],
)
def test_a_cell_that_does_not_hold_what_it_shows_is_named(
    spoil: Callable[[Worksheet], None], place: str, reason: str, tmp_path: Path
) -> None:
    (flaw,) = read(workbook(spoil), tmp_path).flaws
    assert place in flaw.where
    assert reason in flaw.what


def test_a_percent_sign_inside_a_literal_is_no_percentage(tmp_path: Path) -> None:
    def shown(sheet: Worksheet) -> None:
        sheet["E2"].number_format = '0" %"'

    assert not read(workbook(shown), tmp_path).flaws


def test_hidden_rows_and_sheets_are_read_or_not_and_told(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True
        assert sheet.parent is not None
        sheet.parent.create_sheet("Brouillon").sheet_state = "veryHidden"
        sheet.parent.create_sheet("Suite")["A1"] = "d'autres chiffres"

    deposit = read(workbook(hide), tmp_path)
    assert len(deposit.rows) == 1
    assert deposit.grid.remarks == (
        "Des lignes masquées ou filtrées ont été lues comme les autres : 2.",
        "Le classeur a d'autres feuilles, qui n'ont pas été lues : « Suite ».",
        "Le classeur a des feuilles masquées, qui n'ont pas été lues : « Brouillon ».",
    )


def shown_as(code: str, value: object = 264, place: str = "E2") -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[place].value, sheet[place].number_format = value, code

    return change


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (shown_as("#,##0,", 264000), "E2", "contient 264000 et montre « 264 »"),
        (shown_as('[<5]"s.s";0', 3), "E2", "contient 3 et montre « s.s »"),
        (shown_as(";;;"), "E2", "contient 264 et ne montre rien"),
        (shown_as("# ?/?"), "E2", "contient 264, et son format de nombre montre autre chose"),
        (shown_as(";;;", "tous", "D2"), "D2", "un texte que son format ne montre pas"),
        (shown_as("0", 44.4, "B2"), "B2", "contient 44,4 et montre « 44 »"),
        (shown_as('0" ans"', 44, "B2"), "B2", "contient 44 et montre « 44ans »"),
        (shown_as("mmm yy", date(2024, 3, 1), "D2"), "D2", "contient 2024-03-01"),
        (shown_as("yyyy", 2024, "A2"), "A2", "montre autre chose"),
        (shown_as("dd/mm/yyyy", 45352.5, "D2"), "D2", "2024-03-01T12:00:00"),
    ],
)
def test_what_a_format_hides_is_refused_at_its_cell(
    change: Callable[[Worksheet], None], place: str, said: str, tmp_path: Path
) -> None:
    flaws = read(workbook(change), tmp_path).flaws
    assert f"cellule {place}" in flaws[0].where
    assert said in flaws[0].what


def test_a_code_is_read_as_it_is_shown(tmp_path: Path) -> None:
    deposit = read(workbook(shown_as("000", 44, "B2")), tmp_path)
    assert not deposit.flaws
    assert deposit.rows[0]["code_departement"] == "044"


def test_a_rate_is_read_to_its_last_digit_and_a_residue_is_not(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["E2"].value, sheet["E2"].number_format = 66.90000000000001, "0"

    (row,) = read(workbook(change), tmp_path).rows
    assert row["nombre"] == "66.9"


def test_zeros_that_a_sheet_does_not_show_are_refused(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.sheet_view.showZeros = False
        sheet["E2"] = 0

    (flaw,) = read(workbook(hide), tmp_path).flaws
    assert "contient 0 et ne montre rien" in flaw.what


def test_a_condition_that_shows_a_mark_is_refused_where_it_may_apply(tmp_path: Path) -> None:
    def mask(sheet: Worksheet) -> None:
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=170, formatCode='"s.s"'))
        rule = Rule(type="cellIs", operator="lessThan", formula=["5"], dxf=style)
        sheet.conditional_formatting.add("E2:E9", rule)

    (flaw,) = read(workbook(mask), tmp_path).flaws
    assert "contient 264 et montre « s.s »" in flaw.what


def sheets(*states: str) -> Callable[[Worksheet], None]:
    """Put copies of the sheet before it, each in a state: visible, hidden or veryHidden."""

    def add(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        for rank, state in enumerate(states):
            copy = sheet.parent.copy_worksheet(sheet)
            copy.title, copy.sheet_state = f"Copie {rank}", state
            copy["E2"] = 999
            sheet.parent.move_sheet(copy, -1 - rank)

    return add


def test_the_sheet_that_is_seen_is_read(tmp_path: Path) -> None:
    deposit = read(workbook(sheets("hidden", "veryHidden")), tmp_path)
    assert deposit.rows[0]["nombre"] == "264"
    assert "« Copie 1 », « Copie 0 »" in deposit.grid.remarks[0]


def test_two_sheets_that_have_the_titles_are_refused_by_their_names(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match="« Copie 0 », « PCRH »"):
        read(workbook(sheets("visible")), tmp_path)


def test_a_sheet_that_is_hidden_alone_is_not_read(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("Notes")["A1"] = "voir la DREETS"
        sheet.sheet_state = "hidden"

    with pytest.raises(ExtractRefused, match=r"« Notes ».*masquées.*« PCRH »"):
        read(workbook(hide), tmp_path)


def test_titles_are_found_under_a_heading_which_is_told(tmp_path: Path) -> None:
    def head(sheet: Worksheet) -> None:
        sheet.insert_rows(1, 3)
        sheet["A1"], sheet["A2"] = "PCRH 2024", "Source : DREETS"

    deposit = read(workbook(head), tmp_path)
    assert not deposit.flaws
    assert deposit.grid.header_row == 4
    assert deposit.address(1, "nombre") == "feuille « PCRH », cellule E5"
    assert deposit.grid.remarks == (
        "Ce qui est au-dessus des titres n'a pas été lu : « PCRH 2024 », « Source : DREETS ».",
    )


def test_data_or_a_scale_above_the_titles_are_refused(tmp_path: Path) -> None:
    def head(sheet: Worksheet) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Nombre de PCRH, en milliers"
        for column, cell in enumerate([2024, "49", "Maine-et-Loire", "tous", 109], start=1):
            sheet.cell(2, column).value = cell  # type: ignore[assignment]

    flaws = [str(flaw) for flaw in read(workbook(head), tmp_path).flaws]
    assert flaws[0].startswith("Feuille « PCRH », ligne 1 : « Nombre de PCRH, en milliers » dit")
    assert flaws[1].startswith("Feuille « PCRH », ligne 2 : elle est au-dessus des titres")


def test_what_is_no_table_is_refused_once_with_the_titles_that_are_awaited(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match=r"« PCRH ».*ligne de titres.*« Année »"):
        read(workbook(lambda sheet: sheet.delete_rows(1, 5)), tmp_path)


def test_a_hidden_column_is_told(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["E"].hidden = True

    (remark,) = read(workbook(hide), tmp_path).grid.remarks
    assert remark == "Des colonnes masquées ont été lues comme les autres : E."


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match="dièses"):
        read(workbook(shown_as("[h]:mm", 12345678901234.5)), tmp_path)


@pytest.mark.parametrize(
    ("text", "nombre"),
    [
        ("sep=;\n{titles}\n{row}", "264"),
        ("PCRH 2024\n\n{titles}\n{row}", "264"),
        ("{titles}\r\n{row}\n2024;49;Maine-et-Loire;tous;109;nationale\r", "264"),
        ('{titles}\n2024;44; "Loire;Atlantique" ;tous; "264";nationale', "264"),
        ("{titles}\n2024;44;Loire-Atlantique;tous;264,00;nationale", "264"),
        ("{titles}\n2024;44;Loire-Atlantique;tous;1 264,0;nationale", "1264"),
        ("{titles}\n2024.0;44;Loire-Atlantique;tous;264.0;nationale", "264"),
        ("{titles}\n2024;44;Loire-Atlantique;tous;264,000;nationale", "264,000"),
        ("{titles}\n2024;44;Loire-Atlantique;tous;264,50;nationale", "264,50"),
    ],
)
def test_a_text_is_read_as_a_spreadsheet_shows_it(text: str, nombre: str, tmp_path: Path) -> None:
    row = "2024;44;Loire-Atlantique;tous;264;nationale"
    content = text.format(titles=";".join(TITLES), row=row)
    for encoding in ("utf-8", "utf-16"):
        deposit = read(content.encode(encoding), tmp_path)
        assert not deposit.flaws
        assert deposit.rows[0]["nombre"] == nombre


def test_a_row_under_a_heading_is_named_as_a_spreadsheet_counts_it(tmp_path: Path) -> None:
    content = "\n".join(["PCRH", "", ";".join(TITLES), "2024;44;Loire;tous;264;nationale"])
    assert read(content.encode(), tmp_path).address(1, "nombre").startswith("ligne 4,")


def test_what_is_odd_in_an_ods_sheet_is_named(tmp_path: Path) -> None:
    def cell(kind: str, shown: str, more: str = "") -> str:
        value = f'office:value-type="{kind}"' if kind else ""
        return f"<table:table-cell {value} {more}><text:p>{shown}</text:p></table:table-cell>"

    titles = "".join(cell("string", title) for title in TITLES)
    cells = [
        cell("float", "2024", 'office:value="2024"'),
        cell("string", "44"),
        cell("string", "#REF!", 'table:formula="of:=[.Z1]"'),
        cell("string", "tous"),
        cell("percentage", "26,4 %", 'office:value="0.264"'),
        cell("", "", 'table:formula="of:=[.A1]"'),
    ]
    rows = (
        f"<table:table-row>{titles}</table:table-row>"
        f'<table:table-row table:visibility="collapse">{"".join(cells)}</table:table-row>'
    )
    members = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
    content = zipped(
        {**members, "content.xml": ODS.format(rows=rows), "META-INF/manifest.xml": "<manifest/>"}
    )
    deposit = read(content, tmp_path)
    assert [flaw.where[-2:] for flaw in deposit.flaws] == ["C2", "F2", "E2"]
    assert deposit.grid.remarks == (
        "Des lignes masquées ou filtrées ont été lues comme les autres : 2.",
    )


def ods_of(cells: str, name: str = "F", more: str = "") -> bytes:
    """An ODS workbook with a sheet of titles and one row of cells, and what is after it."""
    titles = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{title}</text:p></table:table-cell>'
        for title in TITLES
    )
    rows = f"<table:table-row>{titles}</table:table-row><table:table-row>{cells}</table:table-row>"
    body = ODS.format(rows=rows).replace('table:name="F"', f'table:name="{name}"')
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": body.replace("</table:table>", f"</table:table>{more}"),
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def ods_row(nombre: str) -> str:
    texts = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("44", "Loire-Atlantique", "tous")
    )
    year = '<table:table-cell office:value-type="float" office:value="2024"/>'
    mode = '<table:table-cell office:value-type="string"><text:p>nationale</text:p>'
    return f"{year}{texts}{nombre}{mode}</table:table-cell>"


@pytest.mark.parametrize(
    ("held", "shown", "reason"),
    [
        ("264", "264", ""),
        ("264", "264,00", ""),
        ("1264", "1 264", ""),
        ("263.9999999999999", "264", ""),
        ("264000", "264", "contient 264000 et montre « 264 »"),
        ("3", "s.s", "contient 3 et montre « s.s »"),
        ("264", "", "contient 264 et ne montre rien"),
    ],
)
def test_ods_says_beside_a_number_what_is_seen_of_it(
    held: str, shown: str, reason: str, tmp_path: Path
) -> None:
    cell = f'<table:table-cell office:value-type="float" office:value="{held}"><text:p>{shown}'
    flaws = read(ods_of(ods_row(f"{cell}</text:p></table:table-cell>")), tmp_path).flaws
    assert bool(flaws) == bool(reason)
    assert reason in "".join(flaw.what for flaw in flaws)


def test_merged_cells_of_ods_are_refused(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell table:number-rows-spanned="2" office:value-type="float" '
        'office:value="264"><text:p>264</text:p></table:table-cell>'
    )
    (flaw,) = read(ods_of(ods_row(cell)), tmp_path).flaws
    assert flaw.where == "feuille « F », cellules E2:E3"


@pytest.mark.parametrize(
    ("written", "unit", "landed"),
    [
        ("1 234", "place", "1234"),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,5", "place", "1234567,5"),
        ("12,5 %", "pct", "12,5"),
        ("12,5\N{NARROW NO-BREAK SPACE}%", "pct", "12,5"),
        ("12,5 %", "place", "12,5 %"),  # refused by the rule on types: the unit says otherwise
        ("12 34", "place", "12 34"),  # idem: these spaces group nothing
        ("0", "place", "0"),
        ("", "place", None),
        ("nd", "place", None),
        ("ND", "place", None),
        ("s.s", "place", MASKED),
        ("S.S.", "place", MASKED),
        ("<5", "place", MASKED),
        ("*", "pct", MASKED),
        ("abc", "place", "abc"),
    ],
)
def test_a_number_is_landed_plainly_and_never_made_up(
    written: str, unit: str, landed: str | None, tmp_path: Path
) -> None:
    row = f"4B2_ouvertures_places;52;2024;total;total;{written};{unit};;Région;declaration;"
    (read_row,) = read(declared(row), tmp_path, DECLARED).rows
    assert read_row["valeur"] == landed


def test_a_row_of_a_csv_file_is_named_as_a_spreadsheet_counts_it(tmp_path: Path) -> None:
    first = '2A;52;2024;total;total;1;place;;Région;declaration;"deux\nlignes"'
    rows = [first, "", ";;;;;;;;;;", "2A;44;2024;total;total;1;place;;Région;declaration;"]
    deposit = read(declared(*rows), tmp_path, DECLARED)
    assert [number for number, _ in deposit.grid.rows] == [2, 5]
    assert deposit.address(2, "valeur") == "ligne 5, colonne « Valeur »"


def test_a_column_without_title_is_named_when_it_holds_something(tmp_path: Path) -> None:
    content = declared("2A;52;2024;total;total;1;place;;Région;declaration;;9")
    content = content.replace(b"Commentaire", b"Commentaire;")
    (flaw,) = read(content, tmp_path, DECLARED).flaws
    assert str(flaw) == "Colonne n° 12 : la colonne porte des valeurs mais n'a pas de titre."


def test_a_workbook_whose_sheet_cannot_be_found_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused):
        read(zipped({"xl/workbook.xml": "<workbook/>"}), tmp_path)
