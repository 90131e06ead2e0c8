"""The proof that a station is what was received and signed: all of it made again, and compared.

Here: one release after the other, then the vintages. Not here: making them (``remaking``), what
differs (``divergences``), telling it (``commands.rebuild``).

The station is held for the instant in which its vintages are copied: a night may run meanwhile.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.rebuilding.divergences import Divergence, divergences_of, divergences_of_vintages
from orchestration.rebuilding.past_releases import PastReleases, past_releases
from orchestration.rebuilding.remaking import adopt, remake, station_beside
from orchestration.settings.folders import Folders
from orchestration.station.code_version import code_version
from orchestration.station.locks import VERIFICATION, alone
from orchestration.station.release import Release, ReleaseDamagedError
from orchestration.station.releases_in_force import release_in_force
from orchestration.station.vintages_copy import FILE

VINTAGES = "millésimes"


@dataclass(frozen=True)
class Proven:
    """What was made again, and what it differs by.

    Attributes:
        name: The release, or the vintages.
        divergences: What differs.
    """

    name: str
    divergences: tuple[Divergence, ...]

    @property
    def is_proven(self) -> bool:
        """Whether nothing differs but what is explained."""
        return all(each.why for each in self.divergences)


def prove(
    folders: Folders, begun: Callable[[PastReleases], None], waiting: Callable[[str], None]
) -> Iterator[Proven]:
    """Make each past release again, then yield what it differs by, and the vintages at last.

    Args:
        folders: The station's.
        begun: Is given what will be made again.
        waiting: Is given the name of who is waited for, in French.

    Raises:
        FileNotFoundError: Nothing was published yet.
        NotRemadeError: Something cannot be made again at all.
        RebuildBusyError: The same is being done by another process.
    """
    with station_beside(folders) as beside:
        kept, code = beside.home / FILE, code_version()
        with alone(folders, VERIFICATION, waiting=waiting):
            past = past_releases(release_in_force(folders.releases))
            _copy(folders.vintages / FILE, kept)
        begun(past)
        for each, made in zip(past.again, remake(folders, beside, past), strict=True):
            found = divergences_of(each, made, folders, code)
            if found and not _is_damaged(each.release):
                # The next one follows from what was published.
                adopt(each.release, beside)
            yield Proven(each.release.release_id, tuple(found))
        found = divergences_of_vintages(kept, beside.vintages / FILE, past, code)
        yield Proven(VINTAGES, tuple(found))


def _is_damaged(release: Release) -> bool:
    """Tell whether the rows of a release are not those that it was published with any more."""
    try:
        release.observations()
    except ReleaseDamagedError:
        return True
    return False


def _copy(path: Path, place: Path) -> None:
    if path.exists():
        shutil.copy2(path, place)
