"""Where a secret could have been written: every file of a station, and every cell of its databases.

Here: what is looked at. Not here: which secrets there are.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

SQLITE = b"SQLite format 3\0"


def leaks(home: Path, secrets: Iterable[str]) -> list[str]:
    """Return the places under a folder where a secret is written, none if all is well."""
    sought = [secret.encode() for secret in secrets]
    return [
        f"{place}: {secret.decode()}"
        for place, content in _written(home)
        for secret in sought
        if secret in content
    ]


def _written(home: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            yield str(path), content
            if content.startswith(SQLITE):
                yield from _cells(path)


def _cells(database: Path) -> Iterator[tuple[str, bytes]]:
    """Every cell: a long one is in pieces in the file, and Dagster packs its snapshots."""
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                for cell in row:
                    content = cell if isinstance(cell, bytes) else str(cell).encode()
                    with suppress(zlib.error):
                        content += zlib.decompress(content)
                    yield f"{database}, {table}", content
