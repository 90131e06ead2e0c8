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
their logarithmic mean). Of 10 that fall to 0, five deviations are three so.
"""

from collections.abc import Callable
from dataclasses import dataclass

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
    y0, y1 = (np.asarray(counts, dtype=np.float64) for counts in (before, after))
    y0, y1 = (np.where(counts >= 0, counts, np.nan) for counts in (y0, y1))
    of_rounding = np.broadcast_to(rounding_variance(steps, at_random=True), y0.shape)

    def noise(rows: Integers, level: Floats, variance: Floats) -> Floats:
        periods, count = _counted(level, variance)
        mean = (count + y1[rows]) / (periods + 1) + 0.5
        noises: Floats = (1 / periods + 1) / mean + rounding(rows, periods, mean)
        return noises

    def rounding(rows: Integers, periods: Floats, mean: Floats) -> Floats:
        variances: Floats = (1 / periods + 1) * of_rounding[rows] / mean**2
        return variances

    after = np.log(y1 + 0.5)

    def stretch(rows: Integers, expected_level: Floats) -> Floats:
        middle = (np.exp(expected_level) + y1[rows] + 0.5) / 2
        return _stretch(np.exp, expected_level, after[rows], middle)

    levels = Levels(np.log(y0 + 0.5), 1 / (y0 + 0.5), after, noise, stretch)
    expected = innovations(levels, places, prior)
    periods, count = _counted(expected.level, expected.noise)

    def test(rows: Integers, spread: Floats) -> Floats:
        growth, over = np.exp(expected.growth[rows]), periods[rows]
        mean = (count[rows] + y1[rows]) / (over + 1) + 0.5
        spread = np.sqrt(spread**2 + rounding(rows, over, mean))
        return break_p_values(count[rows], y1[rows], spread, over, growth)

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
    first, second = _Shares.of(before), _Shares.of(after)
    of_rounding = np.broadcast_to(rounding_variance(steps, at_random=True), first.parts.shape)

    def binomial_variance(rows: Integers, past: _Shares) -> Floats:
        pooled = (past.parts + second.parts[rows] + 0.5) / (past.wholes + second.wholes[rows] + 1)
        variances: Floats = pooled * (1 - pooled)
        return variances

    def noise(rows: Integers, level: Floats, variance: Floats) -> Floats:
        past = _Shares.behind(level, variance)
        counting = (1 / past.wholes + 1 / second.wholes[rows]) / binomial_variance(rows, past)
        noises: Floats = counting + rounding(rows, past)
        return noises

    def rounding(rows: Integers, past: _Shares) -> Floats:
        wholes = np.minimum(past.wholes, second.wholes[rows])
        scale = (wholes * binomial_variance(rows, past)) ** 2
        variances: Floats = 2.0 * of_rounding[rows] / scale
        return variances

    logits = second.logits()

    def stretch(rows: Integers, expected_level: Floats) -> Floats:
        share = (special.expit(expected_level) + special.expit(logits[rows])) / 2
        return _stretch(special.expit, expected_level, logits[rows], share * (1 - share))

    levels = Levels(first.logits(), first.variances(), logits, noise, stretch)
    expected = innovations(levels, places, prior)
    past = _Shares.behind(expected.level, expected.noise)

    def test(rows: Integers, spread: Floats) -> Floats:
        first_ones, second_ones = past.take(rows), second.take(rows)
        spread = np.sqrt(spread**2 + rounding(rows, first_ones))
        before = Rates(first_ones.parts, first_ones.wholes)
        after = Rates(second_ones.parts, second_ones.wholes)
        return rate_p_values(before, after, spread, expected.growth[rows])

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
