"""All that a station keeps, as it was at one moment, under one folder and for an instant only.

Here: gathering it while a night may be working. Not here: writing the archive (``packing``).

Nothing that a station keeps is changed in place: files are written aside and moved. A second name
of a file (a hard link) is that file as it was, whatever takes its place or takes it away, and costs
nothing. The register alone is changed in place, and its rows of one moment are copied. What refers
to something is gathered before it: a release before the extracts that it names.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration.backups.backup_manifest import LINKS, is_kept
from orchestration.settings.folders import DESK_USERS, HEARTBEAT, LETTERS, Folders
from orchestration.station.desk_users import DeskUsers
from orchestration.station.instance_settings import LOCAL
from sources.storage.blobs import DAMAGED
from sources.storage.register_file import REGISTER
from sources.storage.register_store import copy_register

FIRST = ("reports", "releases", "accuses", LETTERS, "vintages", HEARTBEAT, LOCAL)
MOST_TRIES = 20


class MovingStationError(RuntimeError):
    """What was gathered kept changing; the message, in French, says what to do."""


def gather(home: Path, place: Path) -> dict[str, str]:
    """Put what a station keeps under a folder; return where its links lead.

    Args:
        home: The station's.
        place: A folder on the same disk, which is emptied first.

    Raises:
        MovingStationError: Something was moved each time.
    """
    for _ in range(MOST_TRIES):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        links = _links(home)
        try:
            _gather(home, place)
        except FileNotFoundError:
            # Retention took it away, or a mail was sent: all of it is looked at again.
            continue
        if _links(home) == links:
            return links
    message = "La station change sans cesse : relancez la sauvegarde quand la nuit est finie."
    raise MovingStationError(message)


def _links(home: Path) -> dict[str, str]:
    return {name: (home / name).readlink().name for name in LINKS if (home / name).is_symlink()}


def _gather(home: Path, place: Path) -> None:
    for name in FIRST:
        _second_names(home, place, home / name)
    # Waiting mails first: one that is sent meanwhile is found in both places, and was sent.
    for path in sorted((home / "outbox").glob("[!.]*"), key=Path.is_dir):
        _second_names(home, place, path)
    for ended in place.glob("outbox/*/*.eml"):
        for waiting in (ended.name, f"{ended.stem}.json"):
            (place / "outbox" / waiting).unlink(missing_ok=True)
    for path in _files(home, home / "inbox"):
        _copy(path, place / path.relative_to(home))
    copy_register(home, place / REGISTER)
    # A backup goes to other machines: what a password can be tried on for years stays on this one.
    DeskUsers(Folders(home)).write_without_passwords(place / DESK_USERS)
    _second_names(home, place, home / "raw")


def _second_names(home: Path, place: Path, kept: Path) -> None:
    for path in _files(home, kept):
        there = place / path.relative_to(home)
        there.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, there)
        except FileNotFoundError:
            raise
        except OSError:
            # Some disks have no second names, and some accounts no right to give them.
            _copy(path, there)


def _copy(path: Path, there: Path) -> None:
    """Copy what others may be writing to."""
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, there)


def _files(home: Path, kept: Path) -> Iterator[Path]:
    """Yield the files under a place, or that file; what is hidden is what somebody is writing."""
    found = sorted(kept.rglob("*")) if kept.is_dir() else [kept]
    for path in found:
        name = path.relative_to(home)
        is_hidden = any(part.startswith(".") or part == DAMAGED for part in name.parts)
        if path.is_file() and not path.is_symlink() and not is_hidden and is_kept(str(name)):
            yield path
