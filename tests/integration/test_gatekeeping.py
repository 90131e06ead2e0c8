"""The gate stands in the publication asset itself: a release asked for alone passes it too."""

import importlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from expectations.cells.indicator_definition import load_definitions
from expectations.findings.unbuilt import FailedCheck
from orchestration.commands.stations import DEMO_AS_OF
from orchestration.dbt.fingerprint import is_quiet
from orchestration.dbt.project import read_manifest
from orchestration.definitions import build_definitions
from orchestration.keys import RELEASE_KEY, REPORT_KEY, VALIDATIONS_KEY, VERDICTS_KEY
from orchestration.publication.gatekeeping import UnpublishableError, answered_night
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.build import forget_build, read_build, write_build
from orchestration.station.releases_in_force import current_release
from orchestration.station.verdicts import answers_path
from sources.archive import Archive, FetchStatus
from sources.storage.register_file import REGISTER

ENVIRONMENT = (
    "VIGIE_HOME",
    "VIGIE_REGION",
    "VIGIE_AS_OF",
    "DAGSTER_HOME",
    "DBT_PROFILES_DIR",
    "DBT_TARGET_PATH",
)


@pytest.fixture
def settings(station: Path) -> Iterator[Settings]:
    """The settings of a station; what they write to the environment is undone afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ENVIRONMENT:
            patch.setenv(name, "")
        yield Settings(home=station, region="52", as_of=DEMO_AS_OF, replay="")


def _materialize(settings: Settings, *keys: dg.AssetKey) -> dg.ExecuteInProcessResult:
    job = build_definitions(settings).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.get() as instance:
        return job.execute_in_process(asset_selection=keys, instance=instance, raise_on_error=False)


def _materialize_release_alone(settings: Settings) -> dg.ExecuteInProcessResult:
    return _materialize(settings, RELEASE_KEY)


def _plant_a_failed_check(folders: Folders) -> None:
    build = read_build(folders)
    assert build is not None
    check = FailedCheck("a_test", "int_pcrh__missions", "Une ligne se perd.", ("1C1_pcrh",))
    write_build(folders, replace(build, failed=(check,)))


def test_a_release_asked_for_alone_passes_the_same_gate(settings: Settings) -> None:
    before = current_release(settings.folders.releases)
    assert _materialize_release_alone(settings).success
    release = current_release(settings.folders.releases)
    assert release is not None
    assert release == before, "what is in force already was published again"
    rows = release.observations()
    assert rows[(rows["indicator"] == "1A4_pcrh_te") & (rows["time_period"] == "2024")].empty


def test_verdicts_on_other_observations_publish_nothing(settings: Settings) -> None:
    before = current_release(settings.folders.releases)
    with duckdb.connect(str(settings.folders.warehouse)) as warehouse:
        warehouse.execute(
            "update marts.fct_observation set obs_value = 6060 "
            "where indicator = '1C1_pcrh' and ref_area = 'REG-52' and time_period = '2024'"
        )
    result = _materialize_release_alone(settings)
    assert not result.success
    assert "ne porte pas sur les observations de l'entrepôt" in str(result.all_events)
    assert current_release(settings.folders.releases) == before


def test_a_blind_great_expectations_publishes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that all is well of whatever it is asked: there is no release, not the same one."""
    before = current_release(settings.folders.releases)
    importlib.import_module("expectations.validations")
    core = importlib.import_module("great_expectations.core")

    def all_is_well(_: object, *, configurations: Sequence[Any], **__: object) -> list[Any]:
        return [
            core.ExpectationValidationResult(success=True, expectation_config=asked)
            for asked in configurations
        ]

    place = "great_expectations.validator.validator.Validator.graph_validate"
    monkeypatch.setattr(place, all_is_well)
    night = _materialize(settings, VALIDATIONS_KEY, VERDICTS_KEY, RELEASE_KEY)
    assert not night.success
    assert "La réponse de Great Expectations" in str(night.all_events)
    assert not _materialize_release_alone(settings).success
    assert current_release(settings.folders.releases) == before


def test_an_answer_that_is_gone_publishes_nothing(settings: Settings) -> None:
    before = current_release(settings.folders.releases)
    path = answers_path(settings.folders)
    kept = json.loads(path.read_text("utf-8"))
    answers = kept["validation"]["results"]
    kept["validation"]["results"] = [
        answer for answer in answers if answer["expectation_config"]["meta"]["rule"] != "BRK"
    ]
    path.write_text(json.dumps(kept), "utf-8")
    with pytest.raises(UnpublishableError) as refused:
        answered_night(settings.folders, load_definitions(read_manifest(settings.folders)))
    assert "n'a pas répondu : règle BRK" in str(refused.value).replace("\xa0", " ")
    assert "Matérialisez de nouveau « quality/validations »" in str(refused.value)
    path.unlink()
    assert not _materialize_release_alone(settings).success
    assert current_release(settings.folders.releases) == before


def test_a_failed_build_holds_its_indicators_in_any_release(settings: Settings) -> None:
    before = current_release(settings.folders.releases)
    _plant_a_failed_check(settings.folders)
    assert not _materialize_release_alone(settings).success, "the rules looked at what failed since"
    assert current_release(settings.folders.releases) == before
    assert _materialize(settings, VALIDATIONS_KEY, VERDICTS_KEY, RELEASE_KEY).success
    release = current_release(settings.folders.releases)
    assert release is not None
    rows = release.observations()
    held = rows[rows["publication"] == "held"]
    assert set(held.loc[held["indicator"] == "1C1_pcrh", "ref_area"]) >= {"REG-52", "DEP-53"}


def test_building_another_table_does_not_forget_a_failed_test(settings: Settings) -> None:
    _plant_a_failed_check(settings.folders)
    assert _materialize(settings, dg.AssetKey(["marts", "dim_area"])).success
    build = read_build(settings.folders)
    assert build is not None
    assert build.unsound == {"1C1_pcrh"}
    assert not is_quiet(settings), "a build by hand is not a night"


def test_a_build_cut_short_publishes_nothing(settings: Settings) -> None:
    before = current_release(settings.folders.releases)
    forget_build(settings.folders)
    result = _materialize_release_alone(settings)
    assert not result.success
    assert current_release(settings.folders.releases) == before


def test_a_night_is_not_quiet_while_a_repair_or_a_broken_register_is_untold(
    settings: Settings,
) -> None:
    assert is_quiet(settings)
    archive = Archive(settings.folders.home)
    last = archive.latest_outcomes()["dreets_pcrh_2024"]
    archive.add_outcome(replace(last, status=FetchStatus.UNCHANGED, repairs=("Réparée.",)))
    assert not is_quiet(settings)
    archive.add_outcome(replace(last, status=FetchStatus.UNCHANGED))
    assert is_quiet(settings)
    with closing(sqlite3.connect(settings.folders.home / REGISTER)) as register, register:
        register.execute("INSERT INTO sqlite_sequence VALUES ('decision', 1)")
    assert not is_quiet(settings), "a decision was taken out of the register"


def test_a_report_alone_does_not_make_new_inputs_look_built(settings: Settings) -> None:
    """An extract that came in without being built must be built by the next night."""
    archive = Archive(settings.folders.home)
    last = archive.latest_outcomes()["dreets_pcrh_2024"]
    other = archive.latest_outcomes()["dreets_pcrh_2023"].extract_in_use
    archive.add_outcome(
        replace(last, status=FetchStatus.NEW, extract_id=other, extract_in_use=other)
    )
    assert not is_quiet(settings)
    assert _materialize(settings, REPORT_KEY).success
    assert not is_quiet(settings)
