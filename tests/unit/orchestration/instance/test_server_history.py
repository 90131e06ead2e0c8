"""Dagster's history on a PostgreSQL server that is started again while a run goes on.

Here: the storage of events. Not here: a whole night (``test_station_on_postgresql``).
"""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders
from sources.storage.register_server import VARIABLE, in_full, server_url
from sources.storage.register_store import register_on_server
from tests.postgresql import Cluster

pytestmark = pytest.mark.slow


def test_a_run_goes_on_once_its_server_was_started_again(
    tmp_path: Path, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = in_full(server_url(postgresql.empty_database()))
    monkeypatch.setenv(VARIABLE, address)
    register_on_server(tmp_path, server_url(address), tmp_path)
    folders = Settings(home=tmp_path).folders
    create_folders(folders)

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
