"""Whatever happens, at whatever instant: what is kept is whole, and the next night makes up for it.

Here: a few points of the table in ``make test``, more of them and a killed night in ``make
test-slow``. Not here: the whole of it, ``make faults`` (docs/faults.md).
"""

import platform
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from sources.storage.aside import point_aside
from tests.conftest import LONGEST_COMMAND, PROJECT
from tests.faults.fault_page import page, with_nights
from tests.faults.fault_table import benches, row_of
from tests.faults.mail_log import MailLog, mail_server
from tests.faults.subjects import FIRST, Subject
from tests.faults.traced import Fault
from tests.faults.whole_nights import (
    KilledChain,
    as_it_left,
    harm_afterwards,
    harm_when_killed,
    killed_after,
    killed_when,
    nothing,
    run_whole_night,
)


def quick_where_it_can_be(test: Callable[..., None]) -> Callable[..., None]:
    """`make test` runs on any machine; where no fault can be injected, `make test-slow` says so."""
    can_be_traced = (sys.platform, platform.machine()) == ("linux", "x86_64")
    return test if can_be_traced else pytest.mark.slow(test)


def table(*asked: str) -> subprocess.CompletedProcess[str]:
    """Run the command of this folder, in a process that has no other thread."""
    command = [sys.executable, "-m", "tests.faults", *asked]
    return subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=LONGEST_COMMAND
    )


@quick_where_it_can_be
def test_a_kill_at_a_drawn_instant_of_what_is_kept_for_ever_loses_nothing() -> None:
    operations = ("collect a", "sign a", "publish a", "send the", "the vintages")
    ended = table("--points=1", "--faults", "KILLED", "--operations", *operations)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count(f"{Fault.KILLED}: 1 points") == 6


@pytest.mark.slow
def test_every_fault_at_some_instants_of_each_operation_loses_nothing() -> None:
    ended = table("--points=2", "--seed=2")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[MailLog]:
    with mail_server(tmp_path) as server:
        yield server


def _switch(home: Path, *, is_careful: bool) -> None:
    link = home / "releases" / "current"
    if is_careful:
        point_aside(link, FIRST)
    else:
        link.unlink(missing_ok=True)
        link.symlink_to(FIRST)


@quick_where_it_can_be
def test_what_is_careless_for_one_instant_is_found(tmp_path: Path, mails: MailLog) -> None:
    switches = [
        Subject(str(is_careful), partial(_switch, is_careful=is_careful))
        for is_careful in (True, False)
    ]
    careful, careless = (
        row_of(bench, Fault.KILLED, 0, random.Random(1))  # noqa: S311 points, not secrets
        for bench in benches(tmp_path, switches, mails)
    )
    assert careful.points > 1
    assert careful.harm == ()
    assert any("no release is in force" in line for line in careless.harm)


@pytest.mark.slow
def test_a_night_that_fails_before_it_is_killed_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with"):
        killed_after(tmp_path / "refused?", LONGEST_COMMAND)


@pytest.mark.slow
def test_a_first_night_killed_twice_ends_as_one_that_nobody_killed(
    demo_home: Path, tmp_path: Path
) -> None:
    """Once among its extracts, once when its release is made and nobody has written of it."""
    home = tmp_path / "home"
    nothing(home)
    for made in ("landed/*.parquet", "releases/2*"):
        killed_when(home, made)
        assert list(harm_when_killed(home, "")) == []
    run_whole_night(home)
    assert list(harm_afterwards(home, as_it_left(demo_home, nothing))) == []


def test_whole_nights_of_a_run_of_their_own_take_their_place_on_the_page() -> None:
    written = page([], [], seed=1, most=6)
    again = with_nights(written, [KilledChain("nothing new", (0.1, 0.4), ())])
    assert "Measured here: 2 kills in 1 chains (nothing new), after which all held." in again
    assert with_nights(again, []) == written
