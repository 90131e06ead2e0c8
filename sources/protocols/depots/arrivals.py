"""The files that bear a deposit's name: copied, and the one that counts.

Here: copying what is whole, leaving what is still written, and choosing by content. Not here: which
files bear the name (``inbox``), nor what is in them (``reading``).

A date says when a file was written, or copied, or unpacked: it is no sign of what is new. What was
never received before is; dates only part two such files.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sources.client import Extract, FetchedPart
from sources.errors import FetchFailed
from sources.protocols.depots.guards import MOST_BYTES
from sources.protocols.depots.inbox import COMPANION

BESIDE = "beside"
"""What is announced of an extract: the contents that lay beside it, and were not taken."""

MOST_FILES = 20
"""Files of one name that are looked at, whatever their endings."""

STALE_LOCK_SECONDS = 24 * 3600.0
"""Age after which the lock of a spreadsheet is what a crash left behind."""

LATER = "Il sera lu la nuit où il sera entier."
NOTE_ENDINGS = frozenset({"", ".txt"})
"""Endings under which a word of explanation comes as often as a table."""

SEPARATORS = (b"\t", b";", b"|")
HEAD = 4096


@dataclass(frozen=True)
class Arrival:
    """A file of the inbox, copied whole."""

    part: FetchedPart
    written_at: int

    @property
    def content(self) -> str:
        """What it holds, by its SHA-256."""
        return self.part.sha256


@dataclass(frozen=True)
class Arrivals:
    """What could be taken from the inbox for a deposit.

    Attributes:
        files: Those that are whole.
        notices: What is said of those that are still written, or are no table.
        trouble: Why one could not be taken at all, if one could not.
    """

    files: tuple[Arrival, ...] = ()
    notices: tuple[str, ...] = ()
    trouble: FetchFailed | None = None


@dataclass(frozen=True)
class Chosen:
    """The file that counts.

    Attributes:
        counts: It.
        is_new: Whether its content was never received.
        beside: The contents of the others that were never received either.
        notices: What is said of the others, in French.
    """

    counts: Arrival
    is_new: bool
    beside: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def take(paths: Sequence[Path], scratch: Path) -> Arrivals:
    """Copy the files of a deposit; those that are still written, or are no table, are left out."""
    files, notices, trouble = [], [], None
    for path in paths[:MOST_FILES]:
        try:
            arrival = None if _is_open(path) else _copied(path, scratch)
        except FileNotFoundError:
            continue
        except OSError:
            msg = f"Le dépôt « {path.name} » ne peut pas être ouvert : vérifier ses droits."
            trouble = FetchFailed(msg, permanent=False)
        except FetchFailed as error:
            trouble = error
        else:
            if arrival is None:
                notices.append(f"« {path.name} » est vide, ouvert ou encore écrit. {LATER}")
            elif _is_note(arrival.part.path):
                notices.append(f"« {path.name} » : {COMPANION}")
            else:
                files.append(arrival)
    return Arrivals(tuple(files), tuple(notices), trouble)


def _is_note(copy: Path) -> bool:
    """Tell whether a file that may be a table by its name is a word that came with one."""
    if copy.suffix.casefold() not in NOTE_ENDINGS:
        return False
    with copy.open("rb") as file:
        head = file.read(HEAD)
    # A workbook without an ending is binary: that is for the reader to say.
    return b"\x00" not in head and not any(separator in head for separator in SEPARATORS)


def choose(files: Sequence[Arrival], received: Sequence[Extract]) -> Chosen | None:
    """Return the file that counts: the one never received, or else the last one received.

    Args:
        files: The files of the deposit.
        received: What was ever received of the source, the last one at the end.
    """
    if not files:
        return None
    contents = [extract.extract_id for extract in received]
    seen = {*contents, *(sha for extract in received for sha in extract.announced.get(BESIDE, ()))}
    fresh = [file for file in files if file.content not in seen]
    rank = {content: place for place, content in enumerate(contents)}
    counts = max(
        fresh or files,
        key=lambda file: (
            rank.get(file.content, -1),
            not _may_be_note(file),
            file.written_at,
            file.part.name,
        ),
    )
    others = [file for file in files if file is not counts]
    return Chosen(
        counts,
        is_new=bool(fresh),
        beside=tuple(sorted({file.content for file in others} - {counts.content, *contents})),
        notices=tuple(_notices(counts, others, contents, _why(counts, fresh))),
    )


def _may_be_note(file: Arrival) -> bool:
    return file.part.path.suffix.casefold() in NOTE_ENDINGS


def _why(counts: Arrival, fresh: Sequence[Arrival]) -> str:
    match len({file.content for file in fresh}):
        case 0:
            return "c'est le dernier qui a été reçu"
        case 1:
            return "son contenu n'avait jamais été reçu"
        case _ if any(file.written_at > counts.written_at for file in fresh):
            return "de ceux qui n'avaient jamais été reçus, c'est le tableau et non une note"
        case _:
            return "de ceux qui n'avaient jamais été reçus, sa date est la plus récente"


def _notices(
    counts: Arrival, others: Sequence[Arrival], contents: Sequence[str], why: str
) -> Iterator[str]:
    for other in others:
        if other.content == counts.content:
            state = "a le même contenu"
        elif other.content in contents:
            state = "a déjà été reçu, et n'est plus utilisé"
        else:
            state = "n'est pas lu"
        yield (
            f"Deux fichiers pour ce dépôt : « {counts.part.name} » compte, parce que {why} ; "
            f"« {other.part.name} » {state}. Retirer de la boîte celui qui ne vaut pas."
        )


def _is_open(path: Path) -> bool:
    """Tell whether a spreadsheet has the file open, by the lock it puts beside it."""
    locks = (f".~lock.{path.name}#", f"~${path.name}", f"~${path.name[2:]}")
    return any(_is_fresh(path.with_name(lock)) for lock in locks)


def _is_fresh(lock: Path) -> bool:
    try:
        return time.time() - lock.lstat().st_mtime < STALE_LOCK_SECONDS
    except FileNotFoundError:
        return False


def _copied(path: Path, scratch: Path) -> Arrival | None:
    """Copy a file while hashing it; None when it is empty, or was written meanwhile.

    What is archived is what was hashed.
    """
    with open(path, "rb", opener=_opened) as source:
        before = os.fstat(source.fileno())
        if not stat.S_ISREG(before.st_mode) or not before.st_size:
            return None
        part = _part(source, path.name, scratch)
        after = os.fstat(source.fileno())
    is_still = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    is_whole = is_still and part.bytes == before.st_size
    return Arrival(part, before.st_mtime_ns) if is_whole else None


def _part(source: BinaryIO, name: str, scratch: Path) -> FetchedPart:
    copy, digest, size = scratch / name, hashlib.sha256(), 0
    with copy.open("wb") as target:
        while chunk := source.read(1 << 16):
            size += len(chunk)
            if size > MOST_BYTES:
                msg = f"Le fichier déposé « {name} » dépasse {MOST_BYTES >> 20} Mo."
                raise FetchFailed(msg, permanent=True)
            digest.update(chunk)
            target.write(chunk)
    return FetchedPart(name, copy, digest.hexdigest(), size)


def _opened(path: str, flags: int) -> int:
    """Open a file that is no link, without waiting for what is no file."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
