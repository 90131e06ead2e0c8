"""Runs that a kill left open are closed, those that go on are not, and one night is enough."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from orchestration.instance.dead_runs import TO_START, end_dead_runs, was_ended
from orchestration.resources import Station
from orchestration.schedules import every_night
from orchestration.settings.folders import Folders
from orchestration.station.job_names import NIGHTLY
from orchestration.station.locks import show_alive


@dg.op
def nothing() -> None:
    """Nothing is done."""


@dg.job(name=NIGHTLY)
def night() -> None:
    """A night, for the history only."""
    nothing()


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as instance:
        yield instance


def left(instance: dg.DagsterInstance, status: DagsterRunStatus) -> str:
    """Leave a run in a state, as a process that is killed does."""
    return instance.create_run_for_job(night, status=status).run_id


def status_of(instance: dg.DagsterInstance, run_id: str) -> DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run
    return run.status


def killed(folders: Folders, run_id: str) -> None:
    """Leave the sign of life that a process leaves which is killed."""
    sign = folders.dagster / "alive" / run_id
    sign.parent.mkdir(parents=True, exist_ok=True)
    sign.touch()


def test_a_run_that_a_kill_left_started_is_closed_at_once(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run_id = left(instance, DagsterRunStatus.STARTED)
    killed(Folders(tmp_path), run_id)
    assert end_dead_runs(instance, Folders(tmp_path)) == [run_id]
    assert status_of(instance, run_id) is DagsterRunStatus.FAILURE
    (ended,) = instance.get_runs()
    assert was_ended(instance, ended)
    (closed,) = instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    assert "n'existe plus" in str(closed.get_dagster_event().message)
    assert end_dead_runs(instance, Folders(tmp_path)) == []


def test_a_run_that_ended_well_while_it_was_looked_at_is_not_told_to_be_dead(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process ended between the reading of its status and that of its sign of life."""
    run_id = left(instance, DagsterRunStatus.STARTED)
    read = instance.get_run_records

    def read_then_ended(runs: dg.RunsFilter) -> object:
        records = read(runs)
        (run,) = (record.dagster_run for record in records)
        instance.report_dagster_event(
            dg.DagsterEvent(dg.DagsterEventType.PIPELINE_SUCCESS.value, run.job_name), run_id
        )
        killed(Folders(tmp_path), run_id)
        return records

    monkeypatch.setattr(instance, "get_run_records", read_then_ended)
    assert end_dead_runs(instance, Folders(tmp_path)) == []
    assert status_of(instance, run_id) is DagsterRunStatus.SUCCESS


def test_a_run_that_was_just_made_is_not_dead_where_the_clock_of_its_server_is_late(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a run that was made and no more, the server says when it was updated."""
    left(instance, DagsterRunStatus.NOT_STARTED)
    (record,) = instance.get_run_records()
    late = dg.RunRecord(
        storage_id=record.storage_id,
        dagster_run=record.dagster_run,
        create_timestamp=record.create_timestamp,
        update_timestamp=record.update_timestamp - 2 * TO_START,
    )
    monkeypatch.setattr(instance, "get_run_records", lambda _runs: [late])
    assert end_dead_runs(instance, Folders(tmp_path)) == []


def test_a_run_that_goes_on_or_waits_is_left_alone(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    folders = Folders(tmp_path)
    goes_on = left(instance, DagsterRunStatus.STARTED)
    left(instance, DagsterRunStatus.SUCCESS)
    waits = left(instance, DagsterRunStatus.STARTING)
    show_alive(folders, goes_on)
    assert end_dead_runs(instance, folders) == []
    assert status_of(instance, waits) is DagsterRunStatus.STARTING


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED])
def test_a_process_has_some_time_to_give_its_first_sign_of_life(
    instance: dg.DagsterInstance, tmp_path: Path, status: DagsterRunStatus
) -> None:
    starting = left(instance, status)
    assert end_dead_runs(instance, Folders(tmp_path)) == []
    later = datetime.now(UTC) + TO_START + timedelta(minutes=1)
    assert end_dead_runs(instance, Folders(tmp_path), now=later) == [starting]


def test_a_night_that_begins_or_goes_on_is_enough(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    goes_on = left(instance, DagsterRunStatus.STARTED)
    show_alive(Folders(tmp_path), goes_on)
    asked = _tick(instance, tmp_path)
    assert isinstance(asked, dg.SkipReason)
    assert "elle suffit" in str(asked.skip_message)
    instance.delete_run(goes_on)
    assert isinstance(_tick(instance, tmp_path), dg.RunRequest)
    left(instance, DagsterRunStatus.STARTING)
    assert isinstance(_tick(instance, tmp_path), dg.SkipReason)


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTED, DagsterRunStatus.SUCCESS])
def test_a_night_that_is_over_or_dead_keeps_none_from_beginning(
    instance: dg.DagsterInstance, tmp_path: Path, status: DagsterRunStatus
) -> None:
    killed(Folders(tmp_path), left(instance, status))
    assert isinstance(_tick(instance, tmp_path), dg.RunRequest)


def _tick(instance: dg.DagsterInstance, home: Path) -> object:
    with dg.build_schedule_context(
        instance=instance,
        resources={"station": Station(home=str(home))},
        scheduled_execution_time=datetime(2026, 11, 29, 1, tzinfo=UTC),
    ) as context:
        return every_night(context)


def test_a_run_shows_that_it_lives_and_is_alone_from_its_start_to_its_end(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    folders, seen = Folders(tmp_path), []

    @dg.op
    def look(context: dg.OpExecutionContext, station: Station) -> None:
        assert station.folders.home == folders.home
        seen.append(end_dead_runs(context.instance, folders))

    @dg.job(name=NIGHTLY, resource_defs={"station": Station(home=str(tmp_path))})
    def looking() -> None:
        look()

    assert looking.execute_in_process(instance=instance).success
    assert seen == [[]]
    (over,) = instance.get_runs()
    # Its end is noted by a process that still shows that it lives.
    assert [path.name for path in (folders.dagster / "alive").iterdir()] == [over.run_id]
