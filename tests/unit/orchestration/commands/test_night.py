"""A night told on the console: partners' words as they wrote them, and what lapsed."""

import json
from datetime import UTC, datetime
from pathlib import Path

from orchestration.commands.night import NightResult
from orchestration.commands.stations import console
from orchestration.settings import Folders
from orchestration.station.release import Release
from sources.archive import FetchOutcome, FetchStatus

HOSTILE = "La colonne « [/gras] [red]Nombre » est absente."


def test_what_looks_like_markup_in_a_message_is_text(tmp_path: Path) -> None:
    outcome = FetchOutcome(
        source_id="dreets_pcrh_2024",
        status=FetchStatus.REFUSED,
        started_at=datetime(2026, 11, 22, tzinfo=UTC),
        seconds=0.1,
        bytes=10,
        extract_id=None,
        extract_in_use=None,
        error_class="permanent",
        message=HOSTILE,
        url=None,
    )
    night = NightResult(
        success=True,
        release=None,
        is_new=False,
        outcomes=(outcome,),
        log=tmp_path / "nightly.log",
        folders=Folders(tmp_path),
    )
    with console.capture() as told:
        night.print(console)
    assert HOSTILE in told.get()


def release(folder: Path, previous: Path | None, *, standing: str) -> Release:
    """A release that knows one decision, without an indicator."""
    folder.mkdir()
    decisions = [{"decision_id": 1, "standing": standing}]
    content = {
        "previous": previous.name if previous else None,
        "decisions": decisions,
        "indicators": {},
    }
    (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    return Release(folder)


def test_a_decision_that_lapsed_tonight_is_named_and_one_that_stands_is_not(
    tmp_path: Path,
) -> None:
    before = release(tmp_path / "1", None, standing="en vigueur")
    for standing, is_named in (("caduque", True), ("en vigueur", False)):
        after = release(tmp_path / standing, before.folder, standing=standing)
        night = NightResult(
            success=True,
            release=after,
            is_new=True,
            outcomes=(),
            log=tmp_path / "nightly.log",
            folders=Folders(tmp_path),
        )
        with console.capture() as told:
            night.print(console)
        assert ("N° 1, décision caduque" in told.get().replace("\xa0", " ")) == is_named
