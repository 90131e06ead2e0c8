"""Past releases made again in a station beside: the same code, on what was received and signed.

Here: that station, and the runs that make each release in it, at the moment that it was made. Not
here: which releases (``past_releases``), what differs (``divergences``).

The station beside reads the archive of the true one, and has a register of its own: the true one's
as it was. It is made upon what was published before only where that cannot be made again.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.definitions import build_definitions
from orchestration.keys import RELEASE_KEY, VALIDATIONS_KEY, VERDICTS_KEY
from orchestration.rebuilding.past_releases import PastRelease, PastReleases
from orchestration.resources import Station
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders, enter_environment
from orchestration.station.job_names import REBUILDING
from orchestration.station.locks import REBUILD_LOCK, take
from orchestration.station.logs import logged_to
from orchestration.station.release import CURRENT, Release, made_at
from orchestration.station.vintages_copy import moments_of_vintages, write_vintages_until
from sources.archive import Archive
from sources.collect import ensure_landed
from sources.registry import in_order, sources
from sources.storage.aside import point_aside
from sources.storage.past_register import write_past_register

PLACE = ".rebuild.part"
LOG = "rebuild.log"
DBT = "dbt"
PUBLISHING_AGAIN = "rebuild_release"
MOMENT = "VIGIE_MOMENT"


class NotRemadeError(RuntimeError):
    """What is to be made again cannot be; the message, in French, says what and why."""


class RebuildBusyError(RuntimeError):
    """The station is being made again by another process."""


@contextmanager
def station_beside(folders: Folders) -> Iterator[Folders]:
    """Yield the folders of an empty station that reads the archive of another.

    Raises:
        RebuildBusyError: There is one already, and somebody works there.
    """
    place = folders.home / PLACE
    with (folders.home / REBUILD_LOCK).open("ab") as lock:
        if not take(lock):
            message = f"Une autre reconstruction de {folders.home} est en cours. Attendez sa fin."
            raise RebuildBusyError(message)
        shutil.rmtree(place, ignore_errors=True)
        try:
            place.mkdir()
            (place / "raw").symlink_to(folders.home / "raw")
            beside = Folders(place)
            create_folders(beside)
            yield beside
        finally:
            shutil.rmtree(place, ignore_errors=True)


def remake(folders: Folders, beside: Folders, past: PastReleases) -> Iterator[Release]:
    """Make each past release again, and yield it as it came out.

    One that the caller puts back as it was published is what the next one follows from.

    Args:
        folders: The true station's.
        beside: Those of the station that is made.
        past: What to make again.

    Raises:
        NotRemadeError: One of them cannot be made again at all.
    """
    moments = moments_of_vintages(folders)
    before = past.base
    if before is not None:
        adopt(before, beside)
        write_vintages_until(folders, beside, made_at(before.release_id))
    for each in past.again:
        after = made_at(before.release_id) if before else None
        yield _remade(folders, beside, each, each.taken_at(moments, after))
        before = each.release


def adopt(release: Release, beside: Folders) -> None:
    """Put a release in force in another station, as it was published."""
    place = beside.releases / release.release_id
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(release.folder, place)
    point_aside(beside.releases / CURRENT, release.release_id)


def _remade(folders: Folders, beside: Folders, past: PastRelease, taken_at: datetime) -> Release:
    release = past.release
    write_past_register(folders.home, beside.home, past.made_at, release.last_decision)
    settings = settings_of(beside, release.manifest)
    if past.is_built or not beside.warehouse.exists():
        land_all(beside.home)
        build_tables(settings, taken_at)
    _run(settings, PUBLISHING_AGAIN, past.made_at)
    made = Release(beside.releases / release.release_id)
    if not made.folder.exists():
        message = (
            f"La publication {release.release_id} n'est pas refaite : de ce qui a été reçu et "
            "signé jusque-là ne sort rien d'autre que la publication d'avant."
        )
        raise NotRemadeError(message)
    return made


def settings_of(folders: Folders, manifest: Mapping[str, Any]) -> Settings:
    """Return the settings by which a release was made; of the month, where it says which.

    Args:
        folders: Those of the station where it is made again.
        manifest: What the release says of itself.
    """
    return Settings(home=folders.home, region=manifest["region"], as_of=manifest.get("month", ""))


def land_all(home: Path) -> None:
    """Land what is in use of every source, without rows where there is nothing."""
    received = in_order(Archive(home).latest_outcomes())
    ensure_landed(home, {source.id: source for source in (*sources().values(), *received)}.values())


def build_tables(settings: Settings, taken_at: datetime | None = None) -> None:
    """Build every table of a station, from what is landed there.

    Args:
        settings: The station's.
        taken_at: When its vintages were taken; None for the present.
    """
    os.environ[MOMENT] = taken_at.replace(tzinfo=None).isoformat(" ") if taken_at else ""
    try:
        _run(settings, REBUILDING)
    finally:
        del os.environ[MOMENT]


def _run(settings: Settings, name: str, moment: datetime | None = None) -> None:
    """Run a job in this process, without a trace in Dagster's history.

    Raises:
        NotRemadeError: It did not go to its end.
    """
    enter_environment(settings)
    station = Station(home=str(settings.folders.home), moment=moment.isoformat() if moment else "")
    with logged_to(settings.folders.dagster / LOG), dg.DagsterInstance.ephemeral() as instance:
        job = _definitions(settings).resolve_job_def(name)
        result = job.execute_in_process(
            instance=instance, resources={"station": station}, raise_on_error=False
        )
    if not result.success:
        raise NotRemadeError(f"La reconstruction s'est arrêtée. {' '.join(_causes(result))}")


def _causes(result: dg.ExecuteInProcessResult) -> Sequence[str]:
    failures = result.filter_events(lambda event: event.is_step_failure)
    errors = [failure.step_failure_data.error for failure in failures]
    return [(error.cause or error).message.strip() for error in errors if error]


def _definitions(settings: Settings) -> dg.Definitions:
    """Return the product's definitions, and the two jobs that make a past release again."""
    product = build_definitions(settings)
    (tables,) = [
        each
        for each in product.assets or ()
        if isinstance(each, dg.AssetsDefinition) and each.node_def.name == DBT
    ]
    built = dg.AssetSelection.assets(tables).without_checks()
    tested = dg.AssetSelection.checks(*tables.check_keys)
    published = dg.AssetSelection.assets(VALIDATIONS_KEY, VERDICTS_KEY, RELEASE_KEY)
    jobs = [
        dg.define_asset_job(REBUILDING, built | tested),
        dg.define_asset_job(PUBLISHING_AGAIN, published.without_checks()),
    ]
    return dg.Definitions.merge(product, dg.Definitions(jobs=jobs))
