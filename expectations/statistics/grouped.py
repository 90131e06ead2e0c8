"""Arrays cut into groups by integer codes: what numpy does not give for every group at once.

Codes are 0, 1, 2, …, as ``numpy.unique`` and ``pandas.factorize`` give them. Nothing statistical
is here: what a group is and what a difference means is for the modules that call this one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def codes_of(groups: ArrayLike, shape: tuple[int, ...]) -> Ints:
    """Return group codes as integers, one for each value.

    Raises:
        ValueError: A code is negative, or there are not as many codes as values.
    """
    codes = np.asarray(groups, dtype=np.int64)
    if codes.shape != shape:
        message = f"{codes.shape} group codes for {shape} values: one code a value is needed."
        raise ValueError(message)
    if codes.size and codes.min() < 0:
        message = f"Group code {codes.min()}: codes are 0, 1, 2, …; leave out what has no group."
        raise ValueError(message)
    return codes


def sums(values: ArrayLike, groups: Ints, size: int) -> Floats:
    """Return the sum of the values of each group, from 0 to ``size`` - 1; 0 for an empty one."""
    totals: Floats = np.bincount(groups, np.asarray(values, np.float64), size).astype(np.float64)
    return totals


def medians_of_others(values: Floats, groups: Ints) -> Floats:
    """Return, for each value, the median of the *other* values of its group.

    The value itself is left out, so that a suspect is never part of what it is compared with.

    Returns:
        One median for each value; NaN where the value is missing or alone. Missing values are
        no part of their group.
    """
    medians = np.full(values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    keys = np.empty(known.size, dtype=np.complex128)  # sorted by group, then value, in one go
    keys.real, keys.imag = groups[known], values[known]
    order = known[np.argsort(keys)]
    ranked, codes = values[order], groups[order]
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]][: codes.size])
    sizes = np.diff(np.r_[starts, codes.size])
    start, others = np.repeat(starts, sizes), np.repeat(sizes, sizes) - 1
    rank = np.arange(codes.size) - start
    pair = [start + half + (half >= rank) for half in ((others - 1) // 2, others // 2)]
    some = others > 0
    medians[order[some]] = (ranked[pair[0][some]] + ranked[pair[1][some]]) / 2.0
    return medians


@dataclass(frozen=True)
class Tables:
    """Where each cell of some tables of areas × categories stands.

    Attributes:
        panels: Code of the table of each cell.
        areas: Code of its area; a table has at most one cell an area and category.
        categories: Code of its category.
    """

    panels: ArrayLike
    areas: ArrayLike
    categories: ArrayLike


@dataclass(frozen=True)
class Batch:
    """Tables of about one size, side by side: panel × area × category.

    Attributes:
        panels: Code of each table.
        categories: Code of each category of each table, -1 beyond the last one.
        cells: Position of each cell in the arrays that were cut, -1 where there is none.
    """

    panels: Ints
    categories: Ints
    cells: Ints

    def of(self, values: Floats) -> Floats:
        """Return values in the shape of the cells; NaN where there is none."""
        return np.where(self.cells >= 0, values[self.cells], np.nan)


def batches(tables: Tables, shape: tuple[int, ...]) -> Iterator[Batch]:
    """Yield all tables, those of similar numbers of areas and categories together.

    Sides are rounded up to powers of two: few batches, each at most a few times its cells.

    Args:
        tables: Where each cell stands.
        shape: That of the values that are to be cut.
    """
    panels, areas = codes_of(tables.panels, shape), codes_of(tables.areas, shape)
    categories = codes_of(tables.categories, shape)
    if not panels.size:
        return
    row, rows, _ = _ranks(panels, areas)
    column, columns, codes = _ranks(panels, categories)
    shapes = np.stack([_power_of_two(rows), _power_of_two(columns)], axis=1)
    shapes[rows == 0] = 0
    for sides in np.unique(shapes[rows > 0], axis=0):
        members = np.flatnonzero((shapes == sides).all(axis=1))
        place = np.full(rows.size, -1)
        place[members] = np.arange(members.size)
        inside = np.flatnonzero(place[panels] >= 0)
        where = place[panels[inside]], row[inside], column[inside]
        cells = np.full((members.size, *sides), -1)
        cells[where] = inside
        named = np.full((members.size, sides[1]), -1)
        named[where[0], where[2]] = codes[inside]
        yield Batch(members, named, cells)


def _ranks(panels: Ints, codes: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the rank of each code in its panel, how many each panel has, and the codes."""
    width = int(codes.max()) + 1
    pairs, index = np.unique(panels * width + codes, return_inverse=True)
    owners = pairs // width
    sizes = np.bincount(owners, minlength=int(panels.max()) + 1)
    firsts = np.cumsum(sizes) - sizes
    return index - firsts[panels], sizes, codes


def _power_of_two(numbers: Ints) -> Ints:
    powers: Ints = 2 ** np.ceil(np.log2(np.maximum(numbers, 1))).astype(np.int64)
    return powers
