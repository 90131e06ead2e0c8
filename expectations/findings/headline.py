"""The cell of a case to show first, and what failed there.

Here: choosing it, and what a title and an order of importance are made of. Not here: which cells
are in doubt (``reached_cells``), the title (``wording``), the order of findings (``roll_up``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from expectations.findings.compared import Basis
from expectations.findings.reached_cells import Reach, Surroundings
from expectations.statistics.priority import weight
from expectations.verdicts.proofs import ROUNDED_TO, Verdict, evidence_of, period_before_of
from expectations.verdicts.table import Cell, Severity


@dataclass(frozen=True)
class Headline:
    """The cell to show first.

    Attributes:
        verdicts: The failing verdicts on it.
        around: What is known around them.
    """

    verdicts: Sequence[Verdict]
    around: Surroundings

    @classmethod
    def of(cls, reach: Reach, time_period: str) -> "Headline":
        """Return the cell to show first: a total in doubt, else the greatest before.

        One that is only rounded, as most of its table is, shows nothing that another one could not.

        Args:
            reach: The cells in doubt.
            time_period: The period that is told first.
        """
        verdicts: dict[Cell, list[Verdict]] = {}
        for row in reach.verdicts:
            verdicts.setdefault(Cell.of(row), []).append(row)
        first = min(verdicts, key=lambda cell: _rank(cell, verdicts[cell], reach, time_period))
        return cls(verdicts[first], reach.around)

    @cached_property
    def cell(self) -> Cell:
        """The cell."""
        return Cell.of(self.verdicts[0])

    @cached_property
    def lead(self) -> Verdict:
        """The one verdict that a title is made of: the gravest that compares two values."""
        ranks = list(Severity)
        return min(
            self.verdicts,
            key=lambda row: (
                ranks.index(Severity(row["severity"])),
                Basis.of(row) is Basis.NOTHING,
            ),
        )

    @property
    def basis(self) -> Basis:
        """What a title compares the value with."""
        return Basis.of(self.lead)

    @property
    def period_before(self) -> str | None:
        """The period that it is compared with by a rule that compares periods."""
        return next(filter(None, map(period_before_of, self.verdicts)), None)

    def weight(self, time_period: str) -> float:
        """Return the share of the published figure that it carries, from 0 to 1.

        The figure is the largest count of a period; of rates, which do not add up, all are alike.
        """
        values = [
            float(value)
            for cell, (value, _) in self.around.numbers.items()
            if value is not None and cell.time_period == time_period
        ]
        if self.around.definition.kind_of(self.cell.category) != "count" or not values:
            return 1.0
        before, after = self._number("value_before"), self._number("value_after")
        figure = max(values)
        return float(weight(before, after, max(figure, np.nan_to_num(before)), figure))

    def _number(self, column: str) -> float:
        numbers = [float(row[column]) for row in self.verdicts]
        return next((number for number in numbers if not np.isnan(number)), np.nan)


def _rank(
    cell: Cell, verdicts: Sequence[Verdict], reach: Reach, time_period: str
) -> tuple[object, ...]:
    before, after = (
        max((abs(row[side]) for row in verdicts if pd.notna(row[side])), default=0.0)
        for side in ("value_before", "value_after")
    )
    is_old, is_part = cell.time_period != time_period, cell not in reach.wholes
    is_of_one = _is_of_one_detail(cell, reach)
    has_no_details = cell not in reach.around.details
    # Of a period without any value the whole region is told, not the first of its departments.
    is_below = not cell.is_of_region
    is_rounded = all(ROUNDED_TO in evidence_of(row) for row in verdicts)
    return (is_old, is_part, is_of_one, is_rounded, -before, -after, has_no_details, is_below, cell)


def _is_of_one_detail(cell: Cell, reach: Reach) -> bool:
    """Tell whether a total moved for what one of its details did, which says where to look."""
    details = reach.around.details
    if cell in reach.wholes or cell not in details:
        return False
    return sum(part in reach.moves for part in details[cell]) == 1
