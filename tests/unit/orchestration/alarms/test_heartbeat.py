"""The sign that a good night leaves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.alarms.heartbeat import is_recent, leave_heartbeat, read_heartbeat
from orchestration.settings.settings import Settings

AT = datetime(2026, 11, 29, 1, 14, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_a_good_night_is_noted_and_never_taken_back(settings: Settings) -> None:
    assert read_heartbeat(settings.folders) is None
    leave_heartbeat(settings, AT)
    leave_heartbeat(settings, AT - timedelta(days=1))
    last = read_heartbeat(settings.folders)
    assert last is not None
    assert (last.at, last.release, last.held, last.troubles) == (AT, "", 0, ())


def test_a_sign_of_the_future_that_a_wrong_clock_left_is_no_sign(settings: Settings) -> None:
    tonight = datetime.now(UTC)
    leave_heartbeat(settings, tonight + timedelta(days=400))
    leave_heartbeat(settings, tonight)
    last = read_heartbeat(settings.folders)
    assert last is not None
    assert last.at == tonight


def test_a_sign_that_cannot_be_read_is_none(settings: Settings) -> None:
    settings.folders.heartbeat.write_bytes(b'{"at": "hier')
    assert read_heartbeat(settings.folders) is None
    leave_heartbeat(settings, AT)
    assert read_heartbeat(settings.folders) is not None


def test_a_night_is_recent_or_too_old_or_of_the_future(settings: Settings) -> None:
    leave_heartbeat(settings, AT)
    last = read_heartbeat(settings.folders)
    assert last is not None
    day = timedelta(hours=26)
    assert is_recent(last, AT + day, day)
    assert is_recent(last, AT - timedelta(minutes=1), day)
    assert not is_recent(last, AT + day + timedelta(seconds=1), day)
    assert not is_recent(last, AT - timedelta(days=1), day)
