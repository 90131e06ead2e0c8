"""Whole nights of the command line, killed at random instants, killed again while they recover.

Here: the nights, the kills, and what must hold after them. Not here: the single steps of a night,
each killed between any two things it does on disk (``fault_table``), in milliseconds.

Each chain begins on a station as it was, is killed one to three times, and ends in a night that
nobody kills: what that one leaves is compared with what it leaves on a station never killed.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from tests.conftest import LONGEST_COMMAND, PROJECT, demo_environment

COMMAND: Final = [sys.executable, "-c", "from orchestration.commands.cli import app; app()", "demo"]
DEPOSIT: Final = "inbox/cariforef_indicateurs.csv"
MOST_KILLS: Final = 3
LEFTOVERS: Final = ("*.part", ".partial-*", ".reception-*", "*.wal", "*-wal", "*-journal")
OVER: Final = {"SUCCESS", "FAILURE", "CANCELED"}
Prepare = Callable[[Path], None]


@dataclass(frozen=True)
class KilledChain:
    """One station, the instants at which its nights were killed, and what did not hold after them.

    Attributes:
        kind: What its nights had to do.
        kills: How far each was when it was killed, as a part of an undisturbed night's time.
        harm: What did not hold.
    """

    kind: str
    kills: tuple[float, ...]
    harm: tuple[str, ...]


@dataclass(frozen=True)
class UndisturbedNight:
    """What a night leaves that nobody kills.

    Attributes:
        prepare: Makes the station that it begins on.
        seconds: How long it took: only to know when to kill others.
        released: The hash of each file of the release in force after it.
        mails: How many mails there are.
        decided: How many decisions there are.
    """

    prepare: Prepare
    seconds: float
    released: dict[str, str]
    mails: int
    decided: int


def chains(folder: Path, kills: int, chance: random.Random) -> Iterator[KilledChain]:
    """Yield chains of kills, until there were that many.

    Args:
        folder: Where their stations are made; that of a chain that did no harm is taken away.
        kills: How many.
        chance: What draws the kinds, the instants, and how many kills are in a row.
    """
    station = folder / "usual"
    usual = {"first night": undisturbed(station, nothing)}
    usual["deposit corrected"] = undisturbed(folder / "corrected", corrected(station))
    usual["nothing new"] = undisturbed(folder / "quiet", copied(station))
    done, ranks = 0, count()
    while done < kills:
        home, kind = folder / f"chain-{next(ranks)}", chance.choice(list(usual))
        chain = killed_chain(home, kind, usual[kind], chance, kills - done)
        # One that came after the end of its night is no kill.
        done += len(chain.kills)
        if not chain.harm:
            shutil.rmtree(home)
        yield chain


def undisturbed(home: Path, prepare: Prepare) -> UndisturbedNight:
    """Run a night that nobody kills."""
    prepare(home)
    began = time.monotonic()
    run_whole_night(home)
    seconds = time.monotonic() - began
    return as_it_left(home, prepare, seconds)


def killed_chain(
    home: Path, kind: str, as_usual: UndisturbedNight, chance: random.Random, most: int
) -> KilledChain:
    """Kill the nights of one station, let the last one end, and look at what it leaves.

    Args:
        home: A folder of its own, which must not exist.
        kind: What the night has to do.
        as_usual: The same night, which nobody killed.
        chance: What draws the instants.
        most: The most kills.
    """
    as_usual.prepare(home)
    former = _in_force(home)
    kills, harm = [], []
    for _ in range(chance.randint(1, min(most, MOST_KILLS))):
        instant = chance.random()
        if killed_after(home, instant * as_usual.seconds):
            kills.append(round(instant, 3))
        harm += harm_when_killed(home, former)
    run_whole_night(home)
    harm += harm_afterwards(home, as_usual)
    return KilledChain(kind, tuple(kills), tuple(harm))


def killed_when(home: Path, pattern: str) -> None:
    """Kill a night as soon as it has made something.

    Raises:
        RuntimeError: It ended before.
    """
    process = _started(home)
    while not any(home.glob(pattern)):
        if process.poll() is not None:
            message = f"the night ended with {process.returncode} and made no {pattern}"
            raise RuntimeError(message)
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def as_it_left(home: Path, prepare: Prepare, seconds: float = 0.0) -> UndisturbedNight:
    """Return what a night left that nobody killed."""
    return UndisturbedNight(prepare, seconds, _released(home), _mails(home), _decided(home))


def nothing(home: Path) -> None:
    """Begin with an empty home: the first night makes everything."""
    home.mkdir(parents=True)


def copied(station: Path) -> Prepare:
    """Begin with a station where a night has run: nothing is new."""
    return lambda home: _copied(station, home)


def corrected(station: Path) -> Prepare:
    """Begin with a station where a deposit was corrected since: a release is to be made."""

    def prepare(home: Path) -> None:
        _copied(station, home)
        deposit = (home / DEPOSIT).read_text("utf-8")
        changed = deposit.replace(";1361;", ";1360;")
        (home / DEPOSIT).write_text(changed, "utf-8")

    return prepare


def _copied(station: Path, home: Path) -> None:
    shutil.copytree(station, home, symlinks=True)


def _started(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        COMMAND,
        cwd=PROJECT,
        env=demo_environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def run_whole_night(home: Path) -> None:
    """Run a night to its end.

    Raises:
        RuntimeError: It did not go to its end.
    """
    process = _started(home)
    _, said = process.communicate(timeout=LONGEST_COMMAND)
    _refuse_failed(process.returncode, said)


def killed_after(home: Path, seconds: float) -> bool:
    """Kill a night, all its processes at once; tell whether it had not ended before.

    Raises:
        RuntimeError: It had, and not well.
    """
    process = _started(home)
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        _, said = process.communicate()
    if process.returncode == -signal.SIGKILL:
        return True
    _refuse_failed(process.returncode, said)
    return False


def _refuse_failed(code: int, said: bytes) -> None:
    if code != 0:
        message = f"the night ended with {code}: {said.decode()[-2000:]}"
        raise RuntimeError(message)


def harm_when_killed(home: Path, former: str) -> Iterator[str]:
    """Tell what does not hold right after a kill."""
    current = _in_force(home)
    if former and not current:
        yield f"no release is in force any more, {former} was"
    yield from _torn(home)


def _torn(home: Path) -> Iterator[str]:
    for folder in (home / "releases").glob("[0-9]*"):
        manifest = json.loads((folder / "manifest.json").read_bytes())
        for name, file in manifest["files"].items():
            if _sha256(folder / name) != file["sha256"]:
                yield f"{folder.name}/{name} is not what its manifest says"


def harm_afterwards(home: Path, as_usual: UndisturbedNight) -> Iterator[str]:
    """Tell what is not as it would be had nobody killed anything."""
    yield from _torn(home)
    released = _released(home)
    for name in sorted(released.keys() | as_usual.released.keys()):
        if released.get(name) != as_usual.released.get(name):
            yield f"{name} of the release is another one"
    if (mails := _mails(home)) != as_usual.mails:
        yield f"{mails} mails of releases, {as_usual.mails} without kills"
    if (decided := _decided(home)) != as_usual.decided:
        yield f"{decided} decisions, {as_usual.decided} without kills"
    for pattern in LEFTOVERS:
        yield from (f"{path.relative_to(home)} is left" for path in sorted(home.rglob(pattern)))
    yield from (f"a run is left {status}" for status in _runs(home) - OVER)


def _in_force(home: Path) -> str:
    link = home / "releases" / "current"
    return link.resolve(strict=True).name if link.is_symlink() else ""


def _released(home: Path) -> dict[str, str]:
    folder = home / "releases" / "current"
    return {path.name: _sha256(path) for path in folder.iterdir() if path.suffix != ".json"}


def _mails(home: Path) -> int:
    return len({path.name for path in (home / "outbox").rglob("*.eml")})


def _decided(home: Path) -> int:
    with closing(sqlite3.connect(home / "register.sqlite")) as register:
        (decided,) = register.execute("SELECT count(*) FROM decision").fetchone()
    return int(decided)


def _runs(home: Path) -> set[str]:
    with closing(sqlite3.connect(home / "dagster" / "history" / "runs.db")) as history:
        return {status for (status,) in history.execute("SELECT DISTINCT status FROM runs")}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
