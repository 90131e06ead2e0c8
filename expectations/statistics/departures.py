r"""Which account of what a category did fits better, its areas judged one by one?

Here: how well an account fits the departures of a category, and what it gains over another one when
its best areas are left out. Not here: what is compared with what (``swaps``, ``mergers``), which
areas agree with the account that won (``agreement``).

Counts are over-dispersed, of variance :math:`r + \mu + \phi\mu^2` with :math:`\phi = s^2 / 2`, so
that the log ratio of two large ones has the spread :math:`s` of ordinary growth, and :math:`r` what
rounding adds (``printed_steps``). They become nearly normal, of variance 1 whatever their size, by
the integral of the inverse of their deviation (Bartlett, *Biometrics* 3, 1947, 39-52), with the 3/8
of Anscombe (*Biometrika* 35, 1948, 246-254), :math:`x = y + 3/8`:

.. math:: z(y) = \frac{1}{\sqrt\phi}
    \ln \left(1 + 2 \phi x + 2 \sqrt{\phi\,(r + x + \phi x^2)}\right),

which is :math:`2 \operatorname{arsinh} \sqrt{\phi x} / \sqrt\phi` of what is not rounded.

The departures of a category, :math:`z_1` less what was expected, have a level, their median over
the areas, and a profile, what each area differs from it by. Ordinary growth makes the level normal
of variance :math:`\pi / n + 2` (the last 2 is the growth that a whole category shares, as large as
that of one cell). A break adds the variance of breaks to the level; one category in 20 is supposed
to break. What an area differs by has the variance 2, in the bounded law of ``agreement``.

**No account stands thanks to a few areas.** What an account gains over another one is added up over
the areas without the best quarter of them, one at least, nor the worst: what all gain a little is
not lost with the best. Of one area alone nothing is left out: there is then nothing but that area
to be held.

**How ordinary growth scatters** is read in the table (``ordinary_spreads``), between half of what
is asked and all of it: in a calm table, less is needed to tell two accounts apart.

Means below 1 are not stabilised; nothing should rest on them.
"""

from dataclasses import dataclass

import numpy as np

from expectations.statistics.agreement import BREAK_ODDS, log_likelihood
from expectations.statistics.dispersion import medians, variance_around_medians
from expectations.statistics.grouped import MEDIAN_LOSS, Floats
from expectations.statistics.printed_steps import rounding_variance
from expectations.statistics.scales import BREAK_SPREAD

LEVEL_VARIANCE = 2.0
OWN_VARIANCE = 2.0
LEFT_OUT = 0.25
CONVINCING = 5.0
"""Log-likelihood ratio from which an account stands: 150 to 1, net of all others."""
CALMEST = 0.25
"""Least share of the variance asked that a table is taken to have."""


def stabilised(counts: Floats, spread: Floats | float, steps: Floats | float) -> Floats:
    """Return counts on a scale where each has variance 1, whatever its size.

    Args:
        counts: Counts; what is none (missing or negative) gives NaN.
        spread: Standard deviation of the logarithm of ordinary growth, one or one a table;
            positive.
        steps: What they are rounded to, one or one a count; up or down may be drawn.
    """
    positive = np.where(counts >= 0, counts, np.nan) + 0.375
    dispersion = spread**2 / 2.0
    variance = rounding_variance(steps) + positive + dispersion * positive**2
    deviation = np.sqrt(dispersion * variance)
    stable: Floats = np.log1p(2.0 * (dispersion * positive + deviation)) / np.sqrt(dispersion)
    return stable


def ordinary_spreads(before: Floats, after: Floats, spread: float, steps: Floats | float) -> Floats:
    """Return the standard deviation of the logarithm of ordinary growth in each table.

    Read from what areas differ by from the median of their category, and shrunk to what is asked.

    Args:
        before: Counts of the first period, table × area × category.
        after: Counts of the second.
        spread: What is asked; the most that is returned.
        steps: What both are rounded to.

    Returns:
        Table × 1 × 1.
    """
    departure = stabilised(after, spread, steps) - stabilised(before, spread, steps)
    level, areas = medians(np.moveaxis(departure, 1, -1))
    squares = (departure - level[:, None, :]) ** 2 / OWN_VARIANCE
    tables, n_areas, categories = squares.shape
    variance, _ = variance_around_medians(
        squares.reshape(tables, n_areas * categories),
        np.zeros(tables),
        areas.max(axis=1, initial=0),
        np.ones(tables),
    )
    spreads: Floats = spread * np.sqrt(np.clip(variance, CALMEST, 1.0))[:, None, None]
    return spreads


@dataclass(frozen=True)
class Departures:
    """Departures of categories from what was expected of them, table × category.

    Attributes:
        of_areas: Each departure, table × area × category; NaN where unknown.
        level: Their median over the areas that are known.
        areas: How many areas are known; at least 1.
        free: What a break adds to a variance, one a table.
    """

    of_areas: Floats
    level: Floats
    areas: Floats
    free: Floats

    @classmethod
    def of(cls, departure: Floats, spread: Floats | float) -> "Departures":
        """Return departures given as table × area × category, NaN where unknown."""
        level, areas = medians(np.moveaxis(departure, 1, -1))
        n_areas = np.maximum(areas, 1).astype(np.float64)
        free = 2.0 * (BREAK_SPREAD / np.reshape(spread, (-1, 1))) ** 2
        return cls(departure, np.nan_to_num(level), n_areas, free)

    def profile(self) -> Floats:
        """Return the log-likelihood of what each area differs from the level by."""
        return log_likelihood(
            self.of_areas - self.level[:, None, :], OWN_VARIANCE, self.free[..., None]
        )

    def unmoved(self) -> Floats:
        """Return the log-likelihood of each area if no level were known."""
        variance = OWN_VARIANCE + LEVEL_VARIANCE
        return log_likelihood(self.of_areas, variance, self.free[..., None])

    def ordinary(self) -> Floats:
        """Return the log-likelihood of the level under ordinary growth."""
        likelihood: Floats = -(self.level**2) / (2.0 * self._variance)
        return likelihood

    def broken(self) -> Floats:
        """Return that of a break of any size, alike in all areas; its odds included."""
        misfit = self.level**2 / (2.0 * (self._variance + self.free))
        likelihood: Floats = np.log(BREAK_ODDS) - misfit + self.new()
        return likelihood

    def new(self) -> Floats:
        """Return that of a category which was not there: any level is as good as another."""
        likelihood: Floats = -np.log1p(self.free / self._variance) / 2.0
        return likelihood

    @property
    def _variance(self) -> Floats:
        loss = np.where(self.areas > 2, MEDIAN_LOSS, 1.0)  # the median of two is their mean
        variance: Floats = loss * OWN_VARIANCE / self.areas + LEVEL_VARIANCE
        return variance


def without_extremes(gains: Floats) -> Floats:
    """Return what areas gain together, the best quarter, one at least, and the worst left out.

    Args:
        gains: What each area gains, areas along the second axis; NaN where unknown.
    """
    best_first = -np.sort(-gains, axis=1)  # NaN last
    n_areas = np.sum(~np.isnan(gains), axis=1, keepdims=True)
    left_out = np.minimum(np.maximum(np.floor(LEFT_OUT * n_areas), 1), n_areas - 1)
    worst = np.minimum(np.floor(LEFT_OUT * n_areas), n_areas - left_out - 1)
    rank = np.arange(gains.shape[1]).reshape(1, -1, *[1] * (gains.ndim - 2))
    is_kept = (rank >= left_out) & (rank < n_areas - worst)
    total: Floats = np.nansum(np.where(is_kept, best_first, 0.0), axis=1)
    return total
