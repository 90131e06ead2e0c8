"""What ``vigie sources`` tells of the last outcome of each source."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from rich.console import Console

from orchestration.commands.sources import STATUSES, damages, outcome_table
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.client import Fetched, FetchedPart

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
    failed, new = told.getvalue().split("essai")
    assert "26/11/2026 03:30" in new, "in Paris, where it was half past three"
    assert "1,3" in new
    assert "nouveau" in new
    assert "[grave] Zéros perdus." in new
    assert "passagère : Injoignable." in failed


def test_a_deposit_that_has_not_come_is_no_lasting_error() -> None:
    told, awaited = StringIO(), "Aucun dépôt reçu."
    missing = replace(NEW, status=FetchStatus.MISSING, error_class="permanent", message=awaited)
    Console(file=told, width=200).print(outcome_table({"essai": missing}))
    assert "pas encore là" in told.getvalue()
    assert awaited in told.getvalue()
    assert "rreur" not in told.getvalue()


def test_a_repair_is_told_before_what_changed() -> None:
    told = StringIO()
    repaired = replace(NEW, repairs=("L'archive a été réparée.",))
    Console(file=told, width=200).print(outcome_table({"essai": repaired}))
    assert told.getvalue().index("réparée") < told.getvalue().index("Zéros perdus")


def test_what_is_damaged_is_told_though_no_night_has_seen_it(tmp_path: Path) -> None:
    archive, content = Archive(tmp_path), b"264"
    received = tmp_path / "received"
    received.write_bytes(content)
    part = FetchedPart("d.csv", received, hashlib.sha256(content).hexdigest(), len(content))
    extract = archive.store("essai", Fetched((part,), "inbox/"))
    outcomes = {"essai": replace(NEW, extract_in_use=extract.extract_id)}
    assert damages(archive, outcomes) == {}
    extract.paths[0].unlink()
    assert "est abîmée" in damages(archive, outcomes)["essai"]


def test_every_status_has_its_french_name() -> None:
    assert set(STATUSES) == set(FetchStatus)
