"""Where the numbers of a panel stand: in their series, beside which others.

Here: codes, of all pairs of periods and of those of one period. Not here: which cells stand beside
which (``subject.siblings``), what that makes one expect (``neighbours``, ``innovations``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from expectations.statistics.grouped import Integers, renumbered


@dataclass(frozen=True)
class Places:
    """Where each pair stands, as codes from 0.

    Attributes:
        series: Its series.
        rank: Rank of its period.
        columns: Its category in all the areas of its type, all periods together.
        tables: All categories in all these areas.
        areas: All categories of its area.
        circles: Wider groups that those without siblings may be compared with.
        circle: Which of these each is compared with; negative for those that have siblings.
        restarts: Whether nothing before the second number compares with what follows it.
    """

    series: Integers
    rank: Integers
    columns: Integers
    tables: Integers
    areas: Integers
    circles: tuple[Integers, ...]
    circle: Integers
    restarts: NDArray[np.bool_]


@dataclass(frozen=True)
class PlacesOfPeriod:
    """Where the pairs of one period stand, their codes being those of that period.

    Attributes:
        rows: Which pairs they are.
        series: As in ``Places``, for all periods.
        columns: As in ``Places``, from 0.
        tables: As in ``Places``, from 0.
        areas: As in ``Places``, from 0.
        names_of_columns: The code of each category for all periods.
        names_of_tables: The code of each table.
        names_of_areas: That of each area.
        circles: As in ``Places``.
        circle: As in ``Places``.
    """

    rows: Integers
    series: Integers
    columns: Integers
    tables: Integers
    areas: Integers
    names_of_columns: Integers
    names_of_tables: Integers
    names_of_areas: Integers
    circles: tuple[Integers, ...]
    circle: Integers

    @classmethod
    def of(cls, places: Places, rows: Integers) -> "PlacesOfPeriod":
        """Return where some pairs, all of one period, stand."""
        names_of_columns, columns = renumbered(places.columns[rows])
        names_of_areas, areas = renumbered(places.areas[rows])
        names_of_tables, tables = renumbered(places.tables[rows])
        return cls(
            rows=rows,
            series=places.series[rows],
            columns=columns,
            tables=tables,
            areas=areas,
            names_of_columns=names_of_columns,
            names_of_tables=names_of_tables,
            names_of_areas=names_of_areas,
            circles=tuple(codes[rows] for codes in places.circles),
            circle=places.circle[rows],
        )

    @cached_property
    def tables_of_columns(self) -> Integers:
        """The table of each category."""
        tables = np.zeros(self.names_of_columns.size, dtype=np.int64)
        tables[self.columns] = self.tables
        return tables

    @property
    def have_several_columns(self) -> NDArray[np.bool_]:
        """Which tables have more than one category."""
        several: NDArray[np.bool_] = np.bincount(self.tables_of_columns) > 1
        return several
