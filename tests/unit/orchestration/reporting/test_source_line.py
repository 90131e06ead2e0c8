"""A source as the report tells it, read from the outcomes of its collections."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.reporting.compose_sources import source_line
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.registry import source

SOURCE = source("parcoursup_2018")
CHANGE = "[à savoir] La colonne « nouveau » est nouvelle."


def outcome(night: int, status: FetchStatus, *changes: str) -> FetchOutcome:
    return FetchOutcome(
        source_id=SOURCE.id,
        status=status,
        started_at=datetime(2026, 11, 20, 2, tzinfo=UTC) + timedelta(days=night),
        seconds=1.0,
        bytes=10,
        extract_id="e1",
        extract_in_use="e1",
        error_class=None,
        message=None,
        url=None,
        changes=changes,
    )


def test_what_changed_is_told_the_night_it_came_and_not_the_next(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add_outcome(outcome(0, FetchStatus.NEW, CHANGE))
    assert source_line(SOURCE, archive, ()).changes == (CHANGE,)
    archive.add_outcome(outcome(1, FetchStatus.UNCHANGED))
    assert source_line(SOURCE, archive, ()).changes == ()
