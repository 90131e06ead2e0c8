"""A warehouse made anew from the archive, the register and the vintages, whatever became of it.

Here: landing what is in use, building, and whether it is what was published of. Not here: the
switch (``station.warehouse_beside``), proving the past (``proof``).
"""

from expectations.cells.observations import digest
from orchestration.rebuilding.remaking import build_tables, land_all, settings_of
from orchestration.settings.settings import Settings
from orchestration.station.environment import enter_environment
from orchestration.station.releases_in_force import current_release
from orchestration.station.warehouse import read_observations


def make_warehouse(settings: Settings) -> bool:
    """Make the warehouse anew, for the month of the release in force.

    Returns:
        Whether that release is of its observations.

    Raises:
        NotRemadeError: It could not be built: the former one is as it was.
    """
    folders = settings.folders
    release = current_release(folders.releases)
    enter_environment(settings)
    land_all(folders.home)
    build_tables(settings_of(folders, release.manifest) if release else settings)
    made = digest(read_observations(folders.warehouse))
    return release is None or release.manifest["observations_sha256"] == made
