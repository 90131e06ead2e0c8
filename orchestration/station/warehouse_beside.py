"""The warehouse that a build writes: the one that is there, or one beside that takes its place.

Here: which of the two, and the switch. Not here: what is built (``dbt``), its record (``build``).

What another version of the code writes may fail half way, or be another thing: it is written in a
copy, and the former warehouse stays whole and read until the copy is. One that is lost or damaged
is written anew, from the vintages that are kept beside it.
"""

import os
import shutil

from orchestration.settings.folders import Folders
from orchestration.station.build import Build
from orchestration.station.code_version import code_version
from orchestration.station.vintages_copy import bring_vintages_back
from orchestration.station.warehouse import refuse_when_held
from sources.storage.aside import sync_folder

PLACE = ".warehouse.part"


def prepare_warehouse(folders: Folders, last: Build | None, *, anew: bool = False) -> Folders:
    """Return the folders of a station with the warehouse that a build is to write.

    Args:
        folders: The station's.
        last: The last build; None when it was cut short, and what it left is nobody's.
        anew: Whether nothing of the warehouse that is there is kept.

    Raises:
        WarehouseBusyError: Another session has the warehouse open.
        VintagesDamagedError: The vintages that are kept beside it cannot be read.
    """
    shutil.rmtree(folders.home / PLACE, ignore_errors=True)
    if not anew:
        refuse_when_held(folders.warehouse)
    is_upgrade = last is not None and last.code_version != code_version()
    is_beside = anew or (is_upgrade and folders.warehouse.exists())
    written = _beside(folders) if is_beside else folders
    if is_beside and not anew:
        shutil.copyfile(folders.warehouse, written.warehouse)
    bring_vintages_back(written)
    return written


def _beside(folders: Folders) -> Folders:
    place = folders.home / PLACE
    place.mkdir()
    # The name of its file is that of the database, which views name.
    return folders.with_warehouse(place / folders.warehouse.name)


def is_beside(written: Folders, folders: Folders) -> bool:
    """Tell whether a build is written beside the warehouse of a station."""
    return written.warehouse != folders.warehouse


def switch_warehouse(written: Folders, folders: Folders) -> None:
    """Put what a build wrote in its place, in one step."""
    if is_beside(written, folders):
        with written.warehouse.open("rb") as file:
            os.fsync(file.fileno())
        # What a damaged one left would be taken for the new one's.
        folders.warehouse.with_name(f"{folders.warehouse.name}.wal").unlink(missing_ok=True)
        written.warehouse.replace(folders.warehouse)
        sync_folder(folders.home)
        shutil.rmtree(folders.home / PLACE, ignore_errors=True)
