"""What a person drops in the demo is left and counts; what the demo drops is renewed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sources.replay.deposits import FOLDER, deposit_recordings

PCRH = "dreets_pcrh_2024"
CSV, XLSX = f"{PCRH}.csv", f"{PCRH}.xlsx"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    deposit_recordings(tmp_path)
    return tmp_path


def test_a_recording_that_is_there_keeps_its_date(inbox: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in inbox.iterdir()}
    assert deposit_recordings(inbox) == ()
    assert {path: path.stat().st_mtime_ns for path in inbox.iterdir()} == before


def test_a_fault_is_shown_then_goes(inbox: Path) -> None:
    deposit_recordings(inbox, {PCRH: "depot_illisible"})
    assert [path.name for path in inbox.glob(f"{PCRH}.*")] == [XLSX]
    deposit_recordings(inbox, {PCRH: "chiffres_corriges"})
    assert [path.name for path in inbox.glob(f"{PCRH}.*")] == [CSV]
    assert (inbox / CSV).read_bytes() != (FOLDER / CSV).read_bytes()
    deposit_recordings(inbox)
    assert (inbox / CSV).read_bytes() == (FOLDER / CSV).read_bytes()


@pytest.mark.parametrize("faults", [{}, {PCRH: "chiffres_corriges"}, {PCRH: "depot_illisible"}])
def test_what_a_person_dropped_is_never_written_over(faults: dict[str, str], inbox: Path) -> None:
    (inbox / CSV).write_bytes(b"mine")
    assert deposit_recordings(inbox, faults) == (CSV,)
    assert (inbox / CSV).read_bytes() == b"mine"
    assert not (inbox / XLSX).exists()


def test_a_deposit_of_a_person_keeps_the_recording_out_of_an_empty_inbox(tmp_path: Path) -> None:
    (tmp_path / XLSX).write_bytes(b"mine")
    assert deposit_recordings(tmp_path) == (XLSX,)
    assert [path.name for path in tmp_path.glob(f"{PCRH}.*")] == [XLSX]
    (tmp_path / XLSX).unlink()
    assert deposit_recordings(tmp_path) == ()
    assert (tmp_path / CSV).exists()


def test_a_companion_or_another_name_is_no_deposit_of_a_person(tmp_path: Path) -> None:
    (tmp_path / f"{PCRH}.pdf").write_bytes(b"%PDF")
    (tmp_path / f"{PCRH} (1).xlsx").write_bytes(b"mine")
    assert deposit_recordings(tmp_path) == ()
    assert (tmp_path / CSV).exists()


@pytest.mark.parametrize(
    "put",
    [
        os.mkfifo,
        Path.mkdir,
        lambda place: place.symlink_to("/etc/hostname"),
        lambda place: place.symlink_to("nowhere"),
    ],
    ids=["pipe", "folder", "link", "link to nothing"],
)
def test_what_is_no_plain_file_is_neither_opened_nor_replaced(
    put: Callable[[Path], None], inbox: Path
) -> None:
    (inbox / CSV).unlink()
    put(inbox / CSV)
    before = (inbox / CSV).lstat()
    assert deposit_recordings(inbox) == (CSV,)
    assert (inbox / CSV).lstat() == before
