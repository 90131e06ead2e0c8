"""What several kinds of tests share: the command line, dbt, and a station where one night has run.

The night is run once a session, by the README's own command; tests that change a station copy it.
"""

import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import Result
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

from orchestration.commands.cli import app
from orchestration.commands.replies import console
from sources.storage.register_server import VARIABLE, in_full, server_url
from sources.storage.register_store import register_on_server
from tests.postgresql import Cluster, postgresql_cluster

PROJECT = Path(__file__).resolve().parent.parent
VIGIE = Path(sys.executable).parent / "vigie"
DBT_PROJECT = PROJECT / "dbt_project"
WIDTH = 160
"""Columns of what commands print."""
LONGEST_COMMAND = 3600.0
"""Seconds: a bound on a command that hangs, far above what a busy machine takes."""

# ``make test`` asks for « quick », ``make test-slow`` for « thorough » (``--hypothesis-profile``).
# No example has a deadline: no test has a clock. The fixtures of a function make things, and keep
# nothing from one example to the next.
REPEATED_FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
settings.register_profile(
    "quick", max_examples=10, deadline=None, suppress_health_check=REPEATED_FIXTURES
)
settings.register_profile("thorough", parent=settings.get_profile("quick"), max_examples=30)
settings.load_profile("quick")


# A worker is given whole files, and the next one while it is at the last test of one: what takes
# minutes begins first, each file of one long test followed by a short one.
LONGEST_FIRST = (
    "tests/season/test_season.py",
    "tests/e2e/test_launched_night.py",
    "tests/integration/test_spark.py",
    "tests/unit/test_deploy.py",
    "tests/e2e/test_container.py",
    "tests/faults/test_fault_table.py",
    "tests/integration/test_rebuild.py",
    "tests/browser/test_documentation.py",
    "tests/e2e/test_docs_followed.py",
    "tests/browser/test_explanations.py",
    "tests/e2e/test_bad_input.py",
    "tests/browser/test_desk_pages.py",
    "tests/e2e/test_station_on_postgresql.py",
    "tests/e2e/test_news.py",
    "tests/integration/test_history.py",
    "tests/integration/test_dbt_tests.py",
    "tests/integration/sources/test_faults.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core, and one more where tests wait: for a daemon, a browser, a disk."""
    return (os.cpu_count() or 1) + (config.option.markexpr != "not slow")


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of the search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Give it back, without which extension modules say at exit that it leaks."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the others keep their order.

    So does what is not slow: its first file runs the shared night, and the next ones need none.
    """
    ranks = {PROJECT / file: rank for rank, file in enumerate(LONGEST_FIRST)}
    items.sort(
        key=lambda item: ranks.get(item.path, len(ranks)) if "slow" in item.keywords else len(ranks)
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test is a failure: it promises what nobody looked at."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which no test here may be: {report.longrepr}"
    return report


def demo_environment(home: Path) -> dict[str, str]:
    """The environment in which the command line works on a station of the demonstration."""
    ours = ("VIGIE_", "PYTEST_XDIST_", "SHARED_NIGHT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "VIGIE_DEMO_HOME": str(home), "COLUMNS": str(WIDTH)}


def run_vigie(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a station, as a user would."""
    return subprocess.run(
        [str(VIGIE), *arguments],
        cwd=PROJECT,
        env=demo_environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_COMMAND,
    )


def call_vigie(home: Path, *arguments: str, **environment: str) -> Result:
    """Call the command line in this process, for what it refuses: no Python is started for that.

    What it sets in the environment is undone; what it answers goes to the output of this process.
    """
    with patch.dict(os.environ, demo_environment(home) | environment, clear=True):
        return CliRunner().invoke(app, arguments)


def read_vigie(home: Path, *arguments: str) -> str:
    """Call a command in this process, which ends well, and return what it answers.

    As wide as one that is started: the console has the width of when it was imported.
    """
    before, console.width = console.width, WIDTH
    with console.capture() as shown:
        ended = call_vigie(home, *arguments)
    console.width = before
    assert ended.exit_code == 0, ended.stderr
    return ended.stdout + shown.get()


@pytest.fixture(scope="session")
def demo_night(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A station where one night has run on the recorded extracts, and what the command printed.

    Workers share it: the first runs the night, the others wait for it. So do the quick tests and
    the slow ones, where the integration runs both (``SHARED_NIGHT``).
    """
    mine = tmp_path_factory.getbasetemp()
    of_this_run = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine
    shared = Path(os.environ.get("SHARED_NIGHT") or of_this_run)
    home, printed = shared / "demo" / "home", shared / "demo" / "printed.json"
    printed.parent.mkdir(exist_ok=True)
    with (shared / "demo" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            night = run_vigie(home, "demo")
            assert night.returncode == 0, night.stdout + night.stderr
            printed.write_text(json.dumps([night.stdout, night.stderr]), encoding="utf-8")
    stdout, stderr = json.loads(printed.read_text(encoding="utf-8"))
    return home, subprocess.CompletedProcess([str(VIGIE), "demo"], 0, stdout, stderr)


@pytest.fixture(scope="session")
def demo_home(demo_night: tuple[Path, subprocess.CompletedProcess[str]]) -> Path:
    """The state of that station; read it, do not change it."""
    return demo_night[0]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server, for those that ask for one."""
    with postgresql_cluster() as cluster:
        yield cluster


@pytest.fixture(params=["a file", pytest.param("a server", marks=pytest.mark.slow)])
def register_home(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The home of a station whose register is in its file, then on a server."""
    if request.param == "a server":
        address = request.getfixturevalue("postgresql").empty_database()
        # As the command line gives it to what it starts.
        monkeypatch.setenv(VARIABLE, in_full(server_url(address)))
        register_on_server(tmp_path, server_url(address), tmp_path)
    return tmp_path


@pytest.fixture
def station(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of that station, to be changed at will."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    return home
