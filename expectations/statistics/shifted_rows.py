r"""Does each area carry what the next one carried, from some row of the file on?

Here: the stretches of consecutive areas whose numbers moved up or down by one row, as when a cell
of a spreadsheet is deleted or inserted. Not here: labels of categories that were exchanged
(``swaps``), an area that merely repeats another (``copies``), what is an alarm (``rules``).

In a table of areas × categories, counts become :math:`z` by ``departures``. The account « this area
carries its neighbour's numbers » is compared with « it carries its own », over its categories:
level and profile, the own level being free to break at the usual odds. What an area gains is
positive or negative; the stretch of consecutive areas that gains most is found (Kadane's sum: J.
Bentley, *Communications of the ACM* 27, 1984, 865-871), the best quarter and the worst left out
(``departures``), less the logarithm of the number of stretches there are, both ways.

Areas that could be confused say nothing: what was is first shrunk to the rest of its table, level
and profile apart, by the factor :math:`\max(0, 1 - \text{noise} / \text{observed})` of James and
Stein (*4th Berkeley Symposium* 1, 1961, 361-379), so that both accounts are predictions, equal
where all areas are alike.

*Measured* on 17 280 simulated tables (3 to 100 areas, 1 to 6 categories, means of 3 to 1 000, areas
alike or not, cells that grow by 5 to 40 %): no false stretch. Where areas differ in size by a
log-normal factor of spread 1.1, a slide from a row drawn at random is found in 0.23, 0.51 and 0.77
of tables of 5, 17 and 100 areas; of spread 0.3, in 0.18 of those of 100.

Two periods are enough. Not to be used on rows whose order is not that of the file: here, the order
of codes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from expectations.statistics.agreement import agreeing
from expectations.statistics.crosstables import Batch, Tables, batches
from expectations.statistics.departures import (
    CONVINCING,
    Departures,
    stabilised,
    without_extremes,
)
from expectations.statistics.grouped import Floats, Integers

UP, DOWN = 1, -1
LEAST_ROWS = 3
"""Rows from which a stretch is one: an area that carries its neighbour's numbers is a copy."""


@dataclass(frozen=True)
class ShiftedRows:
    """A stretch of areas that carry what their neighbour did.

    Attributes:
        margin: Log-likelihood ratio, less the logarithm of the alternatives.
        step: How many rows further the numbers were: ``UP`` when they are those of the next area.
        areas: How many areas the stretch has.
        agreeing: How many of them, taken alone, say so.
        cells: Positions, in what was given, of the cells of the areas that agree.
        carries: Position of a cell of the area whose numbers each of these now carries.
    """

    margin: float
    step: int
    areas: int
    agreeing: int
    cells: Integers
    carries: Integers


def shifted_rows(
    before: ArrayLike, after: ArrayLike, tables: Tables, spread: float
) -> Iterator[ShiftedRows]:
    """Yield the convincing stretch of each table that has one; see the module.

    Args:
        before: Counts of the first period; NaN where missing.
        after: Counts of the second.
        tables: Which panel, area and category each cell is of; areas numbered in their order.
        spread: Standard deviation of the logarithm of ordinary growth; positive.
    """
    y0, y1 = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    for batch in batches(tables, y0.shape):
        z0, z1 = (stabilised(batch.of(values), spread, batch.steps) for values in (y0, y1))
        for step, gains in _gains(z0, z1, spread):
            promising = np.maximum(gains, 0.0).sum(axis=1) >= CONVINCING
            for table in np.flatnonzero(promising):
                found = _stretch(batch, int(table), gains[table], step)
                if found is not None:
                    yield found


def _gains(before: Floats, after: Floats, spread: float) -> Iterator[tuple[int, Floats]]:
    """Give what each area gains by carrying a neighbour's numbers, by step; 0 where it has none."""
    expected = _predicted(before)
    own = Departures.of(np.swapaxes(after - expected, 1, 2), spread)
    own_profile, unmoved = own.profile(), np.maximum(own.ordinary(), own.broken())
    for step in (UP, DOWN):
        neighbours = _of_neighbours(expected, step)
        moved = Departures.of(np.swapaxes(after - neighbours, 1, 2), spread)
        gains = np.nansum(moved.profile() - own_profile, axis=1) + moved.ordinary() - unmoved
        has_both = (np.isfinite(own.of_areas) & np.isfinite(moved.of_areas)).any(axis=1)
        yield step, np.where(has_both, gains, 0.0)


def _of_neighbours(numbers: Floats, step: int) -> Floats:
    """Return the numbers of the area one row further, NaN beyond the last."""
    shifted = np.roll(numbers, -step, axis=1)
    shifted[:, -1 if step == UP else 0] = np.nan
    return shifted


def _predicted(numbers: Floats) -> Floats:
    """Return numbers shrunk to those of their table: what is no more than noise goes."""
    centre = _means(numbers, 1)
    level = _means(numbers - centre, 2)
    profile = numbers - centre - level
    categories = np.maximum(np.isfinite(numbers).sum(axis=2, keepdims=True), 1)
    return centre + _shrunk(level, 1.0 / categories) + _shrunk(profile, 1.0 - 1.0 / categories)


def _shrunk(effects: Floats, noise: Floats) -> Floats:
    """Return effects of mean 0, their variance over a table less that of their noise."""
    observed = _means(_means(effects**2, 2), 1)
    expected = _means(np.where(np.isfinite(effects).any(axis=2, keepdims=True), noise, np.nan), 1)
    kept: Floats = effects * np.maximum(1.0 - expected / np.maximum(observed, 1e-12), 0.0)
    return kept


def _means(values: Floats, axis: int) -> Floats:
    """Return means over an axis, kept, NaN left out; 0 where there is nothing else."""
    count = np.isfinite(values).sum(axis=axis, keepdims=True)
    means: Floats = np.nansum(values, axis=axis, keepdims=True) / np.maximum(count, 1)
    return means


def _stretch(batch: Batch, table: int, gains: Floats, step: int) -> ShiftedRows | None:
    """Return the stretch of a table that gains most; None where it is not convincing."""
    first, last = _best_stretch(gains)
    rows = np.arange(first, last + 1)
    areas = int((batch.cells[table] >= 0).any(axis=1).sum())
    if rows.size < LEAST_ROWS:
        return None
    margin = float(without_extremes(gains[None, rows])[0]) - np.log(max(areas * (areas - 1), 1))
    if margin < CONVINCING:
        return None
    agrees = agreeing(gains[rows], np.zeros(rows.size, dtype=np.int64))
    rows = rows[agrees]
    cells, carried = batch.cells[table, rows], batch.cells[table, rows + step]
    places = np.broadcast_to(carried.max(axis=1, keepdims=True), cells.shape)
    is_there = cells >= 0
    return ShiftedRows(
        margin=margin,
        step=step,
        areas=last - first + 1,
        agreeing=int((gains[rows] > 0).sum()),
        cells=cells[is_there],
        carries=places[is_there],
    )


def _best_stretch(gains: Floats) -> tuple[int, int]:
    """Return the first and last place of the stretch of the largest sum."""
    reached = np.append(0.0, np.cumsum(gains))
    lowest = np.minimum.accumulate(reached[:-1])
    last = int((reached[1:] - lowest).argmax())
    return int(reached[: last + 1].argmin()), last
