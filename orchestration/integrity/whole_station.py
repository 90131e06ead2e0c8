"""Every inspection of a station, one after the other.

Here: their order. Not here: what each looks at.
"""

from collections.abc import Iterator

from orchestration.integrity.integrity_check import IntegrityCheck
from orchestration.integrity.kept_extracts import inspect_archive, inspect_landed
from orchestration.integrity.kept_vintages import inspect_vintages
from orchestration.integrity.published import inspect_links, inspect_releases
from orchestration.integrity.signed import inspect_file, inspect_follow_ups, inspect_register
from orchestration.settings.folders import Folders
from sources.archive import Archive


def inspect_station(folders: Folders, *, is_rebuilt: bool = True) -> Iterator[IntegrityCheck]:
    """Yield each inspection as it ends; where the register cannot be read, those without it.

    Args:
        folders: The station's.
        is_rebuilt: Whether a night has run there since it was restored: what it rebuilds is there.
    """
    file = inspect_file(folders)
    yield file
    archive = Archive(folders.home) if file.is_whole else None
    if archive is not None:
        yield inspect_register(folders)
        yield inspect_follow_ups(folders)
        yield inspect_archive(archive)
        if is_rebuilt:
            yield inspect_landed(archive)
    yield inspect_vintages(folders)
    yield inspect_releases(folders, archive)
    yield inspect_links(folders)
