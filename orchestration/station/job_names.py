"""The names of the jobs that work on a station.

Here: constants, so that a lock or a mail names a job without importing Dagster. Not here: the jobs.
"""

NIGHTLY, DEPOSIT = "nightly", "deposit"
DECISION, REPUBLICATION, DELIVERY = "decision", "republication", "delivery"
REBUILDING = "rebuild"
LOCATION = "vigie"
"""The code location in which Dagster knows them."""
