"""The tables of the register whose rows are sealed, each over the one before (``storage.chain``).

Here: adding a row and reading rows back, each with whether it is what was sealed. Not here: what a
row says (``register``, ``follow_ups``), where the register is (``sources.storage.register_store``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, insert

from sources.storage.chain import GENESIS, SealedRow, altered, seal
from sources.storage.register_store import reading
from sources.storage.register_tables import every_row, last_row

UNREADABLE = datetime(1970, 1, 1, tzinfo=UTC)
"""Moment of a record whose own cannot be read any more."""
_OF_THE_CHAIN = {"id", "former_sha256", "sha256"}


@dataclass(frozen=True)
class RegisteredRow:
    """A row as it is read back.

    Attributes:
        rank: Its rank.
        content: What it says, by column.
        sha256: Its seal.
        is_altered: It is not what was sealed.
    """

    rank: int
    content: Mapping[str, Any]
    sha256: str
    is_altered: bool


def add_row(connection: Connection, table: Table, rank: int, values: Sequence[str | None]) -> str:
    """Add a row to a sealed table, and return its seal."""
    last = last_row(connection, table)
    former = _sealed(last).sha256 if last else GENESIS
    own = seal(former, rank, values)
    row = dict(zip(table.c.keys(), (rank, *values, former, own), strict=True))
    connection.execute(insert(table).values(row))
    return own


def registered_rows(home: Path, table: Table) -> list[RegisteredRow]:
    """Return every row of a sealed table, oldest first."""
    with reading(home) as connection:
        return _registered(table, sealed_rows(connection, table))


def last_registered(
    connection: Connection, table: Table, *those: ColumnElement[bool]
) -> RegisteredRow | None:
    """Return the last of the rows that are asked for; None when there is none.

    It is looked at with the one that was sealed over it: without that nobody sees that it was
    sealed anew; of all others nothing is needed.
    """
    last = last_row(connection, table, *those)
    following = last and last_row(connection, table, table.c.id == last.id + 1)
    rows = _registered(table, [_sealed(row) for row in (last, following) if row])
    return rows[0] if rows else None


def sealed_rows(connection: Connection, table: Table) -> list[SealedRow]:
    """Return every row of a sealed table as its chain has it, oldest first."""
    return [_sealed(row) for row in every_row(connection, table)]


def _sealed(row: Row[Any]) -> SealedRow:
    rank, *values, former, own = tuple[Any, ...](row)
    return SealedRow(rank, tuple(values), str(former), str(own))


def _registered(table: Table, rows: Sequence[SealedRow]) -> list[RegisteredRow]:
    columns = [column.name for column in table.c if column.name not in _OF_THE_CHAIN]
    changed = altered(rows)
    return [
        RegisteredRow(
            rank=row.rank,
            content=dict(zip(columns, row.values, strict=True)),
            sha256=row.sha256,
            is_altered=row.rank in changed,
        )
        for row in rows
    ]
