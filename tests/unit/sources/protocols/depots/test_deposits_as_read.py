"""A deposit is read as its partner wrote it, or refused with every reason and its place."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
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
