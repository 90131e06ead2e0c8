"""Dagster's own history of runs, its databases kept open: two storages named in ``dagster.yaml``.

For each event Dagster makes a SQLAlchemy engine, opens its SQLite databases and closes them. A new
engine asks the database what it can do and compiles every statement again; whenever the last
connection of a database closes, SQLite copies its journal back and waits for the disk. For each
event of a check it also asks, through one more engine, whether the tables are those of today. There
are some 900 events a night: one engine and one connection a database spare that, in every process
that Dagster starts; what a run plans is one transaction (``DAGSTER_EVENT_BATCH_SIZE``). One in
two are outputs and checks, for which Dagster puts the same statements together again and writes
the same event out twice: theirs are made once here.

Here: how the databases are reached. Not here: what is in them, which is Dagster's.
"""

import contextlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self, cast

from dagster import AssetCheckEvaluation, DagsterEventType, EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.runs import SqliteRunStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import bindparam, create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import Delete, Insert, Update

INDEX = "index"
BUSY_TIMEOUT = 30.0
"""Seconds that a writer waits for another one, as Dagster's own storages do."""
MOST_OPEN = 8
"""Databases kept open at once: the index, and the runs that were looked at last."""
CHANGED_WITHIN = (AttributeError, TypeError)
"""What a name of Dagster's that is no more, or takes something else, ends in."""

OUTPUT = DagsterEventType.STEP_OUTPUT
PLANNED_CHECK = DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED
EVALUATION = DagsterEventType.ASSET_CHECK_EVALUATION


class OpenDatabases:
    """One engine and one connection a database, for the databases that were used last."""

    def __init__(self) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._together: dict[str, Connection] | None = None
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def transaction(self, url: str) -> Iterator[Connection]:
        """Give the connection of a database, in a transaction that an error takes back."""
        with self._engine(url).begin() as connection:
            yield connection

    @contextlib.contextmanager
    def lone_transaction(self, url: str) -> Iterator[Connection]:
        """Do the same, one thread at a time."""
        with self._lock, contextlib.ExitStack() as ending:
            yield self._shared(url) or ending.enter_context(self.transaction(url))

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Put what this thread writes meanwhile in one transaction a database."""
        with self._lock, contextlib.ExitStack() as self._ending:
            self._together = {}
            try:
                yield
            finally:
                self._together = None

    def _shared(self, url: str) -> Connection | None:
        """Return the connection of the transaction that goes on, None when none does."""
        if self._together is None:
            return None
        if url not in self._together:
            self._together[url] = self._ending.enter_context(self.transaction(url))
        return self._together[url]

    def is_open(self, url: str) -> bool:
        """Tell whether a database was opened and is still."""
        return url in self._engines

    def forget(self, url: str) -> None:
        """Close a database that will not be used again."""
        with self._lock:
            if engine := self._engines.pop(url, None):
                engine.dispose()

    def close(self) -> None:
        """Close every database."""
        with self._lock:
            while self._engines:
                self._engines.popitem()[1].dispose()

    def _engine(self, url: str) -> Engine:
        with self._lock:
            engine = self._engines.pop(url, None) or _engine_of(url)
            self._engines[url] = engine
            while len(self._engines) > MOST_OPEN:
                self._engines.popitem(last=False)[1].dispose()
            return engine


def _engine_of(url: str) -> Engine:
    waiting = {"timeout": BUSY_TIMEOUT, "check_same_thread": False}
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=-1, connect_args=waiting
    )
    event.listen(engine, "connect", _commit_without_waiting)
    return engine


def _commit_without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    """Have commits wait for the disk no longer.

    A power cut may lose the last events of the history, never its consistency, and nothing of what
    Vigie itself records.
    """
    connection.execute("pragma synchronous = normal")


class CheckStatements:
    """What is written of an event, and of a check that is planned, then evaluated."""

    def __init__(self) -> None:
        checks = AssetCheckExecutionsTable
        self.event: Insert = SqlEventLogStorageTable.insert()
        self.planned: Insert = checks.insert()
        self.forgotten: Delete = checks.delete().where(checks.c.run_id == bindparam("its_run"))
        came: dict[str, Any] = {
            "execution_status": bindparam("status"),
            "evaluation_event": bindparam("content"),
            "evaluation_event_timestamp": bindparam("moment"),
            "evaluation_event_storage_id": bindparam("rank"),
            "materialization_event_storage_id": bindparam("about"),
        }
        self.unplanned: Insert = checks.insert().values(
            asset_key=bindparam("its_asset"),
            check_name=bindparam("its_name"),
            run_id=bindparam("its_run"),
            **came,
        )
        self.evaluated: Update = (
            checks.update()
            .where(
                checks.c.asset_key == bindparam("its_asset"),
                checks.c.check_name == bindparam("its_name"),
                checks.c.run_id == bindparam("its_run"),
                checks.c.partition.is_(None),
            )
            .values(**came)
        )


class OpenEventLogStorage(SqliteEventLogStorage):
    """The events of runs, one database a run and an index."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._open = OpenDatabases()
        self._there: set[tuple[str, str]] = set()
        # A name of Dagster's that is no more is found out here, before anything is written.
        self._row_of, self._statements = self._event_to_row, CheckStatements()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Return the storage of a folder, Dagster's own where its inner names have changed."""
        try:
            storage = cls(inst_data=inst_data, **config_value)
            with storage.index_connection():
                return storage
        except CHANGED_WITHIN:
            return cast("Self", SqliteEventLogStorage(inst_data=inst_data, **config_value))

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """Give the connection of the events of a run."""
        return self._connection(str(run_id))

    def index_connection(self) -> AbstractContextManager[Connection]:
        """Give the connection of the events that are kept across runs."""
        return self._connection(INDEX)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Keep events that Dagster gives at once, such as all that a run plans."""
        with self._open.together():
            super().store_event_batch(events)

    def store_event(self, event: EventLogEntry) -> None:
        """Keep an event: an output or a check in a few statements made once, others as Dagster."""
        kind = event.dagster_event_type if isinstance(event, EventLogEntry) else None
        if kind is OUTPUT:
            with self.run_connection(event.run_id) as run:
                run.execute(self._statements.event, self._row_of(event))
        elif kind in {PLANNED_CHECK, EVALUATION} and _is_of_whole_asset(event):
            self._store_check(event)
        else:
            super().store_event(event)

    def delete_events(self, run_id: str) -> None:
        """Forget a run: its database, what is kept across runs of it, and its checks."""
        self._open.forget(self.conn_string_for_shard(run_id))
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path_for_shard(run_id)}{suffix}").unlink(missing_ok=True)
        with self.index_connection() as index:
            self.delete_events_for_run(index, run_id)
            index.execute(self._statements.forgotten, {"its_run": run_id})

    def _store_check(self, event: EventLogEntry) -> None:
        row = self._row_of(event)
        with self.run_connection(event.run_id) as run:
            run.execute(self._statements.event, row)
        with self.index_connection() as index:
            (rank,) = index.execute(self._statements.event, row).inserted_primary_key or (None,)
            self._write_check(index, event, row, rank)

    def _write_check(
        self, index: Connection, event: EventLogEntry, row: Mapping[str, Any], rank: int | None
    ) -> None:
        """Write a check that is planned, or what came of it, whether a run planned it or not."""
        data = event.get_dagster_event().event_specific_data
        if not isinstance(data, AssetCheckEvaluation):
            index.execute(self._statements.planned, _as_planned(data, row, rank))
            return
        came = _as_evaluated(data, row, rank)
        if not index.execute(self._statements.evaluated, came).rowcount:
            index.execute(self._statements.unplanned, came)

    def has_table(self, table_name: str) -> bool:
        """Tell whether the index has a table, which is asked of each event of a check."""
        return self._is_there("table", table_name, super().has_table, table_name)

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        ask = super()._has_asset_key_col_on_connection
        return self._is_there("column", column_name, ask, conn, column_name)

    def _is_there(self, kind: str, name: str, ask: Callable[..., bool], *asked: object) -> bool:
        """Tell whether something is in the databases: what was there once stays there."""
        if (kind, name) not in self._there and ask(*asked):
            self._there.add((kind, name))
        return (kind, name) in self._there

    def wipe(self) -> None:
        """Take the whole history away; its databases are closed first."""
        self._open.close()
        super().wipe()

    def dispose(self) -> None:
        """Close the databases."""
        self._open.close()
        super().dispose()

    def _connection(self, shard: str) -> AbstractContextManager[Connection]:
        url = self.conn_string_for_shard(shard)
        if not self._open.is_open(url):
            # Dagster makes the tables of a database that it opens for the first time.
            with super().run_connection(shard):
                pass
        return self._open.lone_transaction(url)


def _is_of_whole_asset(event: EventLogEntry) -> bool:
    """Tell whether a check is of a run and of no partition, as all those of a night are."""
    data = event.get_dagster_event().event_specific_data
    is_partitioned = getattr(data, "partition", None) or getattr(data, "partitions_subset", None)
    return bool(event.run_id) and not is_partitioned


def _as_planned(planned: Any, row: Mapping[str, Any], rank: int | None) -> dict[str, Any]:  # noqa: ANN401 as Dagster
    return {
        "asset_key": planned.asset_key.to_string(),
        "check_name": planned.check_name,
        "run_id": row["run_id"],
        "execution_status": "PLANNED",
        "evaluation_event": row["event"],
        "evaluation_event_timestamp": row["timestamp"],
        "evaluation_event_storage_id": rank,
    }


def _as_evaluated(
    evaluation: AssetCheckEvaluation, row: Mapping[str, Any], rank: int | None
) -> dict[str, Any]:
    about = evaluation.target_materialization_data
    return {
        "its_asset": evaluation.asset_key.to_string(),
        "its_name": evaluation.check_name,
        "its_run": row["run_id"],
        "status": "SUCCEEDED" if evaluation.passed else "FAILED",
        "content": row["event"],
        "moment": row["timestamp"],
        "rank": rank,
        "about": about.storage_id if about else None,
    }


class OpenRunStorage(SqliteRunStorage):
    """The runs, one database."""

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._url = conn_string
        self._open = OpenDatabases()
        super().__init__(conn_string, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Return the storage of a folder, Dagster's own where its inner names have changed."""
        try:
            storage = cls.from_local(inst_data=inst_data, **config_value)
            with storage.connect():
                return storage
        except CHANGED_WITHIN:
            return cast("Self", SqliteRunStorage.from_local(inst_data=inst_data, **config_value))

    @contextlib.contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give the connection of the runs."""
        with self._open.transaction(self._url) as connection:
            yield connection

    def dispose(self) -> None:
        """Close the database."""
        self._open.close()
        super().dispose()
