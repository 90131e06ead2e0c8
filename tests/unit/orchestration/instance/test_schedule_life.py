"""What Dagster has noted of the schedule of nights, read without starting anything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo

from orchestration.instance.schedule_life import (
    DAEMON,
    SCHEDULE,
    ScheduleLife,
    read_schedule_life,
    schedule_life,
)
from orchestration.schedules import every_night
from orchestration.settings.folders import Folders
from orchestration.station.environment import create_folders

AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def followed(instance: dg.DagsterInstance) -> InstigatorState:
    """Note what a daemon does when it follows a schedule."""
    instance.add_daemon_heartbeat(DaemonHeartbeat(AT.timestamp(), DAEMON, None, []))
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("vigie"), "__repository__")
    return instance.add_instigator_state(
        InstigatorState(
            RemoteInstigatorOrigin(repository, SCHEDULE),
            InstigatorType.SCHEDULE,
            InstigatorStatus.DECLARED_IN_CODE,
            ScheduleInstigatorData("0 2 * * *", start_timestamp=AT.timestamp()),
        )
    )


def tick(state: InstigatorState, at: datetime, error: SerializableErrorInfo | None) -> TickData:
    return TickData(
        state.instigator_origin_id,
        SCHEDULE,
        InstigatorType.SCHEDULE,
        TickStatus.FAILURE if error else TickStatus.SUCCESS,
        at.timestamp(),
        run_ids=[],
        run_keys=[],
        selector_id=state.selector_id,
        error=error,
    )


def test_the_schedule_is_that_of_the_nights() -> None:
    assert every_night.name == SCHEDULE


def test_a_schedule_is_followed_then_fails_then_is_stopped(instance: dg.DagsterInstance) -> None:
    assert schedule_life(instance) == ScheduleLife()
    state = followed(instance)
    instance.create_tick(tick(state, AT, None))
    assert schedule_life(instance) == ScheduleLife(daemon_at=AT, tick_at=AT)
    next_night = AT + timedelta(days=1)
    instance.create_tick(tick(state, next_night, SerializableErrorInfo("Panne", [], None)))
    instance.update_instigator_state(state.with_status(InstigatorStatus.STOPPED))
    assert schedule_life(instance) == ScheduleLife(AT, next_night, "Panne", is_stopped=True)


def test_the_history_of_another_folder_is_not_read(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "home")
    assert read_schedule_life(folders) == ScheduleLife()
    create_folders(folders)
    assert read_schedule_life(folders) == ScheduleLife()
    moved = Folders((tmp_path / "home").rename(tmp_path / "moved"))
    assert read_schedule_life(moved) == ScheduleLife(is_of_today=False)
