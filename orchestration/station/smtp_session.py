"""One conversation with the mail server, bounded as a whole.

Here: connecting, encrypting, logging in, and how long and how much a server may talk. Not here:
which messages are sent, and what is remembered of them (``outbox``).

``smtplib`` bounds each read, and each read alone: a server that gives a byte now and then would
hold it for ever, one that never ends its greeting would fill the memory.
"""

import io
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from orchestration.settings.smtp import SmtpSettings

if TYPE_CHECKING:
    from _socket import _Address

    from _typeshed import ReadableBuffer, WriteableBuffer

MOST_BYTES = 1_000_000
"""What a server may say in one conversation: its answers are a few dozen bytes each."""


class Allowance:
    """What is left to a conversation of its seconds and its bytes."""

    def __init__(self, smtp: SmtpSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + smtp.deadline_seconds
        self._bytes = MOST_BYTES
        self.wait = smtp.timeout_seconds

    def seconds(self) -> float:
        """Return the longest wait for what comes next.

        Raises:
            TimeoutError: The conversation has lasted as long as it may.
        """
        left = self._end - self._clock()
        if left <= 0:
            message = "the conversation has lasted as long as it may"
            raise TimeoutError(message)
        return min(left, self.wait)

    def receive(self, count: int) -> None:
        """Count what the server said.

        Raises:
            OSError: It has said more than it may.
        """
        self._bytes -= count
        if self._bytes < 0:
            message = f"the server said more than {MOST_BYTES} bytes"
            raise OSError(message)


class _Answers(io.RawIOBase):
    """What a server says, read within an allowance."""

    def __init__(self, stream: socket.socket, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        self._stream.settimeout(self._allowance.seconds())
        count = self._stream.recv_into(buffer)
        self._allowance.receive(count)
        return count


class BoundedSmtp(smtplib.SMTP):
    """A client whose every wait is within one allowance."""

    def __init__(self, smtp: SmtpSettings, allowance: Allowance) -> None:
        self._tls = ssl.create_default_context()
        self._is_tls_from_the_start = smtp.security == "ssl"
        self._allowance = allowance
        super().__init__(smtp.host, smtp.port)

    def connect(
        self,
        host: str = "localhost",
        port: int = 0,
        source_address: "_Address | None" = None,
    ) -> tuple[int, bytes]:
        """Connect, and return the greeting."""
        stream = socket.create_connection((host, port), self._allowance.seconds(), source_address)
        if self._is_tls_from_the_start:
            stream = self._encrypted(stream, host)
        self.sock = stream
        self.file = None
        return self.getreply()

    def _encrypted(self, stream: socket.socket, host: str) -> ssl.SSLSocket:
        try:
            return self._tls.wrap_socket(stream, server_hostname=host)
        except OSError:
            stream.close()
            raise

    def encrypt(self) -> None:
        """Go on in TLS."""
        self.starttls(context=self._tls)

    def getreply(self) -> tuple[int, bytes]:
        """Return the next answer."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Answers(self.sock, self._allowance))
        return super().getreply()

    def send(self, s: "ReadableBuffer | str") -> None:
        """Send a command, or a whole message."""
        if self.sock is not None:
            self.sock.settimeout(self._allowance.seconds())
        super().send(s)

    def data(self, msg: "ReadableBuffer | str") -> tuple[int, bytes]:
        """Send a message and return what the server says of it.

        It may take minutes to say so (RFC 5321, 4.5.3.2.6): given up earlier, a message that it
        has accepted would be sent again.
        """
        wait, self._allowance.wait = self._allowance.wait, float("inf")
        try:
            return super().data(msg)
        finally:
            self._allowance.wait = wait


@contextmanager
def smtp_session(smtp: SmtpSettings, allowance: Allowance) -> Iterator[BoundedSmtp]:
    """A session ready to send: encrypted and logged in, as the settings ask.

    Raises:
        smtplib.SMTPException: The server does not let one in.
        OSError: It cannot be reached, or takes more than it may.
    """
    server = BoundedSmtp(smtp, allowance)
    try:
        if smtp.security == "starttls":
            server.encrypt()
        if smtp.user and smtp.password:
            _log_in(server, smtp.user, smtp.password.get_secret_value())
        # Asked for here, so that a server that does not even greet is no fault of a message.
        server.ehlo_or_helo_if_needed()
        yield server
    finally:
        # A server that accepts the message and then botches its farewell has accepted it.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _log_in(server: BoundedSmtp, user: str, password: str) -> None:
    try:
        server.login(user, password)
    except ValueError:
        # What could not be written or read might hold the password: it is not repeated.
        message = "identifiants hors de l'ASCII, ou réponse illisible du serveur"
        raise smtplib.SMTPException(message) from None
