"""The same change, but less of it: down to five per cent, and down to a few cells.

A change that moves numbers is weakened until the changed cells move by what is asked, in the
median: 5 % of a doubling moves them by 5 %. One that makes numbers equal, or rounds them, cannot be
weakened; fewer cells are concerned instead, drawn among those that it would have changed.

What is weakened is never declared in the columns beside the numbers.

Here: how. Not here: the changes (``changes``).
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.observations import KEY
from tests.benchmarks.breaks import changes, sized, targets
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import Change

MOVES = (0.05, 0.1, 0.2, 0.4)
"""By how much changed cells move, in the median."""
YEARLY = (0.01, 0.02, 0.04, 0.08)
"""By how much a drift moves away a year."""
EXTENTS = (0.1, 0.25, 0.5, 1.0)
"""Which part of the cells is concerned, where moving them less would be another change."""
OF_EXTENT = (
    *("columns_swapped", "codes_relabelled", "stale_repeat", "copied"),
    *("missing_as_zero", "rounding_changed"),
)
DRIFT = "slow_drift"
PLACES = ("cell", "area", "category")
KINDS = (*PLACES, *changes.KINDS)
Generator = np.random.Generator


def sizes_of(kind: str) -> tuple[float, ...]:
    """Return the sizes that a kind is tried at, from small to large."""
    if kind == DRIFT:
        return YEARLY
    return EXTENTS if kind in OF_EXTENT else MOVES


def in_words(kind: str, size: float) -> str:
    """Return a size as the page says it."""
    if kind == DRIFT:
        return f"{size:.0%} a year"
    return f"{size:.0%} of cells" if kind in OF_EXTENT else f"{size:.0%}"


def of_size(kind: str, size: float) -> Callable[[Station, Generator], Change | None]:
    """Return the maker of the changes of a kind at one of its sizes."""

    def make(station: Station, rng: Generator) -> Change | None:
        if kind in PLACES:
            factor = 1 + size * rng.choice([-1, 1])
            return sized.multiplied(station, rng, by=sized.WHERE[kind], factor=float(factor))
        if kind == DRIFT:
            return _drift(station, rng, size)
        change = changes.KINDS[kind](station, rng)
        if change is None:
            return None
        if kind in OF_EXTENT:
            return _of_fewer_cells(station, change, size, rng)
        return _weakened(station, change, size, rng)

    return make


def _drift(station: Station, rng: Generator, size: float) -> Change | None:
    rows = changes.long_area(station, rng)
    if rows is None:
        return None
    return changes.drifted(station, rows, float(1 + size * rng.choice([-1, 1])), rng)


def touched_rows(station: Station, change: Change) -> pd.DataFrame:
    """Return the rows of the details that were changed, before, with the value they got: ``after``.

    Args:
        station: The station before.
        change: The change.
    """
    rows = station.newest.assign(after=change.station.observations["obs_value"])
    return rows[_is_touched(rows, change)]


def _added(station: Station, change: Change) -> pd.DataFrame:
    """Return the rows of the details that were not there."""
    after = change.station.observations
    added = after[~after.index.isin(station.observations.index)]
    return added[_is_touched(added, change)]


def _is_touched(rows: pd.DataFrame, change: Change) -> NDArray[np.bool_]:
    keys = [cell.key for cell in change.touched]
    return pd.MultiIndex.from_frame(rows[KEY]).isin(keys)


def _weakened(station: Station, change: Change, size: float, rng: Generator) -> Change | None:
    """Return the part of a change that moves its cells by a size, None where it never did."""
    rows = touched_rows(station, change)
    before, moves = rows["obs_value"], rows["after"].fillna(0) - rows["obs_value"].fillna(0)
    relative = (moves / before).abs()[before > 0]
    if relative.empty or relative.median() < size:
        return None
    part = size / float(relative.median())
    decimals = 1 if targets.is_rate(rows) else 0
    values = (before.fillna(0) + part * moves).round(decimals)
    added = _added(station, change)
    added = added.assign(obs_value=(part * added["obs_value"]).round(decimals))
    story = f"{change.story}, {size:.0%}"
    return targets.changed(station, values, rows, story, rng, added=added if len(added) else None)


def _of_fewer_cells(station: Station, change: Change, part: float, rng: Generator) -> Change | None:
    """Return a change of a part of its cells; None where codes are new, which is all or nothing."""
    rows, added = touched_rows(station, change), _added(station, change)
    if rows.empty or (part < 1 and len(added)):
        return None
    rows = rows.sample(max(1, round(part * len(rows))), random_state=rng)
    story = f"{change.story}, {part:.0%}"
    return targets.changed(
        station, rows["after"], rows, story, rng, added=added if len(added) else None
    )
