"""The marts that people ask for say what the observations say, no more and no less.

Here: dimensions, tables by fiche, evolutions, and the printed report beside the observations. Not
here: the vintages of observations (``test_history``), nor whether an observation is right.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from tests.dbt_runs import run_dbt

FICHES = ("1a", "1b", "1c", "2a", "2b", "3a", "3b", "4a", "4b", "5")
PERIOD = re.compile("[0-9]{4}(-[0-9]{2}|-[0-9]{4}|-Q[1-4])?")
PRINTED_FIGURES = 305


@pytest.fixture(scope="module")
def warehouse(demo_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def definitions(demo_home: Path) -> dict[str, IndicatorDefinition]:
    manifest = json.loads((demo_home / "dbt" / "manifest.json").read_text("utf-8"))
    return load_definitions(manifest)


def rows_of(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = warehouse.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_the_dimension_of_indicators_is_their_definitions(
    warehouse: duckdb.DuckDBPyConnection, definitions: dict[str, IndicatorDefinition]
) -> None:
    shown = ("fiche", "label", "counts", "excludes", "unit_measure", "producer", "cadence")
    rows = {row["indicator"]: row for row in rows_of(warehouse, "from marts.dim_indicator")}
    assert {name: [row[field] for field in shown] for name, row in rows.items()} == {
        name: [getattr(definition, field) for field in shown]
        for name, definition in definitions.items()
    }
    assert rows


def test_a_period_is_of_a_kind_and_every_observation_has_one(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    kinds = {
        (row["time_period"], row["period_kind"]): row["label"]
        for row in rows_of(warehouse, "from marts.dim_period")
    }
    assert kinds["2018", "campaign"] == "Campagne 2018"
    assert kinds["2017", "census"] == "Recensement 2017"
    assert kinds["2022-2023", "school_year"] == "Année scolaire 2022-2023"
    assert kinds["2025-04", "reading"] == "Lecture d’avril 2025"
    assert ("2018", "year") not in kinds
    lost = warehouse.execute(
        """
        select count(*) from marts.fct_observation
        inner join marts.dim_indicator using (indicator)
        left join marts.dim_period using (time_period, period_kind)
        where dim_period.label is null
        """
    ).fetchone()
    assert lost == (0,)


def test_every_reporter_that_observations_name_is_known(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    named = warehouse.execute(
        "select distinct unnest(string_split(reporters, ', ')) from marts.fct_observation "
        "where reporters <> ''"
    ).fetchall()
    known = warehouse.execute("select reporter_label from marts.dim_reporter").fetchall()
    assert len(named) > 10
    assert set(named) <= set(known)


def test_the_tables_by_fiche_hold_every_value_and_nothing_else(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Each value is in the column of its own period: none is moved, lost or counted twice."""
    key = ("indicator", "ref_area", "breakdown", "category", "unit_measure")
    wide = [
        (*(row[name] for name in key), period, value)
        for fiche in FICHES
        for row in rows_of(warehouse, f"from marts.fiche_{fiche}")
        for period, value in row.items()
        if PERIOD.fullmatch(period) and value is not None
    ]
    tidy = [
        (*(row[name] for name in key), row["time_period"], row["obs_value"])
        for row in rows_of(warehouse, "from marts.fct_observation where obs_value is not null")
    ]
    assert sorted(wide) == sorted(tidy)


def test_a_fiche_is_as_the_report_prints_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(warehouse, "from marts.fiche_1a where category = '_T'")
    printed = {
        (row["indicator"], row["area_label"]): (row["2023"], row["2024"])
        for row in rows
        if row["indicator"] in {"1A1_salaries_formes_te", "1A4_pcrh_te"}
    }
    assert printed == {
        ("1A1_salaries_formes_te", "Pays de la Loire"): (4792, 7507),
        ("1A4_pcrh_te", "Pays de la Loire"): (43, 4),
        ("1A4_pcrh_te", "Loire-Atlantique"): (7, 2),
        ("1A4_pcrh_te", "Maine-et-Loire"): (26, None),
        ("1A4_pcrh_te", "Mayenne"): (None, None),
        ("1A4_pcrh_te", "Sarthe"): (1, None),
        ("1A4_pcrh_te", "Vendée"): (9, 2),
    }


def evolution_of(warehouse: duckdb.DuckDBPyConnection, indicator: str) -> dict[str, Any]:
    """The last evolution of the region's total."""
    return rows_of(
        warehouse,
        f"from marts.evolution where indicator = '{indicator}' and category = '_T' "
        "and ref_area = 'REG-52' order by time_period desc limit 1",
    )[0]


def test_the_founding_fall_is_a_change_that_means_nothing(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    row = evolution_of(warehouse, "1A4_pcrh_te")
    assert (row["previous_value"], row["obs_value"], row["change_value"]) == (43, 4, -39)
    assert float(row["change_pct"]) == pytest.approx(-100 * 39 / 43, abs=1e-6)
    assert row["comparability"] == "non_comparable"
    assert row["like_for_like_change"] is None
    assert "recueil" in row["comparability_reason"]


def test_a_reporter_more_is_not_growth(warehouse: duckdb.DuckDBPyConnection) -> None:
    row = evolution_of(warehouse, "1A1_salaries_formes_te")
    assert row["change_value"] == 7507 - 4792
    assert row["like_for_like_change"] is None
    assert row["comparability"] == "non_comparable"
    assert "Santé" in row["comparability_reason"]


def test_the_same_body_both_times_compares_like_for_like(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    row = evolution_of(warehouse, "2A2_professionnels_orientation_formes")
    assert row["comparability"] == "comparable"
    assert row["change_value"] == row["like_for_like_change"] == 1361 - 1458


def test_metiers_and_preconisations_are_not_subtracted(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    row = evolution_of(warehouse, "3B1_metiers_preconisations")
    assert {row["change_value"], row["change_pct"], row["like_for_like_change"]} == {None}
    assert row["comparability"] == "non_comparable"


def test_an_evolution_is_there_for_every_observation(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    evolutions = rows_of(warehouse, "from marts.evolution")
    assert len(evolutions) == len(rows_of(warehouse, "from marts.fct_observation")) > 0


def printed(warehouse: duckdb.DuckDBPyConnection, where: str) -> list[dict[str, Any]]:
    return rows_of(warehouse, f"from marts.fct_printed_figure where {where} order by line")


def test_every_printed_figure_is_there_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = [row["line"] for row in printed(warehouse, "true")]
    assert lines == list(range(1, PRINTED_FIGURES + 1))


def test_each_difference_has_its_reason_in_the_definition(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    different = printed(warehouse, "agreement = 'different'")
    assert different
    assert [row for row in different if not row["reason"]] == []
    assert all(row["difference"] for row in different)
    assert printed(warehouse, "agreement in ('egal', 'texte') and difference <> 0") == []


def test_no_reason_is_left_for_a_difference_that_is_gone(
    warehouse: duckdb.DuckDBPyConnection, definitions: dict[str, IndicatorDefinition]
) -> None:
    written = {
        (
            name,
            difference.table,
            difference.time_period,
            difference.ref_area or "REG-52",
            difference.breakdown or "_T",
            difference.category or "_T",
        )
        for name, definition in definitions.items()
        for difference in definition.printed_differences
    }
    key = ("indicator", "printed_in", "time_period", "ref_area", "breakdown", "category")
    seen = {
        tuple(row[name] for name in key) for row in printed(warehouse, "agreement = 'different'")
    }
    assert written == seen


def test_each_declared_figure_is_printed_as_it_is_observed(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The annex, which the producers' deposits take up, differs nowhere from the observations."""
    assert printed(warehouse, "printed_in = 'annexe' and agreement = 'different'") == []
    equal = printed(warehouse, "printed_in = 'annexe' and agreement = 'egal'")
    assert len(equal) > 100


def test_a_figure_without_an_observation_is_kept_and_says_so(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = printed(warehouse, "agreement = 'sans_observation'")
    assert {row["indicator"] for row in rows} == {
        "1C2_taux_emploi_15_64",
        "1C5_taux_activite_seniors",
        "2A3_part_filles_voeux",
    }
    shares = [row for row in rows if row["indicator"] == "2A3_part_filles_voeux"]
    assert {row["printed_value"] for row in shares} >= {26, 27}
    assert all("2018 à 2019" in row["reason"] for row in shares)


def test_a_figure_of_another_period_meets_the_observation_it_is_about(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = printed(warehouse, "printed_period <> time_period and agreement = 'egal'")
    moved = {(row["indicator"], row["printed_period"], row["time_period"]) for row in rows}
    assert moved >= {
        ("1C4_taux_emploi_seniors", "2023", "2021"),
        ("1C5_taux_activite_seniors", "2024", "2022"),
        ("2B4_acces_emploi_publics_prioritaires", "2024", "2025-04"),
        ("2B5_acces_formation_de", "2023", "2025-04"),
    }
    assert all(row["period_reason"] for row in rows)


def test_the_report_contradicts_itself_and_it_shows(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = printed(warehouse, "lowest_printed <> highest_printed")
    contradicted = {
        (row["indicator"], row["ref_area"], row["time_period"]): (
            float(row["lowest_printed"]),
            float(row["highest_printed"]),
        )
        for row in rows
    }
    assert contradicted["1A4_pcrh_te", "REG-52", "2023"] == (3, 43)
    assert contradicted["2B2_de_remise_a_niveau", "REG-52", "2023"] == (4959, 5051)
    assert contradicted["1C5_taux_activite_seniors", "ZE2020-5202", "2022"] == (56.1, 61.6)
    assert len(contradicted) == 12


def test_the_pasted_figures_are_kept_as_they_were_printed(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The founding error: PCRH by department, in the row of the employment rate."""
    rows = printed(warehouse, "indicator = '1C2_taux_emploi_15_64' and printed_value is null")
    assert any("Maine et loire : 26" in (row["printed_text"] or "") for row in rows)


def test_a_quarter_has_its_column_in_its_fiche(station: Path) -> None:
    """Each kind of period that an indicator may have is written as its code; a slip has none."""
    with duckdb.connect(str(station / "warehouse.duckdb")) as connection:
        for period in ("2024-Q2", "2024-T2"):
            connection.execute(
                "insert into marts.fct_observation select * replace (? as time_period) "
                "from marts.fct_observation where indicator = '1A1_salaries_formes_te' limit 1",
                [period],
            )
    run_dbt(station, "run", "--select", "fiche_1a")
    with duckdb.connect(str(station / "warehouse.duckdb"), read_only=True) as connection:
        columns = {row[0] for row in connection.execute("describe marts.fiche_1a").fetchall()}
    assert "2024-Q2" in columns
    assert "2024-T2" not in columns
