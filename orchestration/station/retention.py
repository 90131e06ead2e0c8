"""What a station forgets in time, so that years of nights fit on its disk.

Here: which folders and files go, and when. Not here: which runs go from Dagster's history
(``instance.forgotten_runs``), nor what is never forgotten: ``raw/``, the register, what is in
force.

A release stays, with its report and its findings, while something refers to it: it is in force, or
was just before; a decision was signed on what it told, or was published by it; the past is being
made again, to be compared. What is forgotten is taken away whole, name first: a kill leaves nothing
that looks like a release.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.locks import REBUILD_LOCK, sweep_signs_of_life, take
from orchestration.station.logs import begin_anew_when_long
from orchestration.station.register import Register
from orchestration.station.release import PARTIAL, Release, made_at
from orchestration.station.releases_in_force import current_release

GOING = f"{PARTIAL}forgotten-"
"""What the name of a folder that is being taken away begins with; the next night ends it."""


def forget_files(settings: Settings, now: datetime) -> list[str]:
    """Take away what nothing refers to any more; return the names of the releases that went.

    Args:
        settings: The station's: for how long things are kept.
        now: The present moment.
    """
    folders, before = settings.folders, now - timedelta(days=settings.keep_days)
    runs_before = now - timedelta(days=settings.keep_runs_days)
    with (folders.home / REBUILD_LOCK).open("ab") as lock:
        gone = _forget_releases(folders, before) if take(lock) else []
    for path in _older([*folders.outbox.glob("sent/*"), *folders.letters.glob("*")], before):
        path.unlink()
    for path in _older(folders.dagster.glob("alive/.*.part"), runs_before):
        path.unlink()
    for path in _older(_captured_output(folders), runs_before):
        _take_away(path.parent, path.name) if path.is_dir() else path.unlink()
    for log in folders.dagster.glob("*.log"):
        begin_anew_when_long(log)
    sweep_signs_of_life(folders)
    _settle_journals(folders)
    return gone


def _settle_journals(folders: Folders) -> None:
    """Have SQLite take in the journals of runs that were killed: whoever closes last does it.

    A run that goes on keeps its own. One that cannot be read stays as it is: it is told elsewhere.
    """
    for journal in (folders.dagster / "history" / "runs").glob("*.db-wal"):
        database = journal.with_name(journal.name.removesuffix("-wal"))
        with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")


def _forget_releases(folders: Folders, before: datetime) -> list[str]:
    for place in (folders.reports, folders.releases):
        for leftover in place.glob(f"{GOING}*"):
            shutil.rmtree(leftover)
    current = current_release(folders.releases)
    if current is None:
        return []
    names = _names(folders.releases)
    decided = [decision.decided_at for decision in Register(folders.home).decisions()]
    kept = referred_to(current, names, decided)
    # A night that is killed before it publishes leaves what it found, and no release.
    unpublished = {*_names(folders.reports)} - {*names}
    old = [name for name in names if name not in kept and made_at(name) < before]
    gone = sorted({*old, *unpublished})
    for name in gone:
        _take_away(folders.reports, name)
        _take_away(folders.releases, name)
    return gone


def referred_to(current: Release, names: list[str], decided: Iterable[datetime]) -> set[str]:
    """Return the releases that something refers to.

    Args:
        current: The one in force.
        names: All of them, oldest first.
        decided: When decisions were signed: each on the release before, published by the next.
    """
    previous = current.manifest["previous"]
    kept = {current.release_id, *([previous] if previous else [])}
    for moment in decided:
        rank = sum(made_at(name) <= moment for name in names)
        kept.update(names[max(0, rank - 1) : rank + 1])
    return kept


def _names(folder: Path) -> list[str]:
    """Return the names of releases that folders of a place bear, oldest first."""
    return sorted(path.name for path in folder.iterdir() if _is_release(path))


def _is_release(path: Path) -> bool:
    try:
        made_at(path.name)
    except ValueError:
        return False
    return path.is_dir() and not path.is_symlink()


def _take_away(folder: Path, name: str) -> None:
    if (folder / name).exists():
        going = (folder / name).rename(folder / f"{GOING}{name}")
        shutil.rmtree(going)


def _captured_output(folders: Folders) -> Iterator[Path]:
    """Yield what runs and sensors printed, as Dagster keeps it."""
    storage = folders.dagster / "storage"
    yield from (path for path in storage.glob("*") if path.name != "__repository__")
    yield from storage.glob("__repository__/*/*")


def _older(paths: Iterable[Path], before: datetime) -> list[Path]:
    """Return what is old, and what was being taken away: a folder is as recent as its last loss."""
    moment = before.timestamp()
    return [path for path in paths if path.name.startswith(GOING) or path.stat().st_mtime < moment]
