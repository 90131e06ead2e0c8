"""The page on adding a source, followed to the letter on a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[3]
PAGE = PROJECT / "docs" / "adding-a-source.md"
COLLECT = """
import sys
from pathlib import Path
from sources.archive import Archive
from sources.collect import Credentials, collect_all
from sources.wire.http import PortalSession
from sources.registry import source
outcome, = collect_all(
    [source("missions_locales_accueils")], archive=Archive(Path(sys.argv[1])),
    session=PortalSession(), region="52", credentials=Credentials(), accept=lambda *_: (),
)
print(outcome.status, outcome.message or "")
"""


def block(name: str) -> str:
    """Return a block of the page, by the name in the comment before it."""
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found, f"{PAGE.name} has no block {name!r}"
    return found[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project to which the files of the page were added."""
    for folder in ("sources", "dbt_project", "expectations"):
        leave_out = shutil.ignore_patterns("recordings", "target", "logs", "__pycache__")
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=leave_out)
    staging = "dbt_project/models/staging/missions_locales"
    files = {
        "sources/missions_locales/__init__.py": "",
        "sources/missions_locales/contract.yml": block("contract"),
        f"{staging}/missions_locales.yml": block("source"),
        f"{staging}/stg_missions_locales__accueils.sql": block("model"),
        "home/inbox/missions_locales_accueils.csv": block("deposit"),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def run(copy: Path, *command: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "VIGIE_HOME": str(copy / "home"),
        "VIGIE_REGION": "",
        "DO_NOT_TRACK": "1",
    }
    done = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_source_of_the_page_is_received_landed_and_staged(copy: Path) -> None:
    home = copy / "home"
    assert run(copy, sys.executable, "-c", COLLECT, str(home)).split()[0] == "new"
    dbt = str(Path(sys.executable).parent / "dbt")
    options = ["--project-dir", "dbt_project", "--profiles-dir", "dbt_project"]
    run(copy, dbt, "--quiet", "build", "--select", "stg_missions_locales__accueils", *options)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select time_period, department_code, received, is_masked"
            " from staging.stg_missions_locales__accueils order by line"
        ).fetchall()
    assert [(*row[:2], row[2] and float(row[2]), row[3]) for row in rows] == [
        ("2024", "44", 10212.0, False),
        ("2024", "72", None, True),
    ]
