"""The end of the command's process: at once, and after all that has to be done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.commands.entry import UNWRITTEN

COMMAND = """
import atexit, sys, types
from orchestration.commands.entry import main

# What the command loads takes seconds, and is loaded by those below.
cli = sys.modules["orchestration.commands.cli"] = types.ModuleType("cli")


class Kept:
    def __del__(self):
        print("taken apart")


def app():
    print("said")
    atexit.register(print, "done")
    {ending}


kept, cli.app = Kept(), app
main()
"""


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("sys.exit(75)", 75),
        ("sys.exit()", 0),
        ("sys.exit('pourquoi')", 1),
        ("pass", 0),
        ("1 / 0", 1),
    ],
)
def test_it_ends_with_its_code_once_all_is_done_and_takes_nothing_apart(
    ending: str, code: int
) -> None:
    command = [sys.executable, "-c", COMMAND.format(ending=ending)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.split("\n")) == (code, ["said", "done", ""])
    assert ("pourquoi" in ended.stderr, "ZeroDivisionError" in ended.stderr) == (
        "pourquoi" in ending,
        "/" in ending,
    )


@pytest.mark.parametrize(
    ("encoding", "shown"), [("latin-1", "été... l'an ? 32 000"), ("ascii", "ete... l'an ? 32 000")]
)
def test_what_a_terminal_cannot_show_stops_nothing(encoding: str, shown: str) -> None:
    said = COMMAND.format(ending="print('été… l’an 😀 32\u202f000')")
    ended = subprocess.run(
        [sys.executable, "-c", said],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.decode(encoding).split("\n")[1] == shown


@pytest.mark.parametrize("asked", ["--version", "--help", "completion bash"])
def test_what_cannot_be_written_is_told_in_a_sentence(asked: str) -> None:
    run = [sys.executable, "-c", "from orchestration.commands.entry import main; main()"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*run, *asked.split()], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.stderr.splitlines() == [UNWRITTEN]
    assert ended.returncode == os.EX_IOERR
