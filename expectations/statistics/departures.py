r"""How likely is what a category of a table did: ordinary growth, a break, or being new?

Here: the likelihoods of what each category did. Not here: what is compared with what (``swaps``,
``mergers``).

Counts are over-dispersed, of variance :math:`\mu + \phi\mu^2` with :math:`\phi = s^2 / 2`, so that
the log ratio of two large ones has the spread :math:`s` of ordinary growth. After Anscombe
(*Biometrika* 35, 1948, 246-254) they become nearly normal, of variance 1 whatever their size:

.. math:: z(y) = \frac{2}{\sqrt\phi} \operatorname{arsinh} \sqrt{\phi\,(y + 3/8)}.

The departures of a category, :math:`z_1` less what was expected over :math:`n` areas, have a level,
their mean, and a profile, what differs from it. Ordinary growth makes the level normal of variance
:math:`2 / n + 2` (the last 2 is the growth that a whole category shares, as large as that of one
cell), the profile of variance 2 an area. A break adds the variance of breaks to the level, and to
the profile when it is not alike in all areas; one category in 20 is supposed to break.

Means below 1 are not stabilised; nothing should rest on them.
"""

from dataclasses import dataclass

import numpy as np

from expectations.statistics.grouped import Floats
from expectations.statistics.scales import BREAK_SPREAD

LEVEL_VARIANCE = 2.0
LOG_BREAK_ODDS = np.log(1.0 / 20.0)


def stabilised(counts: Floats, spread: float) -> Floats:
    """Return counts on a scale where each has variance 1, whatever its size.

    Args:
        counts: Counts; what is none (missing or negative) gives NaN.
        spread: Standard deviation of the logarithm of ordinary growth; positive.
    """
    positive = np.where(counts >= 0, counts, np.nan)
    dispersion = spread**2 / 2.0
    stable: Floats = (
        2.0 / np.sqrt(dispersion) * np.arcsinh(np.sqrt(dispersion * (positive + 0.375)))
    )
    return stable


@dataclass(frozen=True)
class Departures:
    """Departures of categories from what was expected of them, table × category.

    Attributes:
        level: Mean over the areas that are known.
        profile: Sum of the squares of what differs from the level.
        areas: How many areas are known; at least 1.
        free: What a break adds to a variance.
    """

    level: Floats
    profile: Floats
    areas: Floats
    free: float

    @classmethod
    def of(cls, departure: Floats, spread: float) -> "Departures":
        """Return departures given as table × area × category, NaN where unknown."""
        areas = np.maximum(np.isfinite(departure).sum(axis=1), 1).astype(np.float64)
        departure = np.where(np.isfinite(departure), departure, 0.0)
        level = departure.sum(axis=1) / areas
        profile = (departure**2).sum(axis=1) - areas * level**2
        return cls(level, profile, areas, 2.0 * (BREAK_SPREAD / spread) ** 2)

    def ordinary(self) -> Floats:
        """Return the log-likelihood of ordinary growth, but for what all accounts share."""
        variance = 2.0 / self.areas + LEVEL_VARIANCE
        likelihood: Floats = -(self.level**2) / (2.0 * variance) - self.profile / 4.0
        return likelihood

    def broken(self) -> Floats:
        """Return that of a break of any size, alike in all areas or not; its odds included."""
        variance = 2.0 / self.areas + LEVEL_VARIANCE
        misfit = self.level**2 / (2.0 * (variance + self.free))
        likelihood: Floats = LOG_BREAK_ODDS - misfit + self.new()
        return likelihood

    def new(self) -> Floats:
        """Return that of a category which was not there: any level is as good as another."""
        variance = 2.0 / self.areas + LEVEL_VARIANCE
        shaped = self.profile / (4.0 + 2.0 * self.free)
        shaped += (self.areas - 1.0) * np.log1p(self.free / 2.0) / 2.0
        shape = np.minimum(self.profile / 4.0, shaped)
        likelihood: Floats = -np.log1p(self.free / variance) / 2.0 - shape
        return likelihood
