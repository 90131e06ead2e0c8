"""What nothing refers to goes in time, and only that."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.decisions.decision import Choice
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders
from orchestration.station.locks import REBUILD_LOCK, show_alive, take
from orchestration.station.logs import LARGEST_LOG
from orchestration.station.publishing import publish
from orchestration.station.register import Register
from orchestration.station.release import NAME, Release
from orchestration.station.releases_in_force import current_release
from orchestration.station.retention import GOING, forget_files, referred_to
from tests.unit.expectations.decisions.deciding import decided, found, observed

ROWS = pd.DataFrame({"indicator": ["1C1_pcrh"], "obs_value": [606.0]})
NOW = datetime.now(UTC) + timedelta(days=5 * 365)
"""Years after what the register signs, which it dates itself."""


def name(days_ago: int) -> str:
    """The name of a release of some days ago."""
    return (NOW - timedelta(days=days_ago)).strftime(NAME)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    create_folders(settings.folders)
    return settings


def published(settings: Settings, *days_ago: int) -> None:
    """Publish releases, each with its report."""
    before = None
    for days in days_ago:
        publish(settings.folders.releases, name(days), ROWS, {"previous": before})
        before = name(days)
        (settings.folders.reports / before / "explications").mkdir(parents=True)
        (settings.folders.reports / before / "index.html").write_text("rapport", "utf-8")


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("20*"))


def test_the_journal_of_a_run_that_was_killed_is_taken_in_and_goes(
    settings: Settings, tmp_path: Path
) -> None:
    runs = settings.folders.dagster / "history" / "runs"
    runs.mkdir(parents=True)
    with closing(sqlite3.connect(tmp_path / "going_on.db")) as going_on:
        going_on.execute("pragma journal_mode = wal")
        going_on.execute("create table event (id)")
        going_on.commit()
        # What a kill leaves: the files as they are, and nobody who has them open.
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"going_on.db{suffix}", runs / f"killed.db{suffix}")
    (runs / "spoiled.db").write_bytes(b"no database" * 1000)
    (runs / "spoiled.db-wal").write_bytes(b"no journal")  # which must not end the night
    forget_files(settings, NOW)
    assert sorted(path.name for path in runs.glob("killed*")) == ["killed.db"]
    with closing(sqlite3.connect(runs / "killed.db")) as killed:
        assert killed.execute("select count(*) from event").fetchone() == (0,)


def test_an_old_release_goes_with_its_report_and_a_recent_one_stays(settings: Settings) -> None:
    published(settings, 900, 800, 300, 200, 100)
    assert forget_files(settings, NOW) == [name(900), name(800)]
    for folder in (settings.folders.releases, settings.folders.reports):
        assert there(folder) == [name(300), name(200), name(100)]
    assert forget_files(settings, NOW) == []


def test_what_is_in_force_stays_however_old_and_what_it_replaced(settings: Settings) -> None:
    published(settings, 900, 800, 700)
    assert forget_files(settings, NOW) == [name(900)]
    release = current_release(settings.folders.releases)
    assert release
    assert release.previous
    assert len(release.observations()) == len(release.previous.observations())


def test_what_a_decision_was_signed_on_and_published_by_stays(settings: Settings) -> None:
    """It was signed between the second and the third."""
    signed = datetime.now(UTC)
    days = [(NOW - signed).days + ago for ago in (800, 1, -1, -2)]
    published(settings, *days, 100, 50)
    subject = decided(found("DEP-0"), Choice.BREAK, observed({"DEP-0": 4}, {"DEP-0": 43})).subject
    Register(settings.home).add(subject, Choice.BREAK, "Claire Le Goff", "Recueil devenu national")
    assert forget_files(settings, NOW) == [name(days[0]), name(days[3])]


@given(
    releases=st.lists(st.integers(0, 3000), unique=True, min_size=1),
    decided_ago=st.lists(st.integers(0, 3000)),
)
def test_each_decision_keeps_a_release_on_each_side_and_no_other(
    tmp_path: Path, releases: Sequence[int], decided_ago: Sequence[int]
) -> None:
    names = sorted(map(name, releases))
    current = Release(tmp_path / names[-1])
    vars(current)["manifest"] = {"previous": None}
    moments = [NOW - timedelta(days=ago) for ago in decided_ago]
    kept = referred_to(current, names, moments)
    assert names[-1] in kept
    assert kept <= set(names)
    assert len(kept) <= 1 + 2 * len(moments)
    for moment in moments:
        limit = moment.strftime(NAME)
        assert {max((each for each in names if each <= limit), default=names[-1])} <= kept
        assert {min((each for each in names if each > limit), default=names[-1])} <= kept


def test_what_is_compared_to_the_past_made_again_is_not_forgotten_meanwhile(
    settings: Settings,
) -> None:
    published(settings, 900, 800, 2, 1)
    with (settings.folders.home / REBUILD_LOCK).open("ab") as verification:
        assert take(verification)
        assert forget_files(settings, NOW) == []
    assert forget_files(settings, NOW) == [name(900), name(800)]


def test_what_was_found_of_a_night_that_published_nothing_goes(settings: Settings) -> None:
    published(settings, 500, 100)
    reports = settings.folders.reports
    for days in (450, 50):
        (reports / name(days)).mkdir()
    assert forget_files(settings, NOW) == [name(450), name(50)]
    assert there(reports) == [name(500), name(100)]


def test_what_a_kill_left_half_taken_away_goes_with_the_next_night(settings: Settings) -> None:
    published(settings, 100)
    left = settings.folders.reports / f"{GOING}{name(900)}"
    (left / "explications").mkdir(parents=True)
    forget_files(settings, NOW)
    assert not left.exists()


def aged(path: Path, days: int) -> Path:
    """Make a file, or a folder with one, that was last written some days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("sortie", "utf-8")
    moment = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    os.utime(path.parent, (moment, moment))
    return path


def test_sent_mails_and_captured_output_go_and_waiting_mails_stay(settings: Settings) -> None:
    folders = settings.folders
    storage = folders.dagster / "storage"
    gone = [
        aged(folders.outbox / "sent" / "old.eml", 500),
        aged(folders.letters / "2025-01-01_1A4_0.eml", 500),
        aged(storage / "run" / "out", 100),
        aged(storage / "__repository__" / "sensor" / "1.err", 100),
        # Of which a kill left a part, and the moment of that.
        aged(storage / f"{GOING}run" / "err", 1),
    ]
    stay = [
        aged(folders.outbox / "old.eml", 500),
        aged(folders.outbox / "sent" / "new.eml", 300),
        aged(folders.letters / "2026-01-01_1A4_0.eml", 300),
        aged(storage / "recent" / "out", 10),
        aged(folders.home / "raw" / "aa" / "blob", 3000),
    ]
    forget_files(settings, NOW)
    assert [path for path in gone if path.exists()] == []
    assert [path for path in stay if not path.exists()] == []


def test_a_long_log_is_turned_once_and_a_short_one_goes_on(settings: Settings) -> None:
    log, short = (settings.folders.dagster / each for each in ("nightly.log", "decision.log"))
    short.write_text("court", "utf-8")
    for written in ("a", "b"):
        log.write_text(written * (LARGEST_LOG + 1), "utf-8")
        forget_files(settings, NOW)
    assert not log.exists()
    assert log.with_suffix(".log.1").read_text("utf-8")[0] == "b"
    assert short.read_text("utf-8") == "court"


def test_what_dead_processes_left_goes(settings: Settings) -> None:
    signs = settings.folders.dagster / "alive"
    show_alive(settings.folders, "goes-on")
    (signs / "dead").touch()
    forget_files(settings, NOW)
    assert [path.name for path in signs.iterdir()] == ["goes-on"]
