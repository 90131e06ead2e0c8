"""Tables of areas × categories, side by side in arrays, so that all are computed at once.

Here: where each cell goes, and to what each table is rounded. Not here: what its numbers mean
(``swaps``, ``mergers``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from expectations.statistics.grouped import Floats, Integers, codes_of


@dataclass(frozen=True)
class Tables:
    """Where each cell of some tables of areas × categories stands.

    Attributes:
        panels: Code of the table of each cell.
        areas: Code of its area; a table has at most one cell an area and category.
        categories: Code of its category.
        steps: What it is rounded to, one a cell or one for all.
    """

    panels: ArrayLike
    areas: ArrayLike
    categories: ArrayLike
    steps: ArrayLike = 1.0

    def take(self, rows: Integers) -> "Tables":
        """Return where some of the cells stand."""
        panels, areas, categories, steps = (
            np.broadcast_to(each, np.shape(self.panels))[rows]
            for each in (self.panels, self.areas, self.categories, self.steps)
        )
        return Tables(panels, areas, categories, steps)


@dataclass(frozen=True)
class Batch:
    """Tables of about one size, side by side: panel × area × category.

    Attributes:
        panels: Code of each table.
        categories: Code of each category of each table, -1 beyond the last one.
        cells: Position of each cell in the arrays that were cut, -1 where there is none.
        steps: What each table is rounded to, the coarsest of its cells: table × 1 × 1.
    """

    panels: Integers
    categories: Integers
    cells: Integers
    steps: Floats

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
    steps = np.broadcast_to(np.asarray(tables.steps, dtype=np.float64), shape)
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
        places = place[panels[inside]], row[inside], column[inside]
        cells = np.full((members.size, *sides), -1)
        cells[places] = inside
        named = np.full((members.size, sides[1]), -1)
        named[places[0], places[2]] = codes[inside]
        rounded = np.where(cells >= 0, steps[cells], 1.0)
        yield Batch(members, named, cells, rounded.max(axis=(1, 2), keepdims=True))


def _ranks(panels: Integers, codes: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the rank of each code in its panel, how many each panel has, and the codes."""
    width = int(codes.max()) + 1
    pairs, index = np.unique(panels * width + codes, return_inverse=True)
    owners = pairs // width
    sizes = np.bincount(owners, minlength=int(panels.max()) + 1)
    firsts = np.cumsum(sizes) - sizes
    return index - firsts[panels], sizes, codes


def _power_of_two(numbers: Integers) -> Integers:
    powers: Integers = 2 ** np.ceil(np.log2(np.maximum(numbers, 1))).astype(np.int64)
    return powers
