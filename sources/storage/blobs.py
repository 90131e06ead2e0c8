"""Files under the SHA-256 of their bytes: kept once, read-only, never trusted without a look.

Here: keeping one, checking one, setting aside what is damaged. Not here: which files make an
extract (``archive``).

A kill at any instant leaves a usable state: files are written in a scratch folder and moved.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from sources.storage.aside import write_through

SCRATCH_PREFIX = ".reception-"
DAMAGED = "corrompus"
"""Folder of the files that were not what their name says, once good bytes took their place."""

RECORD_SUFFIX = ".json"


class BlobState(Enum):
    """What a look at a file says of it."""

    WHOLE = "whole"
    CORRUPT = "corrupt"
    MISSING = "missing"


class Blobs:
    """The files of one folder, by their hash.

    Args:
        folder: Where they are; made when it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where a file is, or would be."""
        return self.folder / sha256[:2] / sha256

    def state(self, sha256: str) -> BlobState:
        """Read a file through, and say whether it is what its name says.

        What a failing disk cannot read is corrupt.
        """
        try:
            with self.path(sha256).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return BlobState.MISSING
        except OSError:
            return BlobState.CORRUPT
        return BlobState.WHOLE if digest == sha256 else BlobState.CORRUPT

    def names(self) -> Iterator[str]:
        """Yield the name of every file that is there, records left out."""
        for path in self._files():
            if not path.suffix:
                yield path.name

    def records(self) -> Iterator[str]:
        """Yield the name of every file that has a record beside it, or had."""
        for path in self._files():
            if path.suffix == RECORD_SUFFIX:
                yield path.stem

    def _files(self) -> Iterator[Path]:
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f]*")):
            if path.parent == self.path(path.name).parent:
                yield path

    def keep(self, received: Path, sha256: str) -> None:
        """Move a received file to its place, on disk for good before it bears its name."""
        if self._is_there(sha256):
            return
        with received.open("rb") as file:
            os.fsync(file.fileno())
        received.chmod(0o400)
        place = self.path(sha256)
        place.parent.mkdir(exist_ok=True)
        received.replace(place)

    def keep_bytes(self, content: bytes, sha256: str) -> None:
        """Write some bytes to their place."""
        if not self._is_there(sha256):
            self.write_aside(self.path(sha256), content, mode=0o400)

    def set_aside(self, path: Path) -> None:
        """Move a damaged file where nobody takes it for what it was."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        aside = self.folder / DAMAGED / f"{path.name}.{moment}"
        aside.parent.mkdir(exist_ok=True)
        path.replace(aside)

    def write_aside(self, place: Path, content: bytes, mode: int = 0o600) -> None:
        """Write a file in a scratch folder, and move it into place."""
        place.parent.mkdir(exist_ok=True)
        with self.scratch() as folder:
            aside = folder / place.name
            write_through(aside, content)
            aside.chmod(mode)
            aside.replace(place)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Yield a folder on the same disk, emptied afterwards."""
        with written_aside_in(self.folder):
            folder = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=self.folder))
            try:
                yield folder
            finally:
                shutil.rmtree(folder)

    def sweep(self) -> None:
        """Remove what fetches that were killed left behind."""
        for folder in left_aside_in(self.folder, f"{SCRATCH_PREFIX}*"):
            shutil.rmtree(folder)

    def _is_there(self, sha256: str) -> bool:
        """Tell whether a file is there and whole; one that is damaged makes room."""
        state = self.state(sha256)
        if state is BlobState.CORRUPT:
            self.set_aside(self.path(sha256))
        return state is BlobState.WHOLE


@contextmanager
def written_aside_in(folder: Path, mode: int = fcntl.LOCK_SH) -> Iterator[None]:
    """Show that something is written aside in a folder, for as long as this process does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, mode)
        yield
    finally:
        os.close(descriptor)


def left_aside_in(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield what kills left aside in a folder; nothing while somebody writes there."""
    with suppress(BlockingIOError), written_aside_in(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
        yield from sorted(folder.glob(pattern))
