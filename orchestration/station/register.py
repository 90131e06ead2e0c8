"""The register of decisions: one append-only table, beside that of the fetch outcomes.

Here: adding a decision and reading them all back. Not here: what a decision means and whether it
still stands (``expectations``), what may be decided (``publication.deciding``). A row is never
changed nor deleted: a later decision on the same finding replaces the former, and both stay.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.decisions.admissible import (
    FEWEST_WORDS,
    LONGEST_AUTHOR,
    LONGEST_MOTIVE,
    SHORTEST_AUTHOR,
)
from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.figures import CellFigures
from expectations.verdicts.table import Cell
from sources.archive import BUSY_SECONDS, REGISTER

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    finding_id TEXT NOT NULL CHECK (length(finding_id) = 12),
    choice TEXT NOT NULL CHECK (choice IN ({", ".join(f"'{choice}'" for choice in Choice)})),
    author TEXT NOT NULL CHECK (length(author) BETWEEN {SHORTEST_AUTHOR} AND {LONGEST_AUTHOR}),
    motive TEXT NOT NULL CHECK (length(motive) BETWEEN {FEWEST_WORDS} AND {LONGEST_MOTIVE}),
    decided_at TEXT NOT NULL,
    indicator TEXT NOT NULL,
    time_period TEXT NOT NULL,
    period_before TEXT,
    title TEXT NOT NULL,
    figures TEXT NOT NULL,
    figures_sha256 TEXT NOT NULL CHECK (length(figures_sha256) = 64)
) STRICT;
CREATE INDEX IF NOT EXISTS decision_by_finding ON decision (finding_id, id);
CREATE TRIGGER IF NOT EXISTS decision_is_never_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER IF NOT EXISTS decision_is_never_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER IF NOT EXISTS decision_is_never_replaced BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
"""  # noqa: S608 the words and the bounds are constants
_COLUMNS = (
    "finding_id, choice, author, motive, decided_at, indicator, time_period, period_before, title, "
    "figures, figures_sha256"
)


class Register:
    """The decisions taken in one Vigie.

    Args:
        home: The folder of all state.
    """

    def __init__(self, home: Path) -> None:
        self._file = home / REGISTER
        with closing(self._connect()) as connection:
            connection.executescript(_SCHEMA)

    def add(self, subject: DecidedFigures, choice: Choice, author: str, motive: str) -> Decision:
        """Record a decision, now and for ever.

        Returns:
            The decision; the one in the register when the last of that finding says the very same.
        """
        (decision,) = self.add_together([subject], choice, author, motive)
        return decision

    def add_together(
        self, subjects: Sequence[DecidedFigures], choice: Choice, author: str, motive: str
    ) -> tuple[Decision, ...]:
        """Record the same decision of several findings in one act: all of them, or none.

        Each is a decision of its own, on its own figures, and lapses by itself.
        """
        now = datetime.now(UTC)
        with closing(self._connect()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            return tuple(
                _added(connection, (subject, choice, author, motive), now) for subject in subjects
            )

    def decisions(self) -> list[Decision]:
        """Return every decision, oldest first.

        Raises:
            ValueError: The figures of one are not those that were signed: the file was tampered
                with.
        """
        with closing(self._connect()) as connection:
            return _read(connection)

    def last_id(self) -> int:
        """Return the rank of the last decision, 0 before the first."""
        with closing(self._connect()) as connection:
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()
        return int(last)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=BUSY_SECONDS)


def _added(
    connection: sqlite3.Connection, signed: tuple[DecidedFigures, Choice, str, str], now: datetime
) -> Decision:
    """Return what is signed as it is in the register, where the last word may be the very same."""
    for same in _read(connection, "WHERE finding_id = ?", signed[0].finding_id)[-1:]:
        if (same.subject, same.choice, same.author, same.motive) == signed:
            return same
    values = _values(*signed, now)
    marks = ", ".join("?" for _ in values)
    added = connection.execute(
        f"INSERT INTO decision ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 our names
        values,
    )
    return Decision(int(added.lastrowid or 0), *signed, now)


def _values(
    subject: DecidedFigures, choice: Choice, author: str, motive: str, decided_at: datetime
) -> tuple[str | None, ...]:
    return (
        subject.finding_id,
        str(choice),
        author,
        motive,
        decided_at.isoformat(),
        subject.indicator,
        subject.time_period,
        subject.period_before,
        subject.title,
        json.dumps([asdict(figure) for figure in subject.figures], ensure_ascii=False),
        subject.sha256,
    )


def _read(connection: sqlite3.Connection, condition: str = "", *values: str) -> list[Decision]:
    rows = connection.execute(
        f"SELECT id, {_COLUMNS} FROM decision {condition} ORDER BY id",  # noqa: S608 ours
        values,
    )
    return [_decision(*row) for row in rows]


def _decision(decision_id: int, *row: Any) -> Decision:  # noqa: ANN401 a row
    finding_id, choice, author, motive, decided_at, indicator, period, before, title, *rest = row
    figures, sha256 = rest
    signed = tuple(map(_figure, json.loads(figures)))
    subject = DecidedFigures(finding_id, indicator, period, before, title, signed)
    if subject.sha256 != sha256:
        message = (
            f"Décision n° {decision_id} : les chiffres du registre ne sont plus ceux qui ont été "
            f"signés ({sha256[:12]}… attendu). Restaurez {REGISTER} depuis une sauvegarde."
        )
        raise ValueError(message)
    moment = datetime.fromisoformat(decided_at)
    return Decision(decision_id, subject, Choice(choice), author, motive, moment)


def _figure(content: dict[str, Any]) -> CellFigures:
    return CellFigures(**{**content, "cell": Cell(**content["cell"])})
