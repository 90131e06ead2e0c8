"""The outbox on disk, and settings that would leak a password."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from orchestration.settings.smtp import SmtpSettings
from orchestration.station.outbox import Outbox

NAME = "20261122T020500Z.0123@cariforef.example"


def message(identity: str = f"<{NAME}>", text: str = "Bonsoir") -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = "vigie@cariforef.example"
    made["To"] = "gestion@cariforef.example"
    made["Subject"] = "Vigie : un indicateur retenu"
    if identity:
        made["Message-ID"] = identity
    made.set_content(text)
    return made


def test_a_message_is_kept_as_it_is_and_nothing_else(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    path = outbox.put(message(text="Nuit à l'œuvre"))
    assert outbox.waiting() == (path,) == (tmp_path / f"{NAME}.eml",)
    kept = BytesParser(policy=SMTP).parsebytes(path.read_bytes())
    assert kept["Subject"] == "Vigie : un indicateur retenu"
    assert kept.get_content() == "Nuit à l'œuvre\r\n"


def test_the_same_message_waits_once(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(message(text="premier"))
    outbox.put(message(text="second"))
    (path,) = outbox.waiting()
    assert b"second" in path.read_bytes()


def test_a_message_already_sent_is_not_queued_again(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(message()).rename(outbox.sent / f"{NAME}.eml")
    assert outbox.put(message()) == outbox.sent / f"{NAME}.eml"
    assert outbox.waiting() == ()


def test_what_a_kill_leaves_behind_is_not_a_message(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    (tmp_path / f".{NAME}.eml.part").write_bytes(b"Subject: coup")
    assert outbox.waiting() == ()
    outbox.put(message())
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("identity", ["", "<../../etc/passwd>", "<.hidden@x>", "sans chevrons@x"])
def test_a_message_id_that_cannot_name_a_file_is_refused(tmp_path: Path, identity: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        Outbox(tmp_path).put(message(identity))


def test_a_password_never_travels_in_clear() -> None:
    secret = SecretStr("s3cret")

    def server(security: str, **account: object) -> SmtpSettings:
        reached = {"host": "mail.example", "port": 587, "security": security}
        return SmtpSettings.model_validate({**reached, **account})

    with pytest.raises(ValidationError, match=r"irait en clair jusqu'à mail\.example"):
        server("none", user="vigie", password=secret)
    with pytest.raises(ValidationError, match="vont ensemble"):
        server("starttls", password=secret)
    with pytest.raises(ValidationError, match="vont ensemble"):
        server("starttls", user="vigie")
    assert "s3cret" not in repr(server("starttls", user="vigie", password=secret))
