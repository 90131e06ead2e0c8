"""What a test asks of Dagster's pages, as a browser does: launching a job, how its runs end.

Here: the GraphQL of ``dagster-webserver``. Not here: the server itself (``serving``), what is in
the pages a reader sees (``browser``).
"""

import time
from collections.abc import Callable
from typing import Any

import requests

from tests.serving import MOST_PAUSES, PAUSE

LAUNCH = """
mutation ($job: ExecutionParams!) { launchRun(executionParams: $job) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""
RUNS = """
query ($runs: RunsFilter!) { runsOrError(filter: $runs) {
  ... on Runs { results { runId jobName status startTime endTime } } } }
"""
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
Run = dict[str, Any]
"""A run: ``runId``, ``jobName``, ``status``, ``startTime`` and ``endTime``, in seconds."""


def ask(address: str, query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 as GraphQL
    """Return what the pages answer."""
    answer = requests.post(
        f"{address}/graphql", json={"query": query, "variables": variables}, timeout=600
    )
    content: dict[str, Any] = answer.json()
    assert "errors" not in content, content
    data: dict[str, Any] = content["data"]
    return data


def launch(address: str, job: str, **config: Any) -> str:  # noqa: ANN401 as its Launchpad
    """Launch a job as its page does, and return its run."""
    selector = {
        "repositoryLocationName": "vigie",
        "repositoryName": "__repository__",
        "pipelineName": job,
    }
    asked = {"selector": selector, "runConfigData": config, "mode": "default"}
    launched = ask(address, LAUNCH, job=asked)["launchRun"]
    assert "run" in launched, launched
    return str(launched["run"]["runId"])


def runs(address: str, **runs_filter: Any) -> list[Run]:  # noqa: ANN401 as GraphQL
    """Return the runs that a filter lets through, the last one first."""
    found: list[Run] = ask(address, RUNS, runs=runs_filter)["runsOrError"]["results"]
    return found


def ended(address: str, run_id: str) -> Run:
    """Wait for the end of a run."""
    return until(lambda: [run for run in runs(address, runIds=[run_id]) if is_over(run)])


def is_over(run: Run) -> bool:
    """Tell whether a run has ended."""
    return run["status"] in ENDED


def until(look: Callable[[], list[Run]]) -> Run:
    """Look until there is something, and return the first of it."""
    for _ in range(MOST_PAUSES):
        if found := look():
            return found[0]
        time.sleep(PAUSE)
    raise AssertionError("what was waited for did not come")
