"""What a night costs, in processor and memory, from two sessions of Parcoursup to many.

Here: whole nights of the demonstration in processes of their own, whose portal lists the two
recorded sessions, then as many as are asked for, made of the second one. The portal has a process
of its own: what it takes to serve them is none of the night's cost. Not here: one session of
100 000 rows (``parcoursup_speed``), rules on many cells (``rules_speed``). A station follows one
region: eighteen of them are eighteen stations, each with a night of its own.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from orchestration.commands.cli import app
from sources.replay import opendatasoft, server
from sources.replay.app import create_app
from sources.wire import loopback
from tests.conftest import PROJECT, demo_environment
from tests.serving import free_port, serving

RECORDED = "fr-esr-parcoursup-2019"
N_RECORDED, FIRST_MADE = 2, 2020
SESSIONS = (2, 9, 16)
MOST_MEGABYTES = 1000
CATALOGUE = f"/{opendatasoft.HOSTS[0]}/{opendatasoft.API}"


class Cost(NamedTuple):
    """What a night took: seconds of processor, and megabytes at its peak."""

    seconds: float
    megabytes: float


def main() -> int:
    """Print what nights cost; return 1 when they grow faster than sessions, or take a gigabyte."""
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
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        environment = demo_environment(Path(home))
        with serving(
            _part("portal", sessions, folder, port),
            f"http://{loopback.ADDRESS}:{port}{CATALOGUE}",
            cwd=PROJECT,
            environment=environment,
            log=Path(folder) / "portal.log",
        ):
            night = subprocess.Popen(
                _part("night", sessions, folder, port),
                cwd=PROJECT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            _, status, usage = os.wait4(night.pid, 0)
            night.returncode = os.waitstatus_to_exitcode(status)
    if night.returncode:
        message = f"the night of {sessions} sessions ended with {night.returncode}"
        raise RuntimeError(message)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def _part(part: str, sessions: int, folder: str, port: int) -> list[str]:
    module = ["-m", "tests.benchmarks.sessions_speed"]
    return [sys.executable, *module, part, str(sessions), folder, str(port)]


def _run(part: str, sessions: int, folder: str, port: int) -> None:
    """Be the portal, or run a night on it: both list so many sessions."""
    _publish(sessions, folder=folder)
    if part == "portal":
        server.run(create_app(), port)
    else:
        address = f"http://{loopback.ADDRESS}:{port}"
        with patch.object(server, "serve", lambda _: nullcontext(address)):
            app(["demo"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _run(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(main())
