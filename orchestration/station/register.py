"""The register of decisions: one append-only table, beside that of the fetch outcomes.

Here: adding a decision and reading them all back, each with whether it is what was signed. Not
here: what a decision means and whether it still stands (``expectations``), what may be decided
(``publication.docket``), where the register is (``sources.storage.register_store``). A row is
never changed nor deleted: a later decision on the same finding replaces the former, and both stay.

Each is sealed over all that it says, and over the seal of the one before (``storage.chain``). One
that was changed in its table is read all the same, and marked so: the gate lets nothing out for it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.figures import CellFigures
from expectations.verdicts.table import Cell
from orchestration.station.sealed_tables import (
    UNREADABLE,
    RegisteredRow,
    add_row,
    last_registered,
    registered_rows,
    sealed_rows,
)
from sources.storage.chain import missing
from sources.storage.register_store import prepare, reading, writing
from sources.storage.register_tables import DECISION, last_decision


class Register:
    """The decisions taken in one Vigie.

    Args:
        home: The folder of all state.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        prepare(home)

    def add(self, subject: DecidedFigures, choice: Choice, author: str, motive: str) -> Decision:
        """Record a decision, now and for ever.

        Returns:
            The decision; the one in the register when the last of that finding says the very same.
        """
        (decision,) = self.add_together([subject], choice, author, motive)
        return decision

    def add_together(
        self,
        subjects: Sequence[DecidedFigures],
        choice: Choice,
        author: str,
        motive: str,
        *,
        after: int = 0,
    ) -> tuple[Decision, ...]:
        """Record the same decision of several findings in one act: all of them, or none.

        Each is a decision of its own, on its own figures, and lapses by itself.

        Args:
            subjects: What is decided of.
            choice: What is decided.
            author: Who signs it.
            motive: Why.
            after: The last rank that is known to have been given: a register that lost its last
                records must not give their ranks again.
        """
        now = datetime.now(UTC)
        with writing(self._home) as connection:
            return tuple(
                _added(connection, (subject, choice, author, motive), now, after)
                for subject in subjects
            )

    def decisions(self) -> list[Decision]:
        """Return every decision, oldest first, those that were altered there marked so."""
        return [_decision(row) for row in registered_rows(self._home, DECISION)]

    def missing(self) -> tuple[int, ...]:
        """Return the ranks of the decisions that were taken out of the register."""
        with reading(self._home) as connection:
            return missing(sealed_rows(connection, DECISION), last_decision(connection))

    def last_id(self) -> int:
        """Return the rank of the last decision, 0 before the first."""
        with reading(self._home) as connection:
            return connection.scalar(select(func.max(DECISION.c.id))) or 0


def _added(
    connection: Connection,
    signed: tuple[DecidedFigures, Choice, str, str],
    now: datetime,
    after: int,
) -> Decision:
    """Return what is signed as it is in the register, where the last word may be the very same."""
    of_finding = DECISION.c.finding_id == signed[0].finding_id
    row = last_registered(connection, DECISION, of_finding)
    last = _decision(row) if row else None
    if last and not last.is_altered and _signed(last) == signed:
        return last
    rank = max(last_decision(connection), after) + 1
    own = add_row(connection, DECISION, rank, _values(*signed, now))
    return Decision(rank, *signed, now, sha256=own)


def _signed(decision: Decision) -> tuple[DecidedFigures, Choice, str, str]:
    return decision.subject, decision.choice, decision.author, decision.motive


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


def _decision(row: RegisteredRow) -> Decision:
    """Return the decision that a row says; of one that is altered, what can still be read."""
    content, is_altered = row.content, row.is_altered
    try:
        figures = tuple(map(_figure, json.loads(content["figures"])))
        choice, moment = Choice(content["choice"]), datetime.fromisoformat(content["decided_at"])
        if moment.tzinfo is None:
            is_altered, moment = True, moment.replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError):
        is_altered, figures, choice, moment = True, (), Choice.HOLD, UNREADABLE
    subject = _subject(content, figures)
    return Decision(
        decision_id=row.rank,
        subject=subject,
        choice=choice,
        author=content["author"],
        motive=content["motive"],
        decided_at=moment,
        # Those of before the chain had a seal over their figures only.
        is_altered=is_altered or subject.sha256 != content["figures_sha256"],
        sha256=row.sha256,
    )


def _subject(content: Mapping[str, Any], figures: tuple[CellFigures, ...]) -> DecidedFigures:
    names = ("finding_id", "indicator", "time_period", "period_before", "title")
    return DecidedFigures(**{name: content[name] for name in names}, figures=figures)


def _figure(content: dict[str, Any]) -> CellFigures:
    return CellFigures(**{**content, "cell": Cell(**content["cell"])})
