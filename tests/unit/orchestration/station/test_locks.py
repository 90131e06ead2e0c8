"""One writer a station, whoever starts the work; a kill frees what it held."""

import fcntl
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from orchestration.settings.folders import Folders
from orchestration.station.job_names import DECISION, NIGHTLY
from orchestration.station.locks import WRITER, StationBusyError, alone, is_alive, show_alive

RUN = "0123456789"


class Other:
    """Another process that works on the station, until it is killed."""

    def __init__(self, home: Path, job: str) -> None:
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._hold(Folders(home), job, writing)
        os.close(writing)
        assert os.read(reading, 1) == b"x"
        os.close(reading)

    def _hold(self, folders: Folders, job: str, writing: int) -> NoReturn:
        # Whatever happens there, a fork must not go on as a second pytest.
        try:
            show_alive(folders, RUN)
            with alone(folders, job, RUN, waiting=never):
                os.write(writing, b"x")
                signal.pause()
        finally:
            os._exit(1)

    def kill(self) -> None:
        """End it as a kill does, once."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0


@contextmanager
def another_process(home: Path, job: str) -> Iterator[Other]:
    """Another process that works on the station."""
    other = Other(home, job)
    try:
        yield other
    finally:
        other.kill()


def never(holder: str) -> None:
    raise AssertionError(f"nobody was to be waited for, and {holder} was")


def test_a_second_night_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    with another_process(tmp_path, NIGHTLY) as first:
        with (
            pytest.raises(StationBusyError) as refused,
            alone(Folders(tmp_path), NIGHTLY, waiting=never),
        ):
            pass
        sentence = str(refused.value)
        assert f"une nuit (exécution 01234567, processus {first.pid}, depuis le " in sentence
        assert str(tmp_path) in sentence


@pytest.mark.parametrize(("holder", "job"), [(NIGHTLY, DECISION), (DECISION, NIGHTLY)])
def test_a_decision_and_a_night_wait_for_each_other(tmp_path: Path, holder: str, job: str) -> None:
    with another_process(tmp_path, holder) as first:
        waited_for, pid = list[str](), first.pid

        def end_the_first(name: str) -> None:
            waited_for.append(name)
            first.kill()

        with alone(Folders(tmp_path), job, waiting=end_the_first):
            assert [f"processus {pid}" in name for name in waited_for] == [True]
        assert (tmp_path / WRITER).read_text("utf-8") == ""


def test_a_killed_holder_frees_the_station(tmp_path: Path) -> None:
    with another_process(tmp_path, NIGHTLY) as first:
        pid = first.pid
        first.kill()
        assert json.loads((tmp_path / WRITER).read_text("utf-8"))["pid"] == pid
        with alone(Folders(tmp_path), NIGHTLY, waiting=never):
            pass


def test_what_a_process_holds_already_it_goes_on_holding(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    with alone(folders, NIGHTLY, waiting=never):
        with alone(folders, NIGHTLY, "run", waiting=never):
            pass
        assert json.loads((tmp_path / WRITER).read_text("utf-8"))["job"] == NIGHTLY


def test_a_night_of_a_former_version_does_not_say_who_it_is_and_counts(tmp_path: Path) -> None:
    with (tmp_path / WRITER).open("a") as former:
        fcntl.flock(former, fcntl.LOCK_EX)
        with (
            pytest.raises(StationBusyError, match="par une nuit"),
            alone(Folders(tmp_path), NIGHTLY, waiting=never),
        ):
            pass


def test_a_run_is_alive_as_long_as_its_process_is(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    assert is_alive(folders, RUN) is None
    with another_process(tmp_path, NIGHTLY) as first:
        assert is_alive(folders, RUN) is True
        first.kill()
        assert is_alive(folders, RUN) is False
        assert list((folders.dagster / "alive").iterdir()) == []
    show_alive(folders, "another")
    assert is_alive(folders, "another") is True
