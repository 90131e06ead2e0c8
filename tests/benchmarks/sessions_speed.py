"""What a night costs, in processor and memory, from two sessions of Parcoursup to many.

Here: whole nights of the demonstration in processes of their own, whose portal lists the two
recorded sessions, then as many as are asked for, made of the second one. Not here: one session of
100 000 rows (``parcoursup_speed``), rules on many cells (``rules_speed``). A station follows one
region: eighteen of them are eighteen stations, each with a night of its own.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from orchestration.commands.cli import app
from sources.replay import opendatasoft
from tests.conftest import PROJECT, demo_environment

RECORDED = "fr-esr-parcoursup-2019"
N_RECORDED, FIRST_MADE = 2, 2020
SESSIONS = (2, 9, 16)
MOST_MEGABYTES = 1000


class Cost(NamedTuple):
    """What a night took: seconds of processor, and megabytes at its peak."""

    seconds: float
    megabytes: float


def main() -> int:
    """Print what nights cost; return 1 when they grow faster than sessions, or take a gigabyte."""
    if len(sys.argv) > 1:
        _night(int(sys.argv[1]), sys.argv[2])
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        _make_sessions(Path(folder))
        for sessions in SESSIONS:
            cost = costs[sessions] = _cost(sessions, folder)
            print(
                f"{sessions:3} sessions {cost.seconds:7.1f} s {cost.megabytes:6.0f} Mo", flush=True
            )
    few, many = SESSIONS[0], SESSIONS[-1]
    growth, linear = costs[many].seconds / costs[few].seconds, many / few
    print(f"ratio {growth:.2f} for {linear:.0f} times the sessions ({MOST_MEGABYTES} Mo at most)")
    return int(growth > linear or costs[many].megabytes > MOST_MEGABYTES)


def _make_sessions(folder: Path) -> None:
    """Write sessions made of a recorded one, in the columns of their contracts."""
    for name in _publish(max(SESSIONS), made_of=RECORDED):
        content = opendatasoft._recording(name).content
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(content, 1))


def _publish(sessions: int, *, folder: str = "", made_of: str = "") -> list[str]:
    """Have the portal of this process list so many sessions; return the names of those made."""
    published, recorded = opendatasoft.PUBLISHED, opendatasoft.PUBLISHED[RECORDED]
    years = range(FIRST_MADE, FIRST_MADE + sessions - N_RECORDED)
    made = {f"fr-esr-parcoursup_{year}": year for year in years}
    for name, year in made.items():
        published[name] = replace(
            recorded,
            folder=folder or recorded.folder,
            title=f"Parcoursup {year}",
            date=f"{year + 1}-01-16T08:00:00+00:00",
            made_of=made_of,
        )
    return list(made)


def _cost(sessions: int, folder: str) -> Cost:
    with tempfile.TemporaryDirectory() as home:
        night = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.sessions_speed", str(sessions), folder],
            cwd=PROJECT,
            env=demo_environment(Path(home)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(night.pid, 0)
        night.returncode = os.waitstatus_to_exitcode(status)
    if night.returncode:
        message = f"the night of {sessions} sessions ended with {night.returncode}"
        raise RuntimeError(message)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def _night(sessions: int, folder: str) -> None:
    """Run a night in this process, on portals that list so many sessions."""
    _publish(sessions, folder=folder)
    # What portals keep of what they serve is none of the night's memory.
    opendatasoft._recording = opendatasoft._recording.__wrapped__  # type: ignore[assignment]
    app(["demo"])


if __name__ == "__main__":
    sys.exit(main())
