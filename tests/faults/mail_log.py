"""A mail server in a process of its own, and what it took.

Here: the process, and its log. Not here: how it speaks (``scripted_smtp``).
"""

import os
import signal
import socketserver
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.scripted_smtp import Scripted, hosting


@dataclass(frozen=True)
class MailLog:
    """What a mail server answered 250 to.

    Attributes:
        port: Its port on the loopback.
        file: A line a message and reader.
    """

    port: int
    file: Path

    def accepted(self) -> list[str]:
        """Return each message and reader, as often as it was taken."""
        return self.file.read_text("utf-8").splitlines()

    def again(self) -> int:
        """Return how many were taken once too often."""
        return sum(Counter(self.accepted()).values()) - len(set(self.accepted()))

    def forget(self) -> None:
        """Begin anew."""
        self.file.write_text("", "utf-8")


class _Logging(Scripted):
    """A server that writes down what it takes before it says so."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def take(self, client: socketserver.StreamRequestHandler, readers: list[str]) -> bool:
        content = b"".join(iter(client.rfile.readline, b".\r\n")).decode()
        identity = content.partition("Message-ID: <")[2].partition("@")[0]
        with self._file.open("a", encoding="utf-8") as log:
            log.writelines(f"{identity} {reader}\n" for reader in readers)
        return self.answer(client, "250 Pris")


@contextmanager
def mail_server(folder: Path) -> Iterator[MailLog]:
    """Yield a server, which ends afterwards."""
    file = folder / "mails.log"
    file.touch()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _serve(file, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        port = int(said.readline())
    try:
        yield MailLog(port, file)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _serve(file: Path, writing: int) -> None:
    with hosting() as host:
        host.speak = lambda client: _Logging(file).speak(client)
        os.write(writing, f"{host.port}\n".encode())
        signal.pause()
    os._exit(os.EX_OK)
