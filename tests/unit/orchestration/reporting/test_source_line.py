"""A source as the report tells it, read from the outcomes of its collections."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from orchestration.reporting.compose_sources import source_line
from orchestration.reporting.mail import build_mail
from orchestration.reporting.report import render_page
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.registry import source
from tests.unit.orchestration.reporting.nights import founding_night

SOURCE = source("parcoursup_2018")
REPAIR = "L'archive de l'extrait e1… a été réparée."
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


def test_a_repair_is_told_the_night_it_was_made_on_the_page_and_in_the_mail(
    tmp_path: Path,
) -> None:
    archive, night = Archive(tmp_path), founding_night()
    archive.add_outcome(replace(outcome(0, FetchStatus.UNCHANGED), repairs=(REPAIR,)))
    repaired = replace(night, sources=(source_line(SOURCE, archive, ()),))
    mail = build_mail(repaired, "vigie@localhost", "cariforef@localhost")
    bodies = [mail.get_body((kind,)) for kind in ("plain", "html")]
    for told in (render_page(repaired), *(body.get_content() for body in bodies if body)):
        assert REPAIR in " ".join(unescape(told).split())
    assert "Archives réparées" not in render_page(night)
    archive.add_outcome(outcome(1, FetchStatus.UNCHANGED))
    assert source_line(SOURCE, archive, ()).repairs == ()
