"""The figures that a decision is tied to: cells, values, statuses, and the values before.

Here: reading them in observations. Not here: what follows when they change (``standings``).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from expectations.cells.observations import KEY
from expectations.cells.statuses import ABSENT
from expectations.findings.compared import at_period
from expectations.verdicts.table import Cell

Numbers = Mapping[Cell, tuple[str | None, str]]
"""Value, to six decimals, and status of some cells."""


@dataclass(frozen=True, order=True)
class CellFigures:
    """What a decision saw of one cell: its value and status, and those of the period before.

    Attributes:
        cell: The cell.
        value: Its value, to six decimals; None when there was none.
        status: Its status.
        value_before: Value in the period it was compared with.
        status_before: Status in that period; empty when it was compared with none.
    """

    cell: Cell
    value: str | None
    status: str
    value_before: str | None
    status_before: str


def figures_of(
    cells: Collection[Cell], period_before: str | None, observations: pd.DataFrame
) -> tuple[CellFigures, ...]:
    """Return the figures of some cells and of those cells in the period before, sorted.

    Args:
        cells: The cells.
        period_before: The period they are compared with, if any.
        observations: The observations that have the figures; a cell without a row is absent.
    """
    numbers = read_numbers(observations, with_cells_before(cells, period_before))
    return figures_among(cells, period_before, numbers)


def with_cells_before(cells: Iterable[Cell], period_before: str | None) -> set[Cell]:
    """Return the cells, and those same cells in the period before."""
    here = set(cells)
    return here | {at_period(cell, period_before) for cell in here if period_before}


def figures_among(
    cells: Iterable[Cell], period_before: str | None, numbers: Numbers
) -> tuple[CellFigures, ...]:
    """Return the figures of some cells, among numbers that were read; without one, it is absent."""
    absent = (None, ABSENT)
    before = {
        cell: numbers.get(at_period(cell, period_before), absent) if period_before else (None, "")
        for cell in cells
    }
    return tuple(
        CellFigures(cell, *numbers.get(cell, absent), *before[cell]) for cell in sorted(before)
    )


def read_numbers(
    observations: pd.DataFrame, cells: Collection[Cell]
) -> dict[Cell, tuple[str | None, str]]:
    """Return value, to six decimals, and status of some cells."""
    rows = observations[observations["indicator"].isin({cell.indicator for cell in cells})]
    columns = rows[[*KEY, "obs_value", "obs_status"]].itertuples(index=False, name=None)
    return {
        cell: (None if pd.isna(value) else f"{value:.6f}", str(status))
        for *key, value, status in columns
        if (cell := Cell(*key)) in cells
    }
