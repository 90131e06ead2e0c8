"""The mail sent to a real SMTP server on loopback: received, refused, cut short, encrypted."""

import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from orchestration.reporting.mail import build_mail
from orchestration.settings.smtp import SmtpSettings
from orchestration.station.outbox import Outbox
from tests.unit.orchestration.reporting.nights import founding_night, quiet_night

ROOT = Path(__file__).parents[2]
SENDER = "Vigie <vigie@cariforef.example>"
STEWARD = "gestion@cariforef.example"
MANAGER = "direction@cariforef.example"
READERS = f"{STEWARD}, {MANAGER}"
SUBJECT = "Vigie : 7 indicateurs publiés — nuit du 22\N{NO-BREAK SPACE}novembre 2026"
MESSAGE = f"Message «\N{NO-BREAK SPACE}{SUBJECT}\N{NO-BREAK SPACE}»"
TOMORROW = datetime.now(UTC) + timedelta(days=1)
"""When what a server refused once is due again."""


class Mailbox:
    """Keeps what it receives; refuses the recipients and the content it is told to."""

    def __init__(self, refused: tuple[str, ...] = (), answer: str = "250 OK") -> None:
        self.refused = refused
        self.answer = answer
        self.received: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer for one recipient."""
        if address in self.refused:
            return "550 5.1.1 Boite inconnue"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Answer for the content."""
        if self.answer.startswith("250"):
            self.received.append(envelope)
        return self.answer


class Killer(Mailbox):
    """Kills the sender while it waits for the answer to its message."""

    sender: subprocess.Popen[bytes] | None = None

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Accept the content, when nobody is left to hear it."""
        assert self.sender is not None
        os.kill(self.sender.pid, signal.SIGKILL)
        self.sender.wait()
        return await super().handle_DATA(server, session, envelope)


class RudeServer(SMTP):
    """Accepts messages, then botches the farewell."""

    async def smtp_QUIT(self, _arg: str | None) -> None:  # noqa: N802  aiosmtpd's name
        """Answer QUIT with a refusal."""
        await self.push("421 4.3.0 Pas si vite")


class SpokenController(Controller):
    """Serves with a given kind of server."""

    def __init__(self, handler: object, kind: type[SMTP] = SMTP, **options: Any) -> None:  # noqa: ANN401
        self.kind = kind
        options |= {"port": free_port(), "ready_timeout": 60}
        super().__init__(handler, hostname="127.0.0.1", **options)

    def factory(self) -> SMTP:
        """The server of one connection."""
        return self.kind(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


@contextmanager
def serving(handler: object, **options: Any) -> Iterator[SmtpSettings]:  # noqa: ANN401
    """A mail server on loopback, and the settings to reach it in clear."""
    controller = SpokenController(handler, **options)
    controller.start()
    try:
        yield SmtpSettings(
            host="127.0.0.1", port=controller.port, security="none", timeout_seconds=60
        )
    finally:
        controller.stop()


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


def parsed(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    return BytesParser(_class=EmailMessage, policy=SMTP_POLICY).parsebytes(content)


def test_a_message_is_received_whole(outbox: Outbox) -> None:
    outbox.put(build_mail(founding_night(), SENDER, READERS))
    mailbox = Mailbox()
    with serving(mailbox) as smtp:
        (delivery,) = outbox.send_pending(smtp)
        assert delivery.is_sent
    assert outbox.waiting() == ()
    assert len(list(outbox.sent.iterdir())) == 1
    (envelope,) = mailbox.received
    assert envelope.mail_from == "vigie@cariforef.example"
    assert envelope.rcpt_tos == [STEWARD, MANAGER]

    received = parsed(envelope)
    assert [part.get_content_type() for part in received.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
    ]
    assert str(received["Subject"]).startswith("Vigie : 1 indicateur retenu, 6 publiés — nuit du")
    plain = received.get_body(("plain",))
    html = received.get_body(("html",))
    assert plain is not None
    assert html is not None
    for body in (plain, html):
        assert "43 en 2023, 4 en 2024" in " ".join(body.get_content().split())
    (table,) = received.iter_attachments()
    assert ";Maine-et-Loire;2023 → 2024;26;" in table.get_content()


def test_a_message_is_sent_once_however_often_it_is_tried(outbox: Outbox) -> None:
    message = build_mail(quiet_night(), SENDER, READERS)
    mailbox = Mailbox()
    with serving(mailbox) as smtp:
        for _ in range(3):
            outbox.put(message)
            outbox.send_pending(smtp)
    assert len(mailbox.received) == 1


def test_refused_content_keeps_waiting_then_goes(outbox: Outbox) -> None:
    path = outbox.put(build_mail(quiet_night(), SENDER, READERS))
    with serving(Mailbox(answer="550 5.7.1 Contenu refuse")) as smtp:
        (delivery,) = outbox.send_pending(smtp)
    assert delivery.message.startswith(
        f"{MESSAGE} non envoyé, il reste en attente : le serveur 127.0.0.1:"
    )
    assert "a répondu 550 « 5.7.1 Contenu refuse »" in delivery.message
    assert outbox.waiting() == (path,)
    mailbox = Mailbox()
    with serving(mailbox) as smtp:
        (delivery,) = outbox.send_pending(smtp, TOMORROW)
        assert delivery.is_sent
    assert len(mailbox.received) == 1


def test_what_is_sent_is_named_with_those_who_have_it(outbox: Outbox) -> None:
    outbox.put(build_mail(quiet_night(), SENDER, READERS))
    with serving(Mailbox()) as smtp:
        (delivery,) = outbox.send_pending(smtp)
    assert delivery.message == f"{MESSAGE} envoyé à {READERS}."


def test_refused_recipients_are_named(outbox: Outbox) -> None:
    path = outbox.put(build_mail(quiet_night(), SENDER, READERS))
    with serving(Mailbox(refused=(STEWARD, MANAGER))) as smtp:
        (delivery,) = outbox.send_pending(smtp)
    assert (
        f"refuse tous les destinataires : {STEWARD} (550 5.1.1 Boite inconnue)" in delivery.message
    )
    assert outbox.waiting() == (path,)
    mailbox = Mailbox(refused=(STEWARD,))
    with serving(mailbox) as smtp:
        (delivery,) = outbox.send_pending(smtp, TOMORROW)
    assert delivery.message == (
        f"{MESSAGE} envoyé à {MANAGER}, sauf à : {STEWARD} (550 5.1.1 Boite inconnue)."
    )
    assert mailbox.received[0].rcpt_tos == [MANAGER]
    assert outbox.waiting() == ()


def test_one_refused_message_does_not_stop_the_next(outbox: Outbox) -> None:
    refused = outbox.put(build_mail(quiet_night(), SENDER, STEWARD))
    outbox.put(build_mail(quiet_night(), SENDER, MANAGER))
    with serving(Mailbox(refused=(STEWARD,))) as smtp:
        deliveries = outbox.send_pending(smtp)
    assert sorted(delivery.is_sent for delivery in deliveries) == [False, True]
    assert outbox.waiting() == (refused,)


def test_a_server_out_of_reach_loses_nothing(outbox: Outbox) -> None:
    path = outbox.put(build_mail(quiet_night(), SENDER, READERS))
    smtp = SmtpSettings(host="127.0.0.1", port=free_port(), security="none", timeout_seconds=60)
    (delivery,) = outbox.send_pending(smtp)
    assert "a échoué" in delivery.message
    assert outbox.waiting() == (path,)


def test_a_botched_farewell_does_not_send_twice(outbox: Outbox) -> None:
    outbox.put(build_mail(quiet_night(), SENDER, READERS))
    mailbox = Mailbox()
    with serving(mailbox, kind=RudeServer) as smtp:
        (delivery,) = outbox.send_pending(smtp)
        assert outbox.send_pending(smtp) == ()
    assert delivery.is_sent
    assert len(mailbox.received) == 1


SEND = """
import sys
from pathlib import Path
from orchestration.station.outbox import Outbox, SmtpSettings
smtp = SmtpSettings(host="127.0.0.1", port=int(sys.argv[2]), security="none")
Outbox(Path(sys.argv[1])).send_pending(smtp)
"""


def test_a_sender_killed_before_the_answer_loses_nothing(outbox: Outbox) -> None:
    path = outbox.put(build_mail(quiet_night(), SENDER, READERS))
    killer = Killer()
    with serving(killer) as smtp:
        killer.sender = subprocess.Popen(
            [sys.executable, "-c", SEND, str(outbox.folder), str(smtp.port)], cwd=ROOT
        )
        assert killer.sender.wait(timeout=600) == -signal.SIGKILL
    assert outbox.waiting() == (path,)
    mailbox = Mailbox()
    with serving(mailbox) as smtp:
        (delivery,) = outbox.send_pending(smtp, TOMORROW)
        assert delivery.is_sent
    written = BytesParser(policy=SMTP_POLICY).parsebytes(next(outbox.sent.iterdir()).read_bytes())
    assert parsed(mailbox.received[0])["Message-ID"] == written["Message-ID"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 and its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(path)
    authority.cert_pem.write_to_path(path, append=True)
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
) -> AuthResult:
    return AuthResult(success=login == LoginPassword(b"vigie", b"s3cret"), handled=False)


def test_starttls_and_login(
    outbox: Outbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = outbox.put(build_mail(quiet_night(), SENDER, READERS))
    mailbox = Mailbox()
    with serving(
        mailbox,
        tls_context=server_context(certificate),
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    ) as clear:
        unknown = clear.model_copy(
            update={"security": "starttls", "user": "vigie", "password": SecretStr("s3cret")}
        )
        mistaken = unknown.model_copy(update={"password": SecretStr("perdu")})

        (delivery,) = outbox.send_pending(unknown)
        assert "la liaison chiffrée avec le serveur" in delivery.message
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        (delivery,) = outbox.send_pending(mistaken)
        assert "refuse l'identification" in delivery.message
        assert "perdu" not in delivery.message
        assert outbox.waiting() == (path,)
        (delivery,) = outbox.send_pending(unknown)
        assert delivery.is_sent
    assert len(mailbox.received) == 1


def test_tls_from_the_start(
    outbox: Outbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outbox.put(build_mail(quiet_night(), SENDER, READERS))
    mailbox = Mailbox()
    with serving(mailbox, ssl_context=server_context(certificate)) as clear:
        smtp = clear.model_copy(update={"security": "ssl"})
        (delivery,) = outbox.send_pending(smtp)
        assert delivery.is_sent
    assert len(mailbox.received) == 1
