"""A step that needs a warehouse which another session holds is tried again, and nothing else is."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.checks.indicators import checks_again
from orchestration.instance.held_warehouse import tried_again_when_held
from orchestration.settings.folders import Folders
from orchestration.station.warehouse import refuse_when_held

HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    duckdb.connect(str(folders.warehouse)).close()
    return folders


@pytest.fixture
def holder(folders: Folders) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which has the warehouse open until its input ends."""
    command = [sys.executable, "-c", HOLD, str(folders.warehouse)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.communicate()


def test_a_step_waits_until_the_warehouse_is_free(
    folders: Folders, holder: subprocess.Popen[bytes]
) -> None:
    tries = []

    @dg.op
    def reads() -> None:
        tries.append("try")
        if len(tries) == 2:
            holder.communicate()
        with tried_again_when_held(folders, seconds=0):
            refuse_when_held(folders.warehouse)

    @dg.job(executor_def=dg.in_process_executor)
    def night() -> None:
        reads()

    with dg.DagsterInstance.ephemeral() as instance:
        result = night.execute_in_process(instance=instance)
    assert result.success
    assert len(tries) == 2


def test_who_holds_it_is_in_the_reason(folders: Folders, holder: subprocess.Popen[bytes]) -> None:
    with pytest.raises(dg.RetryRequested) as asked, tried_again_when_held(folders):
        refuse_when_held(folders.warehouse)
    assert str(holder.pid) in str(asked.value.__cause__)


@pytest.mark.usefixtures("holder")
def test_the_checks_that_a_decision_changes_wait_too(folders: Folders) -> None:
    with pytest.raises(dg.RetryRequested):
        list(checks_again(folders, {}, {"1C1_pcrh"}))


def test_a_free_warehouse_and_another_error_are_no_reason_to_wait(folders: Folders) -> None:
    with tried_again_when_held(folders):
        refuse_when_held(folders.warehouse)
    with pytest.raises(ValueError, match="autre chose"), tried_again_when_held(folders):
        raise ValueError("autre chose")
    folders.warehouse.write_bytes(b"not a database" * 1000)
    with pytest.raises(OSError, match="not a valid DuckDB"), tried_again_when_held(folders):
        refuse_when_held(folders.warehouse)
