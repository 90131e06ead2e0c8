"""Past runs go in time with all that Dagster kept of them; what made an asset last stays."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import text

from orchestration.instance.forgotten_runs import forget_runs
from orchestration.instance.run_history import OpenEventLogStorage
from orchestration.instance.server_history import ServerEventLogStorage
from orchestration.resources import Station
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders
from orchestration.station.job_names import NIGHTLY
from orchestration.station.retention import forget_files
from sources.storage.register_server import is_on_server

LATER = datetime.now(UTC) + timedelta(days=1)


@dg.asset
def table() -> None:
    """An asset."""


@dg.asset_check(asset=table)
def sound() -> dg.AssetCheckResult:
    """Its check."""
    return dg.AssetCheckResult(passed=True)


@dg.asset
def nightly_extract() -> None:
    """An asset that every night makes again, when the other stays as it is."""


@pytest.fixture
def instance(register_home: Path) -> Iterator[dg.DagsterInstance]:
    folders = Settings(home=register_home).folders
    create_folders(folders)
    with dg.DagsterInstance.from_config(str(folders.dagster)) as instance:
        yield instance


def made(instance: dg.DagsterInstance, *assets: dg.AssetsDefinition) -> str:
    return dg.materialize([*assets, sound], instance=instance).run_id


def rows(instance: dg.DagsterInstance, table_name: str) -> set[str]:
    """The runs that a table of what is kept across runs speaks of."""
    storage = instance.event_log_storage
    assert isinstance(storage, OpenEventLogStorage | ServerEventLogStorage)
    with storage.index_connection() as connection:
        return set(connection.execute(text(f"select run_id from {table_name}")).scalars())


def test_a_run_goes_with_its_database_its_events_and_its_checks(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    old, last = made(instance, table), made(instance, table)
    databases = tmp_path / "dagster" / "history" / "runs"
    assert (databases / f"{old}.db").exists() or is_on_server(tmp_path)
    assert forget_runs(instance, LATER) == 1
    assert instance.get_run_by_id(old) is None
    assert list(databases.glob(f"{old}*")) == []
    assert instance.get_run_by_id(last)
    assert rows(instance, "event_logs") == rows(instance, "asset_check_executions") == {last}
    assert instance.all_logs(last)


def test_the_run_that_made_an_asset_last_stays_however_old(instance: dg.DagsterInstance) -> None:
    """A quiet night makes the extracts only."""
    full = made(instance, table, nightly_extract)
    quiet = [made(instance, nightly_extract) for _ in range(3)]
    assert forget_runs(instance, LATER) == 2
    assert [run.run_id for run in instance.get_runs()] == [quiet[-1], full]
    event = instance.get_latest_materialization_event(dg.AssetKey("table"))
    assert event
    assert event.run_id == full


def test_a_run_that_is_recent_or_goes_on_stays(instance: dg.DagsterInstance) -> None:
    for _ in range(2):
        made(instance, table)
    assert forget_runs(instance, LATER - timedelta(days=2)) == 0
    assert len(instance.get_runs()) == 2


def test_a_night_forgets_when_it_ends_and_its_failure_to_do_so_is_not_the_nights(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    no_mail = tmp_path / "outbox" / "sent" / "old.eml"
    no_mail.mkdir(parents=True)
    os.utime(no_mail, (0, 0))

    @dg.op
    def nothing(station: Station) -> None:
        assert station.home == str(tmp_path)

    @dg.job(name=NIGHTLY, resource_defs={"station": Station(home=str(tmp_path))})
    def night() -> None:
        nothing()

    with pytest.raises(IsADirectoryError):
        forget_files(Settings(home=tmp_path), LATER)
    result = night.execute_in_process(instance=instance, raise_on_error=False)
    assert result.success
    run = instance.get_run_by_id(result.run_id)
    assert run
    assert run.status is dg.DagsterRunStatus.SUCCESS
