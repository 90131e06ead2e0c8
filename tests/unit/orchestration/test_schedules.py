"""When nights begin, by the very loop of Dagster's daemon: changes of hour, a week without it.

Here: hours and how many nights. Not here: a night that waits or runs (``test_dead_runs``), the
services themselves (``test_launched_night``).
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.storage.tags import SCHEDULED_EXECUTION_TIME_TAG
from dagster._core.test_utils import (
    InProcessTestWorkspaceLoadTarget,
    create_test_daemon_workspace_context,
    freeze_time,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._scheduler.scheduler import launch_scheduled_runs

from expectations.french import PARIS
from orchestration.instance.dead_runs import IN_PROGRESS
from orchestration.resources import Station
from orchestration.schedules import every_night
from orchestration.station.job_names import NIGHTLY

QUEUED = {
    "run_coordinator": {"module": "dagster", "class": "QueuedRunCoordinator"},
    "telemetry": {"enabled": False},
}
"""Runs wait, as on a station; nobody starts them here."""


@dg.job(name=NIGHTLY)
def night() -> None:
    """A night, for the history only."""


defs = dg.Definitions(
    jobs=[night],
    schedules=[every_night.with_updated_job(night)],
    resources={"station": Station(home=dg.EnvVar("VIGIE_HOME"))},
)
"""The schedule of the station, with a night that does nothing."""


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkspaceProcessContext]:
    """What the loop of the daemon is given."""
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    code = InProcessCodeLocationOrigin(LoadableTargetOrigin(python_file=__file__, attribute="defs"))
    with (
        dg.DagsterInstance.local_temp(str(tmp_path), overrides=QUEUED) as instance,
        create_test_daemon_workspace_context(
            InProcessTestWorkspaceLoadTarget(code), instance
        ) as context,
    ):
        yield context


def look(daemon: WorkspaceProcessContext, moment: datetime) -> None:
    """Have the daemon look at its schedules, as one does that has just started."""
    utc = moment.astimezone(UTC)
    with freeze_time(utc):
        said = list(launch_scheduled_runs(daemon, logging.getLogger("test"), utc, {}))
    assert [error for error in said if error] == []


def end_all(instance: dg.DagsterInstance) -> None:
    """Note that what waits went well."""
    success = dg.DagsterEvent(dg.DagsterEventType.PIPELINE_SUCCESS.value, NIGHTLY)
    for run in instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS)):
        instance.report_dagster_event(success, run.run_id)


def nights(instance: dg.DagsterInstance) -> list[datetime]:
    """Return the hours in Paris of the nights that were asked for, the first one first."""
    hours = (run.tags[SCHEDULED_EXECUTION_TIME_TAG] for run in instance.get_runs())
    return sorted(datetime.fromisoformat(hour).astimezone(PARIS) for hour in hours)


@pytest.mark.parametrize(
    ("friday", "hours"),
    [
        # On the spring Sunday no clock shows 2 h: the night begins when they show 3 h.
        (datetime(2026, 3, 27, 12, tzinfo=PARIS), [2, 3, 2]),
        # On the autumn Sunday clocks show 2 h twice: the night is that of the second time.
        (datetime(2026, 10, 23, 12, tzinfo=PARIS), [2, 2, 2]),
    ],
)
def test_each_calendar_night_has_one_night_when_the_hour_changes(
    daemon: WorkspaceProcessContext, friday: datetime, hours: list[int]
) -> None:
    """Whatever half-hour the daemon looks at, and be it started anew each time."""
    start, instance = friday.astimezone(UTC), daemon.instance
    sunday = start.replace(hour=0) + timedelta(days=2)
    looks = [start, start + timedelta(days=1)]
    looks += [sunday + timedelta(minutes=30 * rank) for rank in range(8)]
    for moment in [*looks, start + timedelta(days=3)]:
        look(daemon, moment)
        end_all(instance)
    begun = nights(instance)
    assert [(moment.date() - friday.date()).days for moment in begun] == [1, 2, 3]
    assert [moment.hour for moment in begun] == hours


def test_a_week_down_is_caught_up_by_one_night(daemon: WorkspaceProcessContext) -> None:
    instance, monday = daemon.instance, datetime(2026, 11, 2, 12, tzinfo=PARIS)
    look(daemon, monday)
    look(daemon, monday + timedelta(days=1))
    end_all(instance)
    look(daemon, monday + timedelta(days=8))
    look(daemon, monday + timedelta(days=8, hours=1))
    assert [moment.day for moment in nights(instance)] == [3, 10]
    end_all(instance)
    look(daemon, monday + timedelta(days=8, hours=2))
    assert len(nights(instance)) == 2, "the nights that were missed are over"
