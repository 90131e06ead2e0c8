"""The tables of the register, whichever engine keeps them.

Here: their columns, by which rows are read and written, and their form on a server. Not here: the
form of the file (``register_file``), reaching either (``register_store``), what a row means.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Double,
    Identity,
    Index,
    MetaData,
    Row,
    Table,
    Text,
    func,
    select,
    true,
)
from sqlalchemy.types import Boolean

TABLES = MetaData()

FETCH_OUTCOME = Table(
    "fetch_outcome",
    TABLES,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("extract_id", Text),
    Column("extract_in_use", Text),
    Column("error_class", Text),
    Column("message", Text),
    Column("url", Text),
    Column("changes", Text, nullable=False),
    Column("vintage", Text),
    Column("notices", Text, nullable=False),
    Column("repairs", Text, nullable=False),
    CheckConstraint("status IN ('new', 'unchanged', 'refused', 'failed', 'missing')"),
    CheckConstraint("error_class IN ('permanent', 'retryable')"),
    Index("fetch_outcome_by_source", "source_id", "id"),
)

DECISION = Table(
    "decision",
    TABLES,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("finding_id", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("motive", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("time_period", Text, nullable=False),
    Column("period_before", Text),
    Column("title", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("figures_sha256", Text, nullable=False),
    Column("former_sha256", Text),
    Column("sha256", Text),
    CheckConstraint("length(finding_id) = 12"),
    CheckConstraint("choice IN ('rupture', 'valeur', 'correction', 'maintien', 'exclusion')"),
    CheckConstraint("length(author) BETWEEN 2 AND 100"),
    CheckConstraint("length(motive) BETWEEN 3 AND 1000"),
    CheckConstraint("length(figures_sha256) = 64"),
    CheckConstraint(
        "former_sha256 IS NOT NULL AND sha256 IS NOT NULL", name="decision is not sealed"
    ),
    Index("decision_by_finding", "finding_id", "id"),
)

FOLLOW_UP = Table(
    "follow_up",
    TABLES,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("indicator", Text, nullable=False),
    Column("time_period", Text, nullable=False),
    Column("cell", Text),
    Column("step", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("until", Text),
    Column("noted_at", Text, nullable=False),
    Column("former_sha256", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    CheckConstraint("step IN ('prise', 'remise', 'demandée', 'rendue')"),
    CheckConstraint("length(author) BETWEEN 2 AND 100"),
    CheckConstraint("length(note) <= 1000"),
    CheckConstraint(
        "step = 'demandée' OR (step = 'remise') = (until IS NOT NULL)", name="follow_up_until"
    ),
)

REGISTER_STATE = Table(
    "vigie_register",
    TABLES,
    Column("is_alone", Boolean, primary_key=True, server_default=true()),
    Column("format", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("last_decision", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("is_alone"),
)
"""What SQLite says of its file elsewhere: one row, which whoever writes takes first."""

KEPT = (FETCH_OUTCOME, DECISION, FOLLOW_UP)


def every_row(connection: Connection, table: Table) -> Sequence[Row[Any]]:
    """Return the rows of a table, in the order in which they were added."""
    return connection.execute(select(table).order_by(table.c.id)).all()


def last_row(connection: Connection, table: Table, *those: ColumnElement[bool]) -> Row[Any] | None:
    """Return the last row that was added to a table, or the last of those that are asked for."""
    latest = select(table).where(*those).order_by(table.c.id.desc()).limit(1)
    return connection.execute(latest).first()


def last_decision(connection: Connection) -> int:
    """Return the last rank that was ever given to a decision, be its record there or not."""
    if connection.dialect.name == "sqlite":
        asked = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'decision'"
        return int(connection.exec_driver_sql(asked).scalar_one())
    return int(connection.execute(select(func.max(REGISTER_STATE.c.last_decision))).scalar_one())
