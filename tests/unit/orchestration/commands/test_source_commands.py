"""What ``vigie sources`` tells of the last outcome of each source."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from orchestration.commands.sources import STATUSES, outcome_table
from sources.archive import FetchOutcome, FetchStatus

NEW = FetchOutcome(
    source_id="essai",
    status=FetchStatus.NEW,
    started_at=datetime(2026, 11, 26, 2, 30, tzinfo=UTC),
    seconds=1.26,
    bytes=1234567,
    extract_id="x",
    extract_in_use="x",
    error_class=None,
    message=None,
    url=None,
    changes=("[grave] Zéros perdus.",),
)
FAILED = replace(
    NEW,
    source_id="autre",
    status=FetchStatus.FAILED,
    error_class="retryable",
    message="Injoignable.",
)


def test_each_source_is_told_with_its_changes_and_its_error() -> None:
    told = StringIO()
    Console(file=told, width=200).print(outcome_table({"essai": NEW, "autre": FAILED}))
    failed, new = (
        line for line in told.getvalue().splitlines() if "essai" in line or "autre" in line
    )
    assert "26/11/2026 02:30" in new
    assert "1,3" in new
    assert "nouveau" in new
    assert "[grave] Zéros perdus." in new
    assert "passagère : Injoignable." in failed


def test_every_status_has_its_french_name() -> None:
    assert set(STATUSES) == set(FetchStatus)
