"""Locks that a kill frees: who works on the station, and which runs are alive.

Here: taking them, and saying who holds the station. Not here: what is done meanwhile, nor who takes
them (``resources``, for every run; ``commands``, before a run begins).

DuckDB has one writer, and so have the release, the report and the register of one station, whoever
starts the work: the daemon, the pages, the command line. A lock of the kernel (``flock``) needs no
clean end: it goes with the process that held it, and with the machine.
"""

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from expectations.french import moment_long
from orchestration.settings.folders import Folders
from orchestration.station.job_names import DECISION, DEPOSIT, NIGHTLY, REBUILDING, REPUBLICATION

WRITER = ".night.lock"
"""The name that the command line's nights have always locked: those of a former version count."""
REBUILD_LOCK = ".rebuild.lock"
"""Held while a station is made again beside: nothing is forgotten that it is compared to."""
LONGEST_HOLDER = 1000
VERIFICATION = "verify"
RESTORATION = "restore"
WORK_UNDER_WAY = {
    NIGHTLY: "une nuit",
    DEPOSIT: "la lecture de dépôts",
    DECISION: "une décision",
    REPUBLICATION: "une publication",
    VERIFICATION: "une vérification",
    RESTORATION: "une restauration",
    REBUILDING: "une reconstruction",
}
OTHER_WORK = "une exécution lancée depuis les pages"
_PROCESS = secrets.token_hex(8)


@dataclass(frozen=True)
class Holder:
    """Who works on a station.

    Attributes:
        job: The job that it runs.
        run_id: The run; empty for a command whose run has not begun.
        pid: Its process.
        since: Since when, in ISO 8601.
        process: What tells that process from all others, those of other containers too.
    """

    job: str = NIGHTLY
    run_id: str = ""
    pid: int = 0
    since: str = ""
    process: str = ""

    def __str__(self) -> str:
        """Name it in French: « une nuit (processus 4242, depuis le 29 novembre 2026 à 2 h) »."""
        work = WORK_UNDER_WAY.get(self.job, OTHER_WORK)
        if not self.since:
            return work
        since = datetime.fromisoformat(self.since)
        run = f"exécution {self.run_id[:8]}, " if self.run_id else ""
        return f"{work} ({run}processus {self.pid}, depuis le {moment_long(since)})"


class StationBusyError(RuntimeError):
    """A night is under way, and a second one would find nothing new."""

    def __init__(self, home: Path, holder: Holder) -> None:
        super().__init__(
            f"Rien n'a été fait : le travail est déjà en cours dans {home}, par {holder}. "
            "Attendez sa fin ; s'il est bloqué, arrêtez ce processus et recommencez."
        )


def take(lock: IO[Any]) -> bool:
    """Take a lock that nobody holds, and tell whether nobody did."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def alone(
    folders: Folders, job: str, run_id: str = "", *, waiting: Callable[[str], None]
) -> Iterator[None]:
    """Be alone to work on a station; what this process holds already it goes on holding.

    A night waits for what is short, and a decision for whoever holds the station.

    Args:
        folders: The station's.
        job: The job that is run.
        run_id: Its run, when it has one.
        waiting: Is given the name of who is waited for, in French.

    Raises:
        StationBusyError: This is a night, and another one is under way.
    """
    with (folders.home / WRITER).open("a+b") as lock:
        if not take(lock):
            holder = _holder(lock)
            if holder.process == _process():
                yield
                return
            if job == holder.job == NIGHTLY:
                raise StationBusyError(folders.home, holder)
            waiting(str(holder))
            fcntl.flock(lock, fcntl.LOCK_EX)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        _say(lock, json.dumps(asdict(Holder(job, run_id, os.getpid(), now, _process()))))
        try:
            yield
        finally:
            _say(lock, "")


def seen_at_work(folders: Folders) -> Holder | None:
    """Return who seems to work on a station: whom the lock names, when that process goes on.

    The lock is not tried: a night that begins at that instant would find it held.
    """
    try:
        with (folders.home / WRITER).open("rb") as lock:
            holder = _holder(lock)
    except OSError:
        return None
    return holder if holder.since and Path(f"/proc/{holder.pid}").exists() else None


def show_alive(folders: Folders, run_id: str) -> None:
    """Show that a run goes on, for as long as its process does.

    Dagster notes the end of a run after what it was given was taken back: a sign that went with the
    run would be missed by whoever looks in between, and a good run be told to be dead.
    """
    path = _sign_of_life(folders, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{run_id}.part")
    # Not closed: the kernel does it, when the process ends.
    sign = os.open(part, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(sign, fcntl.LOCK_EX)
    # Seen once it is locked only: before, it would look as what a kill left.
    part.replace(path)


def is_alive(folders: Folders, run_id: str) -> bool | None:
    """Tell whether the process of a run goes on; None when it left no sign of life.

    What a process that ended left is taken away.
    """
    path = _sign_of_life(folders, run_id)
    try:
        with path.open("r+b") as sign:
            if not take(sign):
                return True
            path.unlink(missing_ok=True)
            return False
    except FileNotFoundError:
        return None


def sweep_signs_of_life(folders: Folders) -> None:
    """Take away what processes that ended left."""
    for path in (folders.dagster / "alive").glob("[!.]*"):
        is_alive(folders, path.name)


def _sign_of_life(folders: Folders, run_id: str) -> Path:
    return folders.dagster / "alive" / run_id


def _holder(lock: IO[bytes]) -> Holder:
    """Read who holds a lock: a night of a former version does not say."""
    lock.seek(0)
    try:
        return Holder(**json.loads(lock.read(LONGEST_HOLDER)))
    except (ValueError, TypeError):
        return Holder()


def _say(lock: IO[bytes], holder: str) -> None:
    lock.truncate(0)
    lock.write(holder.encode())
    lock.flush()


def _process() -> str:
    """Name this process: a child that it forks is another one."""
    return f"{os.getpid()}-{_PROCESS}"
