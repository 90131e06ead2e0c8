"""Which Python the Makefile makes the environment with: one that the project admits, or none."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ".venv/bin/python"


@pytest.fixture
def systems_own(tmp_path: Path) -> Path:
    """Return a folder of commands in which no Python is one that the project admits."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        _command(commands / name, "exit 1")
    return commands


def _command(path: Path, does: str) -> None:
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


def _make(folder: Path, commands: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/usr/bin/make", f"--file={ROOT / 'Makefile'}", *asked, ENVIRONMENT],
        cwd=folder,
        env={"PATH": f"{commands}:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_older_python_is_taken_where_that_of_the_system_is_too_new(
    tmp_path: Path, systems_own: Path
) -> None:
    _command(systems_own / "python3.12", f'exec {sys.executable} "$@"')
    made = _make(tmp_path, systems_own, "--dry-run")
    assert "python3.12 -m venv .venv" in made.stdout


def test_where_none_suits_what_is_needed_is_said(tmp_path: Path, systems_own: Path) -> None:
    made = _make(tmp_path, systems_own)
    assert made.returncode
    assert "Vigie needs Python 3.11, 3.12 or 3.13" in made.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_named_must_suit_too(tmp_path: Path, systems_own: Path) -> None:
    made = _make(tmp_path, systems_own, f"PYTHON={systems_own / 'python3'}")
    assert made.returncode
    assert "make demo PYTHON=/path/to/python3.13" in made.stderr


def test_the_versions_are_those_of_the_project() -> None:
    admitted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert admitted == ">=3.11,<3.14"
    assert "(3, 11) <= sys.version_info < (3, 14)" in (ROOT / "Makefile").read_text()
    assert "Python 3.11, 3.12 or 3.13 and `make`, on Linux" in (ROOT / "README.md").read_text()
