"""A run of the command line is shown where the schedule's are, and nights are told apart."""

from collections.abc import Iterator

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from orchestration.instance.dead_runs import was_ended
from orchestration.instance.shown_runs import (
    BY_COMMAND,
    is_of_command,
    night_tags,
    show_under_its_job,
    station_tags,
)
from orchestration.settings.settings import Settings


@dg.op
def looked_at(context: dg.OpExecutionContext) -> None:
    """Show its own run while it goes on, as the resource of a station does."""
    show_under_its_job(context.instance, context.run_id)


@dg.op
def broken() -> None:
    """Fail."""
    message = "no"
    raise ValueError(message)


@dg.job(name="nightly")
def night() -> None:
    """A night, for the history only."""
    looked_at()


@dg.job(name="nightly")
def broken_night() -> None:
    """A night that fails."""
    broken()


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as instance:
        yield instance


def run_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun:
    run = instance.get_run_by_id(run_id)
    assert run
    return run


def test_a_run_of_the_command_line_is_under_its_job_and_ends_as_it_did(
    instance: dg.DagsterInstance,
) -> None:
    run_id = night.execute_in_process(instance=instance, tags=dict(BY_COMMAND)).run_id
    run = run_of(instance, run_id)
    origin = run.remote_job_origin
    assert origin
    assert (origin.location_name, origin.job_name) == ("vigie", "nightly")
    assert run.status is DagsterRunStatus.SUCCESS
    listed = dg.RunsFilter(job_name="nightly", tags={".dagster/repository": "__repository__@vigie"})
    assert [found.run_id for found in instance.get_runs(listed)] == [run_id]


def test_a_run_of_anybody_else_keeps_where_it_comes_from(instance: dg.DagsterInstance) -> None:
    run_id = night.execute_in_process(instance=instance).run_id
    assert run_of(instance, run_id).remote_job_origin is None
    assert not is_of_command(run_of(instance, run_id))


def test_a_run_that_failed_by_itself_is_not_one_that_was_ended(
    instance: dg.DagsterInstance,
) -> None:
    failed = broken_night.execute_in_process(instance=instance, raise_on_error=False).run_id
    assert not was_ended(instance, run_of(instance, failed))


def test_a_night_says_of_which_station_it_is_and_what_came_of_it() -> None:
    assert night_tags(None, None, 2) == {
        "vigie/nuit": "sans changement",
        "vigie/retenues": "0",
        "vigie/sources_en_difficulté": "2",
    }
    real, demo = Settings(replay=""), Settings(replay="http://127.0.0.1:1")
    stations = [station_tags(settings)["vigie/station"] for settings in (real, demo)]
    assert stations == ["réelle", "démonstration"]
