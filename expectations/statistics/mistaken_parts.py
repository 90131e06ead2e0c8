r"""Which parts of a sum that does not hold may be the wrong ones?

Here: the parts of which a correction that closes the gap is about as likely as that of any other
number of the sum. Not here: whether a sum holds, and within what (``rules``), which parts left
their own past (``compositions``, ``agreement``).

A total :math:`T` is not the sum of its parts: a gap :math:`g` separates them. As few numbers as
possible are taken to be wrong (Fellegi and Holt, *JASA* 71, 1976, 17-35): one part, which should be
:math:`x_k + g`; or the total, which should be :math:`T - g`; or none, a part not being listed. For
each account the number, corrected, is compared with the number as given, by what it was a period
before and how the other parts moved: the logarithm of its ratio is normal around their median, of
variance :math:`s^2 + 1 / (x_0 + 1/2) + 1 / (x_1 + 1/2)`, in the bounded law of ``agreement``, so
that a number that broke is as unlikely as another, not infinitely. A part is out of doubt when
another account is twenty times likelier.

Two periods are enough; a part without a past, or beside fewer than two others, stays in doubt. Not
to be used where the gap is the producer's rounding, nor to correct anything: it only says what is
not to be held.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expectations.statistics.agreement import BREAK_ODDS, log_likelihood
from expectations.statistics.grouped import Floats, Integers, Ranked
from expectations.statistics.scales import BREAK_SPREAD

LEAST_OTHERS = 2
"""Other parts from which they say how a part ordinarily moves."""


@dataclass(frozen=True)
class Ends:
    """Numbers in two periods.

    Attributes:
        before: Counts of the first; NaN where there is none.
        after: Counts of the second, as they are given.
    """

    before: Floats
    after: Floats

    def movement(self) -> Floats:
        """Return the logarithm of each ratio; NaN without two counts."""
        is_given = (self.before >= 0) & (self.after >= 0)
        before, after = (np.where(is_given, end, np.nan) for end in (self.before, self.after))
        moved: Floats = np.log((after + 0.5) / (before + 0.5))
        return moved

    def log_density(self, growth: Floats, spread: Floats) -> Floats:
        """Return how likely each second count is; minus infinity for less than nothing."""
        variance = spread**2 + 1.0 / (self.before + 0.5) + 1.0 / (np.maximum(self.after, 0.0) + 0.5)
        misfit = self.movement() - growth
        likelihood = log_likelihood(misfit, variance, BREAK_SPREAD**2) - np.log(variance) / 2.0
        density = likelihood - np.log(np.maximum(self.after, 0.0) + 0.5)
        return np.where(self.after < 0, -np.inf, density)


def may_be_mistaken(
    parts: Ends, sums: Integers, wholes: Ends, gaps: Floats, spread: Floats
) -> NDArray[np.bool_]:
    """Return which parts of some sums that do not hold may be wrong.

    Args:
        parts: The parts.
        sums: Code of the sum of each, from 0.
        wholes: The totals, one a sum.
        gaps: What each total has more than its parts.
        spread: Standard deviation of the logarithm of a part's ordinary growth, one a sum.
    """
    ranked = Ranked.of(parts.movement(), sums)
    growth, ordinary = ranked.medians_of_others(), ranked.medians()
    given = np.bincount(sums, ~np.isnan(ordinary), minlength=len(gaps))
    of_whole = np.full(len(gaps), np.nan)
    is_given = ~np.isnan(ordinary)
    of_whole[sums[is_given]] = ordinary[is_given]
    gains = _gains(parts, growth, gaps[sums], spread[sums])
    gains[given[sums] <= LEAST_OTHERS] = np.nan
    likeliest = np.fmax(_gains(wholes, of_whole, -gaps, spread), 0.0)
    np.fmax.at(likeliest, sums, gains)
    mistaken: NDArray[np.bool_] = ~(gains < likeliest[sums] + np.log(BREAK_ODDS))
    return mistaken


def _gains(numbers: Ends, growth: Floats, lacking: Floats, spread: Floats) -> Floats:
    """Return by how much each number is likelier with what it lacks than as it is given."""
    corrected = Ends(numbers.before, numbers.after + lacking)
    return corrected.log_density(growth, spread) - numbers.log_density(growth, spread)
