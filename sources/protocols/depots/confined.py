"""A deposited file read where it can do no harm: what it takes is bounded, and it may be killed.

Here: asking the process that reads (``reader_process``), and a refusal that says what a file took
too much of. Not here: how it is bounded, nor how a deposit is read (``reading``).

One file is read at a time, so that all of them together take what one may. What comes back is JSON
of a declared shape, in which nothing can be executed; the environment's secrets are not given.
"""

import atexit
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from pydantic import ValidationError

from sources.contract import ExtractContract
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.depots import reader_process
from sources.protocols.depots.reader_process import (
    DISK_FULL,
    NO_MEMORY,
    READ,
    REFUSED,
    TOO_LONG,
    Question,
    ReadingLimits,
    Refusal,
    shape_of,
)

LIMITS = ReadingLimits(memory=512 << 20, processor=60, seconds=300, answer=32 << 20)
"""Many times what the biggest of the real deposits takes (docs/security.md)."""

ROOT = Path(__file__).resolve().parents[3]
GIVEN = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
"""What the process is given of the environment, where secrets are; a Python that was moved needs
the second."""

IN_LITTLE_SPACE = {
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""No thread before the children part, and no address space kept for what is never used."""

LIGHTEN = (
    "n'y laisser que le tableau demandé, sans mise en forme ni feuille de trop, ou l'enregistrer "
    "en « CSV UTF-8 »."
)
STOPPED = (
    "Sa lecture s'est arrêtée avant la fin ({}) : l'enregistrer de nouveau avec un tableur ; si le "
    "refus revient, prévenir ceux qui tiennent Vigie, la trace est dans son journal."
)
NOT_STARTED = (
    "Aucun dépôt ne peut être lu : le lecteur ne démarre pas. Les fichiers n'y sont pour rien, et "
    "seront lus dès qu'il démarrera ; ceux qui tiennent Vigie verront pourquoi dans son journal."
)
LONGEST_ANSWER = 16
T = TypeVar("T")


def read_confined(
    reader: Callable[[ExtractContract, Path], T],
    contract: ExtractContract,
    path: Path,
    limits: ReadingLimits | None = None,
) -> T:
    """Return what a reader gives of a file, read in a process of its own.

    Args:
        reader: A function of a module, whose declared type says what it gives.
        contract: What the file owes.
        path: The file.
        limits: What reading it may take; ``LIMITS`` when it is not said.

    Raises:
        ExtractRefused: The reader refuses it, or reading it takes more than it may.
        FetchFailed: No process can be had to read it: nothing is said of the file.
        OSError: The disk of temporary files is full: nothing is said of the file.
    """
    limits = limits or LIMITS
    with TemporaryDirectory(prefix="vigie-") as folder:
        answer = Path(folder) / "answer.json"
        question = Question(
            reader=f"{reader.__module__}:{reader.__qualname__}",
            contract=contract,
            path=path,
            answer=answer,
            limits=limits,
        )
        code = _PROCESS.ask(question.model_dump_json())
        if code == DISK_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)
        if code is None:
            raise FetchFailed(NOT_STARTED, permanent=False)
        if code not in {READ, REFUSED}:
            raise ExtractRefused(_excess(code, limits))
        try:
            if code == READ:
                read: T = shape_of(reader).validate_json(answer.read_bytes())
                return read
            refusal = Refusal.model_validate_json(answer.read_bytes())
        except ValidationError:
            raise ExtractRefused(STOPPED.format("réponse illisible")) from None
        raise ExtractRefused(refusal.message, rule=refusal.rule)


def _excess(code: int, limits: ReadingLimits) -> str:
    """Say why a file could not be read to its end."""
    too_much = {
        -signal.SIGXCPU: f"{limits.processor} s de calcul",
        -signal.SIGALRM: f"{limits.seconds} s",
        TOO_LONG: f"{limits.answer >> 20} Mo de texte",
        NO_MEMORY: f"{limits.memory >> 20} Mo de mémoire",
        # The library that reads workbooks aborts when it is given no memory.
        -signal.SIGABRT: f"{limits.memory >> 20} Mo de mémoire",
    }
    if code in too_much:
        return f"Sa lecture dépasse {too_much[code]} : {LIGHTEN}"
    return STOPPED.format(f"code {code}")


class ReaderProcess:
    """The process that reads, started when there is something to read."""

    def __init__(self) -> None:
        self._alone = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._line: socket.socket

    @property
    def pid(self) -> int | None:
        """Its number, if it runs."""
        return self._running.pid if self._running else None

    def ask(self, question: str) -> int | None:
        """Return how the child ended that read a file; None when none could be had."""
        with self._alone:
            # A process that waited long in vain has ended, and does not answer: another one does.
            ended = self._asked(question) or self._asked(question)
        return int(ended) if ended else None

    def end(self) -> None:
        """End it, if it runs: it ends once nobody can ask it anything."""
        running, self._running = self._running, None
        if running:
            self._line.close()
            running.wait()

    def _asked(self, question: str) -> bytes:
        if self._running is None:
            self._start()
        ended = b""
        try:
            with suppress(ConnectionError):
                self._line.sendall(f"{question}\n".encode())
                ended = self._line.recv(LONGEST_ANSWER)
        finally:
            # Of who asks and is interrupted, the next question would be given the answer.
            if not ended:
                self.end()
        return ended

    def _start(self) -> None:
        self._line, its_end = socket.socketpair()
        with its_end:
            self._running = subprocess.Popen(  # noqa: S603 the command is ours
                [sys.executable, "-P", "-m", reader_process.__name__],
                stdin=its_end.fileno(),
                stdout=its_end.fileno(),
                env=IN_LITTLE_SPACE
                | {name: os.environ[name] for name in GIVEN if name in os.environ}
                | {"PYTHONPATH": str(ROOT)},
            )


_PROCESS = ReaderProcess()
atexit.register(_PROCESS.end)
