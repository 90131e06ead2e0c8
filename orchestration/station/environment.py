"""The state of a station, ready to be worked on: its folders, Dagster's settings, the environment.

Here: creating what a night writes to, and telling Dagster and dbt where it is. Not here: what the
operator decides (``orchestration.settings``).
"""

import os

from orchestration.settings.folders import DBT_PROJECT, Folders
from orchestration.settings.settings import Settings
from orchestration.station.instance_settings import instance_settings
from orchestration.station.privacy import tighten, write_privately
from orchestration.station.releases_in_force import record_in_force, refuse_when_lost
from sources.storage.aside import write_aside
from sources.storage.register_server import VARIABLE

LOCAL_DESK = "VIGIE_LOCAL_DESK"
"""In which ``vigie ui`` tells the services where the desk is, on the machine itself."""


def desk_address(settings: Settings) -> str:
    """Return where the desk is, for what leads to it; empty when nothing serves it."""
    return settings.url.rstrip("/") or os.environ.get(LOCAL_DESK, "")


def create_folders(folders: Folders) -> None:
    """Create the folders, and Dagster's own settings (telemetry off) beside its state.

    What a former version left is brought to today's ways: its rights, the record of its releases.
    """
    write_privately()
    tighten(folders)
    for folder in (
        folders.inbox,
        folders.quality,
        folders.releases,
        folders.reports,
        folders.outbox,
        folders.dagster,
    ):
        folder.mkdir(parents=True, exist_ok=True)
    # Before the record of them is made anew, without the one that nothing leads to any more.
    refuse_when_lost(folders.releases)
    record_in_force(folders.releases)
    place, content = folders.dagster / "dagster.yaml", instance_settings(folders).encode()
    # Two services that start together would write it aside under one name.
    if not (place.exists() and place.read_bytes() == content):
        write_aside(place, content)


def name_database(settings: Settings) -> None:
    """Tell Dagster the address of the database as its driver takes it, if there is one."""
    if database := settings.database_url.get_secret_value():
        os.environ[VARIABLE] = database
        # The driver's own variable. Dagster takes the moments that a server gives for universal
        # ones: west of Greenwich a run that begins would be hours old, and taken for dead.
        os.environ["PGTZ"] = "UTC"


def enter_environment(settings: Settings) -> None:
    """Tell Dagster and dbt where the state is; both read it from the environment."""
    create_folders(settings.folders)
    name_database(settings)
    os.environ["VIGIE_HOME"] = str(settings.folders.home)
    os.environ["VIGIE_REGION"] = settings.region
    os.environ["VIGIE_AS_OF"] = settings.as_of
    os.environ["DAGSTER_HOME"] = str(settings.folders.dagster)
    # What a run plans, a thousand events and more, is kept in a few transactions.
    os.environ["DAGSTER_EVENT_BATCH_SIZE"] = "500"
    os.environ["DBT_PROFILES_DIR"] = str(DBT_PROJECT)
    os.environ["DBT_TARGET_PATH"] = str(settings.folders.dbt_parse)
    # Beside the code, which a service may not write, it would be by default; dbt bounds its size.
    os.environ["DBT_LOG_PATH"] = str(settings.folders.dbt_target / "logs")
    os.environ["DO_NOT_TRACK"] = "1"
