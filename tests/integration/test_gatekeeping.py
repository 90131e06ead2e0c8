"""The gate stands in the publication asset itself: a release asked for alone passes it too."""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.assets.publication import RELEASE_KEY
from orchestration.definitions import build_definitions
from orchestration.publication.release import current_release
from orchestration.settings import Settings

ENVIRONMENT = ("VIGIE_HOME", "VIGIE_REGION", "DAGSTER_HOME", "DBT_PROFILES_DIR", "DBT_TARGET_PATH")


@pytest.fixture
def settings(station: Path) -> Iterator[Settings]:
    """The settings of a station; what they write to the environment is undone afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ENVIRONMENT:
            patch.setenv(name, "")
        yield Settings(home=station, region="52", replay="")


def _materialize_release_alone(settings: Settings) -> dg.ExecuteInProcessResult:
    job = build_definitions(settings).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.get() as instance:
        return job.execute_in_process(
            asset_selection=[RELEASE_KEY], instance=instance, raise_on_error=False
        )


def test_a_release_asked_for_alone_passes_the_same_gate(settings: Settings) -> None:
    before = current_release(settings.folders.releases)
    assert _materialize_release_alone(settings).success
    release = current_release(settings.folders.releases)
    assert release is not None
    assert release != before
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
    assert "ne portent pas sur les observations" in str(result.all_events)
    assert current_release(settings.folders.releases) == before


def test_a_failed_build_holds_its_indicators_in_any_release(settings: Settings) -> None:
    failed = {
        "name": "deposited_missions_lost",
        "model": "int_pcrh__missions",
        "message": "Une ligne se perd.",
        "indicators": ["1C1_pcrh"],
    }
    record = settings.folders.quality / "failed_checks.json"
    record.write_text(json.dumps([failed]), "utf-8")
    assert _materialize_release_alone(settings).success
    release = current_release(settings.folders.releases)
    assert release is not None
    rows = release.observations()
    held = rows[rows["publication"] == "held"]
    assert set(held.loc[held["indicator"] == "1C1_pcrh", "ref_area"]) >= {"REG-52", "DEP-53"}
