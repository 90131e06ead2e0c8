"""An archive that a disk has damaged: seen by the next collection, mended by the same bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.collect import ensure_landed
from sources.landing import is_intact, landed_path
from sources.registry import source

CollectNight = Callable[..., Any]
DEPOSIT, PORTAL, PAGES, SHIPPED = (
    "dreets_pcrh_2024",
    "insee_departements",
    "insee_emploi_communes",
    "dgcl_epci",
)


def blobs(home: Path, source_id: str) -> list[Path]:
    archive = Archive(home)
    return list(archive.paths(archive.latest_outcomes()[source_id].extract_id or ""))


def spoil(path: Path) -> bytes:
    """Change a byte of a read-only file, and return what it was."""
    former = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(former[:-9] + b"9" + former[-8:])
    return former


def collected(collect: CollectNight, home: Path, source_id: str) -> FetchOutcome:
    night = collect(home, collected=[source(source_id)])
    outcome: FetchOutcome = night.outcomes[source_id]
    return outcome


@pytest.mark.parametrize("source_id", [DEPOSIT, PORTAL, PAGES, SHIPPED])
@pytest.mark.parametrize("is_gone", [False, True], ids=["changed", "gone"])
def test_the_same_bytes_received_again_mend_it(
    home: Path, collect_night: CollectNight, source_id: str, is_gone: bool
) -> None:
    path = blobs(home, source_id)[-1]
    good = spoil(path)
    if is_gone:
        path.unlink()
    outcome = collected(collect_night, home, source_id)
    assert outcome.status is FetchStatus.UNCHANGED
    assert "a été réparée" in outcome.repairs[0]
    assert path.read_bytes() == good
    assert len(list((home / "raw" / "corrompus").glob("*"))) == (0 if is_gone else 1)
    assert collected(collect_night, home, source_id).repairs == ()


def test_what_does_not_come_again_is_a_trouble_and_the_proven_table_stays(
    home: Path, collect_night: CollectNight
) -> None:
    (deposit,) = (home / "inbox").glob(f"{DEPOSIT}.*")
    deposit.unlink()
    spoil(blobs(home, DEPOSIT)[0])
    landed = landed_path(home, DEPOSIT)
    before = landed.read_bytes()
    outcome = collected(collect_night, home, DEPOSIT)
    assert (outcome.status, outcome.error_class) == (FetchStatus.FAILED, "retryable")
    assert "est abîmée" in (outcome.message or "")
    assert "déposer de nouveau" in (outcome.message or "")
    assert landed.read_bytes() == before
    assert collected(collect_night, home, DEPOSIT).message == outcome.message


def test_nothing_is_built_from_a_table_that_nothing_proves(
    home: Path, collect_night: CollectNight
) -> None:
    (deposit,) = (home / "inbox").glob(f"{DEPOSIT}.*")
    kept = deposit.read_bytes()
    deposit.unlink()
    spoil(blobs(home, DEPOSIT)[0])
    landed = landed_path(home, DEPOSIT)
    rows = pq.read_table(landed)
    pq.write_table(rows, landed)
    assert not is_intact(home, DEPOSIT)
    collected(collect_night, home, DEPOSIT)
    assert pq.read_table(landed).num_rows == 0
    deposit.write_bytes(kept)
    assert collected(collect_night, home, DEPOSIT).repairs
    assert pq.read_table(landed).equals(rows)


def test_a_table_that_was_changed_is_read_again_from_the_archive(home: Path) -> None:
    landed = landed_path(home, DEPOSIT)
    before = pq.read_table(landed)
    for content in (b"", b"PAR1", landed.read_bytes()[:-1]):
        landed.write_bytes(content)
        ensure_landed(home, [source(DEPOSIT)])
        assert pq.read_table(landed).equals(before)
        assert is_intact(home, DEPOSIT)


def test_a_new_extract_takes_the_place_of_a_damaged_one(
    home: Path, collect_night: CollectNight
) -> None:
    path = blobs(home, DEPOSIT)[0]
    spoil(path)
    (deposit,) = (home / "inbox").glob(f"{DEPOSIT}.*")
    deposit.write_bytes(deposit.read_bytes().replace(b";264;", b";265;"))
    outcome = collected(collect_night, home, DEPOSIT)
    assert (outcome.status, outcome.changes, outcome.repairs) == (FetchStatus.NEW, (), ())
    assert Archive(home).damage(path.name)
