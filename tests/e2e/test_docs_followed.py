"""The pages on adding a source, an indicator and a check, followed to the letter on a copy.

Here: the files that a page gives are written where it says, the tests that look at every source and
indicator pass there, and a night shows the result. Not here: what the pages are about.
"""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import PROJECT, demo_environment

pytestmark = pytest.mark.slow

COPIED = ("sources", "expectations", "orchestration", "dbt_project", "tests", "docs")
BLOCK = re.compile(
    r"^(?P<indent> *)<!-- (?P<how>file|append|insert): (?P<path>[\w./-]+)"
    r"(?:, after: (?P<line>.+?))? -->\n"
    r" *```\w+\n(?P<text>.*?)\n *```$",
    re.MULTILINE | re.DOTALL,
)
NIGHT = "night"
VIGIE = "from orchestration.commands.cli import app; app()"
LOOKED_AT = (
    "tests/unit/test_house.py",
    "tests/unit/sources/test_contract.py",
    "tests/unit/sources/test_contract_completeness.py",
    "tests/unit/expectations/cells",
    "tests/unit/expectations/suites",
    "tests/unit/dbt_project",
    "tests/integration/test_code_location.py",
    "tests/integration/test_declared_indicators.py",
    "tests/integration/test_lineage.py",
    "tests/integration/test_marts.py",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project, as somebody who changes it has one."""
    leave_out = shutil.ignore_patterns("target", "logs", "__pycache__")
    for folder in COPIED:
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=leave_out)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def follow(page: str, copy: Path) -> None:
    """Write, append and insert what a page gives, as the comment before each block says."""
    blocks = list(BLOCK.finditer((PROJECT / "docs" / page).read_text("utf-8")))
    assert blocks, page
    for block in blocks:
        path = copy / block["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        former = path.read_bytes().decode("utf-8") if path.exists() else ""
        end = "\r\n" if "\r\n" in former else "\n"
        path.write_bytes(_with(block, former, end).encode())


def _with(block: re.Match[str], former: str, end: str) -> str:
    text = re.sub(rf"^{block['indent']}", "", block["text"], flags=re.MULTILINE)
    if block["how"] != "insert":
        return f"{former}{text}\n".replace(end, "\n").replace("\n", end)
    (line,) = re.findall(rf"^.*{re.escape(block['line'])}.*$", former, re.MULTILINE)
    margin = line[: len(line) - len(line.lstrip())]
    return former.replace(line, f"{line}\n{textwrap.indent(textwrap.dedent(text), margin)}", 1)


def run(copy: Path, *arguments: str) -> str:
    """Run Python in the copy, on the night that its tests share, and return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**demo_environment(copy / NIGHT / "demo" / "home"), "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_source_an_indicator_and_a_check_are_added_as_their_pages_say(copy: Path) -> None:
    for page in ("adding-a-source.md", "adding-an-indicator.md", "adding-a-check.md"):
        follow(page, copy)
    passed = run(copy, "-m", "pytest", "-q", "-rp", f"--basetemp={copy / NIGHT}", *LOOKED_AT)
    assert re.search(r"PASSED.*fermetures_mesurees", passed)
    assert re.search(r"missions_locales_accueils.*nouveau", run(copy, "-c", VIGIE, "sources"))
    explained = run(copy, "-c", VIGIE, "explain", "2B7_contrats_engagement_jeune", "2024", "REG-52")
    assert "17388" in explained
    assert "publication en vigueur" in explained
