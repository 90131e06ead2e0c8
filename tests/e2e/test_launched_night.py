"""A first night launched by Dagster, as its schedule and its pages do: daemon, queue, run launcher.

Here: in the environment of who installs the wheel with ``requirements/run.lock``, in a folder that
is no clone. Not here: what a night finds (``test_demo``), Great Expectations where PySpark is
(``test_beside_pyspark``).
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from sources.archive import Archive, FetchStatus
from tests.conftest import PROJECT
from tests.serving import MOST_PAUSES, PAUSE, free_port, serving

pytestmark = pytest.mark.slow


LAUNCH = """
mutation ($job: ExecutionParams!) { launchRun(executionParams: $job) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""
AGAIN = """
mutation ($again: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $again) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }
"""
BACKFILL = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status } } }
"""
STATUS = "query ($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
SCHEDULES = """
{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name }
  schedules { name scheduleState { status } } sensors { name sensorState { status } } } } } }
"""
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
UNDER_WAY = {"REQUESTED", "COMPLETING"}
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")


@pytest.fixture
def vigie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a wheel, installed with the locked dependencies and nothing of the clone."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    leave_out = shutil.ignore_patterns(
        ".venv", ".git", "var", "target", "logs", "__pycache__", "build"
    )
    shutil.copytree(PROJECT, source, ignore=leave_out, symlinks=True)
    wheels = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, *PIP, *wheels, str(source)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    lock = ["install", "--require-hashes", "--requirement", str(source / "requirements/run.lock")]
    subprocess.run([python, *PIP, *lock], check=True)
    (wheel,) = folder.glob("vigie-*.whl")
    subprocess.run([python, *PIP, "install", "--no-deps", str(wheel)], check=True)
    shutil.rmtree(source)
    return python.with_name("vigie")


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment of a user who has set nothing."""
    ours = ("VIGIE_", "DAGSTER_", "DBT_", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def ask(address: str, query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 as GraphQL
    answer = requests.post(
        f"{address}/graphql", json={"query": query, "variables": variables}, timeout=600
    )
    content: dict[str, Any] = answer.json()
    assert "errors" not in content, content
    data: dict[str, Any] = content["data"]
    return data


def launch_nightly(address: str) -> str:
    """Launch the job as its page does, and return how it ended."""
    selector = {
        "repositoryLocationName": "vigie",
        "repositoryName": "__repository__",
        "pipelineName": "nightly",
    }
    job = {"selector": selector, "runConfigData": {}, "mode": "default"}
    launched = ask(address, LAUNCH, job=job)["launchRun"]
    run_id = launched["run"]["runId"]
    for _ in range(MOST_PAUSES):
        status = str(ask(address, STATUS, run=run_id)["runOrError"]["status"])
        if status in ENDED:
            return status
        time.sleep(PAUSE)
    raise AssertionError("the night did not end")


def fetch_again(address: str, session: str) -> str:
    """Launch one partition of the sessions of Parcoursup, and return how it ended."""
    asked = {"assetSelection": [{"path": ["extract", "parcoursup"]}], "partitionNames": [session]}
    backfill = ask(address, AGAIN, again=asked)["launchPartitionBackfill"]["backfillId"]
    for _ in range(MOST_PAUSES):
        status = str(ask(address, BACKFILL, id=backfill)["partitionBackfillOrError"]["status"])
        if status not in UNDER_WAY:
            return status
        time.sleep(PAUSE)
    raise AssertionError("the session was not fetched")


def left_behind(folder: Path) -> list[bytes]:
    """Return the commands of the processes that work in a folder."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder in (process / "cwd").readlink().parents or (process / "cwd").samefile(folder):
                left.append((process / "cmdline").read_bytes())
    return left


def test_the_first_night_of_a_station_is_launched_by_the_daemon(
    vigie: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{(port := free_port())}"
    pages = [str(vigie), "ui", "--port", str(port)]
    log = tmp_path / "ui.log"
    with serving(pages, f"{address}/server_info", cwd=tmp_path, environment=environment, log=log):
        (repository,) = ask(address, SCHEDULES)["repositoriesOrError"]["nodes"]
        status = launch_nightly(address)
        again = fetch_again(address, "2018")
    assert left_behind(tmp_path) == []
    assert repository["schedules"] == [
        {"name": "every_night", "scheduleState": {"status": "RUNNING"}}
    ]
    assert status == "SUCCESS", log.read_text("utf-8")[-4000:]
    assert again == "COMPLETED_SUCCESS", log.read_text("utf-8")[-4000:]
    first, second = Archive(tmp_path / "var" / "demo").outcomes("parcoursup_2018")
    assert (second.status, second.bytes) == (FetchStatus.UNCHANGED, first.bytes)
    assert (tmp_path / "var" / "demo" / "releases" / "current" / "observations.csv").exists()

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [str(vigie), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("--version").startswith("vigie 0.")
    assert "Rien n'a changé dans les sources" in run("demo")
    assert "Maine-et-Loire" in run("explain", "1A4_pcrh_te", "2024", "DEP-49")
    assert [path.name for path in tmp_path.iterdir() if path.name != "ui.log"] == ["var"]
