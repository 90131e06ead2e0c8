"""A server that a test starts as a user would, and stops.

Here: a free port, the process, the wait for its first answer. Not here: what is asked of it.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import requests

PAUSE = 0.5
MOST_PAUSES = 1200
"""A bound on a server that hangs, far above what a busy machine takes."""
LONGEST_STOP = 60.0
"""Seconds, likewise, after which a server is asked to stop once more."""


def free_port() -> int:
    """Return a port of the loopback that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(
    command: Sequence[str], address: str, *, cwd: Path, environment: Mapping[str, str], log: Path
) -> Iterator[None]:
    """Start a server and wait until it answers; at the end, ask it to stop as Ctrl-C does."""
    with (
        log.open("wb") as printed,
        _heeding_interrupts(),
        subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as server,
    ):
        try:
            _wait_for(address, server, log)
            yield
        finally:
            _stop(server)


@contextlib.contextmanager
def _heeding_interrupts() -> Iterator[None]:
    """Have what is started meanwhile heed interrupts: tests in the background ignore them."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Ask a server to stop, then end all that it started and left."""
    for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        os.killpg(server.pid, asked)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=LONGEST_STOP)
            break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(MOST_PAUSES):
        assert server.poll() is None, log.read_text("utf-8")
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            requests.get(address, timeout=5).raise_for_status()
            return
        time.sleep(PAUSE)
    raise AssertionError(f"no answer from {address}: {log.read_text('utf-8')}")
