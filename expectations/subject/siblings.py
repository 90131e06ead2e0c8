"""Who stands beside whom: the cells that are expected to move alike from one period to the next.

Here: the grouping; the siblings of a cell are the same category in the other areas of its type, or
the other categories of its area, whichever are more. Not here: what moving apart means
(``statistics``).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.cell_index import Integers, codes_of_column, combined_codes
from expectations.cells.observations import TOTAL
from expectations.statistics.crosstables import Tables


def siblings_of(cells: pd.DataFrame) -> Integers:
    """Return the code of the group of siblings of each cell, from 0.

    Args:
        cells: At least the columns of the key, as categories.
    """
    by_area = _groups(cells, area_types(cells), ["breakdown", "category"])
    by_category = _groups(cells, codes_of_column(cells, "ref_area"), ["breakdown"])
    is_total = (cells["category"] == TOTAL).to_numpy()
    more_areas = np.bincount(by_area)[by_area] >= np.bincount(by_category)[by_category]
    chosen = np.where(more_areas | is_total, by_area, by_category + by_area.max(initial=0) + 1)
    return np.unique(chosen, return_inverse=True)[1].astype(np.int64)


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


def reports_of(cells: pd.DataFrame) -> Integers:
    """Return the code of the report of each cell: all that one area says of an indicator."""
    return _groups(cells, codes_of_column(cells, "ref_area"), [])


def area_groups(cells: pd.DataFrame) -> Integers:
    """Return the code of the block of each cell: its category in all the areas of its type."""
    return _groups(cells, area_types(cells), ["breakdown", "category"])


def crosstables_of(cells: pd.DataFrame) -> Tables:
    """Return where each cell stands in its table of areas × categories, as ``tables_of``."""
    return Tables(
        tables_of(cells), codes_of_column(cells, "ref_area"), codes_of_column(cells, "category")
    )


def _groups(cells: pd.DataFrame, places: Integers, columns: list[str]) -> Integers:
    """Number the combinations of indicator, period, place and some columns."""
    combined = combined_codes(cells, ["indicator", "time_period", *columns])
    number = combined * (int(places.max(initial=0)) + 1) + places
    return pd.factorize(number)[0].astype(np.int64)


def area_types(cells: pd.DataFrame) -> Integers:
    """Return the code of the type of the area of each cell (``DEP`` of ``DEP-44``)."""
    areas = cells["ref_area"].cat.categories
    types = pd.factorize(np.array([str(area).partition("-")[0] for area in areas], dtype=object))[0]
    return types.astype(np.int64)[codes_of_column(cells, "ref_area")]
