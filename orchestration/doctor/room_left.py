"""The disk of a station: what is free, how fast it fills, and whose the files are.

Here: sizes, times and rights. Not here: what is forgotten in time (``station.retention``), what
each start puts right (``station.privacy``).
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from expectations.french import count, listing, number
from orchestration.doctor.file_systems import network_of
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill, well
from orchestration.settings.folders import Folders
from orchestration.station.privacy import open_to_others
from sources.errors import visible

LEAST_FREE = 10**9
LEAST_DAYS = 30
WINDOW = timedelta(days=30)
LEAST_OBSERVED = timedelta(days=3)
"""Below, the first night would count as one of many."""
SHARED = ("index.db", "runs.db")
"""Databases that all runs share: their size is not that of what came last."""
WITH_ITS_SHARE = 2
"""A run's own database fills the shared ones by as much again (docs/operations.md)."""
FREE_SOME = (
    "Libérez de la place, agrandissez le disque, ou gardez moins longtemps (VIGIE_KEEP_DAYS, "
    "VIGIE_KEEP_RUNS_DAYS)."
)

MOVE_HOME = (
    "SQLite, DuckDB et les verrous n'y tiennent pas, et des décisions peuvent s'y perdre : mettez "
    "la station (VIGIE_HOME) sur un disque de la machine, et ses sauvegardes seules sur le partage."
)


class AddedFile(NamedTuple):
    """A file of a night: when it was written, and what it takes on the disk."""

    at: datetime
    size: int


def disk(station: ExaminedStation) -> SubjectHealth:
    """Look at what kind of disk it is, what is free, and how many days that makes."""
    home = station.folders.home
    if network := network_of(home):
        return ill(f"{visible(str(home))} est sur un partage du réseau ({network}).", MOVE_HOME)
    return room(
        home, shutil.disk_usage(home).free, growth(added_files(station.folders), station.now)
    )


def room(home: Path, free: int, a_day: float | None) -> SubjectHealth:
    """Say whether there is room.

    Args:
        home: The folder of the station.
        free: How many bytes are free.
        a_day: How many are taken each day; None when nobody knows yet.
    """
    sentence = f"{_gigabytes(free)} libres pour {visible(str(home))}"
    days = None if not a_day else int(free / a_day)
    if a_day is not None:
        sentence += f" ; {number(a_day / 1e6, 1)} Mo de plus par jour depuis un mois au plus"
    if days is not None and days < 10 * 365:
        sentence += f", donc {count(days, 'jour', 'jours')} de place si rien n'est oublié"
    if free < LEAST_FREE or (days is not None and days < LEAST_DAYS):
        return ill(f"{sentence}.", FREE_SOME)
    return well(f"{sentence}.")


def growth(files: Iterable[AddedFile], now: datetime) -> float | None:
    """Return how many bytes a day are added; None while too little time has passed.

    Args:
        files: What is added to a station and never written again.
        now: The present moment.
    """
    every = [file for file in files if file.at <= now]
    first = min((file.at for file in every), default=now)
    since = max(first, now - WINDOW)
    if now - since < LEAST_OBSERVED:
        return None
    # What the first day brought came once.
    start = since + timedelta(days=1) if since == first else since
    added = sum(file.size for file in every if file.at >= start)
    return added / ((now - start) / timedelta(days=1))


def added_files(folders: Folders) -> Iterator[AddedFile]:
    """Yield what nights add: extracts, releases, reports, mails, the history of runs."""
    history = folders.dagster / "history"
    for place in (folders.home / "raw", folders.releases, folders.reports, folders.outbox):
        yield from _added(_files(place))
    own = (path for path in _files(history) if not path.name.startswith(SHARED))
    yield from (file._replace(size=file.size * WITH_ITS_SHARE) for file in _added(own))


def _files(place: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(place):
        yield from (Path(folder, name) for name in names)


def _added(paths: Iterable[Path]) -> Iterator[AddedFile]:
    for path in paths:
        # A night that goes on may have moved it.
        with suppress(FileNotFoundError):
            state = path.lstat()
            yield AddedFile(datetime.fromtimestamp(state.st_mtime, UTC), state.st_size)


def _gigabytes(size: int) -> str:
    return f"{number(size / 1e9, 1)} Go"


def rights(station: ExaminedStation) -> SubjectHealth:
    """Look at whose the station is, and at who else may read it."""
    home = station.folders.home
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        to_do = "Lancez la commande sous le compte de la station, ou rendez-lui son dossier."
        return ill(f"{visible(str(home))} ne peut être ni lu ni écrit par ce compte.", to_do)
    foreign = [path for path in home.iterdir() if path.lstat().st_uid != os.geteuid()]
    if foreign:
        named = listing((visible(path.name) for path in sorted(foreign)), 5)
        to_do = (
            "Lancez la commande sous le compte de la station ; si c'est le cas, rendez-lui ces "
            "fichiers (« chown »)."
        )
        return ill(f"D'un autre compte dans {visible(str(home))} : {named}.", to_do)
    if opened := open_to_others(station.folders):
        named = listing((visible(path.name) for path in sorted(opened)), 5)
        to_do = "La prochaine nuit, ou le prochain démarrage, les referme."
        return ill(f"Lisibles par d'autres comptes : {named}.", to_do)
    return well(f"{visible(str(home))} est à ce compte, et à lui seul.")
