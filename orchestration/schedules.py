"""When the night begins.

Here: the hour. Not here: what runs then (``jobs``).
"""

import dagster as dg

from orchestration.jobs import nightly

every_night = dg.ScheduleDefinition(
    name="every_night",
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/Paris",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Chaque nuit à 2 h, heure de Paris.",
)
