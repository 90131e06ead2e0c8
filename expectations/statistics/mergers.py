r"""Did a vanished category go into another one, or a new one come out of another?

Here: the likeliest heir of each vanished category. Not here: which codes were declared to change
(COV, DFC) and what is an alarm (``rules``).

A category *a* that is gone from all areas of a table, and another, *b*, that now has both numbers,
area by area: :math:`y_1^b` is compared with :math:`y_0^a + y_0^b`. The answer is the log-likelihood
ratio of that account over *b* going its own way (ordinary growth; once in 20 a break of any size,
alike in all areas or not; a level of its own when it is new), less that of the next best heir and
the logarithm of the number of possible heirs. The laws are those of ``departures``.

*Measured* on 10 800 simulated tables (5 or 20 areas, 3 to 6 categories, means of 10 to 2 000), at
the margin of 3: a category that merely vanished was given an heir 4 times. Of the mergers of two
categories whose sizes differ by a log-normal factor of spread 1.1, means from 100, it finds 0.55 to
0.8 with a spread of 0.15, 0.4 to 0.6 with one of 0.25, and never a wrong heir.

Minimum history: two periods. Do not use it on a category that was small beside its heir (nothing is
found), nor without first knowing that the category vanished: that is VAN's to say.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from expectations.statistics.crosstables import Batch, Tables, batches
from expectations.statistics.departures import Departures, stabilised
from expectations.statistics.grouped import Floats, Integers

SUGGESTIVE = 3.0  # a ratio of 20: that the category vanished is a fact, only where to is asked


@dataclass(frozen=True)
class Mergers:
    """Vanished categories and where they seem to have gone, one row each.

    Attributes:
        panels: Code of the panel.
        vanished: The category that is gone.
        heirs: The category that now has its values besides its own, if it had any.
        margins: Log-likelihood ratio over the best other account, less that of the alternatives.
    """

    panels: Integers
    vanished: Integers
    heirs: Integers
    margins: Floats


def merged_categories(
    before: ArrayLike,
    after: ArrayLike,
    tables: Tables,
    spread: float,
    least: float = SUGGESTIVE,
) -> Mergers:
    """Return where vanished categories went; see the module.

    A split is a merger read backwards: exchange ``before`` and ``after``; ``vanished`` is then
    the new category, ``heirs`` the one that it came out of.

    Args:
        before: Counts of the first period; NaN where missing.
        after: Counts of the second; a category that is missing or 0 everywhere has vanished.
        tables: Which panel, area and category each cell is of.
        spread: Standard deviation of the logarithm of ordinary growth; positive.
        least: Smallest margin that is returned.
    """
    y0, y1 = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    found = [
        _best_heirs(batch, batch.of(y0), batch.of(y1), spread)
        for batch in batches(tables, y0.shape)
    ]
    rows = np.concatenate([np.empty((0, 4)), *found])
    rows = rows[rows[:, 3] >= least]
    codes = rows[:, :3].astype(np.int64)
    return Mergers(codes[:, 0], codes[:, 1], codes[:, 2], rows[:, 3])


def _masses(counts: Floats) -> Floats:
    """Return counts, nothing where there is none."""
    return np.where(counts > 0, counts, 0.0)


def _best_heirs(batch: Batch, before: Floats, after: Floats, spread: float) -> Floats:
    """Return table, vanished category, likeliest heir and its margin, one row a vanished one."""
    was, remains = (_masses(counts).sum(axis=1) > 0 for counts in (before, after))
    table, gone = np.nonzero(was & ~remains)
    gains = _heir_gains(_masses(before[table]), after[table], gone, spread)
    gains[~remains[table]] = -np.inf
    ranked = np.sort(gains, axis=1)
    runner_up = ranked[:, -2] if gains.shape[1] > 1 else np.zeros(table.size)
    possible = np.maximum(np.isfinite(gains).sum(axis=1), 1)
    margin = ranked[:, -1] - np.maximum(runner_up, 0.0) - np.log(possible)
    names = np.take_along_axis(
        batch.categories[table], np.stack([gone, gains.argmax(axis=1)], axis=1), axis=1
    )
    return np.column_stack([batch.panels[table], names, margin])


def _heir_gains(before: Floats, after: Floats, gone: Integers, spread: float) -> Floats:
    """Return the log-likelihood ratio of each category of a table having taken the one gone."""
    taken = np.take_along_axis(before, gone[:, None, None], axis=2)
    z_now = stabilised(after, spread)
    merged = Departures.of(z_now - stabilised(before + taken, spread), spread)
    alone = Departures.of(z_now - stabilised(before, spread), spread)
    own_way = np.maximum(alone.ordinary(), alone.broken())
    own_way = np.where(before.sum(axis=1) > 0, own_way, alone.new())
    gains: Floats = merged.ordinary() - own_way
    return gains
