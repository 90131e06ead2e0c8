"""The figures that the warehouse must hold after a night on the recorded extracts.

Here: known values, identities between them, and the comparison with a table published by others.
Not here: how a figure is computed (the models' own unit tests) nor what the gate makes of it.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sources.replay.faults import RECORDINGS

PUBLISHED = RECORDINGS / "insee" / "rp2017_emploi_zones_pdl.csv"
DEPARTMENTS = {"DEP-44", "DEP-49", "DEP-53", "DEP-72", "DEP-85"}
FRANCE_TRAVAIL_EPCI = Path(__file__).parents[1] / "data" / "defm_epci_codes.csv"
PARTS = {"ZE2020-0051", "ZE2020-0062"}
COMMITTEES_IN_PART = {"CLPE-35001", "CLPE-61003"}


@pytest.fixture(scope="module")
def warehouse(demo_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def cells(
    warehouse: duckdb.DuckDBPyConnection, indicator: str, time_period: str, area_type: str
) -> dict[str, tuple[float | None, str]]:
    """Value and status of the total, by area."""
    rows = warehouse.execute(
        """
        select ref_area, cast(obs_value as double), obs_status
        from marts.fct_observation inner join marts.dim_area using (ref_area)
        where indicator = ? and time_period = ? and area_type = ? and category = '_T'
        """,
        [indicator, time_period, area_type],
    ).fetchall()
    return {area: (value, status) for area, value, status in rows}


@pytest.mark.parametrize(
    ("area_type", "areas", "parts", "vintage"),
    [
        ("REG", 1, 0, "2016"),
        ("DEP", 5, 0, "2016"),
        ("ZE2020", 21 + 2, 2, "2020"),
        ("CLPE", 18 + 2, 2, "2021"),
        ("EPCI", 67 + 4, 4, "2022"),
    ],
)
def test_areas_have_the_vintage_of_their_list_and_parts_say_so(
    warehouse: duckdb.DuckDBPyConnection, area_type: str, areas: int, parts: int, vintage: str
) -> None:
    rows = warehouse.execute(
        "select is_part, label like '% (partie Pays de la Loire)', vintage, region_code "
        "from marts.dim_area where area_type = ?",
        [area_type],
    ).fetchall()
    whole, part = (False, False, vintage, "52"), (True, True, vintage, "52")
    assert sorted(rows) == [whole] * (areas - parts) + [part] * parts


def test_areas_have_their_official_codes_and_names(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select ref_area, code, label from marts.dim_area where ref_area in "
        "('CLPE-44002', 'CLPE-61003', 'EPCI-244400404', 'EPCI-243500741', 'ZE2020-0051') "
        "order by ref_area"
    ).fetchall()
    assert rows == [
        ("CLPE-44002", "CLPE44002", "Loire-Atlantique Nord"),
        ("CLPE-61003", "CLPE61003", "Pays d'Alençon et d'Andaine (partie Pays de la Loire)"),
        ("EPCI-243500741", "243500741", "CA Redon Agglomération (partie Pays de la Loire)"),
        ("EPCI-244400404", "244400404", "Nantes Métropole"),
        ("ZE2020-0051", "0051", "Alençon (partie Pays de la Loire)"),
    ]


def test_epci_are_those_that_france_travail_knows(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Laval Agglomération was born on 1 January 2019, of a merger."""
    with FRANCE_TRAVAIL_EPCI.open(encoding="utf-8", newline="") as file:
        years = {row["code_epci"]: row["years"] for row in csv.DictReader(file)}
    rows = warehouse.execute("select code from marts.dim_area where area_type = 'EPCI'").fetchall()
    known = {code: years[code] for (code,) in rows}
    assert {code for code, since in known.items() if since != "2018 2019"} == {"200083392"}
    assert known["200083392"] == "2019"


@pytest.mark.parametrize(
    ("indicator", "time_period", "region", "departments"),
    [
        ("1A4_pcrh_te", "2023", 43, {"DEP-44": 7, "DEP-49": 26, "DEP-72": 1, "DEP-85": 9}),
        ("1A4_pcrh_te", "2024", 4, {"DEP-44": 2, "DEP-85": 2}),
        (
            "1C1_pcrh",
            "2023",
            502,
            {"DEP-44": 204, "DEP-49": 104, "DEP-53": 21, "DEP-72": 33, "DEP-85": 140},
        ),
        (
            "1C1_pcrh",
            "2024",
            606,
            {"DEP-44": 264, "DEP-49": 109, "DEP-53": 38, "DEP-72": 46, "DEP-85": 149},
        ),
    ],
)
def test_missions_are_those_deposited_and_a_department_not_printed_is_absent(
    warehouse: duckdb.DuckDBPyConnection,
    indicator: str,
    time_period: str,
    region: int,
    departments: dict[str, int],
) -> None:
    printed = {area: (float(value), "A") for area, value in departments.items()}
    absent = dict.fromkeys(DEPARTMENTS - departments.keys(), (None, "L"))
    assert cells(warehouse, indicator, time_period, "REG") == {"REG-52": (region, "A")}
    assert cells(warehouse, indicator, time_period, "DEP") == printed | absent
    assert sum(departments.values()) == region


def test_missions_say_how_they_were_collected(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select distinct time_period, collection, reporters from marts.fct_observation "
        "where indicator = '1A4_pcrh_te' order by time_period"
    ).fetchall()
    assert rows == [("2023", "regionale", "DREETS"), ("2024", "nationale", "DREETS")]


@pytest.mark.parametrize(
    ("session", "women", "admitted", "share"),
    [("2018", 1795, 6675, 26.89), ("2019", 1840, 7110, 25.88)],
)
def test_share_of_women_in_the_families_of_2018(
    warehouse: duckdb.DuckDBPyConnection, session: str, women: int, admitted: int, share: float
) -> None:
    row = warehouse.execute(
        "select ref_area, numerator, denominator, cast(obs_value as double) "
        "from marts.fct_observation "
        "where indicator = '2A3_part_filles_voeux' and time_period = ? and category = '_T'",
        [session],
    ).fetchone()
    assert row == ("REG-52", women, admitted, pytest.approx(share, abs=0.005))


def test_families_are_ten_and_the_one_that_closed_is_absent(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    families = warehouse.execute(
        "select time_period, count(*), sum(numerator), sum(denominator), max(obs_value) "
        "from marts.fct_observation where breakdown = 'famille_formation' "
        "group by time_period order by time_period"
    ).fetchall()
    assert [row[:4] for row in families] == [("2018", 10, 1795, 6675), ("2019", 10, 1840, 7110)]
    assert families[0][4] < 45
    absent = warehouse.execute(
        "select time_period, category, obs_value from marts.fct_observation "
        "where breakdown = 'famille_formation' and obs_status <> 'A'"
    ).fetchall()
    assert absent == [("2019", "Diplôme des métiers d'Arts", None)]


def test_census_employment_rate_of_the_region(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(value, status)] = cells(warehouse, "1C2_taux_emploi_15_64", "2017", "REG").values()
    assert status == "A"
    assert value == pytest.approx(66.8, abs=0.05)


@pytest.mark.parametrize("time_period", ["2007", "2012", "2017"])
def test_census_areas_are_all_there(warehouse: duckdb.DuckDBPyConnection, time_period: str) -> None:
    zones = cells(warehouse, "1C2_taux_emploi_15_64", time_period, "ZE2020")
    assert len(zones.keys() - PARTS) == 21
    assert zones.keys() > PARTS
    assert cells(warehouse, "1C2_taux_emploi_15_64", time_period, "DEP").keys() == DEPARTMENTS
    committees = cells(warehouse, "1C2_taux_emploi_15_64", time_period, "CLPE")
    assert len(committees.keys() - COMMITTEES_IN_PART) == 18
    assert committees.keys() > COMMITTEES_IN_PART
    epci = cells(warehouse, "1C2_taux_emploi_15_64", time_period, "EPCI")
    assert len(epci) == 71
    assert {status for _, status in (zones | committees | epci).values()} == {"A"}


@pytest.mark.parametrize("time_period", ["2007", "2012", "2017"])
@pytest.mark.parametrize("area_type", ["DEP", "ZE2020", "CLPE"])
def test_census_areas_add_up_to_the_region(
    warehouse: duckdb.DuckDBPyConnection, time_period: str, area_type: str
) -> None:
    totals = """
        select sum(numerator), sum(denominator)
        from marts.fct_observation inner join marts.dim_area using (ref_area)
        where indicator = '1C2_taux_emploi_15_64' and time_period = ? and area_type = ?
    """
    parts = warehouse.execute(totals, [time_period, area_type]).fetchone()
    assert parts == warehouse.execute(totals, [time_period, "REG"]).fetchone()


@pytest.mark.parametrize("time_period", ["2007", "2012", "2017"])
def test_census_epci_add_up_to_the_region_less_the_island_that_is_in_none(
    warehouse: duckdb.DuckDBPyConnection, time_period: str
) -> None:
    rows = warehouse.execute(
        """
        select area_type, sum(numerator), sum(denominator)
        from marts.fct_observation inner join marts.dim_area using (ref_area)
        where indicator = '1C2_taux_emploi_15_64' and time_period = ?
            and area_type in ('EPCI', 'REG')
        group by area_type
        """,
        [time_period],
    ).fetchall()
    sums = {area_type: people for area_type, *people in rows}
    island = warehouse.execute(
        "select sum(obs_value) filter (activity_status = '1'), "
        "sum(obs_value) filter (activity_status = '_T') "
        "from staging.stg_insee__emploi_communes "
        "where commune_code = '85113' and time_period = ?",
        [time_period],
    ).fetchone()
    assert island is not None
    both = zip(sums["EPCI"], island, strict=True)
    assert [epci + alone for epci, alone in both] == sums["REG"]


def test_census_rates_are_those_published_zone_by_zone(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The published table lost three communes merged since the census; without them, we agree."""
    rows = warehouse.execute(
        """
        with merged as (
            select
                'ZE2020-' || zones.zone_code as ref_area,
                cast(sum(obs_value) filter (activity_status = '1') as double) as employed,
                cast(sum(obs_value) filter (activity_status = '_T') as double) as population
            from seeds.merged_communes as merged
            inner join staging.stg_insee__emploi_communes as census
                on census.commune_code = merged.former_commune_code
            inner join staging.stg_insee__zones_emploi as zones
                on zones.commune_code = merged.commune_code
            where census.time_period = '2017'
            group by zones.zone_code
        )
        select
            ref_area,
            cast(numerator as double) - coalesce(merged.employed, 0),
            cast(denominator as double) - coalesce(merged.population, 0)
        from marts.fct_observation left join merged using (ref_area)
        where indicator = '1C2_taux_emploi_15_64' and time_period = '2017'
            and ref_area like 'ZE2020-%'
        """
    ).fetchall()
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        published = {f"ZE2020-{row['ZE2020']}": row for row in csv.DictReader(file, delimiter=";")}
    assert {area for area, _, _ in rows} == published.keys()
    for area, employed, population in rows:
        expected = published[area]
        assert population == pytest.approx(float(expected["P17_POP1564"]), abs=0.0001), area
        assert 100 * employed / population == pytest.approx(
            float(expected["tx_emp"]), abs=0.0001
        ), area


def test_only_two_zones_had_lost_a_commune(warehouse: duckdb.DuckDBPyConnection) -> None:
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        published = {
            f"ZE2020-{row['ZE2020']}": float(row["tx_emp"])
            for row in csv.DictReader(file, delimiter=";")
        }
    ours = cells(warehouse, "1C2_taux_emploi_15_64", "2017", "ZE2020")
    differing = {
        area for area, (value, _) in ours.items() if abs((value or 0) - published[area]) > 0.0001
    }
    assert differing == {"ZE2020-5207", "ZE2020-5215"}


@pytest.mark.parametrize(
    ("indicator", "time_period", "region", "zones"),
    [
        ("1C4_taux_emploi_seniors", "2021", 51.5, {"ZE2020-5216": 56.9, "ZE2020-5201": 51}),
        ("1C4_taux_emploi_seniors", "2022", 52.9, {"ZE2020-5216": 58.3, "ZE2020-5203": 44.3}),
        ("1C5_taux_activite_seniors", "2022", 57.5, {"ZE2020-5216": 62.8, "ZE2020-5203": 49.9}),
    ],
)
def test_seniors_rates_are_those_printed_and_a_zone_not_printed_is_absent(
    warehouse: duckdb.DuckDBPyConnection,
    indicator: str,
    time_period: str,
    region: float,
    zones: dict[str, float],
) -> None:
    found = cells(warehouse, indicator, time_period, "ZE2020")
    assert cells(warehouse, indicator, time_period, "REG") == {"REG-52": (region, "A")}
    assert len(found) == 21
    assert not found.keys() & PARTS
    assert {area for area, (_, status) in found.items() if status == "L"} == {"ZE2020-5214"}
    assert {area: found[area][0] for area in zones} == zones


def test_access_to_work_of_each_public(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select breakdown, category, cast(obs_value as double), ref_area, time_period "
        "from marts.fct_observation where indicator = '2B4_acces_emploi_publics_prioritaires'"
    ).fetchall()
    assert {row[3:] for row in rows} == {("REG-52", "2025-04")}
    assert {row[:2]: row[2] for row in rows} == {
        ("_T", "_T"): 40.5,
        ("type_emploi", "durable"): 20.5,
        ("public", "rsa"): 22.9,
        ("public", "boe"): 18.6,
        ("public", "qpv"): 33.2,
        ("public", "infra_bac"): 38,
        ("public", "55_plus"): 21.8,
        ("public", "jeunes_jusqua_bac2"): 50.6,
    }


def test_every_observation_names_the_extract_it_came_from(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    unnamed = warehouse.execute(
        "select count(*) from marts.fct_observation "
        "where not coalesce(regexp_full_match(extract_id, '[0-9a-f]{64}'), false)"
    ).fetchone()
    assert unnamed == (0,)
