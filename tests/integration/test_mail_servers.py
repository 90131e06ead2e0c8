"""Whatever a mail server says or does not say: no mail lost, none sent twice, no wait for ever."""

import itertools
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.settings.smtp import SmtpSettings
from orchestration.station.mail_progress import MOST_TRIES
from orchestration.station.outbox import Outbox
from orchestration.station.smtp_session import MOST_BYTES, Allowance
from tests.integration.scripted_smtp import JUNK, Host, Scripted, hosting

TONIGHT = datetime(2026, 11, 29, 1, tzinfo=UTC)
EVERY_OTHER_DAY = timedelta(days=2)
STEWARD, MANAGER = "gestion@cariforef.example", "direction@cariforef.example"
SUBJECT = "Vigie : un indicateur retenu"
MESSAGE = f"Message «\N{NO-BREAK SPACE}{SUBJECT}\N{NO-BREAK SPACE}»"


def message(name: str, *readers: str) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = "vigie@cariforef.example"
    made["To"] = ", ".join(readers)
    made["Subject"] = SUBJECT
    made["Message-ID"] = f"<{name}@cariforef.example>"
    made.set_content("Bonsoir.\r\n.\r\nUn point seul n'est pas la fin.")
    return made


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with hosting() as host:
        yield host


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


@given(
    script=st.lists(
        st.sampled_from(["right", "right", "right", "later", "never", "cut", "bye", JUNK]),
        max_size=40,
    )
)
def test_no_mail_is_lost_and_none_is_sent_twice(
    host: Host, tmp_path_factory: pytest.TempPathFactory, script: list[str]
) -> None:
    outbox = Outbox(tmp_path_factory.mktemp("outbox"))
    mails = {name: [f"{name}1@x.example", f"{name}2@x.example"] for name in ("a", "b")}
    for name, readers in mails.items():
        outbox.put(message(name, *readers))
    server = Scripted(*script)
    host.speak = server.speak
    for night in range(MOST_TRIES + len(script)):
        outbox.send_pending(host.smtp, TONIGHT + night * EVERY_OTHER_DAY)
    assert outbox.waiting() == ()
    assert not server.answers or outbox.set_aside()
    times = Counter(server.accepted)
    assert set(times.values()) <= {1}
    for name, readers in mails.items():
        file = f"{name}@cariforef.example.eml"
        places = [place for place in (outbox.sent, outbox.refused) if (place / file).exists()]
        served = [reader for reader in readers if times[name, reader]]
        assert places == [outbox.sent if served else outbox.refused]


def test_a_reader_who_is_put_off_has_it_later_and_the_other_once(
    host: Host, outbox: Outbox
) -> None:
    path = outbox.put(message("m", STEWARD, MANAGER))
    server = Scripted("right", "right", "right", "later")
    host.speak = server.speak
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
    assert not delivery.is_sent
    assert delivery.message == (
        f"{MESSAGE} envoyé à {MANAGER}, sauf à : {STEWARD} (451 4.3.0 Plus tard) ; "
        "il reste en attente pour qui ne l'a pas encore."
    )
    assert outbox.waiting() == (path,)
    assert outbox.send_pending(host.smtp, TONIGHT + timedelta(minutes=14)) == ()
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT + timedelta(minutes=15))
    assert delivery.is_sent
    assert server.accepted == [("m", MANAGER), ("m", STEWARD)]
    assert sorted(outbox.folder.glob("*.json")) == []


def test_a_server_that_lets_nobody_in_is_no_fault_of_a_message(host: Host, outbox: Outbox) -> None:
    path = outbox.put(message("m", STEWARD))
    for script in (["bye"], ["never"], ["right", "never", "never"], ["right", "bye"]):
        host.speak = Scripted(*script).speak
        (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
        assert not delivery.is_sent
    assert outbox.due(TONIGHT) == (path,)


def test_who_is_refused_for_good_is_named_and_not_asked_for_again(
    host: Host, outbox: Outbox
) -> None:
    outbox.put(message("m", STEWARD, MANAGER))
    server = Scripted("right", "right", "right", "never")
    host.speak = server.speak
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
    sentence = f"{MESSAGE} envoyé à {MANAGER}, sauf à : {STEWARD} (550 5.1.1 Jamais)."
    assert delivery.message == sentence
    assert (outbox.waiting(), server.accepted) == ((), [("m", MANAGER)])
    assert "550 5.1.1 Jamais" in delivery.path.with_suffix(".json").read_text()


def test_what_nobody_takes_is_tried_for_days_then_set_aside_and_can_be_sent_again(
    host: Host, outbox: Outbox
) -> None:
    path = outbox.put(message("m", STEWARD))
    host.speak = Scripted(
        *["right", "right", "right", "never", "right", "right"] * MOST_TRIES
    ).speak
    for day in range(MOST_TRIES):
        assert outbox.waiting() == (path,)
        (delivery,) = outbox.send_pending(host.smtp, TONIGHT + day * EVERY_OTHER_DAY)
    assert delivery.message.startswith(f"{MESSAGE} refusé et mis de côté dans {outbox.refused} : ")
    assert (outbox.waiting(), outbox.set_aside()) == ((), (delivery.path,))
    assert outbox.put(message("m", STEWARD)) == delivery.path
    server = Scripted()
    host.speak = server.speak
    delivery.path.replace(path)
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
    assert delivery.is_sent


def test_what_a_server_chokes_on_does_not_keep_the_others_waiting(
    host: Host, outbox: Outbox
) -> None:
    for name in ("a", "b", "c"):
        outbox.put(message(name, STEWARD))
    server = Scripted("right", "right", "right", "right", "right", "cut")
    host.speak = server.speak
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
    assert "se tait, parle sans fin ou a rompu la liaison" in delivery.message
    assert [each.is_sent for each in outbox.send_pending(host.smtp, TONIGHT)] == [True, True]
    assert {name for name, _ in server.accepted} == {"b", "c"}


def endless(client: socketserver.StreamRequestHandler) -> None:
    """Greet for ever."""
    while True:
        client.wfile.write(b"220-Bonjour, bonjour, bonjour.\r\n" * 100)


def test_an_endless_greeting_is_cut_short(host: Host, outbox: Outbox) -> None:
    path = outbox.put(message("m", STEWARD))
    host.speak = endless
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
    assert "se tait, parle sans fin ou a rompu la liaison" in delivery.message
    assert outbox.waiting() == (path,)


def test_a_dripping_greeting_has_one_deadline_in_all(host: Host, outbox: Outbox) -> None:
    """The clock goes on by a second a look: a few reads, and it is over."""
    path = outbox.put(message("m", STEWARD))
    host.speak = endless
    smtp = host.smtp.model_copy(update={"deadline_seconds": 5})
    looks = itertools.count()
    allowance = Allowance(smtp, clock=lambda: float(next(looks)))
    (delivery,) = outbox.send_pending(smtp, TONIGHT, allowance)
    assert next(looks) == 6
    assert "se tait, parle sans fin ou a rompu la liaison" in delivery.message
    assert outbox.waiting() == (path,)


def test_a_silent_server_costs_one_timeout(host: Host, outbox: Outbox) -> None:
    waiting = tuple(outbox.put(message(name, STEWARD)) for name in ("a", "b", "c"))
    connections = []
    left = threading.Event()

    def silent(client: socketserver.StreamRequestHandler) -> None:
        connections.append(client)
        left.wait()

    host.speak = silent
    smtp = host.smtp.model_copy(update={"timeout_seconds": 0.01})
    (delivery,) = outbox.send_pending(smtp, TONIGHT)
    left.set()
    assert len(connections) == 1
    assert "se tait" in delivery.message
    assert outbox.waiting() == waiting
    # It was never asked about them: they are tried as soon as it speaks again.
    assert outbox.due(TONIGHT) == waiting


def test_a_message_is_put_while_the_network_is_waited_for(host: Host, outbox: Outbox) -> None:
    outbox.put(message("a", STEWARD))
    met, go_on = threading.Event(), threading.Event()
    server = Scripted()

    def slow(client: socketserver.StreamRequestHandler) -> None:
        met.set()
        go_on.wait()
        server.speak(client)

    host.speak = slow
    sending = threading.Thread(target=outbox.send_pending, args=[host.smtp, TONIGHT])
    sending.start()
    met.wait()
    path = outbox.put(message("b", STEWARD))
    assert path.exists()
    assert outbox.send_pending(host.smtp, TONIGHT) == ()
    go_on.set()
    sending.join()
    assert server.accepted == [("a", STEWARD)]
    assert outbox.waiting() == (path,)


class Watched(Allowance):
    """Remembers the waits that were asked for."""

    def __init__(self, smtp: SmtpSettings) -> None:
        super().__init__(smtp)
        self.waits: list[float] = []

    def seconds(self) -> float:
        """The wait, remembered."""
        self.waits.append(super().seconds())
        return self.waits[-1]


def test_the_answer_to_a_whole_message_is_waited_for_longer(host: Host, outbox: Outbox) -> None:
    outbox.put(message("m", STEWARD))
    host.speak = Scripted().speak
    allowance = Watched(host.smtp)
    outbox.send_pending(host.smtp, TONIGHT, allowance)
    patient = [wait > host.smtp.timeout_seconds for wait in allowance.waits]
    kinds = [kind for kind, _ in itertools.groupby(patient)]
    assert kinds == [False, True, False]


def test_what_a_kill_left_is_caught_up_without_sending(host: Host, outbox: Outbox) -> None:
    """Killed after the record of the answer, before the message was filed."""
    path = outbox.put(message("m", STEWARD))
    record = path.with_suffix(".json")
    record.write_text(f'{{"accepted": ["{STEWARD}"], "tries": 1}}')
    (outbox.folder / "gone.json").write_text("{}")
    server = Scripted()
    host.speak = server.speak
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
    assert delivery.is_sent
    assert server.accepted == []
    assert sorted(outbox.folder.glob("*.json")) == []


def test_a_record_that_cannot_be_read_loses_nothing(host: Host, outbox: Outbox) -> None:
    path = outbox.put(message("m", STEWARD))
    path.with_suffix(".json").write_bytes(b"\x00\xff")
    server = Scripted()
    host.speak = server.speak
    (delivery,) = outbox.send_pending(host.smtp, TONIGHT)
    assert delivery.is_sent


def test_the_bytes_of_a_conversation_are_counted(host: Host) -> None:
    allowance = Allowance(host.smtp)
    allowance.receive(MOST_BYTES)
    with pytest.raises(OSError, match="more than"):
        allowance.receive(1)
