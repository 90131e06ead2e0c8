"""The code location loads, and every source and model on disk is in it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.definitions.freshness_evaluator import TimeWindowFreshnessPolicyEvaluator
from dagster._core.loader import LoadingContextForTest
from dagster._core.test_utils import freeze_time

from expectations.verdicts.rules import Theme
from orchestration.dbt.fingerprint import inputs
from orchestration.definitions import build_definitions
from orchestration.jobs import depending_on
from orchestration.keys import DECISIONS_KEY, SIGNING_STEP
from orchestration.resources import Station
from orchestration.sensors import arrived_deposit
from orchestration.settings.folders import DBT_PROJECT
from orchestration.settings.settings import Settings
from orchestration.station.build import Build, forget_build, write_build
from orchestration.station.code_version import code_version
from orchestration.station.environment import create_folders
from orchestration.station.inbox_strays import dropped_sources
from sources.registry import families, source, sources

MODELS = DBT_PROJECT / "models" / "indicators"
INDICATORS = {model.stem for model in MODELS.rglob("*.sql")}
EXTRACTS = {source.table for source in sources().values()}


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
    assert INDICATORS
    assert EXTRACTS
    assert _named(definitions, "extract") == EXTRACTS
    assert _named(definitions, "indicators") == INDICATORS
    assert {"fct_observation", "dim_area", "fct_printed_figure", "fct_printed_text"} <= _named(
        definitions, "marts"
    )
    assert _named(definitions, "quality") == {
        "data_docs",
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
        "deposit",
        "decision",
        "republication",
        "delivery",
    }


def test_a_deposit_makes_again_what_depends_on_it_and_nothing_else(
    definitions: dg.Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()
    of_all = definitions.resolve_job_def("deposit").asset_layer.executable_asset_keys
    of_one = depending_on([source("dreets_pcrh_2024")]).resolve(graph)
    names = {key.to_user_string() for key in of_one}
    assert of_one < of_all
    assert {key.path[-1] for key in of_all if key.path[0] == "extract"} == {
        source.id for source in dropped_sources()
    }
    assert {name for name in names if name.startswith("extract/")} == {"extract/dreets_pcrh_2024"}
    assert {name for name in names if name.startswith("indicators/")} == {
        "indicators/1A4_pcrh_te",
        "indicators/1C1_pcrh",
    }
    assert {"marts/fct_observation", "publication/release", "publication/quality_mail"} <= names
    assert not names & {"quality/decisions", "extract/parcoursup", "marts/dim_area"}


def test_a_session_is_a_partition_that_a_night_does_without(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for name in families():
        key = dg.AssetKey(["extract", name])
        partitions = graph.get(key).partitions_def
        assert isinstance(partitions, dg.DynamicPartitionsDefinition)
        assert partitions.name == name
        night = definitions.resolve_job_def("nightly")
        assert key not in night.asset_layer.executable_asset_keys
        assert dg.AssetCheckKey(key, "contrat") in night.asset_layer.asset_graph.asset_check_keys
    assert definitions.resolve_job_def("nightly").partitions_def is None


def test_a_decision_is_signed_by_a_person_and_nothing_materialises_it(
    definitions: dg.Definitions,
) -> None:
    signed = dg.AssetKey(["quality", "decisions"])
    graph = definitions.resolve_asset_graph()
    assert not graph.get(signed).is_materializable
    for name in ("nightly", "deposit", "decision"):
        made = definitions.resolve_job_def(name).asset_layer.executable_asset_keys
        assert signed not in made, name
    first, *_ = definitions.resolve_job_def("decision").nodes_in_topological_order
    assert first.name == SIGNING_STEP
    release = graph.get(dg.AssetKey(["publication", "release"]))
    assert release.parent_keys >= {signed}, "what is read of it stays in the lineage"


def test_an_indicator_has_a_handful_of_checks_which_tell_their_rules(
    definitions: dg.Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()
    for indicator in INDICATORS:
        checks = graph.get_check_keys_for_assets({dg.AssetKey(["indicators", indicator])})
        assert {theme.value for theme in Theme} <= {check.name for check in checks}, indicator
    key = dg.AssetKey(["indicators", "1A4_pcrh_te"])
    told = {
        theme: str(graph.get_check_spec(dg.AssetCheckKey(key, theme.value)).description)
        for theme in Theme
    }
    assert all(f"({rule})" in told[Theme.LEVEL] for rule in ("BRK", "LNK", "VAN"))
    assert all(f"({rule})" in told[Theme.COHERENCE] for rule in ("VAD", "VIR"))


def test_the_checks_are_checked_and_so_is_the_table(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {(key.asset_key.path[-1], key.name) for key in graph.asset_check_keys}
    assert ("verdicts", "exhaustivite") in checks
    assert ("fct_observation", "table_conforme") in checks


def test_a_release_waits_for_great_expectations_not_for_its_pages(
    definitions: dg.Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()
    for name in ("release", "quality_report"):
        ancestors = graph.get_ancestor_asset_keys(dg.AssetKey(["publication", name]))
        assert dg.AssetKey(["quality", "validations"]) in ancestors
        assert dg.AssetKey(["quality", "data_docs"]) not in ancestors
    judged_again = definitions.resolve_job_def("republication").asset_layer.executable_asset_keys
    assert dg.AssetKey(["quality", "validations"]) in judged_again


def test_every_number_has_an_owner_and_words_to_find_it_by(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        owners = graph.get(key).owners
        assert owners, key
        if key.path[0] in {"extract", "staging", "indicators"}:
            assert all(owner.startswith("team:") for owner in owners), key
            # The lines that are set aside come from every partner's deposit.
            assert len(owners) == 1 or key.path[-1] == "stg_depots__set_aside", key
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
    for key in graph.get_all_asset_keys():
        if key.path[0] in {"marts", "quality", "publication"} and key != DECISIONS_KEY:
            assert graph.get(key).freshness_policy is not None, key


@pytest.mark.parametrize(
    ("path", "fresh", "stale"),
    [
        ("extract/dreets_pcrh_2024", timedelta(days=1), timedelta(days=3)),
        ("indicators/1A4_pcrh_te", timedelta(days=366 + 150), timedelta(days=366 + 5 * 31)),
        ("marts/fct_observation", timedelta(days=31), timedelta(days=34)),
        ("quality/validations", timedelta(days=31), timedelta(days=34)),
        ("publication/release", timedelta(days=31), timedelta(days=34)),
    ],
)
def test_dagster_says_of_what_no_night_made_again_that_it_is_stale(
    definitions: dg.Definitions, path: str, fresh: timedelta, stale: timedelta
) -> None:
    node = definitions.resolve_asset_graph().get(dg.AssetKey(path.split("/")))
    evaluator, now = TimeWindowFreshnessPolicyEvaluator(), datetime.now(UTC)
    with dg.DagsterInstance.ephemeral() as instance:

        def state(age: timedelta) -> FreshnessState:
            with freeze_time(now + age):
                return asyncio.run(
                    evaluator.evaluate_freshness(LoadingContextForTest(instance), node)
                )

        assert state(stale) is FreshnessState.UNKNOWN
        instance.report_runless_asset_event(dg.AssetMaterialization(node.key))
        assert state(fresh) is FreshnessState.PASS
        assert state(stale + timedelta(minutes=1)) is FreshnessState.FAIL


def test_lateness_and_staleness_are_checks_of_their_own(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {(key.asset_key.path[-1], key.name) for key in graph.asset_check_keys}
    assert {(source_id, "fraicheur") for source_id in EXTRACTS} <= checks
    assert {(indicator, "ponctualite") for indicator in INDICATORS} <= checks


def test_a_deposit_is_asked_for_once_it_is_still_and_alone(
    definitions: dg.Definitions, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    create_folders(settings.folders)
    made = Build("made", code_version(), {}, "", (), inputs(settings))
    write_build(settings.folders, made)
    deposit = settings.folders.inbox / "dreets_pcrh_2024.csv"
    with dg.DagsterInstance.ephemeral() as instance:

        def look(cursor: str | None) -> tuple[str | set[str], str | None]:
            """Return why nothing is asked for, or the extracts that are; and the cursor."""
            with dg.build_sensor_context(
                instance=instance,
                cursor=cursor,
                repository_def=definitions.get_repository_def(),
                resources={"station": Station(home=str(tmp_path))},
            ) as context:
                asked = arrived_deposit(context)
                if isinstance(asked, dg.SkipReason):
                    return str(asked.skip_message), context.cursor
                assert isinstance(asked, dg.RunRequest)
                keys = {key.to_user_string() for key in asked.asset_selection or ()}
                return {key for key in keys if key.startswith("extract/")}, context.cursor

        said, cursor = look(None)
        deposit.write_text("Titre;Autre\n", "utf-8")
        said, cursor = look(cursor)
        assert "a été lu" in str(said), "what was there is; this one may still be written"
        run = instance.create_run_for_job(
            definitions.resolve_job_def("delivery"), status=dg.DagsterRunStatus.STARTED
        )
        said, cursor = look(cursor)
        assert "Une exécution est en cours" in str(said)
        instance.delete_run(run.run_id)
        forget_build(settings.folders)
        said, cursor = look(cursor)
        assert "la prochaine nuit lira tout" in str(said)
        write_build(settings.folders, made)
        said, cursor = look(cursor)
        assert said == {"extract/dreets_pcrh_2024"}
        said, cursor = look(cursor)
        assert "Rien de nouveau" in str(said)
