"""Writing a file or a folder aside and moving it into place: nobody ever reads half of it.

Here: that one gesture. Not here: what is written.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_aside(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then move it into place, durably.

    The temporary name is fixed: what a kill leaves behind is overwritten by the next try.

    Raises:
        OSError: If the folder cannot be written; `path` is then as it was before, and a disk that
            is full is no fuller.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        write_through(part, content)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_through(path: Path, content: bytes) -> None:
    """Write a file that nobody reads yet, down to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_folder_aside(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts beside a folder, then put them in its place.

    Args:
        folder: Where the files go; whatever else is in it goes.
        files: Content of each file, by its name.
    """
    put_former_folders_back(folder.parent)
    aside, former = (folder.with_name(f".{folder.name}.{name}") for name in ("part", "former"))
    aside.mkdir(parents=True)
    for name, content in files.items():
        (aside / name).write_text(content, "utf-8")
    if folder.exists():
        folder.rename(former)
    aside.rename(folder)
    shutil.rmtree(former, ignore_errors=True)


def put_former_folders_back(parent: Path) -> None:
    """Put back the folders of a place whose successor a kill kept from it; sweep what it left."""
    for former in parent.glob(".*.former"):
        folder = former.with_name(former.name[1:].removesuffix(".former"))
        if not folder.exists():
            former.rename(folder)
    for pattern in (".*.former", ".*.part"):
        for leftover in parent.glob(pattern):
            shutil.rmtree(leftover, ignore_errors=True)


def point_aside(link: Path, target: str) -> None:
    """Make `link` a symbolic link to `target`, in one step whatever it pointed to before."""
    part = link.with_name(f".{link.name}.part")
    part.unlink(missing_ok=True)
    part.symlink_to(target)
    part.replace(link)


def sync_folder(folder: Path) -> None:
    """Make the renames done in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
