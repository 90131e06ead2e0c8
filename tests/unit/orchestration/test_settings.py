"""What the environment decides: the month in which a period is due, who is written to."""

from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsError

from expectations.french import PARIS
from orchestration.dbt.fingerprint import fingerprint
from orchestration.settings.refused import refusals
from orchestration.settings.settings import Settings


def test_the_month_is_the_one_asked_or_the_current_one(tmp_path: Path) -> None:
    assert Settings(home=tmp_path, as_of="2025-05").month == "2025-05"
    before = f"{datetime.now(PARIS):%Y-%m}"
    assert before <= Settings(home=tmp_path, as_of="").month <= f"{datetime.now(PARIS):%Y-%m}"


@pytest.mark.parametrize("wrong", ["2025", "2025-13", "mai 2025", "2025-05-01"])
def test_another_thing_than_a_month_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValidationError, match="as_of"):
        Settings(home=tmp_path, as_of=wrong)


def test_a_night_depends_on_the_month(tmp_path: Path) -> None:
    may, june, again = (
        fingerprint(Settings(home=tmp_path, as_of=month))
        for month in ("2025-05", "2025-06", "2025-05")
    )
    assert may == again != june


def test_a_partner_who_deposits_nothing_is_refused_with_those_who_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_PARTNERS", '{"dreets": "a@exemple.fr", "dreetz": "b@exemple.fr"}')
    with pytest.raises(ValidationError, match="VIGIE_PARTNERS nomme « dreetz »") as refused:
        Settings(home=tmp_path)
    assert "agora, cariforef, dares, drafpic, dreets," in str(refused.value)
    monkeypatch.setenv("VIGIE_PARTNERS", '{"dreets": "a@exemple.fr"}')
    assert Settings(home=tmp_path).partners == {"dreets": "a@exemple.fr"}


def test_a_producer_with_a_portal_has_no_receipt(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="« insee », qui ne dépose rien"):
        Settings(home=tmp_path, partners={"insee": "a@exemple.fr"})


WRONG_MAILS = {
    "mail_to": ["", " ", "gestion", "a@x.fr\nBcc: b@y.fr", "a@x.fr, b", "@x.fr"],
    "mail_from": ["", "a@x.fr, b@x.fr"],
}


@pytest.mark.parametrize(
    ("name", "wrong"), [(name, wrong) for name, all_ in WRONG_MAILS.items() for wrong in all_]
)
def test_a_mail_that_nobody_could_receive_is_refused_at_once(
    tmp_path: Path, name: str, wrong: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(home=tmp_path, **{name: wrong})
    (sentence,) = refusals(refused.value)
    assert sentence.startswith(f"VIGIE_{name.upper()} ")
    assert "de la forme vigie@exemple.fr" in sentence


def test_an_address_with_a_name_and_several_readers_are_taken(tmp_path: Path) -> None:
    sender, readers = "Vigie <vigie@exemple.fr>", "Ève <eve@exemple.fr>, a@exemple.fr"
    assert Settings(home=tmp_path, mail_from=sender, mail_to=readers).mail_to == readers


def test_half_an_account_on_the_mail_server_is_refused_before_any_mail(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="vont ensemble"):
        Settings(home=tmp_path, smtp_host="mail.exemple.fr", smtp_user="vigie")
    account = {"smtp_user": "vigie", "smtp_password": "s3cret"}
    with pytest.raises(ValidationError, match="irait en clair") as refused:
        Settings(home=tmp_path, smtp_host="mail.exemple.fr", smtp_security="none", **account)
    assert "s3cret" not in "".join(refusals(refused.value))
    assert Settings(home=tmp_path, smtp_host="mail.exemple.fr", **account).smtp is not None


@pytest.mark.parametrize(
    "wrong", ["file:///etc/passwd", "monitor.exemple.fr", "https://", "http://a b"]
)
def test_a_monitor_that_is_not_on_the_web_is_refused_and_not_repeated(
    tmp_path: Path, wrong: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(home=tmp_path, heartbeat_url=SecretStr(wrong))
    (sentence,) = refusals(refused.value)
    assert sentence.startswith("VIGIE_HEARTBEAT_URL ")
    assert wrong == "https://" or wrong not in sentence
    assert Settings(home=tmp_path, heartbeat_url=SecretStr("https://hc.exemple.fr/jeton"))


def test_a_database_is_named_as_its_driver_takes_it_and_a_wrong_one_is_not_repeated(
    tmp_path: Path,
) -> None:
    address = "postgresql://vigie:s3cret@base.exemple.fr/vigie"
    settings = Settings(home=tmp_path, database_url=SecretStr(address))
    assert str(settings.database).startswith("postgresql+psycopg2://vigie:***@base.exemple.fr/")
    assert "s3cret" not in repr(settings)
    with pytest.raises(ValidationError) as refused:
        Settings(home=tmp_path, database_url=SecretStr("mysql://vigie:s3cret@base/vigie"))
    (sentence,) = refusals(refused.value)
    assert sentence.startswith("VIGIE_DATABASE_URL ")
    assert "s3cret" not in sentence


@pytest.mark.parametrize(
    ("variable", "wrong", "expected"),
    [
        ("VIGIE_AS_OF", "mai 2025", "un mois, de la forme 2025-05"),
        ("VIGIE_SMTP_PORT", "smtp", "un numéro de port, comme 587"),
        ("VIGIE_SMTP_SECURITY", "tls", "starttls, ssl ou none"),
        ("VIGIE_PARTNERS", "{dreets", "en JSON"),
        ("VIGIE_PARTNERS", "[1]", "en JSON"),
        ("VIGIE_DESK_ADDRESS", "vigie.exemple.fr", "une adresse de cette machine"),
        ("VIGIE_PROXY_USER_HEADER", "X-Remote-User: anne", "le nom d'un en-tête"),
        ("VIGIE_PROXY_ADDRESSES", "127.0.0.1, frontal", "séparées par des virgules"),
    ],
)
def test_a_setting_of_another_form_is_refused_in_french(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    wrong: str,
    expected: str,
) -> None:
    monkeypatch.setenv(variable, wrong)
    with pytest.raises((ValidationError, SettingsError)) as refused:
        Settings(home=tmp_path)
    (sentence,) = refusals(refused.value)
    assert sentence.startswith(f"Le réglage {variable} est refusé. Écrire ")
    assert expected in sentence


def test_a_header_that_anybody_could_send_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_PROXY_USER_HEADER", "X-Remote-User")
    for nowhere in ("", " , "):
        monkeypatch.setenv("VIGIE_PROXY_ADDRESSES", nowhere)
        with pytest.raises(ValidationError) as refused:
            Settings(home=tmp_path)
        (sentence,) = refusals(refused.value)
        assert sentence.startswith("VIGIE_PROXY_USER_HEADER est donné sans VIGIE_PROXY_ADDRESSES")
    monkeypatch.setenv("VIGIE_PROXY_ADDRESSES", "127.0.0.1, 10.1.0.0/16,::1")
    networks = Settings(home=tmp_path).proxy_addresses
    assert [str(each) for each in networks] == ["127.0.0.1/32", "10.1.0.0/16", "::1/128"]
