"""Dagster's SQLite databases stay open during a night, and only then."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from orchestration.commands.run_history import kept_open

WAL = "index.db-wal"


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


def test_one_connection_serves_all_the_events(tmp_path: Path) -> None:
    history = SqliteEventLogStorage(str(tmp_path))
    with kept_open():
        first = write(history)
        assert (tmp_path / WAL).stat().st_size > 0
        assert write(history) is first
    assert not (tmp_path / WAL).exists()
    assert count(history) == 2


def test_nothing_is_kept_open_afterwards(tmp_path: Path) -> None:
    history = SqliteEventLogStorage(str(tmp_path))
    with kept_open():
        write(history)
    write(history)
    assert not (tmp_path / WAL).exists()


def test_an_event_that_fails_leaves_nothing_and_the_connection_good(tmp_path: Path) -> None:
    history = SqliteEventLogStorage(str(tmp_path))
    with kept_open():
        write(history)
        with pytest.raises(OperationalError):
            write_half(history)
        assert count(history) == 1


def test_the_pages_see_an_event_at_once(tmp_path: Path) -> None:
    history = SqliteEventLogStorage(str(tmp_path))
    with kept_open():
        write(history)
        with closing(sqlite3.connect(tmp_path / "index.db")) as page:
            assert page.execute("select count(*) from event").fetchone() == (1,)
