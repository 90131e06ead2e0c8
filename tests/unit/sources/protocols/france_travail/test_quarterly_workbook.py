"""The quarterly workbook of France Travail: every number under its titles, or a refusal."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sources.client import Extract
from sources.errors import ExtractRefused
from sources.registry import source
from sources.replay.deposits import FOLDER

SERIES = source("france_travail_series_cvs")
RECORDED = FOLDER / "france_travail_series_cvs.xlsx"
SHEET = "DEFM cat ABCDE"
SMALL = SERIES.contract.model_copy(update={"params": {"onglets": (SHEET,)}})
QUARTERS = ("2024T3", "2024T4", "2025T1", "2025T2")

Change = Callable[[Worksheet], object]


def read(path: Path) -> pa.Table:
    known = replace(SERIES, contract=SMALL)
    return known.client.read(known, Extract("x", (path,), 0, {}))


def workbook(path: Path, change: Change = lambda _sheet: None) -> Path:
    """Write one small sheet of the real layout, changed."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for line in (
        ("Titre", "Demandeurs d'emploi inscrits à France Travail"),
        ("Données", "CVS-CJO, moyenne trimestrielle"),
        ("Niveau géographique", "France entière (1)"),
        ("Source", "France Travail - Dares, STMT"),
        ("(1) Hors Mayotte",),
        (None, "France entière (1)", None),
        ("Période", "DEFM A", "DEFM B"),
        *((quarter, 100 * i, 200 + 100 * i) for i, quarter in enumerate(QUARTERS)),
        (),
        ("n.d.= non disponible",),
    ):
        sheet.append(line)
    sheet.merge_cells("B6:C6")
    change(sheet)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def recorded() -> list[dict[str, str]]:
    """The rows of the workbook that was recorded, which takes seconds to read."""
    return SERIES.client.read(SERIES, Extract("x", (RECORDED,), 0, {})).to_pylist()


def test_the_recorded_workbook_is_read_whole_under_its_titles(
    recorded: list[dict[str, str]],
) -> None:
    rows = recorded
    assert len(rows) == 99 * 118
    assert {row["trimestre"] for row in rows if row["trimestre"][:4] == "1996"} == {
        f"1996T{i}" for i in range(1, 5)
    }
    told = {(row["onglet"], row["serie"], row["trimestre"]): row["nombre"] for row in rows}
    assert len(told) == len(rows)
    region = "DEFM ABC : PAYS DE LA LOIRE"
    assert told["DEFM cat ABC par région", region, "2025T2"] == "290240"
    women = "Femmes (DEFM ABC) : 50 ans ou plus"
    assert told["DEFM cat ABC_age_sexe", women, "1996T1"] == "201000"
    assert told[SHEET, "France entière : DEFM E", "2025T2"] == "392700"


def test_every_number_of_the_sheets_that_are_read_is_landed(
    recorded: list[dict[str, str]],
) -> None:
    with closing(load_workbook(RECORDED, read_only=True, data_only=True)) as book:
        for sheet in SERIES.contract.params["onglets"]:  # type: ignore[union-attr] its names
            cells = [
                cell
                for row in book[sheet].iter_rows(min_row=8, min_col=2, max_col=20, values_only=True)
                for cell in row[: 12 if "_age" in sheet else None]
                if isinstance(cell, int | float)
            ]
            numbers = [r["nombre"] for r in recorded if r["onglet"] == sheet]
            assert sorted(map(float, numbers)) == sorted(cells)


def test_a_sheet_whose_title_is_about_other_categories_than_its_tab_is_refused(
    tmp_path: Path,
) -> None:
    title = "Demandeurs d'emploi inscrits à France Travail en catégories A, B, C"

    def change(sheet: Worksheet) -> None:
        sheet["B1"] = title

    with pytest.raises(ExtractRefused) as refused:
        read(workbook(tmp_path / "s.xlsx", change))
    asked = f"Demandé : les catégories ABCDE, par l'onglet « {SHEET} »"
    assert f"{asked} ; reçu : « {title} »" in refused.value.message


def test_notes_and_marks_are_no_series(tmp_path: Path) -> None:
    rows = read(workbook(tmp_path / "s.xlsx")).to_pylist()
    assert len(rows) == 2 * len(QUARTERS)
    assert rows[0] == {
        "onglet": SHEET,
        "donnees": "CVS-CJO, moyenne trimestrielle",
        "niveau": "France entière",
        "serie": "France entière : DEFM A",
        "trimestre": "2024T3",
        "nombre": "0",
    }


def test_a_number_that_is_not_known_is_an_empty_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", lambda sheet: sheet.__setitem__("B8", "n.d."))
    assert [row["nombre"] for row in read(path).to_pylist()][:2] == [None, "200"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda sheet: sheet.__setitem__("B2", "Données brutes"), "« Données brutes »"),
        (lambda sheet: sheet.__setitem__("A4", None), "ne disent plus « Source »"),
        (lambda sheet: sheet.insert_rows(1), "ne disent plus « Source »"),
        (lambda sheet: sheet.__setitem__("A7", "Mois"), "s'intitule « Mois »"),
        (lambda sheet: sheet.__setitem__("A9", "2024 T4"), "hors de tout trimestre"),
        (lambda sheet: sheet.__setitem__("A9", "2025T4"), "« 2025T4 » y suit « 2024T3 »"),
        (lambda sheet: sheet.delete_rows(9), "« 2025T1 » y suit « 2024T3 »"),
        (lambda sheet: sheet.__setitem__("A8", None), "n'a aucun trimestre"),
        (lambda sheet: sheet.__setitem__("B13", 12), "hors de tout trimestre"),
        (lambda sheet: sheet.__setitem__("D9", 12), "colonne n° 4 porte des nombres sans titre"),
        (lambda sheet: setattr(sheet, "title", "Feuil1"), "n'a pas de feuille"),
    ],
)
def test_another_layout_is_refused_with_what_is_different(
    tmp_path: Path, change: Change, reason: str
) -> None:
    with pytest.raises(ExtractRefused) as told:
        read(workbook(tmp_path / "s.xlsx", change))
    assert reason in told.value.message


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda sheet: setattr(sheet["C9"], "number_format", "#,##0,"), "C9 : la cellule contient"),
        (lambda sheet: sheet.__setitem__("C9", "=C8+1"), "C9 : la formule n'a pas de valeur"),
        (lambda sheet: sheet.merge_cells("C9:C10"), "C9:C10"),
        (lambda sheet: sheet.parent.create_sheet("Notes"), ""),
        (lambda sheet: sheet.__setitem__("E9", "=C8+1"), ""),
    ],
)
def test_a_number_of_a_series_that_is_not_what_it_shows_is_refused(
    tmp_path: Path, change: Change, reason: str
) -> None:
    path = workbook(tmp_path / "s.xlsx", change)
    if not reason:
        assert read(path).num_rows == 2 * len(QUARTERS)
        return
    with pytest.raises(ExtractRefused) as told:
        read(path)
    assert reason in told.value.message


def test_a_hidden_sheet_of_series_is_not_read(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("Notes")
        sheet.sheet_state = "hidden"

    with pytest.raises(ExtractRefused, match=f"masquées : « {SHEET} »"):
        read(workbook(tmp_path / "s.xlsx", hide))


def test_what_stands_beside_an_empty_column_is_another_table(tmp_path: Path) -> None:
    def beside(sheet: Worksheet) -> None:
        sheet["E7"], sheet["E8"] = "Part", 0.5

    assert read(workbook(tmp_path / "s.xlsx", beside)).num_rows == 2 * len(QUARTERS)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    path.write_text("Période;DEFM A\n2025T2;1\n", encoding="utf-8")
    with pytest.raises(ExtractRefused, match="n'est pas le classeur"):
        read(path)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 14),
            st.integers(1, 5),
            st.one_of(st.none(), st.integers(0, 9_999), st.text("éT12n.d ()", max_size=6)),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_workbook_gives_whole_series_or_a_refusal(
    tmp_path: Path, cells: list[tuple[int, int, int | str | None]]
) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.unmerge_cells("B6:C6")
        for row, column, value in cells:
            sheet.cell(row, column).value = value

    try:
        found = read(workbook(tmp_path / "s.xlsx", change))
    except ExtractRefused:
        return
    quarters = set(found.column("trimestre").to_pylist())
    series = set(found.column("serie").to_pylist())
    assert found.num_rows % len(quarters) == 0
    assert found.num_rows >= len(quarters) * len(series)
