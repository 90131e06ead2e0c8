"""What the units of systemd start does its work with the system calls that they let it make.

Here: a night, the watch, the backup. Not here: whether systemd takes the units (``test_deploy``).
"""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.commands.stations import DEMO_AS_OF
from sources.replay.app import create_app
from sources.replay.server import serve
from tests.conftest import LONGEST_COMMAND, PROJECT, VIGIE, demo_environment

pytestmark = pytest.mark.slow

UNITS = PROJECT / "deploy" / "systemd"


def under(unit: str, environment: dict[str, str], *arguments: str) -> None:
    """Run a command under what a unit allows, which ends well."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.syscall_filter", UNITS / unit, VIGIE, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_COMMAND,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_each_unit_lets_its_command_do_its_work(station: Path, tmp_path: Path) -> None:
    with serve(create_app()) as portals:
        environment = {
            **demo_environment(station),
            "VIGIE_HOME": str(station),
            "VIGIE_REPLAY": portals,
            "VIGIE_AS_OF": DEMO_AS_OF,
            "FRANCE_TRAVAIL_CLIENT_ID": "identifiant-rejoue",
            "FRANCE_TRAVAIL_CLIENT_SECRET": "secret-rejoue",
        }
        (station / "quality" / "build.json").unlink()
        under("vigie.service", environment, "nightly")
    under("vigie-watch.service", environment, "watch", "--live", "--mail")
    under("vigie-backup.service", environment, "backup", "--live", str(tmp_path / "b.tar.gz"))
