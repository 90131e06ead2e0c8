"""The register of decisions: one append-only table, beside that of the fetch outcomes.

Here: adding a decision and reading them all back, each with whether it is what was signed. Not
here: what a decision means and whether it still stands (``expectations``), what may be decided
(``publication.deciding``), where the register is (``sources.storage.register_store``). A row is
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

from sqlalchemy import ColumnElement, Connection, Row, Table, func, insert, select

from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.figures import CellFigures
from expectations.verdicts.table import Cell
from sources.storage.chain import GENESIS, SealedRow, altered, missing, seal
from sources.storage.register_store import prepare, reading, writing
from sources.storage.register_tables import DECISION, every_row, last_decision, last_row

_NOT_SAID = {"id", "former_sha256", "sha256"}
UNREADABLE = datetime(1970, 1, 1, tzinfo=UTC)
"""Moment of a decision whose own cannot be read any more."""


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
        with reading(self._home) as connection:
            return _decisions(links_of(connection, DECISION))

    def missing(self) -> tuple[int, ...]:
        """Return the ranks of the decisions that were taken out of the register."""
        with reading(self._home) as connection:
            return missing(links_of(connection, DECISION), last_decision(connection))

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
    for same in _decisions(last_links(connection, DECISION, of_finding))[:1]:
        is_same = (same.subject, same.choice, same.author, same.motive) == signed
        if is_same and not same.is_altered:
            return same
    rank = max(last_decision(connection), after) + 1
    former = last_seal(connection, DECISION)
    values = _values(*signed, now)
    own = seal(former, rank, values)
    row = dict(zip(DECISION.c.keys(), (rank, *values, former, own), strict=True))
    connection.execute(insert(DECISION).values(row))
    return Decision(rank, *signed, now, sha256=own)


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


def said_by(table: Table, link: SealedRow) -> dict[str, Any]:
    """Return what a row of a sealed table says, by column."""
    columns = (column.name for column in table.c if column.name not in _NOT_SAID)
    return dict(zip(columns, link.values, strict=True))


def links_of(connection: Connection, table: Table) -> list[SealedRow]:
    """Return every row of a sealed table, oldest first."""
    return [_link(row) for row in every_row(connection, table)]


def last_links(
    connection: Connection, table: Table, *those: ColumnElement[bool]
) -> list[SealedRow]:
    """Return the last of the rows that are asked for, and the one that was sealed over it.

    Without the next one nobody sees that it was sealed anew; of all others nothing is needed.
    """
    last = last_row(connection, table, *those)
    following = last and last_row(connection, table, table.c.id == last.id + 1)
    return [_link(row) for row in (last, following) if row]


def last_seal(connection: Connection, table: Table) -> str:
    """Return the seal that the next row of a sealed table is sealed over."""
    last = last_row(connection, table)
    return _link(last).sha256 if last else GENESIS


def _link(row: Row[Any]) -> SealedRow:
    rank, *values, former, own = tuple[Any, ...](row)
    return SealedRow(rank, tuple(values), str(former), str(own))


def _decisions(links: Sequence[SealedRow]) -> list[Decision]:
    changed = altered(links)
    return [_decision(link, is_altered=link.rank in changed) for link in links]


def _decision(link: SealedRow, *, is_altered: bool) -> Decision:
    """Return the decision that a row says; of one that is altered, what can still be read."""
    said = said_by(DECISION, link)
    try:
        figures = tuple(map(_figure, json.loads(said["figures"])))
        choice, moment = Choice(said["choice"]), datetime.fromisoformat(said["decided_at"])
        if moment.tzinfo is None:
            is_altered, moment = True, moment.replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError):
        is_altered, figures, choice, moment = True, (), Choice.HOLD, UNREADABLE
    subject = _subject(said, figures)
    return Decision(
        decision_id=link.rank,
        subject=subject,
        choice=choice,
        author=said["author"],
        motive=said["motive"],
        decided_at=moment,
        # Those of before the chain had a seal over their figures only.
        is_altered=is_altered or subject.sha256 != said["figures_sha256"],
        sha256=link.sha256,
    )


def _subject(said: Mapping[str, Any], figures: tuple[CellFigures, ...]) -> DecidedFigures:
    names = ("finding_id", "indicator", "time_period", "period_before", "title")
    return DecidedFigures(**{name: said[name] for name in names}, figures=figures)


def _figure(content: dict[str, Any]) -> CellFigures:
    return CellFigures(**{**content, "cell": Cell(**content["cell"])})
