"""Services end with the command that runs them, whatever ends it, and with all that they started.

Each process holds a pipe open: it is closed once the last of them has ended.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from orchestration.commands.dagster_services import dagster_services, desk_service
from orchestration.commands.services import MOST_ENDS, Service, run_services
from tests.conftest import PROJECT

RUN = """
import sys
from orchestration.commands.services import Service, run_services, until_asked_to_end
services = [Service(str(rank), ["/bin/sh", "-c", said]) for rank, said in enumerate(sys.argv[1:])]
with until_asked_to_end() as asked:
    sys.exit(run_services(services, asked, print, look=0.01))
"""
HOLDS = "exec 3> {pipe}; echo here >&3; exec sleep 1000"
HAS_A_CHILD = "exec 3> {pipe}; sleep 1000 & echo here >&3; wait"
HEEDS_NOTHING = "trap '' TERM; exec 3> {pipe}; sleep 1000 & trap - TERM; echo here >&3; wait"


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def started(pipe: Path, *services: str) -> subprocess.Popen[bytes]:
    said = [service.format(pipe=pipe) for service in services]
    return subprocess.Popen([sys.executable, "-c", RUN, *said], cwd=PROJECT)


@pytest.fixture
def folder_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where one stands: a folder in which somebody else may write, as ``/tmp``."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for module in ("ctypes", "yaml", "duckdb"):
        mark = f"open({str(tmp_path / 'ran')!r}, 'a').write('{module} ')"
        (folder / f"{module}.py").write_text(mark, "utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("folder_of_another")
def test_nothing_of_the_folder_where_one_stands_is_run(tmp_path: Path) -> None:
    ended = threading.Event()
    services = [Service("x", ["/bin/sh", "-c", f"touch {tmp_path}/there; sleep 1000"])]
    running = threading.Thread(target=run_services, args=(services, ended, print, 0.01))
    running.start()
    while not (tmp_path / "there").exists():
        assert running.is_alive()
    ended.set()
    running.join()
    assert not (tmp_path / "ran").exists()


def test_no_service_looks_for_its_modules_where_one_stands(tmp_path: Path) -> None:
    services = [*dagster_services(3000, tmp_path, read_only=False), desk_service(3001, 3000)]
    code, pages, daemon, desk = (list(service.command) for service in services)
    assert "--empty-working-directory" in code
    assert pages[1] == desk[1] == "-P"
    assert Path(daemon[0]).parent == Path(code[0]).parent


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_end_with_the_command(pipe: Path, ending: signal.Signals) -> None:
    command = started(pipe, HOLDS, HAS_A_CHILD, HEEDS_NOTHING)
    with pipe.open() as held:
        assert [held.readline() for _ in range(3)] == ["here\n"] * 3
        command.send_signal(ending)
        assert held.read() == ""
    assert command.wait() == 0


def test_they_end_with_a_command_that_is_killed(pipe: Path) -> None:
    command = started(pipe, HOLDS, HOLDS)
    with pipe.open() as held:
        assert [held.readline() for _ in range(2)] == ["here\n"] * 2
        command.kill()
        assert held.read() == ""
    command.wait()


def test_one_that_ends_by_itself_is_started_again_and_what_it_left_is_ended(pipe: Path) -> None:
    leaves_a_child = f"touch {pipe}.again; {HAS_A_CHILD.removesuffix('wait')}"
    once = f"if ! test -e {pipe}.again; then {leaves_a_child} exit 3; fi; "
    command = started(pipe, once + HOLDS)
    with pipe.open() as held:
        assert held.read() == "here\n"
    with pipe.open() as held:
        assert held.readline() == "here\n"
        command.terminate()
        assert held.read() == ""
    assert command.wait() == 0


def test_what_keeps_ending_is_given_up_with_its_code() -> None:
    said: list[str] = []
    service = Service("Pages", ["/bin/sh", "-c", "exit 3"])
    assert run_services([service], threading.Event(), said.append, look=0.0) == 1
    assert said[0] == "Pages : arrêt inattendu (code 3) ; nouveau départ."
    assert said[MOST_ENDS - 1 :] == ["Pages : arrêts répétés (code 3) ; tout est arrêté."]


def test_a_service_waits_for_what_it_needs(tmp_path: Path) -> None:
    asked, there = threading.Event(), tmp_path / "there"
    first = Service("1", ["/bin/sh", "-c", f"touch {there}; exec sleep 1000"])

    def may_start() -> bool:
        if there.exists():
            asked.set()
        return there.exists()

    second = Service("2", ["/bin/sh", "-c", f"rm {there}"], may_start=may_start)
    assert run_services([first, second], asked, pytest.fail, look=0.01) == 0
