r"""How likely is each count or rate, given its past, its siblings and its area?

Here: counts and rates on the scale where they are compared, and their tests around what was
expected of them. Not here: what was expected (``innovations``), the tests of two numbers
(``counts``, ``rates``).

The level that several past periods give is read as if it had been counted once, over a longer time:
a level :math:`e^m` of variance P is a count of :math:`1 / P`, over :math:`1 / (P e^m)` periods; a
share of logit :math:`m` is one out of :math:`1 / (P\,p(1-p))`. With one past period they are that
very count and that very rate, and the tests are those of two numbers.

A movement is as many deviations as the difference of both numbers: its noise, which is that of the
slope of the scale in their middle, is stretched to that of the mean slope between them (for counts
their logarithmic mean). Ten that fall to 0 are three deviations so, not five.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from expectations.statistics.counts import break_p_values
from expectations.statistics.dispersion import over_doubt
from expectations.statistics.grouped import Floats, Integers
from expectations.statistics.innovations import Innovations, Levels, innovations
from expectations.statistics.panel_places import Places
from expectations.statistics.panels import PriorSpreads
from expectations.statistics.printed_steps import rounding_variance
from expectations.statistics.rates import Rates, logits_of_points, rate_p_values

NEAR = 1e-4
"""Levels nearer to one another than that have one slope."""


def innovations_of_counts(
    before: ArrayLike,
    after: ArrayLike,
    places: Places,
    prior: PriorSpreads,
    steps: ArrayLike = 1.0,
) -> tuple[Innovations, Floats]:
    """Return what was expected of each count, and how likely it is to be so far from it.

    Args:
        before: First count of each pair.
        after: Second one.
        places: Where the pairs stand.
        prior: What is ordinary where a panel is silent.
        steps: What counts are rounded to, one or one a pair; up or down may be drawn.
    """
    counts = _Counts.of(before, after, steps)
    levels = Levels(*counts.first_levels(), counts.levels, counts.noise, counts.stretch)
    expected = innovations(levels, places, prior)
    periods, count = _counted(expected.level, expected.noise)

    def test(rows: Integers, spread: Floats) -> Floats:
        growth, over = np.exp(expected.growth[rows]), periods[rows]
        spread = np.sqrt(spread**2 + counts.rounding(rows, over, count[rows]))
        return break_p_values(count[rows], counts.second[rows], spread, over, growth)

    return expected, _over_doubt(test, expected, prior.own)


def innovations_of_rates(
    before: Rates,
    after: Rates,
    places: Places,
    prior: PriorSpreads,
    steps: ArrayLike = 1.0,
) -> tuple[Innovations, Floats]:
    """Return what was expected of each rate, and how likely it is to be so far from it.

    Args:
        before: First rate of each pair.
        after: Second one.
        places: Where the pairs stand.
        prior: What is ordinary where a panel is silent, on the scale of logits.
        steps: What numerators are rounded to, one or one a pair; up or down may be drawn.
    """
    rates = _RatePairs.of(before, after, steps)
    levels = Levels(*rates.first_levels(), rates.levels, rates.noise, rates.stretch)
    expected = innovations(levels, places, prior)
    past = _Shares.behind(expected.level, expected.noise)

    def test(rows: Integers, spread: Floats) -> Floats:
        first, second = past.take(rows), rates.second.take(rows)
        spread = np.sqrt(spread**2 + rates.rounding(rows, first))
        return rate_p_values(first.rates, second.rates, spread, expected.growth[rows])

    return expected, _over_doubt(test, expected, prior.own)


def innovations_of_bare_rates(
    before: ArrayLike,
    after: ArrayLike,
    places: Places,
    prior: PriorSpreads,
    step: float,
) -> tuple[Innovations, Floats]:
    """Return what was expected of each bare rate, and how likely it is to be so far from it.

    Args:
        before: First rate of each pair, per cent.
        after: Second one.
        places: Where the pairs stand.
        prior: What is ordinary where a panel is silent, on the scale of logits.
        step: What rates are rounded to, in points: 0.1 for one decimal.
    """
    logits = logits_of_points(before, step), logits_of_points(after, step)
    return innovations_of_printed(*logits, places, prior)


def innovations_of_printed(
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    places: Places,
    prior: PriorSpreads,
) -> tuple[Innovations, Floats]:
    """Return what was expected of numbers that rounding alone makes uncertain, and their p-values.

    Args:
        before: Level of the first number of each pair, and the variance that rounding gives it.
        after: The same of the second one.
        places: Where the pairs stand.
        prior: What is ordinary where a panel is silent.
    """
    level, noise = after
    levels = Levels(*before, level, lambda rows, _, variance: variance + noise[rows])
    expected = innovations(levels, places, prior)
    return expected, normal_p_values(levels, expected, prior.own)


def normal_p_values(levels: Levels, expected: Innovations, most: ArrayLike) -> Floats:
    """Return two-sided p-values of what no law of counting rules.

    Args:
        levels: The numbers.
        expected: What was expected of them.
        most: As for ``over_doubt``.
    """

    def test(rows: Integers, spread: Floats) -> Floats:
        noise = levels.noise(rows, expected.level[rows], expected.noise[rows])
        gap = levels.after[rows] - expected.level[rows] - expected.growth[rows]
        p_values: Floats = 2 * special.ndtr(-np.abs(gap) / np.sqrt(spread**2 + noise))
        return p_values

    return _over_doubt(test, expected, most)


def _over_doubt(
    test: Callable[[Integers, Floats], Floats], expected: Innovations, most: ArrayLike
) -> Floats:
    return over_doubt(test, expected.variance, expected.error, expected.doubt, most)


def _stretch(
    inverse: Callable[[Floats], Floats], expected: Floats, after: Floats, middle: Floats
) -> Floats:
    """Return by what the noise of a movement is multiplied that goes far; see the module.

    Args:
        inverse: That of the scale.
        expected: Level that was expected.
        after: Level that was reached.
        middle: Slope of the inverse in the middle of both numbers.
    """
    gap = np.where(np.abs(after - expected) < NEAR, NEAR, after - expected)
    slope = (inverse(expected + gap) - inverse(expected)) / gap
    stretches: Floats = (middle / slope) ** 2
    return stretches


def _counted(level: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return over how many periods a level seems counted, and the count of all of them."""
    mean = np.exp(level)
    periods = 1 / (variance * mean)
    return periods, np.maximum(periods * (mean - 0.5), 0.0)


@dataclass(frozen=True)
class _Counts:
    """Pairs of counts, on the scale of logarithms.

    Attributes:
        first: First count of each pair; NaN where there is none.
        second: Second one.
        of_rounding: Variance that rounding adds to each of both.
    """

    first: Floats
    second: Floats
    of_rounding: Floats

    @classmethod
    def of(cls, before: ArrayLike, after: ArrayLike, steps: ArrayLike) -> "_Counts":
        y0, y1 = (np.asarray(counts, dtype=np.float64) for counts in (before, after))
        y0, y1 = (np.where(counts >= 0, counts, np.nan) for counts in (y0, y1))
        return cls(y0, y1, np.broadcast_to(rounding_variance(steps), y0.shape))

    def first_levels(self) -> tuple[Floats, Floats]:
        """Return the levels of the first counts, and the variance that counting gives them."""
        return np.log(self.first + 0.5), 1 / (self.first + 0.5)

    @cached_property
    def levels(self) -> Floats:
        """Those of the second ones."""
        levels: Floats = np.log(self.second + 0.5)
        return levels

    def noise(self, rows: Integers, level: Floats, variance: Floats) -> Floats:
        """As ``Levels.noise``."""
        periods, count = _counted(level, variance)
        counting = (1 / periods + 1) / self._mean(rows, periods, count)
        noises: Floats = counting + self.rounding(rows, periods, count)
        return noises

    def rounding(self, rows: Integers, periods: Floats, count: Floats) -> Floats:
        """Return what rounding adds to it, after a count of some periods."""
        mean = self._mean(rows, periods, count)
        variances: Floats = (1 / periods + 1) * self.of_rounding[rows] / mean**2
        return variances

    def stretch(self, rows: Integers, expected: Floats) -> Floats:
        """As ``Levels.stretch``."""
        middle = (np.exp(expected) + self.second[rows] + 0.5) / 2
        return _stretch(np.exp, expected, self.levels[rows], middle)

    def _mean(self, rows: Integers, periods: Floats, count: Floats) -> Floats:
        mean: Floats = (count + self.second[rows]) / (periods + 1) + 0.5
        return mean


@dataclass(frozen=True)
class _Shares:
    """Parts of wholes; NaN where they are no such thing."""

    parts: Floats
    wholes: Floats

    @classmethod
    def of(cls, rates: Rates) -> "_Shares":
        k, n = (
            np.asarray(numbers, np.float64) for numbers in (rates.numerators, rates.denominators)
        )
        possible = (k >= 0) & (k <= n) & (n > 0)
        return cls(np.where(possible, k, np.nan), np.where(possible, n, np.nan))

    @classmethod
    def behind(cls, logit: Floats, variance: Floats) -> "_Shares":
        """Return the shares that would have given a logit of such a variance."""
        share = special.expit(logit)
        wholes = np.maximum(1 / (variance * share * (1 - share)) - 1, 1e-6)
        parts = np.clip((wholes + 1) * share - 0.5, 0.0, wholes)
        return cls(parts, wholes)

    @property
    def rates(self) -> Rates:
        """What they are to a test of two rates."""
        return Rates(self.parts, self.wholes)

    def take(self, rows: Integers) -> "_Shares":
        """Return some of them."""
        return _Shares(self.parts[rows], self.wholes[rows])

    def logits(self) -> Floats:
        """Return logits that 0 and n do not make infinite (Haldane, *Ann. Hum. Gen.* 20, 1956)."""
        logits: Floats = np.log((self.parts + 0.5) / (self.wholes - self.parts + 0.5))
        return logits

    def variances(self) -> Floats:
        """Return the variances of these logits."""
        noises: Floats = 1 / (self.parts + 0.5) + 1 / (self.wholes - self.parts + 0.5)
        return noises


@dataclass(frozen=True)
class _RatePairs:
    """Pairs of rates, on the scale of logits.

    Attributes:
        first: First rate of each pair.
        second: Second one.
        of_rounding: Variance that rounding adds to the numerators of both.
    """

    first: _Shares
    second: _Shares
    of_rounding: Floats

    @classmethod
    def of(cls, before: Rates, after: Rates, steps: ArrayLike) -> "_RatePairs":
        first, second = _Shares.of(before), _Shares.of(after)
        variance = rounding_variance(steps)
        return cls(first, second, np.broadcast_to(variance, first.parts.shape))

    def first_levels(self) -> tuple[Floats, Floats]:
        """Return the levels of the first rates, and the variance that counting gives them."""
        return self.first.logits(), self.first.variances()

    @cached_property
    def levels(self) -> Floats:
        """Those of the second ones."""
        return self.second.logits()

    def noise(self, rows: Integers, level: Floats, variance: Floats) -> Floats:
        """As ``Levels.noise``."""
        past = _Shares.behind(level, variance)
        counting = (1 / past.wholes + 1 / self.second.wholes[rows]) / self._slope(rows, past)
        noises: Floats = counting + self.rounding(rows, past)
        return noises

    def rounding(self, rows: Integers, past: _Shares) -> Floats:
        """Return what rounding adds to it, after some shares."""
        wholes = np.minimum(past.wholes, self.second.wholes[rows])
        scale = (wholes * self._slope(rows, past)) ** 2
        variances: Floats = 2.0 * self.of_rounding[rows] / scale
        return variances

    def stretch(self, rows: Integers, expected: Floats) -> Floats:
        """As ``Levels.stretch``."""
        share = (special.expit(expected) + special.expit(self.levels[rows])) / 2
        return _stretch(special.expit, expected, self.levels[rows], share * (1 - share))

    def _slope(self, rows: Integers, past: _Shares) -> Floats:
        now = self.second.take(rows)
        pooled = (past.parts + now.parts + 0.5) / (past.wholes + now.wholes + 1)
        slopes: Floats = pooled * (1 - pooled)
        return slopes
