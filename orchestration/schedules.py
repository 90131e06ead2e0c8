"""When the night begins.

Here: the hour, and that one night is waited for at most. Not here: what runs then (``jobs``).
"""

import dagster as dg

from orchestration.instance.dead_runs import IN_PROGRESS, end_dead_runs
from orchestration.jobs import nightly
from orchestration.resources import Station
from orchestration.station.job_names import NIGHTLY


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/Paris",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Chaque nuit à 2 h, heure de Paris ; une seule après un arrêt, si long soit-il.",
)
def every_night(
    context: dg.ScheduleEvaluationContext, station: Station
) -> dg.RunRequest | dg.SkipReason:
    """Ask for a night, unless one waits or runs already."""
    end_dead_runs(context.instance, station.folders)
    nights = dg.RunsFilter(job_name=NIGHTLY, statuses=IN_PROGRESS)
    if context.instance.get_runs_count(nights):
        return dg.SkipReason("Une nuit attend déjà ou se déroule : elle suffit.")
    return dg.RunRequest()
