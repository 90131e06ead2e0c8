"""Whether Dagster's daemon lives, and when it last looked at the schedule of nights.

Here: reading what both have noted; nothing is started. Not here: judging it (``doctor``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from orchestration.settings.folders import Folders
from orchestration.station.instance_settings import instance_settings
from sources.storage.register_server import is_on_server
from sources.storage.register_store import prepare

SCHEDULE = "every_night"
DAEMON = "SCHEDULER"
STOPPED, FAILURE = "STOPPED", "FAILURE"


@dataclass(frozen=True)
class ScheduleLife:
    """What Dagster has noted of the schedule of nights.

    Attributes:
        daemon_at: The last sign of life of the daemon that follows schedules; None before any.
        tick_at: When the schedule was last due and looked at; None before that.
        failure: Why that look failed; empty when it did not.
        is_stopped: Whether somebody stopped the schedule.
        is_of_today: Whether Dagster's settings are those that this code gives this station.
    """

    daemon_at: datetime | None = None
    tick_at: datetime | None = None
    failure: str = ""
    is_stopped: bool = False
    is_of_today: bool = True


def read_schedule_life(folders: Folders) -> ScheduleLife:
    """Return what Dagster has noted in a station, where it was ever started."""
    settings = folders.dagster / "dagster.yaml"
    if not settings.exists():
        return ScheduleLife()
    if settings.read_text("utf-8") != instance_settings(folders):
        # Those of another folder would lead to the history of another station.
        return ScheduleLife(is_of_today=False)
    if is_on_server(folders.home):
        # Dagster would ask a server that is away again and again, and say so each time.
        prepare(folders.home)
    with dg.DagsterInstance.from_config(str(folders.dagster)) as instance:
        return schedule_life(instance)


def schedule_life(instance: dg.DagsterInstance) -> ScheduleLife:
    """Return what Dagster has noted in an instance."""
    sign = instance.get_daemon_heartbeats().get(DAEMON)
    daemon_at = datetime.fromtimestamp(sign.timestamp, UTC) if sign else None
    states = [each for each in instance.all_instigator_state() if each.name == SCHEDULE]
    ticks = [
        tick
        for state in states
        for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
    ]
    last = max(ticks, key=lambda tick: tick.timestamp, default=None)
    has_failed = last is not None and last.status.value == FAILURE
    return ScheduleLife(
        daemon_at=daemon_at,
        tick_at=datetime.fromtimestamp(last.timestamp, UTC) if last else None,
        failure=(last.error.message if last.error else FAILURE) if last and has_failed else "",
        is_stopped=any(state.status.value == STOPPED for state in states),
    )
