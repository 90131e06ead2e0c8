"""Which periods of each indicator are due and have not come: its punctuality, as the ESS says.

Here: reading it in the grid, which gives each expected cell a status. Not here: what is said of a
late period (``rules.reporting.lags``). Nothing is held for being late: there is no number to be
held.
"""

from collections import defaultdict

import pandas as pd

from expectations.cells.statuses import ABSENT, EMPTY, NORMAL

DUE = {ABSENT, EMPTY}
"""Expected, due, and not there. What is not yet available, masked or impossible is not due."""


def late_periods(observations: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the periods without any value that are due after the last one that has some.

    A period without a value before the last known one is a gap, which its own statuses tell; it is
    not awaited any more.

    Args:
        observations: The uniform observations, in any order.

    Returns:
        The late periods of every indicator, oldest first; none when it is on time.
    """
    given: dict[str, set[str]] = defaultdict(set)
    due: dict[str, set[str]] = defaultdict(set)
    statuses = observations[["indicator", "time_period", "obs_status"]].drop_duplicates()
    for indicator, period, status in statuses.itertuples(index=False, name=None):
        if status == NORMAL:
            given[indicator].add(period)
        elif status in DUE:
            due[indicator].add(period)
    names = observations["indicator"].unique()
    return {str(name): _late(given[name], due[name]) for name in names}


def _late(given: set[str], due: set[str]) -> tuple[str, ...]:
    last = max(given, default="")
    return tuple(sorted(period for period in due - given if period > last))
