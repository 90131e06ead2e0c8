"""The follow-ups of doubts: one append-only table of the register, beside that of decisions.

Here: adding a step and reading them all back, each with whether it is what was recorded. Not here:
what a step means and where it leaves a doubt (``expectations.decisions``), the decisions
(``register``), how rows are sealed (``sealed_tables``).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from expectations.decisions.follow_up import Doubt, FollowUp, FollowUpStep
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
from sources.storage.register_tables import FOLLOW_UP


@dataclass(frozen=True)
class NewStep:
    """A step to record.

    Attributes:
        step: What is done.
        author: Who does it.
        note: Why, or whatever is to be known; empty when nothing is said.
        until: The day that the step waits for; None for those that wait for none.
    """

    step: FollowUpStep
    author: str
    note: str = ""
    until: date | None = None

    def repeats(self, last: FollowUp) -> bool:
        """Tell whether it is the very same as a step that was taken."""
        return self == NewStep(last.step, last.author, last.note, last.until)


class FollowUps:
    """What was done about the doubts of one Vigie.

    Args:
        home: The folder of all state.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        prepare(home)

    def add(
        self, doubts: Iterable[Doubt], new: NewStep, held_since: datetime | None = None
    ) -> None:
        """Record one step about several doubts: of all of them, or of none.

        A step that is the very same as the last one about a doubt is recorded once.

        Args:
            doubts: What it is about.
            new: The step.
            held_since: What was done before (aware) counts no more, and is done again.
        """
        now = datetime.now(UTC)
        with writing(self._home) as connection:
            for doubt in doubts:
                if not _is_done(connection, doubt, new, held_since):
                    _add(connection, doubt, new, now)

    def steps(self) -> list[FollowUp]:
        """Return every step, oldest first, those that were altered there marked so."""
        return [_follow_up(row) for row in registered_rows(self._home, FOLLOW_UP)]

    def by_doubt(self) -> Mapping[Doubt, list[FollowUp]]:
        """Return every step about each doubt, oldest first."""
        found: dict[Doubt, list[FollowUp]] = {}
        for step in self.steps():
            found.setdefault(step.doubt, []).append(step)
        return found

    def missing(self) -> tuple[int, ...]:
        """Return the ranks that have no record any more, but for the last of all."""
        with reading(self._home) as connection:
            rows = sealed_rows(connection, FOLLOW_UP)
        return missing(rows, max((row.rank for row in rows), default=0))


def _is_done(
    connection: Connection, doubt: Doubt, new: NewStep, held_since: datetime | None
) -> bool:
    """Tell whether the last step about a doubt, as it is held now, is the very same."""
    named = zip(("indicator", "time_period", "cell"), _written(doubt), strict=True)
    of_doubt = [FOLLOW_UP.c[name] == value for name, value in named]
    row = last_registered(connection, FOLLOW_UP, *of_doubt)
    last = _follow_up(row) if row else None
    if last is None or last.is_altered or (held_since and last.noted_at < held_since):
        return False
    return new.repeats(last)


def _add(connection: Connection, doubt: Doubt, new: NewStep, now: datetime) -> None:
    rank = (connection.scalar(select(func.max(FOLLOW_UP.c.id))) or 0) + 1
    add_row(connection, FOLLOW_UP, rank, (*_written(doubt), *_values(new, now)))


def _written(doubt: Doubt) -> tuple[str, str, str | None]:
    """Return a doubt as its rows name it."""
    indicator, time_period, cell = doubt
    return indicator, time_period, json.dumps(cell.to_dict(), ensure_ascii=False) if cell else None


def _values(new: NewStep, now: datetime) -> tuple[str | None, ...]:
    return (
        new.step.value,
        new.author,
        new.note,
        new.until.isoformat() if new.until else None,
        now.isoformat(),
    )


def _follow_up(row: RegisteredRow) -> FollowUp:
    """Return the step that a row says; of one that is altered, what can still be read."""
    content, is_altered = row.content, row.is_altered
    try:
        cell = Cell(**json.loads(content["cell"])) if content["cell"] else None
        until = date.fromisoformat(content["until"]) if content["until"] else None
        step, moment = FollowUpStep(content["step"]), datetime.fromisoformat(content["noted_at"])
    except (TypeError, ValueError):
        is_altered, cell, until, step, moment = (
            True,
            None,
            None,
            FollowUpStep.GIVEN_BACK,
            UNREADABLE,
        )
    return FollowUp(
        rank=row.rank,
        doubt=(content["indicator"], content["time_period"], cell),
        step=step,
        author=content["author"],
        note=content["note"],
        until=until,
        noted_at=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        is_altered=is_altered,
    )
