"""Every cell beside the same cell one period before.

Only the pairing; what a difference means is for ``rules``.
"""

import pandas as pd

from expectations.observations import KEY, NUMBERS
from expectations.statuses import ABSENT

SERIES = [column for column in KEY if column != "time_period"]
CARRIED = ["obs_status", *NUMBERS]


def beside_previous(observations: pd.DataFrame) -> pd.DataFrame:
    """Return every cell with its previous period.

    The periods of a series are those of its indicator: a series that has no row at all in a period
    where its indicator has some is read as absent there, as if the grid had said so.

    Args:
        observations: Normalised observations.

    Returns:
        One row per cell: the key, ``period_before`` (NaN in the first period), and status and
        numbers of both periods, suffixed ``_before`` and ``_after``; a cell that has no row in a
        period is ``L`` there.
    """
    before = _periods(observations)
    now = observations[KEY + CARRIED].rename(columns={name: f"{name}_after" for name in CARRIED})
    now = now.merge(before, on=["indicator", "time_period"], how="left")
    then = (
        observations[KEY + CARRIED]
        .rename(columns={name: f"{name}_before" for name in CARRIED})
        .rename(columns={"time_period": "period_before"})
        .merge(before.dropna(), on=["indicator", "period_before"])
    )
    pairs = now.merge(then, on=[*SERIES, "period_before", "time_period"], how="outer")
    pairs["obs_status_after"] = pairs["obs_status_after"].fillna(ABSENT)
    pairs["value_before"] = pairs["obs_value_before"]
    pairs["value_after"] = pairs["obs_value_after"]
    return pairs.sort_values(KEY, ignore_index=True)


def _periods(observations: pd.DataFrame) -> pd.DataFrame:
    periods = observations[["indicator", "time_period"]].drop_duplicates()
    periods = periods.sort_values(["indicator", "time_period"])
    return periods.assign(period_before=periods.groupby("indicator")["time_period"].shift())
