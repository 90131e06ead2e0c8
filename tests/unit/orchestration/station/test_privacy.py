"""A station is its own account's: what it writes, and what a former version left open."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders
from orchestration.station.locks import WRITER
from orchestration.station.privacy import tighten


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The umask that most accounts have, put back for other tests."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Return the rights on everything under a folder, by its name from there."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in folder.rglob("*")
        if not path.is_symlink()
    }


def old_station(home: Path) -> Folders:
    """A station as a former version wrote it, open to all to read."""
    for name in ("raw/ab", "releases/20260101T000000000000Z", "inbox", "dagster/history"):
        (home / name).mkdir(parents=True)
    for name in ("raw/ab/abc", "register.sqlite", "warehouse.duckdb", "inbox/dreets.csv", WRITER):
        (home / name).write_text("x", "utf-8")
    (home / "raw/ab/abc").chmod(0o444)
    (home / "releases" / "current").symlink_to("20260101T000000000000Z")
    return Folders(home)


def test_what_a_station_writes_is_its_own_whatever_the_umask(tmp_path: Path) -> None:
    create_folders(Settings(home=tmp_path / "home").folders)
    written = modes(tmp_path)
    assert "home/dagster/dagster.yaml" in written
    assert {name: mode for name, mode in written.items() if mode & 0o077} == {}


def test_what_a_former_version_left_open_is_closed(tmp_path: Path) -> None:
    tighten(old_station(tmp_path))
    after = modes(tmp_path)
    assert {
        name: mode for name, mode in after.items() if mode & 0o077 and "inbox" not in name
    } == {}
    assert after["raw/ab/abc"] == 0o400
    assert after["releases"] == 0o700
    assert (tmp_path / "releases" / "current").is_symlink()


def test_what_a_group_may_drop_into_the_inbox_it_still_may(tmp_path: Path) -> None:
    folders = old_station(tmp_path)
    folders.inbox.chmod(0o775)
    tighten(folders)
    assert stat.S_IMODE(folders.inbox.stat().st_mode) == 0o770


def test_what_is_not_the_station_s_is_left_as_it_is(tmp_path: Path) -> None:
    folders = old_station(tmp_path / "home")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "page.html").touch()
    (folders.home / "photos").mkdir()
    (folders.home / "reports").symlink_to(tmp_path / "elsewhere")
    before = modes(tmp_path / "elsewhere")
    tighten(folders)
    assert modes(tmp_path / "elsewhere") == before
    assert modes(folders.home)["photos"] == 0o755


def test_what_is_closed_is_not_walked_again(tmp_path: Path) -> None:
    folders = old_station(tmp_path)
    tighten(folders)
    (tmp_path / "raw/ab/abc").chmod(0o444)
    tighten(folders)
    assert modes(tmp_path)["raw/ab/abc"] == 0o444
