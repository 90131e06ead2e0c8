"""What was received, byte for byte, and what came of every fetch.

Here: the content-addressed store of raw extracts (``home/raw``) and the append-only table of fetch
outcomes (``home/register.sqlite``). Not here: reading an extract (``protocols``), nor the tables
made of it (``landing``). A kill at any instant leaves a usable state: files are written aside and
moved, and an extract exists only once its record does.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sources.client import Extract, Fetched, FetchedPart

REGISTER = "register.sqlite"
SCRATCH_PREFIX = ".reception-"
STALE_SECONDS = 24 * 3600.0
BUSY_SECONDS = 30.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fetch_outcome (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('new', 'unchanged', 'refused', 'failed', 'missing')),
    started_at TEXT NOT NULL,
    seconds REAL NOT NULL,
    bytes INTEGER NOT NULL,
    extract_id TEXT,
    extract_in_use TEXT,
    error_class TEXT CHECK (error_class IN ('permanent', 'retryable')),
    message TEXT,
    url TEXT,
    changes TEXT NOT NULL DEFAULT '[]',
    vintage TEXT,
    notices TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX IF NOT EXISTS fetch_outcome_by_source ON fetch_outcome (source_id, id);
CREATE TRIGGER IF NOT EXISTS fetch_outcome_is_never_changed BEFORE UPDATE ON fetch_outcome
BEGIN SELECT RAISE(ABORT, 'fetch_outcome is append-only'); END;
CREATE TRIGGER IF NOT EXISTS fetch_outcome_is_never_deleted BEFORE DELETE ON fetch_outcome
BEGIN SELECT RAISE(ABORT, 'fetch_outcome is append-only'); END;
"""


_ADDED = {
    "changes": "ALTER TABLE fetch_outcome ADD COLUMN changes TEXT NOT NULL DEFAULT '[]'",
    "vintage": "ALTER TABLE fetch_outcome ADD COLUMN vintage TEXT",
    "notices": "ALTER TABLE fetch_outcome ADD COLUMN notices TEXT NOT NULL DEFAULT '[]'",
}
"""What is added to registers that were made before drifts, vintages, then notices were recorded."""


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


_COLUMNS = ", ".join(field.name for field in fields(FetchOutcome))


class Archive:
    """The raw extracts and the fetch outcomes of one Vigie.

    Args:
        home: The folder of all state; created when it does not exist.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._raw = home / "raw"
        self._raw.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.executescript(_SCHEMA)
            for column in _ADDED.keys() - _columns_of(connection):
                # Another process may open the same former register at this very moment.
                with suppress(sqlite3.OperationalError):
                    connection.execute(_ADDED[column])
            if missing := _ADDED.keys() - _columns_of(connection):
                msg = f"{home / REGISTER}: fetch_outcome cannot be given {sorted(missing)}"
                raise sqlite3.OperationalError(msg)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Yield a folder on the archive's own disk, emptied afterwards."""
        folder = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=self._raw))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def sweep(self) -> None:
        """Remove what fetches that were killed long ago left behind."""
        for folder in self._raw.glob(f"{SCRATCH_PREFIX}*"):
            # Another fetch may be ending at this very moment, and its folder be gone.
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(folder)

    def store(self, source_id: str, fetched: Fetched) -> Extract:
        """Take what was fetched into the archive; the parts' files are moved.

        Returns:
            The extract. Received twice, the same bytes are the same extract, and its record stays
            that of the first time until ``announce`` says otherwise.
        """
        for part in fetched.parts:
            self._keep(part.path, part.sha256)
        extract_id = fetched.parts[0].sha256
        if len(fetched.parts) > 1:
            extract_id = self._keep_manifest(fetched.parts)
        record = {
            "source_id": source_id,
            "sha256": extract_id,
            "bytes": sum(part.bytes for part in fetched.parts),
            "url": fetched.url,
            "obtained_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "http_status": fetched.http_status,
            "headers": dict(fetched.headers),
            "announced": dict(fetched.announced),
            "parts": [part.sha256 for part in fetched.parts],
        }
        if not self._record_path(extract_id).exists():
            self._write_aside(self._record_path(extract_id), _canonical(record))
        return replace(self.extract(extract_id), announced=fetched.announced)

    def announce(self, extract: Extract) -> None:
        """Keep what the portal says of an extract now that it was accepted again."""
        record = {**self.record(extract.extract_id), "announced": dict(extract.announced)}
        self._write_aside(self._record_path(extract.extract_id), _canonical(record))

    def record(self, extract_id: str) -> dict[str, Any]:
        """Return how an extract was obtained.

        Raises:
            FileNotFoundError: The archive does not have it.
        """
        record: dict[str, Any] = json.loads(self._record_path(extract_id).read_bytes())
        return record

    def extract(self, extract_id: str) -> Extract:
        """Return an archived extract.

        Raises:
            FileNotFoundError: The archive does not have it.
        """
        record = self.record(extract_id)
        paths = tuple(self._blob_path(sha256) for sha256 in record["parts"])
        return Extract(extract_id, paths, record["bytes"], record["announced"])

    def paths(self, extract_id: str) -> tuple[Path, ...]:
        """Return the read-only files of an extract, in order.

        Raises:
            FileNotFoundError: The archive does not have it.
        """
        return self.extract(extract_id).paths

    def add_outcome(self, outcome: FetchOutcome) -> None:
        """Record what came of a fetch, for ever."""
        row = astuple(outcome)
        marks = ", ".join("?" for _ in row)
        values = [_stored(value) for value in row]
        with closing(self._connect()) as connection, connection:
            connection.execute(
                f"INSERT INTO fetch_outcome ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 our names
                values,
            )

    def outcomes(self, source_id: str | None = None) -> list[FetchOutcome]:
        """Return the outcomes of one source, or of all, oldest first."""
        return self._outcomes("WHERE ?1 IS NULL OR source_id = ?1", source_id)

    def latest_outcomes(self) -> dict[str, FetchOutcome]:
        """Return the latest outcome of every source ever fetched."""
        latest = self._outcomes(
            "WHERE id IN (SELECT max(id) FROM fetch_outcome GROUP BY source_id)"
        )
        return {outcome.source_id: outcome for outcome in latest}

    def latest_good_outcomes(self) -> dict[str, FetchOutcome]:
        """Return the latest outcome of every source that gave or confirmed its extract."""
        latest = self._outcomes(
            "WHERE id IN (SELECT max(id) FROM fetch_outcome "
            "WHERE status IN ('new', 'unchanged') GROUP BY source_id)"
        )
        return {outcome.source_id: outcome for outcome in latest}

    def accepted(self, source_id: str) -> list[Extract]:
        """Return the good extracts of a source, newest first, each of them once."""
        outcomes = self._outcomes("WHERE source_id = ? AND status = 'new'", source_id)
        newest_first = (outcome.extract_id for outcome in reversed(outcomes))
        return [
            self.extract(extract_id) for extract_id in dict.fromkeys(newest_first) if extract_id
        ]

    def received(self, source_id: str) -> list[Extract]:
        """Return every extract of a source, accepted or not, each once, the last at the end."""
        outcomes = self._outcomes(
            "WHERE id IN (SELECT max(id) FROM fetch_outcome "
            "WHERE source_id = ? AND extract_id IS NOT NULL GROUP BY extract_id)",
            source_id,
        )
        return [self.extract(outcome.extract_id) for outcome in outcomes if outcome.extract_id]

    def last_accepted(self, source_id: str) -> Extract | None:
        """Return the last good extract of a source, which is the one in use."""
        return next(iter(self.accepted(source_id)), None)

    def _outcomes(self, condition: str, *values: str | None) -> list[FetchOutcome]:
        with closing(self._connect()) as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM fetch_outcome {condition} ORDER BY id",  # noqa: S608 ours
                values,
            ).fetchall()
        return [_outcome(row) for row in rows]

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.home / REGISTER, timeout=BUSY_SECONDS)

    def _blob_path(self, sha256: str) -> Path:
        return self._raw / sha256[:2] / sha256

    def _record_path(self, extract_id: str) -> Path:
        return self._blob_path(extract_id).with_suffix(".json")

    def _keep(self, received: Path, sha256: str) -> None:
        """Move a received file to its place, on disk for good before it bears its name."""
        place = self._blob_path(sha256)
        place.parent.mkdir(exist_ok=True)
        if place.exists():
            return
        with received.open("rb") as file:
            os.fsync(file.fileno())
        received.chmod(0o444)
        received.replace(place)

    def _keep_manifest(self, parts: tuple[FetchedPart, ...]) -> str:
        """Keep the list of the parts; neither date nor address, so that it is stable."""
        entries = [
            {"name": part.name, "sha256": part.sha256, "bytes": part.bytes} for part in parts
        ]
        content = _canonical({"parts": entries})
        sha256 = hashlib.sha256(content).hexdigest()
        if not self._blob_path(sha256).exists():
            self._write_aside(self._blob_path(sha256), content, mode=0o444)
        return sha256

    def _write_aside(self, place: Path, content: bytes, mode: int = 0o644) -> None:
        place.parent.mkdir(exist_ok=True)
        with self.scratch() as folder:
            aside = folder / place.name
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(mode)
            aside.replace(place)


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _columns_of(connection: sqlite3.Connection) -> set[str]:
    columns = connection.execute("PRAGMA table_info(fetch_outcome)").fetchall()
    return {column[1] for column in columns}


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
    return FetchOutcome(**values)
