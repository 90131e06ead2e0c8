"""A station written in one archive, aside, and moved into place once it is whole.

Here: the archive and its list of hashes. Not here: what is kept (``gathering``), reading it again
(``unpacking``).

The list comes first, so that each file can be checked as it is read. One file is open at a time.
"""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Literal

from orchestration.backups.backup_manifest import FORMAT, MANIFEST, BackupManifest, KeptFile
from orchestration.backups.gathering import gather
from orchestration.settings.folders import Folders
from orchestration.station.locks import take
from orchestration.station.vintages_copy import FILE, keep_vintages
from sources.storage.aside import sync_folder

SCRATCH = ".backup.part"
LOCK = ".backup.lock"
ENDINGS = (".tar", ".tar.gz", ".tgz")


class BackupBusyError(RuntimeError):
    """Another backup of the station is under way."""


def back_up(folders: Folders, target: Path, now: datetime) -> BackupManifest:
    """Write a station in an archive, in the place of what has that name.

    Args:
        folders: The station's.
        target: The archive; compressed when its name says so.
        now: The present moment.

    Raises:
        BackupBusyError: Another backup is under way.
        MovingStationError: The station kept changing.
    """
    with _alone(folders.home) as scratch:
        if folders.warehouse.exists() and not (folders.vintages / FILE).exists():
            # No night has run since vintages are kept beside the warehouse.
            keep_vintages(folders)
        links = gather(folders.home, scratch)
        manifest = BackupManifest(
            format=FORMAT,
            vigie=metadata.version("vigie"),
            made_at=now.isoformat(timespec="seconds"),
            files={str(path.relative_to(scratch)): _kept(path) for path in _files(scratch)},
            links=links,
        )
        _write(target, scratch, manifest, _part(folders.home, target))
    return manifest


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """Yield the folder where a station is gathered, taken away afterwards."""
    scratch = home / SCRATCH
    with (home / LOCK).open("ab") as lock:
        if not take(lock):
            message = f"Une autre sauvegarde de {home} est en cours. Attendez sa fin."
            raise BackupBusyError(message)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _files(scratch: Path) -> list[Path]:
    return sorted(path for path in scratch.rglob("*") if path.is_file())


def _kept(path: Path) -> KeptFile:
    status = path.stat()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return KeptFile(sha256=digest, bytes=status.st_size, modified=max(0, int(status.st_mtime)))


def _part(home: Path, target: Path) -> Path:
    """Return where the archive is written aside: whatever its name, a station has one place.

    What a kill leaves is as large as a backup, whose name most often says its day.
    """
    station = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return target.with_name(f".vigie-{station}.part")


def _write(target: Path, scratch: Path, manifest: BackupManifest, part: Path) -> None:
    mode: Literal["w|", "w|gz"] = "w|" if target.suffix == ".tar" else "w|gz"
    try:
        with os.fdopen(_for_this_account(part), "wb") as file:
            with tarfile.open(fileobj=file, mode=mode) as archive:
                _pack(archive, scratch, manifest)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


def _for_this_account(part: Path) -> int:
    """Open a new file that nobody else can read, in the place of what a kill left."""
    part.unlink(missing_ok=True)
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _pack(archive: tarfile.TarFile, scratch: Path, manifest: BackupManifest) -> None:
    content = manifest.model_dump_json().encode()
    first = tarfile.TarInfo(MANIFEST)
    first.size = len(content)
    archive.addfile(first, BytesIO(content))
    for name, kept in manifest.files.items():
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = kept.bytes, kept.modified, 0o600
        with (scratch / name).open("rb") as file:
            archive.addfile(member, file)
        # It would remember every file that it has written.
        archive.getmembers().clear()
