"""A process that ends with the one that started it, however that one ends.

Here: ``python -m orchestration.commands.tethered PARENT COMMAND ARGUMENTS…``. Not here: what is
started, nor its orderly end (``services``).

Linux sends the signal; elsewhere, the orderly end alone ends it. It is asked for by a program of
its own, and not between ``fork`` and ``exec``: the demonstration has threads.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def run_tethered(parent: int, command: Sequence[str]) -> None:
    """Become a command that ends when its parent does."""
    # Who was started with it ignored would ignore it too, and end only when it is killed.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # It ended before the signal was asked for.
        return
    os.execv(command[0], list(command))  # noqa: S606 the command is ours, and no shell reads it


if __name__ == "__main__":
    run_tethered(int(sys.argv[1]), sys.argv[2:])
