"""The code location loads, and nothing in it was lost silently."""

import dagster as dg
import pytest

from orchestration.definitions import build_definitions
from orchestration.settings import Settings

INDICATORS = {
    "1A1_salaries_formes_te",
    "1A2_etablissements_sensibilises_te",
    "1A3_actions_cos_te",
    "1A4_pcrh_te",
    "1B1_etablissements_apprentissage",
    "1B2_etablissements_maitre_apprentissage",
    "1B3_salaries_entres_formation",
    "1C1_pcrh",
    "1C2_taux_emploi_15_64",
    "1C3_part_55_plus_deld",
    "1C4_taux_emploi_seniors",
    "1C5_taux_activite_seniors",
    "1C6_taux_retour_emploi_th",
    "2A1_organisations_labellisees_spro",
    "2A2_professionnels_orientation_formes",
    "2A3_part_filles_voeux",
    "2A4_eleves_orientibus",
    "2A5_metiers_connus_par_eleve",
    "2B1_decrocheurs_psad",
    "2B2_de_remise_a_niveau",
    "2B3_de_remise_en_activite",
    "2B4_acces_emploi_publics_prioritaires",
    "2B5_acces_formation_de",
    "2B6_acces_emploi_apres_formation",
    "3A1_cos_signes",
    "3B1_metiers_preconisations",
    "3B2_entrees_formation",
    "4A1_situations_ct2e",
    "4B1_taux_transformation",
    "4B2_ouvertures_places",
    "4B3_fermetures_places",
    "4B4_places_diplomes_colores",
    "4B5_poursuite_etude_bacpro",
    "4B6_insertion_bacpro",
    "5_reunions_groupe_srefop",
}
EXTRACTS = {
    "agora_indicateurs",
    "cariforef_bilan_2023_2024",
    "cariforef_bilan_2023_2024_texte",
    "cariforef_indicateurs",
    "cariforef_seniors_zones",
    "dares_etablissements_apprentissage",
    "dares_indicateurs",
    "dgcl_epci",
    "drafpic_indicateurs",
    "dreets_indicateurs",
    "dreets_pcrh_2023",
    "dreets_pcrh_2024",
    "education_nationale_indicateurs",
    "france_travail_acces_emploi",
    "france_travail_demandeurs_emploi",
    "france_travail_emploi_apres_formation",
    "france_travail_indicateurs",
    "france_travail_series_cvs",
    "france_travail_tableau_de_bord",
    "inserjeunes_cfa",
    "inserjeunes_lycee_pro",
    "insee_emploi_communes",
    "insee_departements",
    "insee_regions",
    "insee_activite_departements",
    "insee_chomage_zones",
    "insee_emploi_zones",
    "insee_zones_emploi",
    "opco_indicateurs",
    "orion_indicateurs",
    "parcoursup_2018",
    "parcoursup_2019",
    "parcoursup_2020",
    "parcoursup_2021",
    "parcoursup_2022",
    "parcoursup_2023",
    "parcoursup_2024",
    "parcoursup_2025",
    "parcoursup_courante",
    "region_indicateurs",
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "VIGIE_HOME",
            "VIGIE_REGION",
            "VIGIE_AS_OF",
            "DAGSTER_HOME",
            "DBT_PROFILES_DIR",
        ):
            patch.setenv(name, "")
        return build_definitions(Settings(home=tmp_path_factory.mktemp("location")))


def _named(definitions: dg.Definitions, layer: str) -> set[str]:
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    return {key.path[-1] for key in keys if key.path[0] == layer}


def test_the_definitions_can_be_loaded(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_every_layer_of_the_line_is_there(definitions: dg.Definitions) -> None:
    assert _named(definitions, "extract") == EXTRACTS
    assert _named(definitions, "indicators") == INDICATORS
    assert {"fct_observation", "dim_area", "fct_printed_figure", "fct_printed_text"} <= _named(
        definitions, "marts"
    )
    assert _named(definitions, "quality") == {
        "decisions",
        "printed_report",
        "validations",
        "verdicts",
    }
    assert _named(definitions, "publication") == {"release", "quality_report", "quality_mail"}


def test_each_indicator_descends_from_an_extract(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for indicator in INDICATORS:
        ancestors = graph.get_ancestor_asset_keys(dg.AssetKey(["indicators", indicator]))
        assert any(key.path[0] == "extract" for key in ancestors), indicator


def test_the_night_begins_at_two_in_paris(definitions: dg.Definitions) -> None:
    schedule = definitions.get_schedule_def("every_night")
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "Europe/Paris"
    assert schedule.job.name == "nightly"
    assert {job.name for job in definitions.resolve_all_job_defs()} >= {
        "nightly",
        "decision",
        "republication",
        "delivery",
    }


def test_a_decision_is_signed_by_a_person_never_by_a_night(definitions: dg.Definitions) -> None:
    signed = dg.AssetKey(["quality", "decisions"])
    assert signed not in definitions.resolve_job_def("nightly").asset_layer.executable_asset_keys
    job = definitions.resolve_job_def("decision")
    assert signed in job.asset_layer.executable_asset_keys
    assert definitions.resolve_asset_graph().get(
        dg.AssetKey(["publication", "release"])
    ).parent_keys >= {signed}


def test_the_held_rules_are_checks_of_the_indicator(definitions: dg.Definitions) -> None:
    checks = definitions.resolve_asset_graph().get_check_keys_for_assets(
        {dg.AssetKey(["indicators", "1A4_pcrh_te"])}
    )
    assert {"BRK", "LNK", "VAD", "VAN", "VIR"} <= {check.name for check in checks}


def test_the_checks_are_checked_and_so_is_the_table(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {(key.asset_key.path[-1], key.name) for key in graph.asset_check_keys}
    assert ("verdicts", "exhaustivite") in checks
    assert {("fct_observation", rule) for rule in ("COV", "FLF", "RWD")} <= checks


def test_no_release_waits_for_great_expectations(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for name in ("release", "quality_report"):
        ancestors = graph.get_ancestor_asset_keys(dg.AssetKey(["publication", name]))
        assert dg.AssetKey(["quality", "validations"]) not in ancestors


def test_every_number_has_an_owner_and_words_to_find_it_by(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        if key.path[0] in {"extract", "staging", "indicators"}:
            (owner,) = graph.get(key).owners
            assert owner.startswith("team:"), key
    indicator = graph.get(dg.AssetKey(["indicators", "1A4_pcrh_te"]))
    assert indicator.owners == ["team:dreets"]
    assert indicator.group_name == "fiche_1a"
    assert (
        dict(indicator.tags).items()
        >= {
            "fiche": "1.A",
            "producer": "dreets",
            "cadence": "annual",
            "unit": "pcrh",
            "origin": "declared",
        }.items()
    )


def test_what_can_be_stale_says_when(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for source_id in EXTRACTS:
        assert graph.get(dg.AssetKey(["extract", source_id])).freshness_policy is not None
    assert graph.get(dg.AssetKey(["indicators", "1A4_pcrh_te"])).freshness_policy is not None
    assert graph.get(dg.AssetKey(["marts", "fct_observation"])).freshness_policy is None


def test_lateness_and_staleness_are_checks_of_their_own(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {(key.asset_key.path[-1], key.name) for key in graph.asset_check_keys}
    assert {(source_id, "fraicheur") for source_id in EXTRACTS} <= checks
    assert {(indicator, "ponctualite") for indicator in INDICATORS} <= checks
