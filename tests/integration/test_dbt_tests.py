"""Each data test of the dbt project fails on data that deserve it; none does on the night's own.

Here: the tests of ``dbt_project/tests`` and of its staging models, on a station spoiled on purpose,
and the run of the models' own unit tests, which a night leaves out.
"""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt.failed_tests import failed_checks
from orchestration.settings.folders import Folders
from orchestration.station.build import read_build
from orchestration.station.warehouse import read_rows
from tests.conftest import DBT_PROJECT as PROJECT
from tests.dbt_runs import run_dbt

SPOILED_EXTRACTS = {
    "parcoursup_2018": (
        "update landed set dep = '98' where _line = 1;"
        "insert into landed from landed where _line = 2"
    ),
    "parcoursup_2019": "update landed set acc_tot = 'n. c.' where _line = 1",
    "inserjeunes_cfa": (
        "update landed set uai = null, taux_emploi_24_mois = 'douze' where _line = 1"
    ),
    "insee_emploi_communes": (
        "insert into landed select * replace ('2020-COM-44999' as geo) from landed where _line = 1;"
        "insert into landed select * replace (null as age) from landed where _line = 2;"
        "insert into landed from landed where age is null"
    ),
    "insee_zones_emploi": "update landed set codgeo = '01001' where codgeo = '01002'",
    "dreets_pcrh_2023": (
        "insert into landed select * replace ('1' as nombre) from landed where _line = 1;"
        "update landed set theme = 'numerique' where code_departement = '85' and theme = 'tous'"
    ),
    "dreets_pcrh_2024": "update landed set code_departement = '35' where code_departement = '85'",
    "cariforef_seniors_zones": "update landed set code_zone = '0062' where code_zone = '5201'",
    "opco_indicateurs": "update landed set indicateur = '1A1_salarie_forme' where _line = 1",
    "dares_indicateurs": "update landed set territoire = '35' where territoire = '85'",
    "drafpic_indicateurs": "update landed set unite = 'tonne' where _line = 1",
    "orion_indicateurs": "update landed set categorie = 'minarm' where _line = 1",
    "education_nationale_indicateurs": "update landed set mode_collecte = 'rumeur' where _line = 1",
    "dreets_indicateurs": "update landed set repondants = 'DREETS, DDETS' where _line = 1",
    "agora_indicateurs": "update landed set valeur = 'n. c.' where _line = 1",
    "france_travail_acces_emploi": (
        "update landed set code_caract = 'ARE' where code_caract = 'RSA'"
    ),
}
TESTS_OF_EXTRACTS = {
    "relationships_stg_parcoursup__sessions_department_code__department_code__ref_departments_",
    "sound_keys_stg_parcoursup__sessions",
    "sound_keys_stg_inserjeunes__cfa",
    "reads_every_value_stg_inserjeunes__cfa",
    "reads_every_value_stg_parcoursup__sessions",
    "census_commune_unknown",
    "sound_keys_stg_insee__emploi_communes",
    "sound_keys_stg_insee__zones_emploi",
    "sound_keys_stg_dreets__pcrh_2023",
    # What is there twice in a deposit is twice in the mart.
    "unique_combination_fct_observation_indicator__ref_area__time_period__breakdown__category",
    "hole_in_the_grid",
    "line_set_aside",
    "code_unknown",
    "reads_every_value_stg_agora__indicateurs",
    "deposited_missions_lost",
    "seniors_zone_lost",
    "reading_lost",
}

CENSUS = ("1C2_taux_emploi_15_64", "1C4_taux_emploi_seniors", "1C5_taux_activite_seniors")
NAMED = {
    ("line_set_aside", "territoire inconnu, « 35 ».", ("1B1_etablissements_apprentissage",)),
    (
        "line_set_aside",
        "indicateur inconnu, « 1A1_salarie_forme » ; « 1A1_salaries_formes_te » lui ressemble.",
        ("1A1_salaries_formes_te",),
    ),
    ("census_commune_unknown", "« 44999 »)", CENSUS),
    ("sound_keys_stg_inserjeunes__cfa", "ligne 1, titres non comptés)", ()),
    ("reads_every_value_stg_inserjeunes__cfa", "« douze » ligne 1, titres non comptés)", ()),
    (
        "reads_every_value_stg_parcoursup__sessions",
        "« parcoursup_2019 / n. c. » ligne 1, titres non comptés)",
        ("2A3_part_filles_voeux",),
    ),
    (
        "reads_every_value_stg_agora__indicateurs",
        "« n. c. » ligne 1, titres non comptés)",
        ("1B3_salaries_entres_formation",),
    ),
    ("code_unknown", "« collections / rumeur »)", ("2A5_metiers_connus_par_eleve",)),
    ("code_unknown", "« reporters / DREETS, DDETS »)", ("2B3_de_remise_en_activite",)),
    ("code_unknown", "« units / tonne »)", ("4B4_places_diplomes_colores",)),
    ("code_unknown", "« categories / ministere / minarm »)", ("4B5_poursuite_etude_bacpro",)),
}
"""The codes that a finding names, and the indicators that it holds."""

SPOILED_WAREHOUSE = """
    update marts.fct_observation set obs_value = null
    where indicator = '1A4_pcrh_te' and ref_area = 'DEP-49' and time_period = '2023';
    update marts.fct_observation set numerator = numerator + 1
    where indicator = '2A3_part_filles_voeux' and category = '_T' and time_period = '2018';
    update marts.fct_observation set obs_status = 'X'
    where indicator = '2B4_acces_emploi_publics_prioritaires';
    delete from marts.fct_observation
    where indicator = '1C1_pcrh' and ref_area = 'DEP-72' and time_period = '2024';
    insert into marts.fct_observation
    select * from marts.fct_observation where indicator = '1C4_taux_emploi_seniors' limit 1;
    delete from marts.dim_area where area_type = 'REG';
    delete from indicators."1C2_taux_emploi_15_64" where ref_area = 'ZE2020-5216';
    update indicators."2A3_part_filles_voeux" set numerator = numerator + 1 where category = 'BTSA';
"""
TESTS_OF_WAREHOUSE = {
    "missing_value_without_reason",
    "rate_not_its_fraction",
    "relationships_fct_observation_obs_status__obs_status__ref_obs_statuses_",
    "hole_in_the_grid",
    "unique_combination_fct_observation_indicator__ref_area__time_period__breakdown__category",
    "relationships_fct_observation_ref_area__ref_area__ref_dim_area_",
    "region_unknown",
    "census_people_lost",
    "admissions_lost",
}


def failed_tests(home: Path, *arguments: str, project: Path = PROJECT) -> set[str]:
    """Run the data tests, and name those that failed."""
    run_dbt(home, "test", "--exclude-resource-type", "unit_test", *arguments, project=project)
    target = home / "target"
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    assert results
    assert {result["status"] for result in results} <= {"pass", "fail", "warn"}
    return {nodes[r["unique_id"]]["name"] for r in results if r["status"] != "pass"}


def findings(home: Path) -> set[tuple[str, str, tuple[str, ...]]]:
    """What the gate is told of the tests that failed last: the cases, and indicators reached."""
    target, warehouse = home / "target", home / "warehouse.duckdb"
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    failed = failed_checks(results, manifest, lambda query: read_rows(warehouse, query))
    return {(it.name, _case(it.message), it.indicators) for it in failed}


def _case(message: str) -> str:
    """The cases that a message names, of those that name some."""
    told = message.replace("\u00a0", " ")
    if "mise à part : " in told:
        return told.partition("mise à part : ")[2].partition(" Rien n'en est compté")[0]
    return told.partition("cas : ")[2]


def test_unit_tests_of_the_models_pass(station: Path) -> None:
    run_dbt(station, "test", "--resource-type", "unit_test")
    written = (station / "target" / "run_results.json").read_text(encoding="utf-8")
    statuses = [result["status"] for result in json.loads(written)["results"]]
    models = (PROJECT / "models").rglob("*.yml")
    declared = sum(path.read_text("utf-8").count("expect:") for path in models)
    assert statuses == ["pass"] * declared


def spoil(extract: Path, statement: str) -> None:
    """Change the rows of a landed table."""
    with duckdb.connect() as connection:
        connection.execute(f"create table landed as from '{extract}'")
        connection.execute(statement)
        connection.execute(f"copy landed to '{extract}' (format parquet)")


def test_data_tests_are_silent_on_the_night(demo_home: Path) -> None:
    build = read_build(Folders(demo_home))
    assert build is not None
    assert build.failed == ()


@pytest.mark.slow
def test_extracts_that_deserve_it_fail(station: Path) -> None:
    for source, statement in SPOILED_EXTRACTS.items():
        spoil(station / "landed" / f"{source}.parquet", statement)
    # Without the tests, so that none is skipped because another one failed before it.
    run_dbt(
        station, "build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"
    )
    assert failed_tests(station) == TESTS_OF_EXTRACTS
    assert findings(station) >= NAMED


@pytest.mark.slow
def test_observations_that_deserve_it_fail(station: Path) -> None:
    with duckdb.connect(str(station / "warehouse.duckdb")) as connection:
        connection.execute(SPOILED_WAREHOUSE)
    assert failed_tests(station) == TESTS_OF_WAREHOUSE


@pytest.mark.slow
def test_indicator_left_out_of_the_mart_fails(station: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    indicators = project / "models" / "indicators" / "fiche_1c"
    for suffix in (".sql", ".yml"):
        written = (indicators / f"1C1_pcrh{suffix}").read_text(encoding="utf-8")
        forgotten = indicators / f"9Z9_forgotten{suffix}"
        forgotten.write_text(written.replace("1C1_pcrh", "9Z9_forgotten"), encoding="utf-8")
    selected = ("--select", "indicator_left_out")
    assert failed_tests(station, *selected, project=project) == {"indicator_left_out"}


def test_every_singular_test_is_shown_failing() -> None:
    shown = TESTS_OF_EXTRACTS | TESTS_OF_WAREHOUSE | {"indicator_left_out"}
    assert {path.stem for path in (PROJECT / "tests").glob("*.sql")} <= shown
