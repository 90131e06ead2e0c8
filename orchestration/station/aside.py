"""Writing a file aside and moving it into place, so that nobody ever reads half of it.

Belongs here: that one gesture. Does not belong here: what is written.
"""

import os
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
