"""The outbox: messages that wait on disk until an SMTP server has taken them.

Here: keeping, sending, setting aside what was sent or refused. Not here: composing
(``reporting.mail``, ``alarms.alarm``, ``deposits.delivery``), the conversation
(``smtp_session``).

A message is a file named after its Message-ID: ``<folder>/<id>.eml`` while it waits, with what was
answered for each recipient in ``<id>.json``; ``<folder>/sent/<id>.eml`` once servers have answered
250; ``<folder>/refused/<id>.eml`` when none would after days. Putting a message again, or running
twice, sends it once. One window cannot be closed, whatever the program: killed between the server's
250 and the record of it, it sends the message again next time. It then carries the same
Message-ID, by which mail servers and readers recognise a duplicate. The other order would lose
messages.

Two locks: one for the files, held for an instant, so that a message can be put while the network is
waited for; one for whoever is sending, whom nobody waits for.
"""

import fcntl
import re
import smtplib
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import getaddresses
from pathlib import Path

from expectations.french import listing, quoted
from expectations.untrusted import cleaned
from orchestration.settings.settings import Settings
from orchestration.settings.smtp import SmtpSettings
from orchestration.station.locks import take
from orchestration.station.mail_progress import Answer, MailProgress, read_progress, write_progress
from orchestration.station.smtp_session import Allowance, BoundedSmtp, smtp_session
from sources.storage.aside import sync_folder, write_aside

Failure = smtplib.SMTPException | OSError
LONGEST_TITLE = 200
KEPT = "il reste en attente"


@dataclass(frozen=True)
class Delivery:
    """What became of one message: where it is now, whether it was sent, a French sentence.

    When the server let nobody in, it is that of all, and the place is the outbox.
    """

    path: Path
    is_sent: bool
    message: str


class Outbox:
    """A folder of messages to send."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = folder / "sent"
        self.refused = folder / "refused"
        for place in (self.sent, self.refused):
            place.mkdir(parents=True, exist_ok=True)

    def put(self, message: EmailMessage) -> Path:
        """Keep a message until it is sent; one already sent or refused is not queued again.

        Returns:
            Where the message is: waiting, or among the sent or the refused ones.

        Raises:
            ValueError: If its Message-ID is missing, or cannot name a file.
            OSError: If the folder cannot be written.
        """
        name = _file_name(message)
        with self._locked():
            self._sweep_parts("eml")
            for place in (self.sent, self.refused):
                if (place / name).exists():
                    return place / name
            write_aside(self.folder / name, message.as_bytes(policy=SMTP))
        return self.folder / name

    def waiting(self) -> tuple[Path, ...]:
        """The messages that wait, oldest night first."""
        return tuple(sorted(self.folder.glob("[!.]*.eml")))

    def set_aside(self) -> tuple[Path, ...]:
        """The messages that no server would take."""
        return tuple(sorted(self.refused.glob("[!.]*.eml")))

    def due(self, at: datetime) -> tuple[Path, ...]:
        """The messages whose time to be tried has come, those that never failed first.

        What a server chokes on must not keep the others waiting.
        """
        waiting = {path: read_progress(_record(path)) for path in self.waiting()}
        ready = [path for path, progress in waiting.items() if progress.is_due(at)]
        return tuple(sorted(ready, key=lambda path: waiting[path].tries))

    def send_pending(
        self, smtp: SmtpSettings, at: datetime | None = None, allowance: Allowance | None = None
    ) -> tuple[Delivery, ...]:
        """Try to send each message that is due, in one session; what is refused keeps waiting.

        Neither the server nor the network makes it raise: each delivery says what happened. Once
        the server fails, the others wait for the next time: it costs one timeout, not one a mail.

        Args:
            smtp: The server.
            at: The moment, by which what is due is told; now when None.
            allowance: What the whole session may take; that of the settings when None.
        """
        at = at or datetime.now(UTC)
        with self._alone() as is_alone:
            if not is_alone:
                return ()
            self._sweep()
            due = self.due(at)
            return tuple(self._send(due, smtp, at, allowance or Allowance(smtp))) if due else ()

    def _send(
        self, due: Iterable[Path], smtp: SmtpSettings, at: datetime, allowance: Allowance
    ) -> Iterator[Delivery]:
        with ExitStack() as stack:
            try:
                server = stack.enter_context(smtp_session(smtp, allowance))
            except (smtplib.SMTPException, OSError) as error:
                yield Delivery(
                    self.folder, is_sent=False, message=f"Message {_waits(_reason(error, smtp))}"
                )
                return
            for path in due:
                yield self._send_one(path, server, smtp, at)
                if server.sock is None:
                    return

    def _send_one(
        self, path: Path, server: BoundedSmtp, smtp: SmtpSettings, at: datetime
    ) -> Delivery:
        message = BytesParser(policy=SMTP).parsebytes(path.read_bytes())
        recipients = _recipients(message)
        # Remembered before the server is asked: what cannot be remembered afterwards, on a full
        # disk, would be sent again and again.
        progress = read_progress(_record(path)).trying(at)
        write_progress(_record(path), progress)
        left = progress.left(recipients)
        refused, error = _ask(server, message, left)
        accepted = [] if error else [address for address in left if address not in refused]
        progress = progress.answered(accepted, refused)
        with self._locked():
            place = self._file(path, progress, recipients)
        reason = _reason(error, smtp) if error else "il n'a pas de destinataire"
        title = cleaned(str(message["Subject"] or path.name), LONGEST_TITLE)
        became = _became(place, progress, {**_words(refused), **progress.refused}, reason)
        sentence = f"Message {quoted(title)} {became}"
        return Delivery(place, is_sent=place.parent == self.sent, message=sentence)

    def _file(self, path: Path, progress: MailProgress, recipients: list[str]) -> Path:
        """Move a message to where it belongs now, and return where that is.

        One that everybody has is moved at once: that needs no room on a disk that may be full, and
        says as much as its record.
        """
        left = progress.left(recipients)
        if left or progress.refused:
            write_progress(_record(path), progress)
        if left and not progress.is_given_up:
            return path
        folder = self.sent if progress.accepted else self.refused
        place = path.replace(folder / path.name)
        if folder == self.sent and (left or progress.refused):
            _record(path).replace(_record(place))
        _record(path).unlink(missing_ok=True)
        sync_folder(folder)
        sync_folder(self.folder)
        return place

    def _sweep(self) -> None:
        """Take away what a kill left: half a record, a record behind its message."""
        self._sweep_parts("json")
        for record in self.folder.glob("[!.]*.json"):
            if not record.with_suffix(".eml").exists():
                record.unlink(missing_ok=True)

    def _sweep_parts(self, suffix: str) -> None:
        """Take away what a kill left half written; whoever writes such files must be alone."""
        for part in self.folder.glob(f".*.{suffix}.part"):
            part.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time change the files; a killed process frees them."""
        with (self.folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Tell whether nobody else is sending; while this lasts nobody else does."""
        with (self.folder / ".sending.lock").open("a") as lock:
            yield take(lock)


def deliver(settings: Settings) -> tuple[Delivery, ...]:
    """Try to send what waits; nothing when no server is configured."""
    smtp = settings.smtp
    return Outbox(settings.folders.outbox).send_pending(smtp) if smtp else ()


def send_without_keeping(message: EmailMessage, smtp: SmtpSettings) -> str:
    """Send a message that the disk cannot keep; return why it was not, empty when it was."""
    try:
        with smtp_session(smtp, Allowance(smtp)) as server:
            refused = server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        return _reason(error, smtp)
    return _answers(_words(refused))


def unwelcome(smtp: SmtpSettings) -> str:
    """Say why a server lets nobody in, empty when it does; nothing is sent."""
    try:
        with smtp_session(smtp, Allowance(smtp)):
            return ""
    except (smtplib.SMTPException, OSError) as error:
        return _reason(error, smtp)


def _file_name(message: EmailMessage) -> str:
    identity = str(message["Message-ID"] or "")
    match = re.fullmatch(r"<([A-Za-z0-9][A-Za-z0-9.@_+-]{0,199})>", identity)
    if match is None:
        msg = f"Message-ID {identity!r}: letters, digits and « .@_+- » between < and > are expected"
        raise ValueError(msg)
    return f"{match[1]}.eml"


def _record(path: Path) -> Path:
    """Return where what was answered about a message is kept."""
    return path.with_suffix(".json")


def _recipients(message: Message) -> list[str]:
    headers = [str(message[name]) for name in ("To", "Cc", "Bcc") if message[name]]
    return [address for _, address in getaddresses(headers) if address]


def _ask(
    server: BoundedSmtp, message: Message, left: list[str]
) -> tuple[Mapping[str, Answer], Failure | None]:
    """Ask a server to take a message: who is refused, and why nobody was served."""
    if not left:
        return {}, None
    try:
        return server.send_message(message, to_addrs=left), None
    except smtplib.SMTPRecipientsRefused as error:
        return error.recipients, error
    except (smtplib.SMTPException, OSError) as error:
        return {}, error


def _became(place: Path, progress: MailProgress, refused: Mapping[str, str], reason: str) -> str:
    """Say in French what became of a message."""
    served = f"envoyé à {listing(progress.accepted)}"
    but = f", sauf à : {_answers(refused)}" if refused else ""
    match place.parent.name, progress.accepted:
        case "sent", _:
            return f"{served}{but}."
        case "refused", _:
            return (
                f"refusé et mis de côté dans {place.parent} : {reason}. Pour l'envoyer "
                f"de nouveau, le remettre dans {place.parent.parent}."
            )
        case _, ():
            return _waits(reason)
        case _:
            return f"{served}{but} ; {KEPT} pour qui ne l'a pas encore."


def _waits(reason: str) -> str:
    return f"non envoyé, {KEPT} : {reason}."


def _reason(error: Failure, smtp: SmtpSettings) -> str:
    """Say in French why a message was not sent, and what to do."""
    server = f"le serveur {smtp.host}:{smtp.port}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"{server} refuse l'identification : vérifier l'utilisateur et le mot de passe"
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            return f"{server} refuse tous les destinataires : {_answers(_words(recipients))}"
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=answer):
            return f"{server} a répondu {code} « {_text(answer)} »"
        case smtplib.SMTPServerDisconnected() | TimeoutError():
            return f"{server} se tait, parle sans fin ou a rompu la liaison"
        case ssl.SSLError():
            return f"la liaison chiffrée avec {server} a échoué ({cleaned(str(error), 200)})"
        case _:
            return f"l'envoi par {server} a échoué ({cleaned(str(error), 200)})"


def _words(refused: Mapping[str, Answer]) -> dict[str, str]:
    return {address: f"{code} {_text(answer)}" for address, (code, answer) in refused.items()}


def _answers(refused: Mapping[str, str]) -> str:
    return " ; ".join(
        f"{cleaned(address, 100)} ({cleaned(answer, 200)})" for address, answer in refused.items()
    )


def _text(answer: bytes | str) -> str:
    """A server's answer as text; it comes from outside."""
    decoded = answer if isinstance(answer, str) else answer.decode(errors="replace")
    return cleaned(decoded, 200)
