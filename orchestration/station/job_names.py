"""The names of the jobs that work on a station.

Here: constants, so that a lock or a mail names a job without importing Dagster. Not here: the jobs.
"""

NIGHTLY, DECISION, REPUBLICATION = "nightly", "decision", "republication"
DELIVERY = "delivery"
REBUILDING = "rebuild"
