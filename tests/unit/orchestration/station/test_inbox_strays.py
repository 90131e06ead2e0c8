"""What lay in the inbox on a night is kept, and read again by the report of that night."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.assets.extracts import asked_for
from orchestration.reporting.compose_sources import inbox_lines
from orchestration.settings.settings import Settings
from orchestration.station.inbox_strays import (
    dropped_sources,
    keep_strays,
    look_at_inbox,
    read_strays,
)
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.protocols.depots.inbox import Strays
from sources.replay import recorded

PCRH = "dreets_pcrh_2024"


def test_what_was_seen_is_told_by_the_report_with_what_each_source_says(tmp_path: Path) -> None:
    folders = Settings(home=tmp_path).folders
    folders.inbox.mkdir()
    assert read_strays(folders) == Strays()
    (folders.inbox / f"{PCRH} (1).xlsx").touch()
    seen = look_at_inbox(folders)
    keep_strays(folders, seen)
    (folders.inbox / f"{PCRH} (1).xlsx").unlink()
    assert read_strays(folders) == seen
    assert [stray.name for stray in seen.about(PCRH)] == [f"{PCRH} (1).xlsx"]
    outcome = FetchOutcome(
        PCRH,
        FetchStatus.UNCHANGED,
        datetime(2026, 11, 28, tzinfo=UTC),
        *(0.1, 0, "a", "a", None, None, None),
        notices=("Deux fichiers pour ce dépôt.",),
    )
    Archive(folders.home).add_outcome(outcome)
    beside, stray = inbox_lines(folders)
    assert beside.endswith("année 2024\N{NO-BREAK SPACE}: Deux fichiers pour ce dépôt.")
    assert "le renommer ainsi" in stray


def test_a_replay_asks_for_what_somebody_dropped_where_nothing_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new source is seen in the demonstration, for a region whose deposits nobody recorded."""
    monkeypatch.setattr(recorded, "RECORDINGS", tmp_path)
    settings = Settings(home=tmp_path, replay="http://127.0.0.1:1")
    assert asked_for(settings, dropped_sources()) == []
    settings.folders.inbox.mkdir()
    (settings.folders.inbox / f"{PCRH}.csv").touch()
    assert [source.id for source in asked_for(settings, dropped_sources())] == [PCRH]


def test_an_inbox_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_: Path) -> None:
        raise PermissionError

    folders = Settings(home=tmp_path).folders
    folders.inbox.mkdir()
    monkeypatch.setattr("os.scandir", closed)
    assert "vérifier ses droits" in look_at_inbox(folders).sentences[0]
