"""Dagster's own history of runs, kept open while a night writes to it.

For each event Dagster makes a SQLAlchemy engine, opens its SQLite databases and closes them. A new
engine asks the database what it can do and compiles every statement again; whenever the last
connection of a database closes, SQLite copies its journal back and waits for the disk. There are
some 3 700 events a night: one engine and one connection a database spare that. What the events say
is Dagster's.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import cast

from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

OPENERS = (sqlite_event_log, sqlite_run_storage)


class _KeptPool(QueuePool):
    """Connections that stay open when Dagster disposes of its engine, until ``close``."""

    def dispose(self) -> None:
        """Keep the connections."""

    def recreate(self) -> "_KeptPool":
        """Return the pool itself: what it holds is still good."""
        return self

    def close(self) -> None:
        """Close the connections."""
        super().dispose()


@contextlib.contextmanager
def kept_open() -> Iterator[None]:
    """Keep open every database of its history that Dagster opens in this process, until the end.

    Commits wait for the disk no longer (``synchronous = normal``): a power cut may lose the last
    events of the history, never its consistency, and nothing of what Vigie itself records.
    """
    kept: dict[str, Engine] = {}

    def engine(url: str, **options: object) -> Engine:
        if url not in kept:
            kept[url] = create_engine(url, **{**options, "poolclass": _KeptPool})
            event.listen(kept[url], "connect", _commit_without_waiting)
        return kept[url]

    try:
        with _opened_by(engine):
            yield
    finally:
        for one in kept.values():
            cast("_KeptPool", one.pool).close()


def _commit_without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("pragma synchronous = normal")


@contextlib.contextmanager
def _opened_by(engine: Callable[..., Engine]) -> Iterator[None]:
    """Have Dagster's SQLite storages make their engines with a function of ours."""
    own = [vars(module)["create_engine"] for module in OPENERS]
    for module in OPENERS:
        vars(module)["create_engine"] = engine
    try:
        yield
    finally:
        for module, former in zip(OPENERS, own, strict=True):
            vars(module)["create_engine"] = former
