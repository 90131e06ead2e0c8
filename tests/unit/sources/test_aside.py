"""What is written aside takes the place of what was there, whole."""

import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.storage.aside import write_aside, write_folder_aside


def test_files_take_the_place_of_the_former_ones_whole(tmp_path: Path) -> None:
    folder = tmp_path / "indicateurs"
    write_folder_aside(folder, {"a.md": "a", "b.md": "b"})
    write_folder_aside(folder, {"a.md": "A"})
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == {"a.md": "A"}
    assert [path.name for path in tmp_path.iterdir()] == ["indicateurs"]


def test_a_former_folder_whose_successor_a_kill_kept_from_it_is_put_back(tmp_path: Path) -> None:
    for name in (".old.former", ".old.part", ".new.former", "new"):
        write_folder_aside(tmp_path / "made" / name, {"page.html": name})
        (tmp_path / "made" / name).rename(tmp_path / name)
    write_folder_aside(tmp_path / "other", {"page.html": "other"})
    left = {path.parent.name: path.read_text("utf-8") for path in tmp_path.glob("*/page.html")}
    assert left == {"old": ".old.former", "new": "new", "other": "other"}


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond a few bytes, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("small_files")
def test_what_does_not_fit_leaves_nothing_and_what_was_there(tmp_path: Path) -> None:
    write_aside(tmp_path / "a", b"former")
    with pytest.raises(OSError, match="too large"):
        write_aside(tmp_path / "a", b"something longer")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"former"
