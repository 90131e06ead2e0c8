"""Dagster's own history of runs, kept open while a night writes to it.

For each event Dagster opens its SQLite databases and closes them; whenever the last connection of a
database closes, SQLite copies its journal back and waits for the disk. There are some 1 500 events
a night: one connection that stays open spares that. What the events say is Dagster's.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextlib.contextmanager
def kept_open() -> Iterator[None]:
    """Keep open every SQLite database that Dagster opens in this process, until the end.

    Commits wait for the disk no longer (``synchronous = normal``): a power cut may lose the last
    events of the history, never its consistency, and nothing of what Vigie itself records.
    """
    kept: dict[str, sqlite3.Connection] = {}

    def keep(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("pragma synchronous = normal")
        _, _, path = connection.execute("pragma database_list").fetchone()
        if path:
            known = kept.get(path) or kept.setdefault(path, _connect(path))
            # A connection holds the journal open only once it has read something.
            known.execute("select count(*) from sqlite_master").fetchone()

    event.listen(Engine, "connect", keep)
    try:
        yield
    finally:
        event.remove(Engine, "connect", keep)
        for connection in kept.values():
            connection.close()


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False)
