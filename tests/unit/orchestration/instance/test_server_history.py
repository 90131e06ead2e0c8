"""Dagster's history on a PostgreSQL server: one that is started again, one of another time zone.

Here: the storage of events, and the moments that the server gives. Not here: a whole night
(``test_station_on_postgresql``).
"""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.instance.dead_runs import HAVE_A_PROCESS, end_dead_runs
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders, name_database
from sources.storage.register_server import VARIABLE, in_full, server_url
from sources.storage.register_store import register_on_server
from tests.postgresql import Cluster

pytestmark = pytest.mark.slow


@pytest.fixture
def address(postgresql: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database of the station."""
    address = in_full(server_url(postgresql.empty_database()))
    monkeypatch.setenv(VARIABLE, address)
    # West of Greenwich, as where the server itself is.
    monkeypatch.setenv("PGTZ", "America/Martinique")
    return address


@pytest.fixture
def folders(address: str, tmp_path: Path) -> Folders:
    """The folders of the station."""
    register_on_server(tmp_path, server_url(address), tmp_path)
    settings = Settings(home=tmp_path)
    create_folders(settings.folders)
    name_database(settings)
    return settings.folders


def test_a_run_goes_on_once_its_server_was_started_again(
    folders: Folders, postgresql: Cluster
) -> None:
    @dg.op
    def meanwhile() -> None:
        postgresql.restart()

    @dg.job
    def run() -> None:
        meanwhile()

    with dg.DagsterInstance.from_config(str(folders.dagster)) as instance:
        result = run.execute_in_process(instance=instance)
        kept = {entry.dagster_event_type for entry in instance.all_logs(result.run_id)}
    assert {dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.RUN_SUCCESS} <= kept


def test_a_run_that_just_began_is_not_dead_where_its_server_is_west_of_greenwich(
    folders: Folders,
) -> None:
    """Dagster takes the moments that the server gives, in its own zone, for universal ones."""

    @dg.job
    def run() -> None:
        pass

    with dg.DagsterInstance.from_config(str(folders.dagster)) as instance:
        for status in HAVE_A_PROCESS:
            instance.create_run_for_job(run, status=status)
        assert end_dead_runs(instance, folders) == []
