"""Writing a file or a folder aside and moving it into place: nobody ever reads half of it.

Here: that one gesture. Not here: what is written.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_aside(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then move it into place, durably.

    The temporary name is fixed: what a kill leaves behind is overwritten by the next try.

    Raises:
        OSError: If the folder cannot be written; `path` is then as it was before.
    """
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def write_folder_aside(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts beside a folder, then put them in its place.

    Args:
        folder: Where the files go; whatever else is in it goes.
        files: Content of each file, by its name.
    """
    aside, former = (folder.with_name(f".{folder.name}.{name}") for name in ("part", "former"))
    for leftover in (aside, former):
        shutil.rmtree(leftover, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, content in files.items():
        (aside / name).write_text(content, "utf-8")
    if folder.exists():
        folder.rename(former)
    aside.rename(folder)
    shutil.rmtree(former, ignore_errors=True)


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
