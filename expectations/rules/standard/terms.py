"""The numbers of other cells that a control compares a cell with.

Here: finding them. Not here: what is asked of them (``relations``, ``sums``, ``adjusted``).
"""

import numpy as np

from expectations.cells.cell_index import NO_ROW, Integers
from expectations.statistics.grouped import Floats
from expectations.subject.series import at_rows
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import FIELDS, Term


def values_of(subject: Subject, term: Term, rows: Integers) -> Floats:
    """Return the number that a term is, for each of some cells; NaN where there is none."""
    found = rows_of(subject, term, rows)
    return at_rows(subject.observations[FIELDS[term.field]], found).to_numpy()


def rows_of(subject: Subject, term: Term, rows: Integers, **changed: Integers) -> Integers:
    """Return where the cell of a term is, for each of some cells; -1 where there is none.

    Args:
        subject: What is judged.
        term: The term.
        rows: Positions of the cells.
        changed: Codes of other columns of the key that differ.
    """
    texts = {
        "indicator": term.indicator,
        "ref_area": term.area,
        "breakdown": term.breakdown,
        "category": term.category,
    }
    codes = {name: subject.index.code(name, text) for name, text in texts.items() if text}
    if term.period is not None:
        changed["time_period"] = _periods_before(subject, rows)
    return subject.index.like(rows, **codes, **changed)


def _periods_before(subject: Subject, rows: Integers) -> Integers:
    """Return the code of the period before that of each cell, among those of its indicator."""
    grid = subject.grid
    rank = grid.rank[rows]
    before = grid.periods[grid.first[rows] + np.maximum(rank - 1, 0)]
    return np.where(rank > 0, before, NO_ROW)
