"""The outbox: messages that wait on disk until an SMTP server has taken them.

Here: keeping, sending, setting aside what was sent. Not here: composing (``reporting.mail``,
``deposits.delivery``).

A message is a file named after its Message-ID: ``<folder>/<id>.eml`` while it waits,
``<folder>/sent/<id>.eml`` once a server has answered 250. Putting a message again, or running
twice, sends it once. One window cannot be closed, whatever the program: killed between the server's
250 and the move to ``sent/``, it sends the message again next time. It then carries the same
Message-ID, by which mail servers and readers recognise a duplicate. The other order would lose
messages.
"""

import fcntl
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

from expectations.untrusted import cleaned
from orchestration.settings import SmtpSettings
from orchestration.station.aside import sync_folder, write_aside


@dataclass(frozen=True)
class Delivery:
    """What became of one message: where it is now, whether it was sent, a French sentence."""

    path: Path
    is_sent: bool
    message: str


class Outbox:
    """A folder of messages to send."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = folder / "sent"
        self.sent.mkdir(parents=True, exist_ok=True)

    def put(self, message: EmailMessage) -> Path:
        """Keep a message until it is sent; one already sent is not queued again.

        Returns:
            Where the message is: waiting, or among the sent ones.

        Raises:
            ValueError: If its Message-ID is missing, or cannot name a file.
            OSError: If the folder cannot be written.
        """
        name = _file_name(message)
        with self._locked():
            if (self.sent / name).exists():
                return self.sent / name
            write_aside(self.folder / name, message.as_bytes(policy=SMTP))
        return self.folder / name

    def waiting(self) -> tuple[Path, ...]:
        """The messages that wait, oldest night first."""
        return tuple(sorted(self.folder.glob("[!.]*.eml")))

    def send_pending(self, smtp: SmtpSettings) -> tuple[Delivery, ...]:
        """Try to send each waiting message; what is refused keeps waiting.

        Neither the server nor the network makes it raise: each delivery says what happened.
        """
        with self._locked():
            return tuple(self._send(path, smtp) for path in self.waiting())

    def _send(self, path: Path, smtp: SmtpSettings) -> Delivery:
        message = BytesParser(policy=SMTP).parsebytes(path.read_bytes())
        with ExitStack() as stack:
            try:
                server = stack.enter_context(_connection(smtp))
                refused = server.send_message(message)
            except (smtplib.SMTPException, OSError) as error:
                return Delivery(path, is_sent=False, message=_refusal(error, smtp))
            sent = path.replace(self.sent / path.name)
            sync_folder(self.sent)
            sync_folder(self.folder)
        but = f", sauf à : {_answers(refused)}" if refused else ""
        return Delivery(sent, is_sent=True, message=f"Message envoyé{but}.")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time use the outbox; a killed process frees it."""
        with (self.folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _file_name(message: EmailMessage) -> str:
    identity = str(message["Message-ID"] or "")
    match = re.fullmatch(r"<([A-Za-z0-9][A-Za-z0-9.@_+-]{0,199})>", identity)
    if match is None:
        msg = f"Message-ID {identity!r}: letters, digits and « .@_+- » between < and > are expected"
        raise ValueError(msg)
    return f"{match[1]}.eml"


@contextmanager
def _connection(smtp: SmtpSettings) -> Iterator[smtplib.SMTP]:
    """A connection ready to send: encrypted and logged in, as the settings ask."""
    tls = ssl.create_default_context(cafile=smtp.ca_file)
    wait = smtp.timeout_seconds
    server = (
        smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=wait, context=tls)
        if smtp.security == "ssl"
        else smtplib.SMTP(smtp.host, smtp.port, timeout=wait)
    )
    try:
        if smtp.security == "starttls":
            server.starttls(context=tls)
        if smtp.user and smtp.password:
            server.login(smtp.user, smtp.password.get_secret_value())
        yield server
    finally:
        # A server that accepts the message and then botches its farewell has accepted it.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _refusal(error: smtplib.SMTPException | OSError, smtp: SmtpSettings) -> str:
    """Say in French why a message still waits, and what to do."""
    server = f"le serveur {smtp.host}:{smtp.port}"
    match error:
        case smtplib.SMTPAuthenticationError():
            reason = f"{server} refuse l'identification : vérifier l'utilisateur et le mot de passe"
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            reason = f"{server} refuse tous les destinataires : {_answers(recipients)}"
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=answer):
            reason = f"{server} a répondu {code} « {_text(answer)} »"
        case ssl.SSLError():
            reason = f"la liaison chiffrée avec {server} a échoué ({cleaned(str(error), 200)})"
        case _:
            reason = f"l'envoi par {server} a échoué ({cleaned(str(error), 200)})"
    return f"Message non envoyé, il reste en attente : {reason}."


def _answers(refused: dict[str, tuple[int, bytes]]) -> str:
    return " ; ".join(
        f"{cleaned(address, 100)} ({code} {_text(answer)})"
        for address, (code, answer) in refused.items()
    )


def _text(answer: bytes | str) -> str:
    """A server's answer as text; it comes from outside."""
    decoded = answer if isinstance(answer, str) else answer.decode(errors="replace")
    return cleaned(decoded, 200)
