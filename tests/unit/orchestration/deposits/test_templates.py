"""A template, once filled, is a deposit; what it holds is never a formula."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.periods import PeriodKind
from orchestration.deposits.choices import choices_of, reporters_of, words_of
from orchestration.deposits.feeding import (
    NotDepositedError,
    deposits_of,
    find_indicator,
    indicators_of,
)
from orchestration.deposits.prefilled import (
    Row,
    TemplateRequest,
    last_ended,
    next_period,
    prefilled_rows,
)
from orchestration.deposits.template import Template, template_workbook
from sources.contract import MASKED
from sources.protocols.depots.collection import (
    CHANGE_ROW,
    COLLECTION_SHEET,
    DATA_SHEET,
    GUIDE_SHEET,
    MODE_ROW,
    OWN_SHEETS,
)
from sources.protocols.depots.reading import Deposit, read_deposit
from sources.registry import source
from tests.made_definitions import made_definition

OPCO = source("opco_indicateurs")
PCRH = source("dreets_pcrh_2024")
YEARS = source("dreets_pcrh")
DASHBOARD = source("france_travail_tableau_de_bord")
TODAY = date(2026, 11, 26)


def indicator(name: str, **more: object) -> IndicatorDefinition:
    told: dict[str, object] = {"label": "Salariés formés", "counts": "Les salariés."}
    return made_definition(name, **{**told, "unit_measure": "salarie", **more})


TRAINED = indicator("1A1_salaries_formes_te")
MISSIONS = indicator("1A4_pcrh_te", unit_measure="pcrh")
TRAINING = indicator("2B5_acces_formation_de", unit_measure="pct", period_kind="reading")
LAST: list[Row] = [
    {
        "indicateur": "1A1_salaries_formes_te",
        "territoire": "52",
        "periode": "2024",
        "ventilation": "total",
        "categorie": "total",
        "valeur": "7507",
        "unite": "salarie",
        "periode_reference": None,
        "repondants": "AFDAS, Atlas",
        "mode_collecte": "declaration",
        "commentaire": '=HYPERLINK("http://exemple.fr";"a")',
    }
]


def template(name: str, wanted: IndicatorDefinition, last: list[Row]) -> bytes:
    known = source(name)
    choices = choices_of(known, [wanted], "52")
    asked = TemplateRequest(wanted, "52", TODAY)
    rows = prefilled_rows(known.contract, asked, choices, words_of(known, "52"), last)
    return template_workbook(Template(known, wanted, choices, reporters_of(known), rows))


def filled(content: bytes, values: dict[str, object], answers: dict[str, str]) -> bytes:
    """Fill a template as a partner would: cells of the data, answers of the collection."""
    book = load_workbook(io.BytesIO(content))
    for place, value in values.items():
        book[DATA_SHEET][place] = value
    for row in book[COLLECTION_SHEET].iter_rows(min_row=2):
        kind, detail, answer = row
        if (said := answers.get(str(detail.value), answers.get(str(kind.value)))) is not None:
            answer.value = said
    return saved(book)


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(content: bytes, name: str, folder: Path) -> Deposit:
    path = folder / "depot"
    path.write_bytes(content)
    return read_deposit(source(name).contract, path)


ANSWERS = {MODE_ROW: "declaration", "AFDAS": "x", "Santé": "X", CHANGE_ROW: "Santé répond."}


def test_what_lines_cannot_say_is_not_asked(tmp_path: Path) -> None:
    """A mode of collection chosen once for all would be read by nobody, and nobody be told."""
    content = template("cariforef_seniors_zones", TRAINED, [{"code_zone": "5201"}])
    book = load_workbook(io.BytesIO(content))
    assert COLLECTION_SHEET not in book.sheetnames
    guide = " ".join(str(cell.value) for row in book[GUIDE_SHEET] for cell in row)
    assert "2. Déposer" in guide
    assert COLLECTION_SHEET not in guide
    assert "commentaire" not in guide
    deposit = read(content, "cariforef_seniors_zones", tmp_path)
    assert not (*deposit.flaws, *deposit.grid.remarks)


def test_a_filled_template_is_a_deposit_as_it_is(tmp_path: Path) -> None:
    content = filled(template(OPCO.id, TRAINED, LAST), {"F3": 8000}, ANSWERS)
    deposit = read(content, OPCO.id, tmp_path)
    assert not deposit.flaws
    assert not deposit.grid.remarks
    old, new = deposit.table(OPCO.contract).to_pylist()
    assert old == LAST[0]
    assert new == {
        **LAST[0],
        "periode": "2025",
        "valeur": "8000",
        "repondants": "AFDAS, Santé",
        "commentaire": "Ce qui a changé : Santé répond.",
    }


def test_a_row_keeps_its_own_answers(tmp_path: Path) -> None:
    values = {"F3": "s.s", "I3": "Atlas", "K3": "provisoire"}
    content = filled(template(OPCO.id, TRAINED, LAST), values, ANSWERS)
    _, new = read(content, OPCO.id, tmp_path).rows
    assert (new["valeur"], new["repondants"]) == (MASKED, "Atlas")
    assert new["commentaire"] == "provisoire ; Ce qui a changé : Santé répond."


def test_what_nobody_answered_is_asked_with_its_sheet(tmp_path: Path) -> None:
    content = filled(template(OPCO.id, TRAINED, LAST), {"F3": 8000}, {"AFDAS": "peut-être"})
    told = [str(flaw) for flaw in read(content, OPCO.id, tmp_path).flaws]
    assert told == [
        "Feuille « Collecte », cellule C5 : « peut-être » n'est pas une réponse : "
        "écrire x, ou laisser vide.",
        "Feuille « Collecte » : le mode de collecte n'est pas choisi.",
        "Feuille « Collecte » : aucun répondant n'est coché : cocher d'un x ceux qui ont répondu.",
    ]


def test_what_comes_from_outside_is_never_a_formula() -> None:
    book = load_workbook(io.BytesIO(template(OPCO.id, TRAINED, LAST)))
    cell = book[DATA_SHEET]["K2"]
    assert (cell.value, cell.data_type) == (LAST[0]["commentaire"], "s")
    assert cell.quotePrefix
    formulas = [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []


def test_each_column_of_codes_has_its_list_and_the_titles_are_locked() -> None:
    book = load_workbook(io.BytesIO(template(OPCO.id, TRAINED, LAST)))
    assert tuple(book.sheetnames) == OWN_SHEETS
    data = book[DATA_SHEET]
    listed = {str(rule.sqref)[0]: rule.formula1 for rule in data.data_validations.dataValidation}
    titles = {cell.column_letter: cell.value for cell in data[1]}
    assert {titles[letter] for letter, formula in listed.items() if formula} == {
        "Indicateur",
        "Territoire",
        "Ventilation",
        "Catégorie",
        "Unité",
        "Mode de collecte",
    }
    for formula in filter(None, listed.values()):
        sheet, cells = formula.split("!")
        codes = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
        assert codes
        assert all(codes)
    assert data.protection.sheet
    assert data["A1"].protection.locked
    assert not data["F3"].protection.locked
    guide = " ".join(str(cell.value) for row in book[GUIDE_SHEET].iter_rows() for cell in row)
    assert "opco_indicateurs.xlsx" in guide
    assert "salariés (salarie)" in guide


def test_the_reporters_are_those_that_the_deposit_stands_for() -> None:
    assert len(reporters_of(OPCO)) == 11
    assert [one.code for one in reporters_of(source("region_indicateurs"))] == ["Région"]
    assert reporters_of(PCRH) == ()


def test_a_first_deposit_has_every_cell_of_its_key(tmp_path: Path) -> None:
    content = filled(template(PCRH.id, MISSIONS, []), {"E2": 12}, {MODE_ROW: "nationale"})
    deposit = read(content, PCRH.id, tmp_path)
    assert not deposit.flaws
    assert len(deposit.rows) == 12
    assert {row["annee"] for row in deposit.rows} == {"2024"}
    assert {row["departement"] for row in deposit.rows} >= {"Vendée", "Pays de la Loire"}
    assert [row["nombre"] for row in deposit.rows].count(None) == 11


def test_a_first_deposit_is_asked_for_what_the_suites_expect(tmp_path: Path) -> None:
    """What a rule would hold is not asked for: a map is given by ministry, and has no total."""
    region = "region_indicateurs"
    places = indicator("4B2_ouvertures_places", unit_measure="place", period_kind="campaign")
    rows = read(template(region, places, []), region, tmp_path).rows
    cells = [(row["ventilation"], row["categorie"], row["unite"]) for row in rows]
    assert cells == [("ministere", "men", "place"), ("ministere", "masa", "place")]
    pupils = indicator("2B2_de_remise_a_niveau")
    (row,) = read(template(region, pupils, []), region, tmp_path).rows
    assert (row["ventilation"], row["categorie"]) == ("total", "total")


def test_cells_that_were_left_out_are_asked_for_again() -> None:
    last = [dict.fromkeys(PCRH.contract.columns) | {"annee": "2024", "nombre": "3"}]
    last[0] |= {"code_departement": "44", "theme": "tous", "mode_collecte": "nationale"}
    book = load_workbook(io.BytesIO(template(PCRH.id, MISSIONS, last)))
    rows = [row[:5] for row in book[DATA_SHEET].iter_rows(min_row=2, max_row=13, values_only=True)]
    assert rows[0] == ("2024", "44", None, "tous", 3)
    assert len({(row[1], row[3]) for row in rows}) == 12


def test_a_reading_is_of_today_and_says_nothing_of_former_ones(tmp_path: Path) -> None:
    answers = {MODE_ROW: "tableau_de_bord", "France Travail": "x"}
    content = filled(template(DASHBOARD.id, TRAINING, LAST), {"E2": 5.6}, answers)
    deposit = read(content, DASHBOARD.id, tmp_path)
    assert not deposit.flaws
    first = deposit.rows[0]
    assert (first["date_lecture"], first["public"], first["valeur"]) == (
        "2026-11-26",
        "total",
        "5.6",
    )
    assert {row["indicateur"] for row in deposit.rows} == {"2B5_acces_formation_de"}


def test_where_years_are_kept_a_template_is_of_the_last_that_has_ended(tmp_path: Path) -> None:
    last: list[Row] = [
        dict.fromkeys(YEARS.contract.columns)
        | {"annee": year, "code_departement": "44", "theme": "tous", "nombre": number}
        for year, number in (("2024", "3"), ("2025", "5"))
    ]
    content = filled(template(YEARS.id, MISSIONS, last), {"E3": 12}, {MODE_ROW: "nationale"})
    deposit = read(content, YEARS.id, tmp_path)
    assert not deposit.flaws
    assert {row["annee"] for row in deposit.rows} == {"2025"}
    assert [row["nombre"] for row in deposit.rows][:3] == ["5", "12", None]
    assert len(deposit.rows) == 12
    guide = load_workbook(io.BytesIO(content))[GUIDE_SHEET]
    texts = [str(row[1]) for row in guide.iter_rows(values_only=True)]
    assert any(text.startswith("Une année par dépôt") for text in texts)


@pytest.mark.parametrize(
    ("kind", "period", "after", "ended"),
    [
        ("year", "2024", "2025", "2025"),
        ("school_year", "2023-2024", "2024-2025", "2025-2026"),
        ("quarter", "2025-Q4", "2026-Q1", "2026-Q3"),
        ("quarter", "2025-Q2", "2025-Q3", "2026-Q3"),
        ("reading", "2025-12", "2026-01", "2026-11"),
        ("reading", "2025-04", "2025-05", "2026-11"),
    ],
)
def test_periods_follow_one_another(kind: PeriodKind, period: str, after: str, ended: str) -> None:
    assert next_period(kind, period) == after
    assert last_ended(kind, TODAY) == ended


def manifest(**feeding: list[str]) -> dict[str, Any]:
    """A manifest of indicators, each with the extracts that its model reads."""
    nodes: dict[str, Any] = {}
    children: dict[str, list[str]] = {
        "source.vigie.landed.insee_zones_emploi": ["model.vigie.int_areas"],
        "model.vigie.int_areas": [f"model.vigie.{name}" for name in feeding],
    }
    for name, extracts in feeding.items():
        meta = {"vigie": indicator(name).model_dump(by_alias=True, exclude={"id"})}
        node = {"name": name, "resource_type": "model", "config": {"meta": meta}}
        nodes[f"model.vigie.{name}"] = node
        children[f"model.vigie.{name}"] = []
        for extract in extracts:
            children.setdefault(f"source.vigie.landed.{extract}", []).append(f"model.vigie.{name}")
    return {"nodes": nodes, "child_map": children}


KNOWN = {
    "1A1_salaries_formes_te": [OPCO.id],
    "1A4_pcrh_te": ["dreets_pcrh_2023", "dreets_pcrh_2024"],
    "2A3_part_filles_voeux": ["parcoursup"],
    "2B5_acces_formation_de": ["france_travail_indicateurs"],
}


def test_an_indicator_is_found_by_its_beginning_with_its_deposits() -> None:
    known = manifest(**KNOWN)
    found = find_indicator("1a4", known)
    assert [one.id for one in deposits_of(found, known)] == KNOWN["1A4_pcrh_te"]
    assert [one.id for one in deposits_of(find_indicator("2B5", known), known)] == [
        "france_travail_indicateurs",
        "france_travail_tableau_de_bord",
    ]
    assert [one.id for one in indicators_of(OPCO, known)] == ["1A1_salaries_formes_te"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("1A", "Les plus proches : 1A1_salaries_formes_te, 1A4_pcrh_te."),
        ("1A4_prch_te", "Les plus proches : 1A4_pcrh_te"),
        ("zzz", "n'est pas un indicateur de la stratégie."),
    ],
)
def test_an_unknown_indicator_is_told_with_those_that_look_like_it(asked: str, said: str) -> None:
    with pytest.raises(NotDepositedError, match=said):
        find_indicator(asked, manifest(**KNOWN))


def test_an_indicator_without_deposit_says_where_it_comes_from() -> None:
    known = manifest(**KNOWN)
    with pytest.raises(NotDepositedError, match="Parcoursup, vœux et admissions"):
        deposits_of(find_indicator("2A3", known), known)
