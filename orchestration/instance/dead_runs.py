"""Runs whose process is dead: ended as failed, so that nothing waits for them.

Here: finding them and ending them. Not here: the sign of life of a run (``station.locks``).

A machine that stops in the middle of a night leaves a run that Dagster takes for one that goes on,
and for which the next nights would wait.
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.settings.folders import Folders
from orchestration.station.locks import is_alive

IN_PROGRESS = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
HAVE_A_PROCESS = [
    dg.DagsterRunStatus.NOT_STARTED,
    *(status for status in IN_PROGRESS if status is not dg.DagsterRunStatus.QUEUED),
]
TO_START = timedelta(minutes=10)
"""What a process has, from its launch and from its start, to give its first sign of life."""
DEAD = (
    "Le processus de cette exécution n'existe plus : machine arrêtée, ou processus tué. Elle est "
    "close ; la prochaine nuit reprendra ce qui manque."
)


def end_dead_runs(
    instance: dg.DagsterInstance, folders: Folders, now: datetime | None = None
) -> list[str]:
    """End as failed the runs whose process is dead, and return their ids.

    Args:
        instance: Dagster's.
        folders: The station's.
        now: The present moment, when it is not the clock's.
    """
    going_on, now = dg.RunsFilter(statuses=HAVE_A_PROCESS), now or datetime.now(UTC)
    dead = [
        record.dagster_run.run_id
        for record in instance.get_run_records(going_on)
        if _is_dead(folders, record, now)
    ]
    # Read again: one that ended well since it was read has a dead process too.
    ended = list(filter(None, map(instance.get_run_by_id, dead)))
    still_open = [run for run in ended if run.status in HAVE_A_PROCESS]
    for run in still_open:
        instance.report_run_failed(run, DEAD)
    return [run.run_id for run in still_open]


def was_ended(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Tell whether a run was ended here, since its process was dead."""
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    return any(DEAD in (entry.message or "") for entry in entries)


def _is_dead(folders: Folders, record: dg.RunRecord, now: datetime) -> bool:
    """Tell whether a run is dead: from its first step to its end, one that lives shows it.

    Dagster notes that a run is started before it is given what shows it.
    """
    sign = is_alive(folders, record.dagster_run.run_id)
    return now - _last_moment(record) > TO_START if sign is None else not sign


def _last_moment(record: dg.RunRecord) -> datetime:
    """Return when something was last noted of a run.

    Of one that was made and no more, a PostgreSQL server says so by its own clock.
    """
    is_just_made = record.dagster_run.status is dg.DagsterRunStatus.NOT_STARTED
    return record.create_timestamp if is_just_made else record.update_timestamp
