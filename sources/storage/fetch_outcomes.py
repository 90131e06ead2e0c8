"""What came of every fetch: one append-only table of the register.

Here: an outcome, adding one, reading them back. Not here: the files that were received
(``archive``), the form of the register (``register_file``).
"""

import json
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sources.storage.register_file import opened, prepare


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


_COLUMNS = ", ".join(field.name for field in fields(FetchOutcome))


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
        row = astuple(outcome)
        marks = ", ".join("?" for _ in row)
        values = [_stored(value) for value in row]
        with opened(self.home) as connection:
            connection.execute(
                f"INSERT INTO fetch_outcome ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 our names
                values,
            )

    def outcomes(self, source_id: str | None = None) -> list[FetchOutcome]:
        """Return the outcomes of one source, or of all, oldest first."""
        return self._chosen("WHERE ?1 IS NULL OR source_id = ?1", source_id)

    def latest_outcomes(self) -> dict[str, FetchOutcome]:
        """Return the latest outcome of every source ever fetched."""
        latest = self._chosen("WHERE id IN (SELECT max(id) FROM fetch_outcome GROUP BY source_id)")
        return {outcome.source_id: outcome for outcome in latest}

    def latest_good_outcomes(self) -> dict[str, FetchOutcome]:
        """Return the latest outcome of every source that gave or confirmed its extract."""
        latest = self._chosen(
            "WHERE id IN (SELECT max(id) FROM fetch_outcome "
            "WHERE status IN ('new', 'unchanged') GROUP BY source_id)"
        )
        return {outcome.source_id: outcome for outcome in latest}

    def _chosen(self, condition: str, *values: str | None) -> list[FetchOutcome]:
        with opened(self.home) as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM fetch_outcome {condition} ORDER BY id",  # noqa: S608 ours
                values,
            ).fetchall()
        return [_outcome(row) for row in rows]


def _stored(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case tuple():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value


def _outcome(row: tuple[Any, ...]) -> FetchOutcome:
    values = dict(zip((field.name for field in fields(FetchOutcome)), row, strict=True))
    values["status"] = FetchStatus(values["status"])
    values["started_at"] = datetime.fromisoformat(values["started_at"])
    values["changes"] = tuple(json.loads(values["changes"]))
    values["notices"] = tuple(json.loads(values["notices"]))
    values["repairs"] = tuple(json.loads(values["repairs"]))
    return FetchOutcome(**values)
