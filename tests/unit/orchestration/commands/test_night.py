"""A night told on the console: what partners wrote is shown as they wrote it."""

from datetime import UTC, datetime
from pathlib import Path

from orchestration.commands.night import NightResult
from orchestration.commands.stations import console
from orchestration.settings import Folders
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
