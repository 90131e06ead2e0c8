"""Bretagne, from the same national extracts: all that comes from open data, and nothing else.

Here: one build of the dbt project with another region, against figures counted without it. Not
here: the region of the demonstration (``test_right_numbers``).
"""

import csv
import gzip
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from sources.landing import land_nothing, landed_path
from sources.registry import sources
from tests.conftest import PROJECT
from tests.dbt_runs import run_dbt

pytestmark = pytest.mark.slow


REGION, NAME = "53", "Bretagne"
OPEN = (
    "parcoursup_2018",
    "parcoursup_2019",
    "insee_zones_emploi",
    "dgcl_epci",
    "insee_emploi_communes",
)
"""National extracts, and the census of another region's communes: none of them may be counted."""

RECORDINGS = PROJECT / "sources" / "replay" / "recordings" / "parcoursup"
ZONES = PROJECT / "sources" / "producers" / "insee" / "reference" / "Communes_to_ZE_2022.xlsx"
EPCI = PROJECT / "sources" / "producers" / "dgcl" / "reference" / "Communes_to_EPCI_2022.csv"

Counts = dict[str, tuple[int, int]]
"""Women admitted and people admitted, by course family."""


@pytest.fixture(scope="module")
def warehouse(
    demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    home = tmp_path_factory.mktemp("bretagne")
    for source in sources().values():
        land_nothing(home, source)
    for source_id in OPEN:
        shutil.copyfile(landed_path(demo_home, source_id), landed_path(home, source_id))
    run_dbt(home, "build", "--exclude-resource-type", "unit_test", VIGIE_REGION=REGION)
    results = json.loads((home / "target" / "run_results.json").read_text("utf-8"))["results"]
    statuses = {result["status"] for result in results}
    # An exposure is a no-op.
    assert statuses - {"no-op"} == {"success", "pass"}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def communes() -> dict[str, Mapping[str, str]]:
    """Every commune of France, as the official workbook of the employment zones lists them."""
    with CalamineWorkbook.from_path(ZONES) as workbook:
        rows = workbook.get_sheet_by_name("Composition_communale").to_python()
    titles = [str(title) for title in rows[5]]
    listed = [dict(zip(titles, map(str, row), strict=True)) for row in rows[6:] if row[0]]
    return {row["CODGEO"]: row for row in listed}


def inside_and_across(area_of: Mapping[str, str], region_of: Mapping[str, str]) -> tuple[int, int]:
    """Number of areas that have a commune in the region, and of those that have others too."""
    regions: dict[str, set[str]] = {}
    for commune, area in area_of.items():
        regions.setdefault(area, set()).add(region_of[commune])
    inside = [found for found in regions.values() if REGION in found]
    return len(inside), sum(len(found) > 1 for found in inside)


def admissions(session: str) -> Counts:
    """Counted from the producer's file by the label of the region, not by the department."""
    counts: Counts = {}
    path = RECORDINGS / f"fr-esr-parcoursup-{session}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["region_etab_aff"] == NAME:
                women, admitted = counts.get(row["form_lib_voe_acc"], (0, 0))
                counts[row["form_lib_voe_acc"]] = (
                    women + int(row["acc_tot_f"]),
                    admitted + int(row["acc_tot"]),
                )
    return counts


def test_its_areas_are_its_own_and_those_across_its_border_are_parts(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    listed = communes()
    region_of = {code: row["REG"] for code, row in listed.items()}
    zone_of = {code: row["ZE2020"] for code, row in listed.items()}
    with EPCI.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        epci_of = {row["insee"]: row["siren"] for row in rows if row["siren"]}
    found = warehouse.execute(
        "select area_type, count(*), count(*) filter (is_part), "
        "count(*) filter (label like '% (partie Bretagne)') from marts.dim_area "
        "where region_code = '53' group by area_type"
    ).fetchall()
    zones, epci = inside_and_across(zone_of, region_of), inside_and_across(epci_of, region_of)
    assert {row[0]: row[1:] for row in found} == {
        "REG": (1, 0, 0),
        "DEP": (4, 0, 0),
        "ZE2020": (*zones, zones[1]),
        "EPCI": (*epci, epci[1]),
    }
    names = warehouse.execute(
        "select ref_area, label from marts.dim_area "
        "where code in ('53', '35', '0062') order by code"
    ).fetchall()
    assert names == [
        ("ZE2020-0062", "Redon (partie Bretagne)"),
        ("DEP-35", "Ille-et-Vilaine"),
        ("REG-53", "Bretagne"),
    ]


@pytest.mark.parametrize("session", ["2018", "2019"])
def test_its_share_of_women_is_that_of_its_own_courses(
    warehouse: duckdb.DuckDBPyConnection, session: str
) -> None:
    base, counts = admissions("2018"), admissions(session)
    gendered = [name for name, (women, admitted) in base.items() if 100 * women < 45 * admitted]
    expected = {name: counts.get(name) for name in gendered}
    present = [pair for pair in expected.values() if pair]
    rows = warehouse.execute(
        "select ref_area, category, numerator, denominator, cast(obs_value as double) "
        "from marts.fct_observation "
        "where indicator = '2A3_part_filles_voeux' and time_period = ?",
        [session],
    ).fetchall()
    assert {row[0] for row in rows} == {"REG-53"}
    found = {row[1]: (row[2], row[3]) if row[3] else None for row in rows}
    women, admitted = (sum(pair[i] for pair in present) for i in (0, 1))
    assert found.pop("_T") == (women, admitted)
    assert found == expected
    (share,) = (row[4] for row in rows if row[1] == "_T")
    assert share == pytest.approx(100 * women / admitted, abs=1e-6)


def test_its_census_grid_is_whole_and_counts_nobody_of_another_region(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select time_period, count(*), count(distinct ref_area), string_agg(distinct obs_status) "
        "from marts.fct_observation where indicator = '1C2_taux_emploi_15_64' "
        "group by time_period order by time_period"
    ).fetchall()
    areas = warehouse.execute("select count(*) from marts.dim_area").fetchone()
    assert areas is not None
    assert rows == [(year, areas[0], areas[0], "L") for year in ("2007", "2012", "2017")]


def test_what_partners_declare_does_not_exist_there(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("select distinct indicator from marts.fct_observation order by 1")
    assert found.fetchall() == [("1C2_taux_emploi_15_64",), ("2A3_part_filles_voeux",)]
