"""Changes of one size: a cell, an area or a category that is multiplied, lines that are lost.

The kinds of ``changes`` draw their magnitude from what such changes do in life; these have the one
that is asked for, so that what is caught can be shown size by size. Nothing is changed that chance
alone hides: the log of the factor is at least three times the standard deviation that counting has
(√(1/before + 1/after), Poisson) in what is changed; rates are taken from 2 % on.

Here: what is done, and to which cells. Not here: how it is put there (``targets``).
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from tests.benchmarks.breaks import targets
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import CELL, SIBLINGS, Change

SURPRISE = 3.0
LEAST_RATE = 2.0
SECRET = 10
Generator = np.random.Generator
Kind = Callable[[Station, Generator], Change | None]

CELLS, AREAS, CATEGORIES = (
    ["ref_area", "breakdown", "category"],
    ["ref_area"],
    ["breakdown", "category"],
)


def multiplied(station: Station, rng: Generator, *, by: list[str], factor: float) -> Change | None:
    """One cell, one area or one category of an indicator is multiplied.

    Args:
        station: The station.
        rng: Draws which one.
        by: What makes a cell, an area or a category.
        factor: By how much.
    """
    tables = [*targets.counts(station), *targets.rates(station)]
    groups = [
        rows
        for table in tables
        if by == CELLS or table[by].drop_duplicates().shape[0] > 1
        for _, rows in table.groupby(by)
        if (by == CELLS or len(rows) > 1) and _is_seen(rows, factor)
    ]
    if not groups:
        return None
    rows = groups[rng.integers(len(groups))]
    decimals = 1 if targets.is_rate(rows) else 0
    values = (rows["obs_value"] * factor).round(decimals)
    return targets.changed(station, values, rows, f"{_place(rows, by)} × {factor:g}", rng)


def _is_seen(rows: pd.DataFrame, factor: float) -> bool:
    """Tell whether a factor is more than what counting alone does to the sum of some cells."""
    if targets.is_rate(rows):
        return float(rows["obs_value"].mean() or 0) >= LEAST_RATE and rows["before"].notna().all()
    before, after = rows["before"].sum(), factor * rows["obs_value"].sum()
    if before <= 0 or after <= 0:
        return False
    return bool(abs(np.log(factor)) >= SURPRISE * np.sqrt(1 / before + 1 / after))


def _place(rows: pd.DataFrame, by: list[str]) -> str:
    return " ".join([targets.name(rows), *(str(rows[column].iloc[0]) for column in by)])


def line_lost(station: Station, rng: Generator) -> Change | None:
    """One line of one area is not sent. Floor: ``CELL`` before."""
    return _lost(station, rng, 1)


def lines_lost(station: Station, rng: Generator) -> Change | None:
    """Two to four lines of one area are not sent. Floor: ``CELL`` before in each."""
    return _lost(station, rng, int(rng.integers(2, 5)))


def _lost(station: Station, rng: Generator, number: int) -> Change | None:
    tables = [
        rows
        for table in targets.counts(station)
        for _, area in table.groupby("ref_area")
        for rows in [area[area[["before", "obs_value"]].min(axis=1) >= CELL]]
        if number <= len(rows) < len(area)
    ]
    rows = targets.drawn(rng, tables, lambda table: len(table) > 0)
    if rows is None:
        return None
    rows = rows.sample(number, random_state=rng)
    values = rows["obs_value"] * np.nan
    return targets.changed(station, values, rows, f"{_place(rows, AREAS)} : {number} lost", rng)


def small_cells_hidden(station: Station, rng: Generator) -> Change | None:
    """Counts under ten are not given any more, anywhere. Floor: eight that were 5 to 9 before."""
    tables = [table[table["obs_value"].between(1, SECRET - 1)] for table in targets.counts(station)]
    rows = targets.drawn(
        rng, tables, lambda table: int(table["before"].between(5, SECRET - 1).sum()) >= 2 * SIBLINGS
    )
    if rows is None:
        return None
    values = rows["obs_value"] * np.nan
    return targets.changed(station, values, rows, f"{targets.name(rows)} : under ten hidden", rng)


def of_size(by: list[str], factor: float) -> Kind:
    """Return the kind that multiplies one cell, area or category by a factor."""
    return partial(multiplied, by=by, factor=factor)


WHERE = {"cell": CELLS, "area": AREAS, "category": CATEGORIES}
