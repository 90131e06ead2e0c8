"""Every cell beside the same cell one period before.

Here: the pairing. Not here: what a difference means (``rules``).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from expectations.cells.cell_index import (
    NO_ROW,
    Codes,
    Integers,
    codes_of_column,
    combined_codes,
)
from expectations.cells.observations import KEY, NUMBERS
from expectations.cells.statuses import ABSENT

SERIES = [column for column in KEY if column != "time_period"]
CARRIED = ["obs_status", *NUMBERS]
ENDS = ("before", "after")


@dataclass(frozen=True)
class SeriesGrid:
    """Where each observation is: in which series, at which of the periods of its indicator.

    Attributes:
        series: Number of the series of each row.
        rank: Rank of its period among those of its indicator.
        indicators: Code of its indicator.
        bounds: Where the periods of each indicator begin in ``periods``, and those of the next one.
        periods: Code of the period, indicator after indicator, in their order.
    """

    series: Integers
    rank: Integers
    indicators: Codes
    bounds: Integers
    periods: Integers

    @property
    def first(self) -> Integers:
        """Where the periods of the indicator of each row begin in ``periods``."""
        return self.bounds[self.indicators]

    @property
    def lengths(self) -> Integers:
        """Number of periods of the indicator of each row."""
        return np.diff(self.bounds)[self.indicators]

    @property
    def indicator_periods(self) -> Integers:
        """Number of the indicator and period of each row."""
        return self.first + self.rank

    @property
    def width(self) -> int:
        """More than the number of periods of any indicator."""
        return int(np.diff(self.bounds).max(initial=0)) + 1

    @property
    def places(self) -> Integers:
        """One number a cell; the next period of the same series is the next number."""
        return self.series * self.width + self.rank


def series_grid(observations: pd.DataFrame) -> SeriesGrid:
    """Return where each observation is among its series and its periods.

    Args:
        observations: Normalised observations, the columns of the key as categories.
    """
    codes = {column: codes_of_column(observations, column) for column in KEY}
    series = np.zeros(len(observations), dtype=np.int64)
    for column in SERIES:
        series = series * len(observations[column].cat.categories) + codes[column]
    count = max(1, len(observations["time_period"].cat.categories))
    kept, place = np.unique(codes["indicator"] * count + codes["time_period"], return_inverse=True)
    indicators = observations["indicator"].cat
    bounds = np.searchsorted(kept, np.arange(len(indicators.categories) + 1) * count)
    return SeriesGrid(
        series=np.unique(series, return_inverse=True)[1].astype(np.int64),
        rank=place - bounds[codes["indicator"]],
        indicators=indicators.codes.to_numpy(),
        bounds=bounds,
        periods=kept % count,
    )


def beside_previous(observations: pd.DataFrame, grid: SeriesGrid) -> pd.DataFrame:
    """Return every cell with its previous period.

    The periods of a series are those of its indicator: a series that has no row at all in a period
    where its indicator has some is read as absent there, as if the grid had said so.

    Args:
        observations: Normalised observations, texts as categories.
        grid: Where each of them is.

    Returns:
        One row per cell in the order of the key: the key, ``period_before`` (missing in the first
        period), status and numbers of both periods, suffixed ``_before`` and ``_after``, and
        ``row_before``, ``row_after``: positions in the observations, -1 where there is no row. A
        cell that has no row in a period is ``L`` there.
    """
    places = grid.places
    rows = np.arange(len(observations))
    before = np.where(grid.rank > 0, _find(places - 1, places), NO_ROW)
    gone = rows[(grid.rank + 1 < grid.lengths) & (_find(places + 1, places) == NO_ROW)]
    present = np.concatenate([rows, gone])
    rank = np.concatenate([grid.rank, grid.rank[gone] + 1])
    row_after = np.concatenate([rows, np.full(len(gone), NO_ROW)])
    row_before = np.concatenate([before, gone])
    periods = grid.first[present] + rank
    pairs = observations[SERIES].take(present).reset_index(drop=True)
    pairs["time_period"] = _periods(observations, grid.periods[periods])
    earlier = np.where(rank > 0, grid.periods[np.maximum(periods - 1, 0)], NO_ROW)
    pairs["period_before"] = _periods(observations, earlier)
    for suffix, positions in (("before", row_before), ("after", row_after)):
        pairs[f"row_{suffix}"] = positions
        for name in CARRIED:
            pairs[f"{name}_{suffix}"] = at_rows(observations[name], positions)
    pairs["obs_status_after"] = _absent_by_default(pairs["obs_status_after"])
    order = np.argsort(combined_codes(pairs, KEY), kind="stable")
    pairs = pairs.take(order).reset_index(drop=True)
    return pairs.assign(**{f"value_{end}": pairs[f"obs_value_{end}"] for end in ENDS})


def at_rows(column: "pd.Series[Any]", positions: Integers) -> "pd.Series[Any]":
    """Return a column at some positions; missing where the position is -1."""
    taken = column.array.take(positions, allow_fill=True)
    return pd.Series(taken)


def _find(wanted_places: Integers, places: Integers) -> Integers:
    """Return the row of each wanted place, -1 where there is none."""
    if not len(places):
        return wanted_places
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    at = np.minimum(np.searchsorted(ordered, wanted_places), len(ordered) - 1)
    return np.where(ordered[at] == wanted_places, order[at], NO_ROW)


def _periods(observations: pd.DataFrame, codes: Integers) -> "pd.Categorical[Any]":
    categories = observations["time_period"].cat.categories
    return pd.Categorical.from_codes(codes, categories=categories)


def _absent_by_default(statuses: "pd.Series[Any]") -> "pd.Series[Any]":
    categories = statuses.cat.categories.union([ABSENT])
    return statuses.cat.set_categories(categories).fillna(ABSENT)
