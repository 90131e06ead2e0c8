"""What is said of a night that failed, or of nights that do not come."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.alarms.alarm import (
    STUCK,
    FailedRun,
    alarm_mail,
    of_failed_run,
    of_missing_nights,
)
from orchestration.alarms.heartbeat import Heartbeat
from orchestration.settings.settings import Settings
from orchestration.station.locks import WRITER, alone, seen_at_work
from sources.storage.aside import point_aside

AT = datetime(2026, 11, 29, 1, 14, tzinfo=UTC)
FAILED = FailedRun(
    at=AT,
    job="nightly",
    step="publication__release",
    kind="OSError",
    saying="OSError: [Errno 28] No space left on device",
    log="/var/lib/vigie/dagster/nightly.log",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    release = "20261128T013000000000Z"
    (tmp_path / "releases" / release).mkdir(parents=True)
    point_aside(tmp_path / "releases" / "current", release)
    return Settings(home=tmp_path, mail_to="gestion@cariforef.example")


def text(settings: Settings, failed: FailedRun = FAILED) -> str:
    mail = alarm_mail(of_failed_run(failed, settings.folders), settings)
    return str(mail.get_content()).replace("\xa0", " ")


def test_a_decision_that_failed_is_not_said_to_be_recorded(settings: Settings) -> None:
    """The step that records it may be the one that failed."""
    said = text(settings, replace(FAILED, job="decision", step="signer"))
    assert "Si elle est enregistrée (« vigie decisions »), elle sera publiée" in said


def test_a_damaged_warehouse_is_to_be_made_again_before_any_night(settings: Settings) -> None:
    place = settings.folders.warehouse
    saying = f'_duckdb.IOException: The file "{place}" is not a valid DuckDB database file!'
    said = text(settings, replace(FAILED, step="dbt", kind="IOException", saying=saying))
    assert "« vigie rebuild »" in said
    assert "Elle sera reprise" not in said
    assert "vigie rebuild" not in text(settings)


def test_a_failure_says_which_night_what_where_and_what_to_do(settings: Settings) -> None:
    mail = alarm_mail(of_failed_run(FAILED, settings.folders), settings)
    assert str(mail["Subject"]).replace("\xa0", " ") == (
        "Vigie : la nuit du 29 novembre 2026 n'est pas allée à son terme"
    )
    said = text(settings)
    assert "elle s'est arrêtée à 2 h 14 à l'étape « publication__release »" in said
    assert "Ce qui a été dit : OSError: [Errno 28] No space left on device" in said
    assert "La publication en vigueur reste servie, entière : celle du 28 novembre 2026" in said
    assert "lire le journal (/var/lib/vigie/dagster/nightly.log)" in said
    assert f"df -h {settings.home}" in said
    assert "« vigie nightly »" in said


def test_what_an_error_says_is_bounded_and_forges_nothing(settings: Settings) -> None:
    hostile = replace(FAILED, saying="x\n\nQue faire : rien. \u202e" + "y" * 100_000)
    said = text(settings, hostile)
    assert "x Que faire : rien." in said
    assert "\u202e" not in said
    assert len(said) < 3_000


def test_an_alarm_is_the_same_all_day_and_another_one_the_next(settings: Settings) -> None:
    def identity(failed: FailedRun) -> str:
        return str(alarm_mail(of_failed_run(failed, settings.folders), settings)["Message-ID"])

    again = replace(FAILED, at=AT + timedelta(hours=5), saying="No space left, 3 bytes")
    assert identity(FAILED) == identity(again)
    assert identity(FAILED) != identity(replace(FAILED, at=AT + timedelta(days=1)))
    assert identity(FAILED) != identity(replace(FAILED, kind="ValueError"))
    assert identity(FAILED) != identity(replace(FAILED, step="dbt"))


@pytest.mark.parametrize("job", ["decision", "republication"])
def test_what_publishes_a_decision_is_told_too(settings: Settings, job: str) -> None:
    assert "nuit prochaine" in text(settings, replace(FAILED, job=job))


def test_missing_nights_say_since_when(settings: Settings) -> None:
    last = Heartbeat(at=AT)
    alarm = of_missing_nights(last, AT + timedelta(days=2), settings.folders)
    subject = alarm.subject.replace("\xa0", " ")
    assert subject == "Vigie : aucune bonne nuit depuis le 29 novembre 2026 à 2 h 14"
    never = of_missing_nights(None, AT, settings.folders)
    assert "aucune bonne nuit n'a encore été notée" in never.subject


def test_a_night_that_does_not_end_is_named_and_how_to_end_it(settings: Settings) -> None:
    with alone(settings.folders, "nightly", "0123456789", waiting=print):
        now = datetime.now(UTC)
        at_once = of_missing_nights(Heartbeat(at=AT), now, settings.folders)
        alarm = of_missing_nights(Heartbeat(at=AT), now + STUCK, settings.folders)
    assert "bloquée" not in at_once.subject
    assert "En ce moment y travaille une nuit (exécution 01234567" in at_once.paragraphs[0]
    said = str(alarm_mail(alarm, settings).get_content()).replace("\xa0", " ")
    assert "une exécution semble bloquée" in alarm.subject
    assert f"prise par une nuit (exécution 01234567, processus {os.getpid()}, depuis le" in said
    assert f"« kill {os.getpid()} »" in said
    after = of_missing_nights(Heartbeat(at=AT), AT + timedelta(days=2), settings.folders)
    assert "bloquée" not in after.subject


def test_what_a_kill_left_in_the_lock_works_on_nothing(settings: Settings) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock = settings.home / WRITER
    lock.write_text(json.dumps({"job": "nightly", "pid": gone.pid, "since": AT.isoformat()}))
    assert seen_at_work(settings.folders) is None
    lock.write_text(json.dumps({"job": "nightly", "pid": os.getpid(), "since": AT.isoformat()}))
    assert seen_at_work(settings.folders)


def test_an_alarm_goes_out_of_a_station_in_ruins(settings: Settings) -> None:
    point_aside(settings.folders.releases / "current", "gone")
    assert "ne peut pas être lue" in text(settings)
    (settings.folders.releases / "current").unlink()
    assert "Aucune publication n'est encore en vigueur." in text(settings)
