"""What a rule looks at: a small table, one row a distinct value, and the way back to the records.

Here: the shape. Not here: what is put in a view (``distinct``), what is expected of it
(``validations.extracts.plans``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

Ranks = npt.NDArray[np.int64]
NOWHERE: Ranks = np.array([], dtype=np.int64)


@dataclass(frozen=True)
class ViewPart:
    """Some rows of a view, one below the other: those of one column, or of one combination.

    Attributes:
        first: The first of them.
        size: How many they are.
        rows: For each record that the rule is about, the one that is its own, from 0; worked out
            when somebody asks.
    """

    first: int
    size: int
    rows: Callable[[], Ranks]

    def behind(self, failing: npt.NDArray[np.bool_]) -> tuple[Ranks, Ranks]:
        """Return the records whose row fails, among those that the rule is about; and that row."""
        failing_rows = failing[self.first : self.first + self.size]
        if not failing_rows.any():
            return NOWHERE, NOWHERE
        rows = self.rows()
        found = np.flatnonzero(failing_rows[rows])
        return found, rows[found] + self.first


@dataclass(frozen=True)
class View:
    """What one rule looks at.

    Attributes:
        table: One row a distinct value or combination: what Great Expectations is given.
        places: The records that the rule is about, by their rank in the extract.
        parts: Whose rows the rows of the table are; none when they are nobody's.
    """

    table: pd.DataFrame
    places: Ranks
    parts: tuple[ViewPart, ...] = ()

    def records_behind(self, rows: Ranks) -> tuple[Ranks, Ranks]:
        """Return the records behind some rows, in their order, and the row of each."""
        if not self.parts:
            return NOWHERE, NOWHERE
        # Not the length of the table: rows that hold an excused value were taken from it.
        failing = np.zeros(sum(part.size for part in self.parts), dtype=np.bool_)
        failing[rows] = True
        behind = [part.behind(failing) for part in self.parts]
        places = self.places[np.concatenate([NOWHERE, *(found for found, _ in behind)])]
        order = np.argsort(places, kind="stable")
        return places[order], np.concatenate([NOWHERE, *(row for _, row in behind)])[order]


def stacked(views: Sequence[View]) -> View:
    """Return views of the same records as one, one below the other."""
    firsts = np.cumsum([0, *(len(view.table) for view in views)]).tolist()
    parts = tuple(
        replace(part, first=first + part.first)
        for view, first in zip(views, firsts, strict=False)
        for part in view.parts
    )
    table = pd.concat([view.table for view in views], ignore_index=True)
    return View(table, views[0].places, parts)
