"""What was received, byte for byte, and what came of every fetch.

Here: which files make an extract and how it was obtained (``home/raw``), and which extracts of a
source the outcomes accepted. Not here: files and rows as such (``storage``), how an extract is read
(``protocols``), the table made of it (``landing``). A kill at any instant leaves a usable state: an
extract exists only once its record does.

A disk forgets: whoever reads an extract has every byte of it checked first (``checked``). What is
damaged is whole again once the same bytes are received again.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from sources.client import Extract, Fetched, FetchedPart, Source
from sources.errors import SourceError
from sources.storage.blobs import DAMAGED, RECORD_SUFFIX, Blobs, BlobState
from sources.storage.fetch_outcomes import (
    COLUMNS,
    FetchOutcome,
    FetchOutcomes,
    FetchStatus,
    last_by,
)

__all__ = ["Archive", "ArchiveDamaged", "FetchOutcome", "FetchStatus"]

SHA256 = re.compile(r"[0-9a-f]{64}")


class ArchiveDamaged(SourceError):  # noqa: N818 reads as the sentence it is
    """Bytes that were received are not those any more, or are gone."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class Archive(FetchOutcomes):
    """The raw extracts and the fetch outcomes of one Vigie.

    Args:
        home: The folder of all state; created when it does not exist.
    """

    def __init__(self, home: Path) -> None:
        self._blobs = Blobs(home / "raw")
        super().__init__(home)

    def scratch(self) -> AbstractContextManager[Path]:
        """Yield a folder on the archive's own disk, emptied afterwards."""
        return self._blobs.scratch()

    def sweep(self) -> None:
        """Remove what fetches that were killed long ago left behind."""
        self._blobs.sweep()

    def store(self, source_id: str, fetched: Fetched) -> Extract:
        """Take what was fetched into the archive; the parts' files are moved.

        Returns:
            The extract. Received twice, the same bytes are the same extract, and its record stays
            that of the first time until ``announce`` says otherwise. What was damaged of it is
            whole again, and its ``repairs`` say so.
        """
        manifest = _manifest(fetched.parts)
        extract_id = _sha256(manifest) if manifest else fetched.parts[0].sha256
        was_damaged = self._is_known(extract_id) and bool(self.damaged(extract_id))
        for part in fetched.parts:
            self._blobs.keep(part.path, part.sha256)
        if manifest:
            self._blobs.keep_bytes(manifest, extract_id)
        self._keep_record(extract_id, _record(source_id, extract_id, fetched))
        repairs = (_REPAIRED.format(extract_id[:12]),) if was_damaged else ()
        return replace(self.extract(extract_id), announced=fetched.announced, repairs=repairs)

    def announce(self, extract: Extract) -> None:
        """Keep what the portal says of an extract now that it was accepted again."""
        record = {**self.record(extract.extract_id), "announced": dict(extract.announced)}
        self._blobs.write_aside(self._record_path(extract.extract_id), _canonical(record))

    def record(self, extract_id: str) -> dict[str, Any]:
        """Return how an extract was obtained: by its record, else by what the register says of it.

        Raises:
            FileNotFoundError: The archive never had it.
        """
        record = self._own_record(extract_id) or self._registered(extract_id)
        if record is None:
            message = f"Aucun extrait {extract_id} dans {self._blobs.folder}."
            raise FileNotFoundError(message)
        return record

    def extract(self, extract_id: str) -> Extract:
        """Return an archived extract, of which nothing was checked.

        Raises:
            FileNotFoundError: The archive never had it.
        """
        record = self.record(extract_id)
        paths = tuple(self._blobs.path(sha256) for sha256 in record["parts"])
        return Extract(extract_id, paths, record["bytes"], record["announced"])

    def checked(self, extract_id: str) -> Extract:
        """Return an archived extract of which every byte was just checked: it may be read.

        Raises:
            FileNotFoundError: The archive never had it.
            ArchiveDamaged: It is not what was received any more.
        """
        extract = self.extract(extract_id)
        if damage := self.damage(extract_id):
            raise ArchiveDamaged(damage)
        return extract

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read an archived extract, of which every byte is checked first.

        Raises:
            ArchiveDamaged: It is not what was received any more.
            ExtractRefused: It is not what the contract says.
        """
        self.checked(extract.extract_id)
        # What was announced of these bytes when they were taken is the caller's to know.
        return source.client.read(source, extract)

    def damage(self, extract_id: str) -> str:
        """Say in French what is not what was received any more; the empty text when all is."""
        damaged = self.damaged(extract_id)
        if not damaged:
            return ""
        named = ", ".join(f"« {path.relative_to(self.home)} »" for path in damaged[:MOST_NAMED])
        rest = len(damaged) - MOST_NAMED
        return _DAMAGED.format(
            extract_id[:12], named + (f" et {rest} autre(s)" if rest > 0 else "")
        )

    def damaged(self, extract_id: str) -> tuple[Path, ...]:
        """Return the files of an extract that are gone, or are not what was received any more."""
        record = self._own_record(extract_id)
        parts = record["parts"] if record else []
        wrong = [] if record else [self._record_path(extract_id)]
        wrong.extend(
            self._blobs.path(sha256)
            for sha256 in dict.fromkeys([extract_id, *parts])
            if self._blobs.state(sha256) is not BlobState.WHOLE
        )
        if not wrong and parts != self._listed(extract_id, parts):
            wrong.append(self._record_path(extract_id))
        return tuple(wrong)

    def has(self, extract_id: str) -> bool:
        """Tell whether the files of an extract are there; nothing of them is checked."""
        try:
            return all(path.exists() for path in self.paths(extract_id))
        except FileNotFoundError:
            return False

    def every_extract(self) -> list[str]:
        """Return every extract that was ever received."""
        recorded = filter(self._own_record, self._blobs.records())
        return sorted({*recorded, *self.extract_ids()})

    def damaged_strays(self, claimed: Collection[str]) -> Iterator[Path]:
        """Yield what is damaged among the files that are of no extract.

        Args:
            claimed: The hashes of the files that are of one.
        """
        for sha256 in self._blobs.names():
            if sha256 not in claimed and self._blobs.state(sha256) is not BlobState.WHOLE:
                yield self._blobs.path(sha256)
        for sha256 in self._blobs.records():
            if sha256 not in claimed:
                yield self._record_path(sha256)

    def paths(self, extract_id: str) -> tuple[Path, ...]:
        """Return the read-only files of an extract, in order; nothing of them was checked.

        Raises:
            FileNotFoundError: The archive never had it.
        """
        return self.extract(extract_id).paths

    def accepted(self, source_id: str) -> list[Extract]:
        """Return the good extracts of a source, newest first, each of them once."""
        outcomes = self._chosen(
            COLUMNS.source_id == source_id, COLUMNS.status == FetchStatus.NEW.value
        )
        newest_first = (outcome.extract_id for outcome in reversed(outcomes))
        return [
            self.extract(extract_id) for extract_id in dict.fromkeys(newest_first) if extract_id
        ]

    def received(self, source_id: str) -> list[Extract]:
        """Return every extract of a source, accepted or not, each once, the last at the end."""
        of_source = (COLUMNS.source_id == source_id, COLUMNS.extract_id.is_not(None))
        outcomes = self._chosen(last_by(COLUMNS.extract_id, *of_source))
        return [self.extract(outcome.extract_id) for outcome in outcomes if outcome.extract_id]

    def last_accepted(self, source_id: str) -> Extract | None:
        """Return the last good extract of a source, which is the one in use."""
        return next(iter(self.accepted(source_id)), None)

    def in_use(self, source: Source) -> list[Extract]:
        """Return the extracts that the landed table of a source is made of, newest first.

        A source of readings, which only gives the last one, keeps those of its former extracts too.
        """
        accepted = self.accepted(source.id)
        return accepted if source.contract.reading else accepted[:1]

    def _is_known(self, extract_id: str) -> bool:
        return self._record_path(extract_id).exists() or self._registered(extract_id) is not None

    def _own_record(self, extract_id: str) -> dict[str, Any] | None:
        """Return the record beside an extract, None when it is lost or is no record of it."""
        try:
            record: Any = json.loads(self._record_path(extract_id).read_bytes())
        except (OSError, ValueError):
            return None
        return record if _is_record(record, extract_id) else None

    def _registered(self, extract_id: str) -> dict[str, Any] | None:
        """Return what the outcomes say of how an extract was obtained, None when none does."""
        for first in self._chosen(COLUMNS.extract_id == extract_id)[:1]:
            return {
                "source_id": first.source_id,
                "sha256": extract_id,
                "bytes": first.bytes,
                "url": first.url,
                "obtained_at": first.started_at.isoformat(timespec="seconds"),
                "http_status": None,
                "headers": {},
                "announced": {},
                "parts": [extract_id],
            }
        return None

    def _keep_record(self, extract_id: str, record: dict[str, Any]) -> None:
        """Write a record, unless there is one that can be read."""
        if self._own_record(extract_id) is not None:
            return
        place = self._record_path(extract_id)
        if place.exists():
            self._blobs.set_aside(place)
        self._blobs.write_aside(place, _canonical(record))

    def _listed(self, extract_id: str, parts: list[str]) -> list[str]:
        """Return the parts that a whole extract is made of, whatever its record says."""
        if parts == [extract_id] and not self._is_list(extract_id):
            return parts
        try:
            listed = json.loads(self._blobs.path(extract_id).read_bytes())["parts"]
            return [part["sha256"] for part in listed]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def _is_list(self, extract_id: str) -> bool:
        """Tell whether what bears a hash is the list of several parts, as ``store`` writes it."""
        try:
            with self._blobs.path(extract_id).open("rb") as file:
                return file.read(len(LIST)) == LIST
        except OSError:
            return False

    def _record_path(self, extract_id: str) -> Path:
        return self._blobs.path(extract_id).with_suffix(RECORD_SUFFIX)


MOST_NAMED = 3
LIST = b'{"parts":[{"bytes":'
"""How the list of the parts of an extract begins."""
_DAMAGED = (
    "L'archive de l'extrait {}… est abîmée. Absent, ou sans les octets qui ont été reçus : {}. "
    "Faire redonner cet extrait par son producteur (un dépôt : le déposer de nouveau), ou "
    "restaurer ce qui est nommé ici depuis une sauvegarde."
)
_REPAIRED = (
    "L'archive de l'extrait {}…, abîmée, a été réparée : les mêmes octets ont été reçus de "
    f"nouveau. Ce qui restait de la copie abîmée est dans raw/{DAMAGED}."
)
_TOLD = ("url", "obtained_at", "bytes", "announced", "parts")


def _is_record(record: object, extract_id: str) -> bool:
    """Tell whether what was read is the record of an extract: a part is named by its hash alone."""
    return (
        isinstance(record, dict)
        and record.get("sha256") == extract_id
        and all(name in record for name in _TOLD)
        and isinstance(record["parts"], list)
        and bool(record["parts"])
        and all(isinstance(part, str) and SHA256.fullmatch(part) for part in record["parts"])
    )


def _record(source_id: str, extract_id: str, fetched: Fetched) -> dict[str, Any]:
    return {
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


def _manifest(parts: tuple[FetchedPart, ...]) -> bytes:
    """Return the list of several parts: neither date nor address, so that it is stable."""
    if len(parts) == 1:
        return b""
    return _canonical(
        {
            "parts": [
                {"name": part.name, "sha256": part.sha256, "bytes": part.bytes} for part in parts
            ]
        }
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
