"""What came of every fetch: one append-only table of the register.

Here: an outcome, adding one, reading them back. Not here: the files that were received
(``archive``), where the register is (``register_store``).
"""

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select

from sources.storage.register_store import prepare, reading, writing
from sources.storage.register_tables import FETCH_OUTCOME


class FetchStatus(StrEnum):
    """What came of a fetch.

    ``new`` and ``unchanged`` are good; ``refused`` came but is not what the contract says;
    ``failed`` did not come; ``missing`` is not there yet (no deposit, no value published).
    """

    NEW = "new"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    MISSING = "missing"


GOOD = frozenset({FetchStatus.NEW, FetchStatus.UNCHANGED})


@dataclass(frozen=True)
class FetchOutcome:
    """What came of one fetch of one source.

    Attributes:
        source_id: The source.
        status: What came of it.
        started_at: When it started, in UTC.
        seconds: How long it took.
        bytes: How many bytes were received.
        extract_id: What was received; None when nothing was.
        extract_in_use: The last good extract; None when there never was one.
        error_class: ``permanent`` or ``retryable``; None when all is well.
        message: A French sentence a steward understands; None when all is well.
        url: The address asked, without secrets.
        changes: What changed since the extract that was in use, in French, one sentence each.
        vintage: The vintage that its producer announces; None when it announces none.
        notices: What came beside it and is not used, in French, one sentence each.
        repairs: What it mended in the archive, in French, one sentence each.
    """

    source_id: str
    status: FetchStatus
    started_at: datetime
    seconds: float
    bytes: int
    extract_id: str | None
    extract_in_use: str | None
    error_class: str | None
    message: str | None
    url: str | None
    changes: tuple[str, ...] = ()
    vintage: str | None = None
    notices: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the source gave its extract, or confirmed the one that is in use."""
        return self.status in GOOD


COLUMNS = FETCH_OUTCOME.c
_GOOD_VALUES = sorted(status.value for status in GOOD)
"""Of a member of an enumeration SQLAlchemy would ask its mapper, which several threads at once
import by halves."""


class FetchOutcomes:
    """The outcomes of every fetch of one Vigie.

    Args:
        home: The folder of all state.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        prepare(home)

    def add_outcome(self, outcome: FetchOutcome) -> None:
        """Record what came of a fetch, for ever."""
        row = {name: _stored(value) for name, value in asdict(outcome).items()}
        with writing(self.home) as register:
            register.execute(insert(FETCH_OUTCOME).values(row))

    def outcomes(self, source_id: str | None = None) -> list[FetchOutcome]:
        """Return the outcomes of one source, or of all, oldest first."""
        return self._chosen(*([] if source_id is None else [COLUMNS.source_id == source_id]))

    def latest_outcomes(self) -> dict[str, FetchOutcome]:
        """Return the latest outcome of every source ever fetched."""
        latest = self._chosen(last_by(COLUMNS.source_id))
        return {outcome.source_id: outcome for outcome in latest}

    def latest_good_outcomes(self) -> dict[str, FetchOutcome]:
        """Return the latest outcome of every source that gave or confirmed its extract."""
        latest = self._chosen(last_by(COLUMNS.source_id, COLUMNS.status.in_(_GOOD_VALUES)))
        return {outcome.source_id: outcome for outcome in latest}

    def extract_ids(self) -> list[str]:
        """Return every extract that some outcome names."""
        asked = select(COLUMNS.extract_id).where(COLUMNS.extract_id.is_not(None)).distinct()
        with reading(self.home) as register:
            return list(register.scalars(asked))

    def _chosen(self, *conditions: ColumnElement[bool]) -> list[FetchOutcome]:
        said = [COLUMNS[field.name] for field in fields(FetchOutcome)]
        asked = select(*said).where(*conditions).order_by(COLUMNS.id)
        with reading(self.home) as register:
            return [_outcome(row._asdict()) for row in register.execute(asked)]


def last_by(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return what only the last row of each value of a column meets, among those that are so."""
    return COLUMNS.id.in_(select(func.max(COLUMNS.id)).where(*conditions).group_by(column))


def _stored(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case tuple():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value


def _outcome(values: dict[str, Any]) -> FetchOutcome:
    values["status"] = FetchStatus(values["status"])
    values["started_at"] = datetime.fromisoformat(values["started_at"])
    values["changes"] = tuple(json.loads(values["changes"]))
    values["notices"] = tuple(json.loads(values["notices"]))
    values["repairs"] = tuple(json.loads(values["repairs"]))
    return FetchOutcome(**values)
