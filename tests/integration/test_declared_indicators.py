"""What partners declare is what is in the warehouse, cell by cell, and what the report printed.

Here: the deposits against the observations, and against the figures of the printed report. Not
here: what the gate makes of them (``test_gatekeeping``), nor whether the report is right.
"""

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from expectations.cells.indicator_definition import load_definitions
from orchestration.settings.folders import Folders
from orchestration.station.warehouse import read_tables

PROJECT = Path(__file__).resolve().parents[2]
DEPOSITS = PROJECT / "sources" / "replay" / "recordings" / "depots"
PRINTED = DEPOSITS / "cariforef_bilan_2023_2024.csv"
DEPARTMENTS = {"44", "49", "53", "72", "85"}
READ_BY_HAND = "2B5_acces_formation_de"
"""Declared too, but a reading of the dashboard comes first: it has an intermediate model."""
COMPUTED = {
    "1A4_pcrh_te",
    "1C1_pcrh",
    "1C2_taux_emploi_15_64",
    "1C4_taux_emploi_seniors",
    "1C5_taux_activite_seniors",
    "2A3_part_filles_voeux",
    "2B4_acces_emploi_publics_prioritaires",
}
AT_THEIR_OWN_PERIOD = {
    ("2B5_acces_formation_de", "2023"): "2025-04",
    ("4A1_situations_ct2e", "2023"): "2022-2023",
}
"""Figures that the report prints under a year and says to be of another period."""

Key = tuple[str, str, str, str, str]
Cell = tuple[float | None, str]
"""A value and its unit."""


def deposited() -> dict[Key, Cell]:
    """Every cell of the recorded deposits, read without the project's own readers."""
    cells: dict[Key, Cell] = {}
    for path in sorted(DEPOSITS.glob("*_indicateurs.*")):
        for row in _rows(path):
            key = (row["Indicateur"], row["Territoire"], row["Période"])
            key = (*key, _code(row["Ventilation"]), _code(row["Catégorie"]))
            assert key not in cells
            cells[key] = (_number(row["Valeur"]), row["Unité"])
    return cells


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file, delimiter=";")
        return
    with closing(load_workbook(path, read_only=True)) as book:
        titles, *rows = book.worksheets[0].values
    for row in rows:
        texts = ("" if cell is None else str(cell) for cell in row)
        yield dict(zip(map(str, titles), texts, strict=True))


def _code(text: str) -> str:
    return "_T" if text == "total" else text


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


def printed() -> dict[Key, Cell]:
    """Every cell of the declared indicators that the report prints; its annex has the last word."""
    cells: dict[Key, Cell] = {}
    with PRINTED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] not in COMPUTED]
    for table in ("annexe", "fiche"):
        for row in rows:
            if row["table"] == table:
                cells.setdefault(_printed_key(row), (_number(row["value"]), row["unit"]))
    return cells


def _printed_key(row: dict[str, str]) -> Key:
    indicator, period = row["indicator"], row["time_period"]
    period = AT_THEIR_OWN_PERIOD.get((indicator, period), period)
    if row["dimension"] != "departement":
        breakdown, category = row["dimension"] or "_T", row["code"] or "_T"
        return indicator, "52", period, breakdown, category
    is_share = row["unit"] == "pct"
    area = "52" if row["code"] == "total" else row["code"]
    return (
        indicator,
        area,
        period,
        "mesure" if is_share else "_T",
        "part_de_la_region" if is_share else "_T",
    )


@pytest.fixture(scope="module")
def warehouse(demo_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def observed(warehouse: duckdb.DuckDBPyConnection) -> dict[Key, tuple[Cell, str]]:
    """Value, unit and status of every cell of the declared indicators."""
    rows = warehouse.execute(
        """
        select indicator, code, time_period, breakdown, category,
            cast(obs_value as double), unit_measure, obs_status
        from marts.fct_observation inner join marts.dim_area using (ref_area)
        """
    ).fetchall()
    return {row[:5]: (row[5:7], row[7]) for row in rows if row[0] not in COMPUTED}


def test_each_indicator_is_what_was_deposited_cell_by_cell(
    observed: dict[Key, tuple[Cell, str]],
) -> None:
    expected = deposited()
    there = {key: cell for key, (cell, _) in observed.items() if key in expected}
    assert there == expected
    elsewhere = [
        (value, status) for key, ((value, _), status) in observed.items() if key not in there
    ]
    assert set(elsewhere) == {(None, "L"), (None, "Y")}


def test_what_was_deposited_is_what_the_report_printed() -> None:
    """An indicator that came after the report is in the deposits alone."""
    in_report = {key[0] for key in printed()}
    assert {key: cell for key, cell in deposited().items() if key[0] in in_report} == printed()


def test_every_indicator_that_was_deposited_is_declared(
    observed: dict[Key, tuple[Cell, str]],
) -> None:
    assert {key[0] for key in deposited()} <= {key[0] for key in observed}


def test_absent_null_zero_and_what_cannot_or_need_not_be_yet_are_five_things(
    observed: dict[Key, tuple[Cell, str]],
) -> None:
    closed = ("4B3_fermetures_places", "52", "2023", "ministere", "masa")
    not_summed_up = ("4A1_situations_ct2e", "52", "2022-2023", "_T", "_T")
    known = ("2B1_decrocheurs_psad", "52", "2023-2024", "mesure", "connus")
    coloured = ("4B4_places_diplomes_colores", "52", "2024", "ministere", "masa")
    unstable = ("2B3_de_remise_en_activite", "52", "2024", "_T", "_T")
    assert observed[closed] == ((0, "place"), "A")
    assert observed[not_summed_up] == ((None, "situation"), "O")
    assert observed[known] == ((None, "eleve"), "L")
    assert observed[coloured] == ((None, "place"), "M")
    assert observed[unstable] == ((None, "demandeur_emploi"), "Y")


def test_only_what_is_due_and_not_deposited_is_absent(
    observed: dict[Key, tuple[Cell, str]],
) -> None:
    assert _with_status(observed, "L") == {
        ("2B1_decrocheurs_psad", "52", "2022-2023", "mesure", "suivis"),
        ("2B1_decrocheurs_psad", "52", "2023-2024", "mesure", "connus"),
    }


def test_in_may_2025_what_the_report_says_to_be_to_come_is_not_yet_available(
    observed: dict[Key, tuple[Cell, str]],
) -> None:
    areas = {"52", *DEPARTMENTS}
    assert _with_status(observed, "Y") == {
        *(("1B1_etablissements_apprentissage", code, "2024", "_T", "_T") for code in areas),
        ("2A5_metiers_connus_par_eleve", "52", "2023", "_T", "_T"),
        ("2A5_metiers_connus_par_eleve", "52", "2024", "_T", "_T"),
        ("2B3_de_remise_en_activite", "52", "2024", "_T", "_T"),
        ("3B2_entrees_formation", "52", "2024", "_T", "_T"),
        ("4B5_poursuite_etude_bacpro", "52", "2024", "ministere", "men"),
        ("4B6_insertion_bacpro", "52", "2024", "ministere", "men"),
        ("4B6_insertion_bacpro", "52", "2024", "ministere", "masa"),
    }


def _with_status(observed: dict[Key, tuple[Cell, str]], wanted: str) -> set[Key]:
    return {key for key, (_, status) in observed.items() if status == wanted}


def test_school_years_and_readings_are_periods_of_their_own(
    observed: dict[Key, tuple[Cell, str]],
) -> None:
    periods: dict[str, set[str]] = {}
    for indicator, _, period, _, _ in observed:
        periods.setdefault(indicator, set()).add(period)
    years = {"2023", "2024"}
    assert {name: found for name, found in periods.items() if found != years} == {
        "2A4_eleves_orientibus": {"2022-2023", "2023-2024"},
        "2B1_decrocheurs_psad": {"2022-2023", "2023-2024"},
        "2B5_acces_formation_de": {"2025-04"},
        "4A1_situations_ct2e": {"2022-2023", "2023-2024"},
    }


def test_reporters_are_the_bodies_that_the_note_does_not_exclude(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select time_period, reporters from marts.fct_observation "
        "where indicator = '1A1_salaries_formes_te' and category = '_T'"
    ).fetchall()
    by_year = {period: set(reporters.split(", ")) for period, reporters in rows}
    assert {period: len(bodies) for period, bodies in by_year.items()} == {"2023": 8, "2024": 9}
    assert by_year["2024"] - by_year["2023"] == {"Santé"}


def test_the_two_ministries_speak_of_different_school_years(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select category, reference_period from marts.fct_observation "
        "where indicator = '4B2_ouvertures_places' and time_period = '2024'"
    ).fetchall()
    assert dict(rows) == {"men": "2025-2026", "masa": "2024-2025"}


def test_the_renewal_rate_has_the_places_as_numerator_and_no_denominator(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select time_period, category, numerator, denominator from marts.fct_observation "
        "where indicator = '4B1_taux_transformation' order by time_period, category"
    ).fetchall()
    assert rows == [
        ("2023", "masa", 120 + 0, None),
        ("2023", "men", 785 + 245, None),
        ("2024", "masa", 110 + 40, None),
        ("2024", "men", 644 + 205, None),
    ]


def test_each_declared_indicator_descends_from_its_own_producer(demo_home: Path) -> None:
    manifest = json.loads(next((demo_home / "dbt").glob("manifest.json")).read_text("utf-8"))
    definitions = load_definitions(manifest)
    stagings = {
        node["name"]: [
            parent.split(".")[-1]
            for parent in node["depends_on"]["nodes"]
            if parent.split(".")[-1].startswith("stg_")
        ]
        for node in manifest["nodes"].values()
        if node["name"] in definitions and node["name"] not in {*COMPUTED, READ_BY_HAND}
    }
    producers = {
        "AGORA": "agora",
        "Cariforef": "cariforef",
        "DARES": "dares",
        "DRAFPIC": "drafpic",
        "DREETS": "dreets",
        "France Travail": "france_travail",
        "OPCO": "opco",
        "ORION": "orion",
        "Région": "region",
        "Éducation nationale": "education_nationale",
    }
    for indicator, parents in stagings.items():
        producer = producers[definitions[indicator].producer]
        assert parents == [f"stg_{producer}__indicateurs"], indicator
    assert len(stagings) == len(definitions) - len({*COMPUTED, READ_BY_HAND})


def test_every_indicator_has_the_columns_of_the_uniform_observation(demo_home: Path) -> None:
    manifest = json.loads((demo_home / "dbt" / "manifest.json").read_text("utf-8"))
    tables = read_tables(Folders(demo_home).warehouse)
    uniform = [*tables["marts", "fct_observation"].columns.items()]
    assert manifest["nodes"]["model.vigie.fct_observation"]["contract"]["enforced"]
    for indicator in load_definitions(manifest):
        assert [*tables["indicators", indicator].columns.items()] == uniform, indicator
