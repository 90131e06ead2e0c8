"""What the product never does: run what it reads, hand it to a shell, tell others how it is used.

Here: ruff's rules of bandit, asked of the product whatever it silences, and shown on code that
deserves them; the settings that keep each framework silent. Not here: what it does with what comes
from outside (docs/security.md leads to those tests).
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from expectations.validations.batch import _new_memory
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders
from tests.conftest import PROJECT
from tests.unit.test_house import FLOORS

RUFF = Path(sys.executable).parent / "ruff"
DESERVING = {
    "S102": "exec(text)",
    "S301": "pickle.loads(text)",
    "S302": "marshal.loads(text)",
    "S306": "tempfile.mktemp()",
    "S307": "eval(text)",
    "S323": "ssl._create_unverified_context()",
    "S501": "requests.get(text, verify=False, timeout=1)",
    "S506": "yaml.load(text, Loader=yaml.Loader)",
    "S602": "subprocess.run(text, shell=True)",
    "S604": "helper(text, shell=True)",
    "S605": "os.system(text)",
}
"""Rules, and a line that each refuses."""

SNIPPET = """
import marshal, os, pickle, requests, ssl, subprocess, tempfile, yaml
def run(text, helper):
    {}
"""
UNPICKLING = re.compile(
    r"^\s*(?:import|from) (?:_pickle|cloudpickle|dill|joblib|marshal|pickle|shelve)\b"
    r"|allow_pickle",
    re.MULTILINE,
)


def ruff(*arguments: str, code: str | None = None) -> list[str]:
    """Return the rules that ruff finds broken, and where."""
    ran = subprocess.run(
        [RUFF, "check", "--no-cache", "--output-format=json", *arguments],
        cwd=PROJECT,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in {0, 1}, ran.stderr
    return [f"{found['code']} {found['filename']}" for found in json.loads(ran.stdout)]


def test_the_product_breaks_none_of_these_rules_even_where_it_says_so() -> None:
    rules = ["--isolated", "--ignore-noqa", f"--select={','.join(DESERVING)}"]
    assert ruff(*rules, *FLOORS, "dbt_project") == []


@pytest.mark.parametrize("folder", FLOORS)
def test_what_deserves_them_is_refused_by_the_lint_of_the_project(folder: str) -> None:
    code = SNIPPET.format("\n    ".join(DESERVING.values()))
    found = ruff(f"--stdin-filename={folder}/deserving.py", "-", code=code)
    assert set(DESERVING) <= {line.split()[0] for line in found}


def test_nothing_is_unpickled() -> None:
    assert UNPICKLING.search("    import pickle\n")
    sources = [path for folder in FLOORS for path in (PROJECT / folder).rglob("*.py")]
    assert [path for path in sources if UNPICKLING.search(path.read_text("utf-8"))] == []


def test_no_framework_tells_how_it_is_used(tmp_path: Path) -> None:
    dbt = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text("utf-8"))
    assert dbt["flags"]["send_anonymous_usage_stats"] is False
    context, _ = _new_memory()
    assert context.config.analytics_enabled is False
    settings = Settings(home=tmp_path)
    create_folders(settings.folders)
    dagster = yaml.safe_load((settings.folders.dagster / "dagster.yaml").read_text("utf-8"))
    assert dagster["telemetry"] == {"enabled": False}
    assert dagster["nux"] == {"enabled": False}
