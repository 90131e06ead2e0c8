"""Who stands beside whom: the cells that are expected to move alike from one period to the next.

Here: the grouping; the siblings of a cell are the same category in the other areas of its type, or
where there are hardly any, the other categories of its area. Not here: what moving apart means
(``statistics``).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.cell_index import Integers, codes_of_column, combined_codes
from expectations.cells.observations import TOTAL
from expectations.statistics.crosstables import Tables

LEAST_AREAS = 3
"""Areas from which a category is compared over areas. Faults are made by areas, which report, and
events happen to categories: the categories of one area excuse each other of too much."""
NO_CIRCLE = -1


@dataclass(frozen=True)
class Lines:
    """Where cells stand, whatever their period: one code from 0 a line, the same in every period.

    Attributes:
        siblings: Their siblings.
        tables: All categories in all areas of their type.
        areas: All categories of their area.
        circles: Wider ones, the nearer first: their category in all areas of any type (a region
            beside its departments), and all that is said of the indicator.
        circle: Rank of the circle that cells without siblings are compared with; ``NO_CIRCLE`` for
            those that have some.
    """

    siblings: Integers
    tables: Integers
    areas: Integers
    circles: tuple[Integers, Integers]
    circle: Integers


def lines_of(cells: pd.DataFrame) -> Lines:
    """Return where each cell stands.

    Args:
        cells: At least the columns of the key, as categories.
    """
    types, places = area_types(cells), codes_of_column(cells, "ref_area")
    nowhere = np.zeros(len(cells), dtype=np.int64)
    columns = _groups(cells, types, ["breakdown", "category"], over_periods=True)
    areas = _groups(cells, places, ["breakdown"], over_periods=True)
    categories = _groups(cells, nowhere, ["breakdown", "category"], over_periods=True)
    has_siblings = _how_many(areas, columns) >= LEAST_AREAS
    is_elsewhere = _how_many(areas, categories) >= LEAST_AREAS
    is_total = (cells["category"] == TOTAL).to_numpy()
    by_area = ~(has_siblings | is_elsewhere | is_total)
    return Lines(
        siblings=pd.factorize(np.where(by_area, areas + columns.max(initial=0) + 1, columns))[0],
        tables=_groups(cells, types, ["breakdown"], over_periods=True),
        areas=areas,
        circles=(categories, codes_of_column(cells, "indicator")),
        circle=np.select([has_siblings | by_area, is_elsewhere], [NO_CIRCLE, 0], 1),
    )


def _how_many(members: Integers, groups: Integers) -> Integers:
    """Return how many distinct members the group of each row has."""
    distinct = pd.DataFrame({"group": groups, "member": members}).drop_duplicates()
    return np.bincount(distinct["group"], minlength=1)[groups]


def in_periods(lines: Integers, cells: pd.DataFrame) -> Integers:
    """Return the code of each line in each of its periods, from 0."""
    numbers = lines * len(cells["time_period"].cat.categories)
    return pd.factorize(numbers + codes_of_column(cells, "time_period"))[0].astype(np.int64)


def area_lives_on(cells: pd.DataFrame, is_there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which cells are of an area that still says something of the same breakdown.

    Args:
        cells: At least the columns of the key, as categories.
        is_there: Which of them have a value.
    """
    groups = _groups(cells, codes_of_column(cells, "ref_area"), ["breakdown"])
    alive: NDArray[np.bool_] = np.bincount(groups, is_there)[groups] > is_there
    return alive


def tables_of(cells: pd.DataFrame) -> Integers:
    """Return the code of the table of each cell: all categories, in all areas of its type."""
    return _groups(cells, area_types(cells), ["breakdown"])


class Grouping(Protocol):
    """What gives the code of the group of each cell: of its period, or the same in every one."""

    def __call__(self, cells: pd.DataFrame, *, over_periods: bool = False) -> Integers:
        """Return the codes, from 0."""


def reports_of(cells: pd.DataFrame, *, over_periods: bool = False) -> Integers:
    """Return the code of the report of each cell: all that one area says of an indicator."""
    places = codes_of_column(cells, "ref_area")
    return _groups(cells, places, [], over_periods=over_periods)


def area_groups(cells: pd.DataFrame, *, over_periods: bool = False) -> Integers:
    """Return the code of the block of each cell: its category in all the areas of its type."""
    columns = ["breakdown", "category"]
    return _groups(cells, area_types(cells), columns, over_periods=over_periods)


def crosstables_of(cells: pd.DataFrame) -> Tables:
    """Return where each cell stands in its table of areas × categories, as ``tables_of``."""
    areas, categories = (codes_of_column(cells, name) for name in ("ref_area", "category"))
    return Tables(tables_of(cells), areas, categories, cells["printed_step"])


def _groups(
    cells: pd.DataFrame, places: Integers, columns: list[str], *, over_periods: bool = False
) -> Integers:
    """Number the combinations of indicator, period, unless over all of them, place and columns."""
    kept = ["indicator", *([] if over_periods else ["time_period"]), *columns]
    combined = combined_codes(cells, kept)
    number = combined * (int(places.max(initial=0)) + 1) + places
    return pd.factorize(number)[0].astype(np.int64)


def area_types(cells: pd.DataFrame) -> Integers:
    """Return the code of the type of the area of each cell (``DEP`` of ``DEP-44``)."""
    areas = cells["ref_area"].cat.categories
    types = pd.factorize(np.array([str(area).partition("-")[0] for area in areas], dtype=object))[0]
    return types.astype(np.int64)[codes_of_column(cells, "ref_area")]
