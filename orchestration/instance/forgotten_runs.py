"""The past runs of Dagster, forgotten in time.

Here: which runs go. Not here: what goes with one (``run_history``), the station's own files
(``station.retention``).

A night leaves megabytes of events. What the pages show of an asset, its last values, its lineage,
is in the run that made it last, be it of last year: that one stays.
"""

from datetime import datetime

import dagster as dg

MOST_AT_ONCE = 100
"""Runs forgotten in one night: a station that had kept years of them is not held by it."""
ENDED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]


def forget_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Forget the runs that were over before a moment; return how many went.

    Args:
        instance: Dagster's.
        before: The moment.
    """
    over = dg.RunsFilter(statuses=ENDED, updated_before=before)
    shown = _shown_of_assets(instance)
    old = [
        run.run_id
        for run in instance.get_runs(over, limit=MOST_AT_ONCE + len(shown), ascending=True)
        if run.run_id not in shown
    ]
    for run_id in old[:MOST_AT_ONCE]:
        instance.delete_run(run_id)
    return len(old[:MOST_AT_ONCE])


def _shown_of_assets(instance: dg.DagsterInstance) -> set[str]:
    """Return the runs that made an asset last."""
    entries = (record.asset_entry for record in instance.get_asset_records())
    last = (entry.last_materialization_record for entry in entries)
    return {record.run_id for record in last if record}
