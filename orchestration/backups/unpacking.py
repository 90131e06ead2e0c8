"""A station made again from an archive: all of it is checked, then moved into place.

Here: reading an archive that may be damaged, or made by somebody else; finishing what a kill cut
short. Not here: writing one (``packing``), whether the station is whole (``integrity``).

Everything is unpacked in a folder of the new home, which a night does not look at. What was wholly
checked says so by the list that it was checked against: only then is it moved, and a restoration
that is killed meanwhile goes on when it is asked for again with the same archive.
"""

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import IO, cast

from sqlalchemy.engine import URL

from orchestration.backups.backup_manifest import (
    LARGEST_MANIFEST,
    MANIFEST,
    BackupManifest,
    KeptFile,
    NotABackupError,
    read_backup_manifest,
)
from orchestration.settings.folders import Folders
from orchestration.station.locks import RESTORATION, WRITER, alone
from sources.storage.aside import sync_folder, write_aside
from sources.storage.register_store import register_on_server

STAGING = ".restore.part"
NOTHING = {STAGING, WRITER, "lost+found"}
"""What may be in a home where no station is."""
CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
_Members = Iterator[tuple[tarfile.TarInfo, IO[bytes]]]
UNREADABLE = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, RecursionError)


class HomeTakenError(RuntimeError):
    """There is something where a station is to be restored; the message says what, in French."""


def restore(
    archive: Path, folders: Folders, waiting: Callable[[str], None], database: URL | None = None
) -> BackupManifest:
    """Make a station of an archive, in a home that is absent or empty.

    Args:
        archive: The archive.
        folders: Those of the new station.
        waiting: Is given the name of who is waited for, in French.
        database: Where its register goes, if it is not to be a file.

    Raises:
        MisplacedRegisterError: The database has the register of another station.
        HomeTakenError: The home is not empty, or another restoration was cut short there.
        NotABackupError: The archive is not a backup, is damaged, or does not fit on the disk.
    """
    home = folders.home
    refuse_when_taken(home)
    home.mkdir(parents=True, exist_ok=True)
    with alone(folders, RESTORATION, waiting=waiting), _opened(archive) as members:
        content = _said(members)
        manifest = read_backup_manifest(content)
        if not _is_checked(home, content):
            _unpack_or_leave_nothing(members, home, manifest)
            # The list says that all of it is on disk.
            os.sync()
            write_aside(home / STAGING / MANIFEST, content)
        if database:
            register_on_server(home, database, home / STAGING)
        _move(home)
    return manifest


def refuse_when_taken(home: Path) -> None:
    """Make sure that a home is empty, or has what a restoration that was killed left.

    Raises:
        HomeTakenError: It is not.
    """
    if home.exists() and not (home / STAGING / MANIFEST).exists():
        names = sorted({path.name for path in home.iterdir()} - NOTHING)
        if names:
            message = (
                f"Rien n'a été restauré : {home} n'est pas vide ({names[0]}…). Choisissez un "
                "dossier vide ou absent par VIGIE_HOME, ou déplacez d'abord ce qui s'y trouve."
            )
            raise HomeTakenError(message)


def _is_checked(home: Path, content: bytes) -> bool:
    """Tell whether all of an archive was unpacked and checked before a kill."""
    checked = home / STAGING / MANIFEST
    if not checked.exists():
        return False
    if checked.read_bytes() != content:
        message = (
            f"Rien n'a été restauré : la restauration d'une autre sauvegarde s'est interrompue "
            f"dans {home}. Relancez celle-là, ou videz ce dossier."
        )
        raise HomeTakenError(message)
    return True


class _ShortReads:
    """A file of which nobody reads more than a chunk at once: headers say how long they are."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        if not 0 <= size <= CHUNK:
            message = "un en-tête démesuré"
            raise tarfile.ReadError(message)
        return self._file.read(size)

    def seek(self, offset: int) -> int:
        return self._file.seek(offset)

    def tell(self) -> int:
        return self._file.tell()


@contextmanager
def _opened(archive: Path) -> Iterator[_Members]:
    """Yield the members of an archive and what each holds, in their order.

    Raises:
        NotABackupError: It cannot be read to its end.
    """
    try:
        with archive.open("rb") as file:
            is_compressed = file.read(2) == GZIP
            file.seek(0)
            bounded = _ShortReads(gzip.GzipFile(fileobj=file) if is_compressed else file)
            with tarfile.open(fileobj=cast("IO[bytes]", bounded), mode="r:") as members:
                yield _ordinary_files(members)
    except NotABackupError as error:
        message = f"Rien n'a été restauré : {archive} n'est pas une sauvegarde. {error}"
        raise NotABackupError(message) from error
    except UNREADABLE as error:
        message = (
            f"Rien n'a été restauré : {archive} n'est pas une sauvegarde de Vigie, ou est abîmé "
            f"({type(error).__name__}). Prenez une autre sauvegarde."
        )
        raise NotABackupError(message) from error


def _ordinary_files(archive: tarfile.TarFile) -> _Members:
    """Yield the files of an archive, one after the other; nothing else may be there."""
    while (member := archive.next()) is not None:
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or member.issparse():
            message = f"{member.name[:200]!r} n'est pas un fichier ordinaire."
            raise NotABackupError(message)
        yield member, content
        # It would remember every file that it has read.
        archive.members = []  # type: ignore[attr-defined]


def _said(members: _Members) -> bytes:
    for member, content in members:
        if member.name == MANIFEST and member.size <= LARGEST_MANIFEST:
            return b"".join(_chunks(content))
        break
    message = f"La liste {MANIFEST} n'est pas en tête."
    raise NotABackupError(message)


def _unpack_or_leave_nothing(members: _Members, home: Path, manifest: BackupManifest) -> None:
    try:
        _unpack(members, home, manifest)
    except BaseException:
        shutil.rmtree(home / STAGING, ignore_errors=True)
        raise


def _unpack(members: _Members, home: Path, manifest: BackupManifest) -> None:
    staging = home / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    if shutil.disk_usage(home).free < manifest.weight:
        message = f"Elle demande {manifest.weight >> 20} Mo, que le disque de {home} n'a pas."
        raise NotABackupError(message)
    staging.mkdir()
    awaited = dict(manifest.files)
    for member, content in members:
        kept = awaited.pop(member.name, None)
        if kept is None or member.size != kept.bytes:
            message = f"{member.name[:200]!r} n'est pas dans sa liste."
            raise NotABackupError(message)
        _put(staging / member.name, content, kept)
        # What a producer sent is never written again.
        is_blob = member.name.startswith("raw/") and "." not in member.name
        (staging / member.name).chmod(0o400 if is_blob else 0o600)
    if awaited:
        message = f"{next(iter(awaited))[:200]!r} manque."
        raise NotABackupError(message)
    for link, target in manifest.links.items():
        (staging / link).parent.mkdir(exist_ok=True)
        (staging / link).symlink_to(target)


def _put(place: Path, content: IO[bytes], kept: KeptFile) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with place.open("xb") as file:
        for chunk in _chunks(content):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != kept.sha256:
        message = f"{place.name[:200]!r} n'a plus le contenu qui a été sauvegardé."
        raise NotABackupError(message)
    os.utime(place, (kept.modified, kept.modified))


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(CHUNK):
        yield chunk


def _move(home: Path) -> None:
    """Move what was checked into place; the list goes last, by which a kill is known."""
    staging = home / STAGING
    for path in sorted(staging.iterdir()):
        if path.name != MANIFEST:
            _refuse_what_is_in_the_way(home / path.name)
            path.rename(home / path.name)
    sync_folder(home)
    shutil.rmtree(staging)


def _refuse_what_is_in_the_way(place: Path) -> None:
    """Refuse what came meanwhile; an empty folder makes room by itself."""
    if any(place.iterdir()) if place.is_dir() else place.exists():
        message = (
            f"La restauration s'est arrêtée : {place} est apparu pendant ce temps. Déplacez-le, "
            "puis relancez la même restauration."
        )
        raise HomeTakenError(message)
