"""Dagster's SQLite databases stay open in a process that Dagster runs, as its settings say."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import cast

import dagster as dg
import pytest
from dagster._check import CheckError
from dagster._core.events import (
    AssetCheckEvaluationPlanned,
    AssetMaterializationPlannedData,
    DagsterEvent,
)
from dagster._core.execution.plan.outputs import StepOutputData, StepOutputHandle, TypeCheckData
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.runs import SqliteRunStorage
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from orchestration.instance.run_history import (
    EVALUATION,
    MOST_OPEN,
    OUTPUT,
    PLANNED_CHECK,
    OpenDatabases,
    OpenEventLogStorage,
    OpenRunStorage,
)
from orchestration.settings.folders import Folders
from orchestration.station.environment import create_folders

INDEX, JOURNAL = "index.db", "index.db-wal"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[OpenEventLogStorage]:
    storage = OpenEventLogStorage(str(tmp_path))
    yield storage
    storage.dispose()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of Dagster in a station, in a folder whose name asks for care."""
    folders = Folders(tmp_path / "l'office : «\xa0nuits\xa0»")
    create_folders(folders)
    monkeypatch.setenv("DAGSTER_HOME", str(folders.dagster))
    return folders.dagster


def write(history: SqliteEventLogStorage) -> object:
    """Write an event as Dagster does, and return which connection it went through."""
    with history.index_connection() as connection:
        connection.execute(text("create table if not exists event (id integer)"))
        connection.execute(text("insert into event values (1)"))
        return connection.connection.dbapi_connection


def write_half(history: SqliteEventLogStorage) -> None:
    with history.index_connection() as connection:
        connection.execute(text("insert into event values (2)"))
        connection.execute(text("insert into no_such_table values (2)"))


def count(history: SqliteEventLogStorage) -> int:
    with history.index_connection() as connection:
        return int(connection.execute(text("select count(*) from event")).scalar_one())


def test_one_connection_serves_all_the_events(history: OpenEventLogStorage, tmp_path: Path) -> None:
    first = write(history)
    assert (tmp_path / JOURNAL).stat().st_size > 0
    assert write(history) is first
    assert count(history) == 2


def test_the_journal_is_gone_once_the_storage_is_let_go(
    history: OpenEventLogStorage, tmp_path: Path
) -> None:
    write(history)
    history.dispose()
    assert not (tmp_path / JOURNAL).exists()
    assert count(history) == 1


def test_an_event_that_fails_leaves_nothing_and_the_connection_good(
    history: OpenEventLogStorage,
) -> None:
    write(history)
    with pytest.raises(OperationalError):
        write_half(history)
    assert count(history) == 1


def test_the_pages_see_an_event_at_once(history: OpenEventLogStorage, tmp_path: Path) -> None:
    write(history)
    with closing(sqlite3.connect(tmp_path / INDEX)) as page:
        assert page.execute("select count(*) from event").fetchone() == (1,)


def planned(run: str) -> list[dg.EventLogEntry]:
    """Two events that Dagster gives at once: a run plans an asset and a check of it."""
    asset = dg.AssetKey("observations")
    planned_check = AssetCheckEvaluationPlanned(asset_key=asset, check_name="total")
    said = [
        DagsterEvent.build_asset_materialization_planned_event(
            "nightly", "step", AssetMaterializationPlannedData(asset)
        ),
        DagsterEvent(
            PLANNED_CHECK.value,
            "nightly",
            event_specific_data=planned_check,
        ),
    ]
    return [entry(run, event) for event in said]


def entry(run: str, event: DagsterEvent) -> dg.EventLogEntry:
    return dg.EventLogEntry(
        error_info=None,
        level=10,
        user_message="",
        run_id=run,
        timestamp=0.0,
        dagster_event=event,
    )


def test_what_a_run_plans_is_one_transaction_a_database(
    history: OpenEventLogStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    transaction = OpenDatabases.transaction

    def noted(databases: OpenDatabases, url: str) -> AbstractContextManager[Connection]:
        begun.append(url)
        return transaction(databases, url)

    monkeypatch.setattr(OpenDatabases, "transaction", noted)
    assert history.has_table("asset_check_executions")
    history.store_event_batch(planned("run"))
    assert [Path(url).name for url in begun] == ["run.db", INDEX]
    assert [record.event_log_entry for record in history.get_records_for_run("run").records] == (
        planned("run")
    )
    (check,) = history.get_asset_check_execution_history(
        dg.AssetCheckKey(dg.AssetKey("observations"), "total"), limit=5
    )
    assert check.run_id == "run"


def evaluated(
    run: str, *, passed: bool, name: str = "total", partition: str | None = None
) -> dg.EventLogEntry:
    """What came of a check, as a step says."""
    said = dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("observations"),
        check_name=name,
        passed=passed,
        metadata={"cellules": dg.MetadataValue.int(3)},
        partition=partition,
    )
    return entry(run, DagsterEvent(EVALUATION.value, "nightly", event_specific_data=said))


def given(run: str) -> dg.EventLogEntry:
    """An output, as a step gives one."""
    handle = StepOutputHandle("step", "result")
    said = StepOutputData(handle, type_check_data=TypeCheckData(success=True, label="result"))
    return entry(run, DagsterEvent(OUTPUT.value, "nightly", event_specific_data=said))


def written(folder: Path) -> dict[tuple[str, str], list[dict[str, object]]]:
    """Every row of every database, but for when it was written."""
    rows = {}
    for path in sorted(folder.glob("*.db")):
        with closing(sqlite3.connect(path)) as database:
            database.row_factory = sqlite3.Row
            tables = database.execute("select name from sqlite_master where type = 'table'")
            for (table,) in tables.fetchall():
                found = [dict(row) for row in database.execute(f"select * from {table}")]
                for row in found:
                    for moment in ("create_timestamp", "migration_completed"):
                        row.pop(moment, None)
                rows[path.name, table] = found
    return rows


def test_events_are_written_as_dagster_writes_them(tmp_path: Path) -> None:
    """Planned or not, of a run or of none, of a partition or of the whole: row for row."""
    batch = [*planned("run"), *planned("other")]
    events = [
        given("run"),
        evaluated("run", passed=False),
        evaluated("other", passed=True),
        evaluated("run", passed=True, name="not planned"),
        evaluated("run", passed=True, partition="2018"),
        evaluated("", passed=True),
    ]
    folders = {tmp_path / "ours": OpenEventLogStorage, tmp_path / "theirs": SqliteEventLogStorage}
    for folder, kind in folders.items():
        storage = kind(str(folder))
        storage.store_event_batch(batch)
        for event in events:
            storage.store_event(event)
        storage.dispose()
    ours, theirs = map(written, folders)
    assert ours == theirs
    assert len(ours["index.db", "asset_check_executions"]) == 5


def test_what_a_run_plans_is_kept_whole_or_not_at_all(history: OpenEventLogStorage) -> None:
    not_an_event = cast("dg.EventLogEntry", None)
    with pytest.raises(CheckError):
        history.store_event_batch([*planned("run"), not_an_event])
    assert history.get_records_for_run("run").records == []


def test_the_runs_looked_at_last_are_open_and_no_more(
    history: OpenEventLogStorage, tmp_path: Path
) -> None:
    for rank in range(2 * MOST_OPEN):
        with history.run_connection(f"run-{rank}") as connection:
            connection.execute(text("select count(*) from event_logs"))
    assert len(list(tmp_path.glob("*.db-wal"))) <= MOST_OPEN


def test_a_station_has_these_storages_where_dagster_has_its_own(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, OpenEventLogStorage)
        assert isinstance(instance.run_storage, OpenRunStorage)
    assert (home / "history" / "runs.db").exists()
    assert (home / "history" / "runs" / INDEX).exists()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("renamed", ["conn_string_for_shard", "from_local"])
def test_a_name_that_dagster_changes_costs_speed_only(
    renamed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there keeps its name for Dagster itself, and loses it for us."""

    def gone(*_arguments: object) -> str:
        raise AttributeError(renamed)

    ours = OpenEventLogStorage if renamed == "conn_string_for_shard" else OpenRunStorage
    monkeypatch.setattr(ours, renamed, gone)
    with dg.DagsterInstance.get() as instance:
        storages = (type(instance.event_log_storage), type(instance.run_storage))
        assert ours not in storages
        assert {SqliteEventLogStorage, SqliteRunStorage} & set(storages)
        run = instance.create_run_for_job(dg.job(name="empty")(lambda: None))
        assert instance.get_run_by_id(run.run_id) == run
