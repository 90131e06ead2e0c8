"""A mail server that answers what it is told to, on the loopback.

Here: its answers, and a port where any behaviour can be served. Not here: what they must lead to.
"""

import socketserver
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from orchestration.settings.smtp import SmtpSettings

ANSWERS = {"later": "451 4.3.0 Plus tard", "never": "550 5.1.1 Jamais", "bye": "421 Fermeture"}
JUNK = "!?"


class Scripted:
    """A server's answers, in their order; the right ones once there are no more."""

    def __init__(self, *answers: str) -> None:
        self.answers = deque(answers)
        self.accepted: list[tuple[str, str]] = []
        self.connections = 0

    def speak(self, client: socketserver.StreamRequestHandler) -> None:
        """Hold one conversation."""
        self.connections += 1
        readers: list[str] = []
        is_open = self.answer(client, "220 Bonjour")
        while is_open and (line := client.rfile.readline().decode("latin-1").strip()):
            verb, address = line[:4].upper(), line.partition("<")[2].partition(">")[0]
            is_open = self.answer(client, "354 Allez" if verb == "DATA" else "250 OK")
            if verb == "RCPT" and self.last == "250 OK":
                readers.append(address)
            if verb == "DATA" and self.last == "354 Allez":
                is_open = self.take(client, readers)
            if verb in {"DATA", "RSET"}:
                readers = []

    def take(self, client: socketserver.StreamRequestHandler, readers: list[str]) -> bool:
        """Read a message, and answer for it."""
        content = b"".join(iter(client.rfile.readline, b".\r\n")).decode()
        is_open = self.answer(client, "250 Pris")
        if self.last == "250 Pris":
            identity = content.partition("Message-ID: <")[2].partition("@")[0]
            self.accepted += [(identity, reader) for reader in readers]
        return is_open

    def answer(self, client: socketserver.StreamRequestHandler, right: str) -> bool:
        """Give the next answer, and tell whether one may go on."""
        kind = self.answers.popleft() if self.answers else "right"
        self.last = right if kind == "right" else ANSWERS.get(kind, kind)
        if kind == "cut":
            return False
        client.wfile.write(f"{self.last}\r\n".encode())
        return kind != "bye"


class Host:
    """A port of the loopback where whoever is asked to speaks."""

    def __init__(self) -> None:
        self.speak: Callable[[socketserver.StreamRequestHandler], None]
        self.port = 0

    @property
    def smtp(self) -> SmtpSettings:
        """How to reach it; nothing here waits as long as that."""
        return SmtpSettings(
            host="127.0.0.1",
            port=self.port,
            security="none",
            timeout_seconds=600,
            deadline_seconds=3600,
        )


@contextmanager
def hosting() -> Iterator[Host]:
    """A port of the loopback, served."""
    host = Host()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            host.speak(self)

    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the client left
        host.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield host
        server.shutdown()
