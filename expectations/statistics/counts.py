r"""Did a count move more than chance and ordinary growth allow, from two points up?

Here: the test of two counts. Not here: which counts are compared (``rules``), the spread of one
series or of one panel (``dispersion``, ``panels``, ``history``), and how many false alarms a night
may give (``false_alarms``).

Two counts :math:`y_0, y_1` are Poisson with means :math:`\lambda e_0` and :math:`g \lambda e_1`;
the exposures :math:`e` are 1, or the whole of which the counts are a part. Given
:math:`n = y_0 + y_1`, :math:`y_1` is binomial with probability
:math:`\pi(g) = g e_1 / (e_0 + g e_1)`: the conditional test of Przyborowski and Wilenski
(*Biometrika* 31, 1940, 313-323), where the unknown level :math:`\lambda` has gone. Here :math:`g`,
the ordinary growth, is not 1: it is log-normal with median 1, and the tail probability is averaged
over it (the prior predictive p-value of Box, *JRSS A* 143, 1980, 383-430). With the usual
scale-free prior :math:`d\lambda/\lambda` on the level, :math:`n` says nothing about :math:`g`, so
that averaging over the unconditional law of :math:`g` is exact. The test is two-sided by doubling.

The spread of :math:`g` takes in over-dispersion: whatever makes ordinary counts move more than a
Poisson law would. It was *chosen*, in ``suites/policy.yml``, not fitted: 19 periods out of 20 an
ordinary count is neither halved nor doubled (spread :math:`\ln 2 / 1.96 = 0.354`), an ordinary
share neither multiplied nor divided by more than 1.5 (0.207). *Measured* on Parcoursup, all France,
2018 to 2019, as the root mean square of the logarithm of the ratio, less its Poisson part, over
series of at least 20 in both years: people admitted, 0.13 over 103 departments (0.06 around their
common growth of 10 %), 0.16 over 489 pairs of department and kind of course, 0.19 over 1 235 pairs
of department and course family, 0.31 over 372 pairs of region and family. Shares, by department:
0.08 for women, 0.10 for scholarship holders, 0.10 for vocational bacheliers, and at most 0.24 by
kind of course. Both spreads are thus of the right order, on the cautious side.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from expectations.statistics.grouped import Floats
from expectations.statistics.log_gammas import (
    ORDINARY,
    cornish_fisher_tail,
    cumulants,
    exact_log_tail,
)


def spread_of(factor: float) -> float:
    """Return the standard deviation of a log-normal growth that stays within a factor.

    Args:
        factor: Growth is between ``1 / factor`` and ``factor`` 19 times out of 20; above 1.
    """
    return float(np.log(factor) / special.ndtri(0.975))


def break_p_values(
    before: ArrayLike,
    after: ArrayLike,
    spread: ArrayLike,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
) -> Floats:
    """Return how likely two counts are to differ this much if only ordinary growth took place.

    A million pairs take a second or two: below 0.2 p-values are exact to six digits; above, where
    no pair is ever an alarm, they come from four cumulants and are within 3 %.

    Args:
        before: Counts of the first period; the sum of several periods has their number for
            exposure.
        after: Counts of the second period.
        spread: Standard deviation of the logarithm of ordinary growth, one or one a pair; above
            0.02.
        exposure_before: What the first counts are out of; only the ratio of exposures matters.
            The growth expected, where it is known, is such a ratio.
        exposure_after: What the second counts are out of.

    Returns:
        Two-sided p-values, shaped by broadcasting; NaN where a number is missing, a count is
        negative or an exposure or a spread is not positive.
    """
    y0, y1, s, e0, e1 = np.broadcast_arrays(
        *(
            np.asarray(array, dtype=np.float64)
            for array in (before, after, spread, exposure_before, exposure_after)
        )
    )
    possible = np.isfinite(y0 + y1 + e0 + e1 + s) & (y0 >= 0) & (y1 >= 0)
    possible &= (e0 > 0) & (e1 > 0) & (s > 0)
    p_values = np.full(y0.shape, np.nan)
    e0, e1, s = e0[possible], e1[possible], s[possible]
    y0, y1, log_ratio = y0[possible], y1[possible], np.log(e1 / e0)
    fell = y1 * e0 <= y0 * e1
    fewer, more = np.where(fell, y1, y0), np.where(fell, y0, y1)
    tails = _tails(fewer, more, np.where(fell, log_ratio, -log_ratio), s)
    p_values[possible] = np.minimum(1.0, 2.0 * tails)
    return p_values


def _tails(fewer: Floats, more: Floats, log_ratio: Floats, spread: Floats) -> Floats:
    r"""Return the probability of so few, averaged over growth.

    For a given growth g this is the probability that a Beta(fewer + 1, more) variable exceeds π(g),
    that is, that its logit exceeds the logarithm of g times the ratio of exposures. Only the side
    on which the count moved is worked out: the other tail is above one half.
    """
    tails = np.ones(fewer.shape)  # every count is at most n: the tail is certain when more is 0
    uncertain = more > 0
    a, b, ratio, s = (
        fewer[uncertain] + 1.0,
        more[uncertain],
        log_ratio[uncertain],
        spread[uncertain],
    )
    of_a, of_b = cumulants(a), cumulants(b)
    uncertain_tails = cornish_fisher_tail(
        of_a[0] - of_b[0] - ratio, of_a[1] + of_b[1] + s**2, of_a[2] - of_b[2], of_a[3] + of_b[3]
    )
    rare = uncertain_tails < ORDINARY
    exact = np.exp(exact_log_tail(a[rare], b[rare], ratio[rare], s[rare]))
    uncertain_tails[rare] = np.minimum(exact, ORDINARY)
    tails[uncertain] = uncertain_tails
    return tails
