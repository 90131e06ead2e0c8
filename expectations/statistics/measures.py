r"""How likely is each count or rate, given its past, its siblings and its area?

Here: counts and rates on the scale where they are compared, and their tests around what was
expected of them. Not here: what was expected (``innovations``), the tests of two numbers
(``counts``, ``rates``).

The level that several past periods give is read as if it had been counted once, over a longer time:
a level :math:`e^m` of variance P is a count of :math:`1 / P`, over :math:`1 / (P e^m)` periods; a
share of logit :math:`m` is one out of :math:`1 / (P\,p(1-p))`. With one past period they are that
very count and that very rate, and the tests are those of two numbers.
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

    levels = Levels(np.log(y0 + 0.5), 1 / (y0 + 0.5), np.log(y1 + 0.5), noise)
    expected = innovations(levels, places, prior)
    periods, count = _counted(expected.level, expected.noise)

    def test(rows: Integers, spread: Floats) -> Floats:
        growth, over = np.exp(expected.growth[rows]), periods[rows]
        mean = (count[rows] + y1[rows]) / (over + 1) + 0.5
        spread = np.sqrt(spread**2 + rounding(rows, over, mean))
        return break_p_values(count[rows], y1[rows], spread, over, growth)

    return expected, _over_doubt(test, expected, prior.own)


def innovations_of_rates(
    before: Rates, after: Rates, places: Places, prior: PriorSpreads
) -> tuple[Innovations, Floats]:
    """Return what was expected of each rate, and how likely it is to be so far from it.

    Args:
        before: First rate of each pair.
        after: Second one.
        places: Where the pairs stand.
        prior: What is ordinary where a panel is silent, on the scale of logits.
    """
    first, second = _Shares.of(before), _Shares.of(after)

    def noise(rows: Integers, level: Floats, variance: Floats) -> Floats:
        past = _Shares.behind(level, variance)
        k1, n1 = second.parts[rows], second.wholes[rows]
        pooled = (past.parts + k1 + 0.5) / (past.wholes + n1 + 1)
        noises: Floats = (1 / past.wholes + 1 / n1) / (pooled * (1 - pooled))
        return noises

    levels = Levels(first.logits(), first.variances(), second.logits(), noise)
    expected = innovations(levels, places, prior)
    past = _Shares.behind(expected.level, expected.noise)

    def test(rows: Integers, spread: Floats) -> Floats:
        before = Rates(past.parts[rows], past.wholes[rows])
        after = Rates(second.parts[rows], second.wholes[rows])
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

    def logits(self) -> Floats:
        """Return logits that 0 and n do not make infinite (Haldane, *Ann. Hum. Gen.* 20, 1956)."""
        logits: Floats = np.log((self.parts + 0.5) / (self.wholes - self.parts + 0.5))
        return logits

    def variances(self) -> Floats:
        """Return the variances of these logits."""
        noises: Floats = 1 / (self.parts + 0.5) + 1 / (self.wholes - self.parts + 0.5)
        return noises
