"""Who may read a station: the account that runs it, and nobody else.

Here: the rights of what this process will write, and of what is there already. Not here: showing a
release to others, which is for whoever serves it (docs/operations.md).
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from orchestration.settings.folders import Folders
from orchestration.station.locks import WRITER
from sources.storage.register_file import REGISTER

OWNER = 0o700
OWNER_AND_GROUP = 0o770


def write_privately() -> None:
    """Keep what this process and its children write from all other accounts."""
    os.umask(0o077)


def tighten(folders: Folders) -> None:
    """Take from all other accounts the rights on what was written before.

    Only what is the station's by its name is touched, and what was tightened is not walked again: a
    home may be a folder that holds other things. The inbox keeps what its operator gave a group:
    partners may drop their deposits by an account of their own.
    """
    for place in _state(folders):
        if _is_open(place, OWNER):
            for inner in _inside(place):
                _restrict(inner, OWNER)
            # Last: a kill before leaves it open, and to be walked again.
            _restrict(place, OWNER)
    _restrict(folders.inbox, OWNER_AND_GROUP)


def open_to_others(folders: Folders) -> list[Path]:
    """Return what ``tighten`` would close, its first level only."""
    return [place for place in _state(folders) if _is_open(place, OWNER)]


def _state(folders: Folders) -> Iterator[Path]:
    """Yield what a station keeps right under its home, the inbox left out."""
    home = folders.home
    yield from (folders.templates, folders.receipts, folders.dbt_target, folders.quality)
    yield from (folders.releases, folders.reports, folders.documentation.parent)
    yield from (
        folders.outbox,
        folders.letters,
        folders.dagster,
        home / "raw",
        home / "landed",
        folders.vintages,
    )
    # Their journals stand beside them.
    yield from home.glob(f"{folders.warehouse.name}*")
    yield from home.glob(f"{REGISTER}*")
    yield folders.desk_users
    # Who may open a lock may hold it.
    yield home / WRITER


def _inside(place: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(place):
        yield from (Path(folder, name) for name in (*files, *folders))


def _is_open(place: Path, kept: int) -> bool:
    """Tell whether a place that is no link gives rights to others than those that are kept."""
    try:
        mode = place.lstat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISLNK(mode) and bool(stat.S_IMODE(mode) & ~kept & 0o777)


def _restrict(place: Path, kept: int) -> None:
    """Take rights away; what is gone meanwhile or another account's is left as it is."""
    with suppress(FileNotFoundError, PermissionError):
        if _is_open(place, kept):
            place.chmod(place.stat().st_mode & kept)
