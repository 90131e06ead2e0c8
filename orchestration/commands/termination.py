"""Which signal stops a run: for Dagster SIGTERM and Ctrl-C are one interruption.

Here: seeing their numbers pass, and the error of a command that SIGTERM ends. Not here: what is
said of it (``framed``), the services, which end in order at either (``services``).
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

MOST_SIGNALS = 4096


class TerminatedError(RuntimeError):
    """Something else than whoever typed the command ended it, by SIGTERM."""


@contextlib.contextmanager
def signals_seen() -> Iterator[Callable[[], frozenset[int]]]:
    """Give what tells the signals that came meanwhile, whoever handles them.

    Dagster puts handlers of its own in the place of any other, but Python writes the number of each
    signal down all the same. In another thread than the main one there is none to see.
    """
    if threading.current_thread() is not threading.main_thread():
        yield frozenset
        return
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)
    former = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield lambda: _read(reader)
    finally:
        signal.set_wakeup_fd(former)
        os.close(reader)
        os.close(writer)


def _read(reader: int) -> frozenset[int]:
    with contextlib.suppress(BlockingIOError):
        return frozenset(os.read(reader, MOST_SIGNALS))
    return frozenset()
