"""The units of systemd: as systemd reads them where it is, and commands that exist."""

import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

from typer.testing import CliRunner

from orchestration.commands.cli import app
from tests.conftest import PROJECT, VIGIE

UNITS = sorted((PROJECT / "deploy" / "systemd").iterdir())
INSTALLED = "/opt/vigie/.venv/bin/vigie"


def test_each_unit_is_one_for_systemd(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace(INSTALLED, str(VIGIE)))
    if shutil.which("systemd-analyze"):
        verified = subprocess.run(
            ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (verified.returncode, verified.stderr) == (0, "")


def test_each_service_starts_a_command_that_exists() -> None:
    for unit in UNITS:
        parser = ConfigParser(strict=False, interpolation=None)
        parser.read(unit, "utf-8")
        command = shlex.split(parser.get("Service", "ExecStart", fallback=INSTALLED))
        if command[0] == INSTALLED:
            shown = CliRunner().invoke(app, [*command[1:], "--help"])
            assert shown.exit_code == 0, unit
