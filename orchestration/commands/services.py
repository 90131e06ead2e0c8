"""Services that work for as long as a command does: started, watched, started again, ended with it.

Here: what is done with them. Not here: which they are (``dagster_services``).

Each has its own process group, so that what it started ends with it; each is tethered to this
process (``tethered``), so that it ends even with a command that is killed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOST_ENDS = 5
"""How many times services may end by themselves in ``WITHIN`` before all is given up."""
WITHIN = 600.0
LOOK = 0.5
"""Seconds between two looks at the services."""
GRACE = 20.0
"""Seconds that services have to end once they are asked to; then they are killed."""


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes:
        name: What it is, in French.
        command: What runs it.
        may_start: Tells whether what it needs is there.
    """

    name: str
    command: Sequence[str]
    may_start: Callable[[], bool] = lambda: True


def run_module(name: str) -> list[str]:
    """Return what runs a module of ours, and nothing of the folder where one happens to stand."""
    return [sys.executable, "-P", "-m", name]


@contextlib.contextmanager
def until_asked_to_end() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C, a service manager or a terminal that closes sets."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    former = {number: signal.signal(number, ask) for number in ENDING}
    try:
        yield asked
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def run_services(
    services: Sequence[Service],
    asked: threading.Event,
    say: Callable[[str], None],
    look: float = LOOK,
) -> int:
    """Run services until they are asked to end, or one keeps ending by itself.

    Args:
        services: The services.
        asked: Is set when they must end.
        say: Is given what happens to them, in French.
        look: Seconds between two looks at them.

    Returns:
        The code that the command ends with: 0 when it was asked to.
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    ends: deque[float] = deque(maxlen=MOST_ENDS)
    try:
        while not asked.is_set():
            for name, code in _taken_away(running):
                if _too_often(ends):
                    say(f"{name} : arrêts répétés (code {code}) ; tout est arrêté.")
                    return 1
                say(f"{name} : arrêt inattendu (code {code}) ; nouveau départ.")
            for service in services:
                if service.name not in running and service.may_start():
                    running[service.name] = _started(service)
            asked.wait(look)
    finally:
        _end(list(running.values()))
    return 0


def _taken_away(running: dict[str, subprocess.Popen[bytes]]) -> list[tuple[str, int]]:
    """Take away the services that ended by themselves; return their names and codes."""
    ended = [
        (name, code) for name, process in running.items() if (code := process.poll()) is not None
    ]
    for name, _ in ended:
        # Nothing of it may work beside the one that takes its place.
        _signal(running.pop(name), signal.SIGKILL)
    return ended


def _started(service: Service) -> subprocess.Popen[bytes]:
    tether = [*run_module("orchestration.commands.tethered"), str(os.getpid())]
    return subprocess.Popen(  # noqa: S603 the commands are ours
        [*tether, *service.command], stdin=subprocess.DEVNULL, process_group=0
    )


def _too_often(ends: deque[float]) -> bool:
    """Note that a service ended by itself, and tell whether it happens again and again."""
    now = time.monotonic()
    ends.append(now)
    return len(ends) == MOST_ENDS and now - ends[0] < WITHIN


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask services to end, with all that they started; kill what does not."""
    for process in processes:
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a group: while something of it lives, its number is no other's."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
