r"""Did a count move more than chance and ordinary growth allow, from two points up?

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

Not here: which counts are compared (``rules``) and how many false alarms a night may give
(``false_alarms``).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import integrate, special, stats

Floats = NDArray[np.float64]

RELATIVE_ERROR = 1e-6


def spread_of(factor: float) -> float:
    """Return the standard deviation of a log-normal growth that stays within a factor.

    Args:
        factor: Growth is between ``1 / factor`` and ``factor`` 19 times out of 20; above 1.
    """
    return float(np.log(factor) / stats.norm.ppf(0.975))


def break_p_values(
    before: ArrayLike,
    after: ArrayLike,
    spread: float,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
) -> Floats:
    """Return how likely two counts are to differ this much if only ordinary growth took place.

    Args:
        before: Counts of the first period.
        after: Counts of the second period.
        spread: Standard deviation of the logarithm of ordinary growth.
        exposure_before: What the first counts are out of; only the ratio of exposures matters.
        exposure_after: What the second counts are out of.

    Returns:
        Two-sided p-values, shaped by broadcasting; NaN where a number is missing, a count is
        negative or an exposure is not positive.
    """
    y0, y1, e0, e1 = np.broadcast_arrays(
        *(np.asarray(array, dtype=np.float64) for array in (before, after)),
        *(np.asarray(array, dtype=np.float64) for array in (exposure_before, exposure_after)),
    )
    possible = np.isfinite(y0 + y1 + e0 + e1) & (y0 >= 0) & (y1 >= 0) & (e0 > 0) & (e1 > 0)
    p_values = np.full(y0.shape, np.nan)
    if possible.any():
        y0, y1, log_ratio = y0[possible], y1[possible], np.log(e1[possible] / e0[possible])
        lower = _log_lower_tail(y0, y1, log_ratio, spread)
        upper = _log_lower_tail(y1, y0, -log_ratio, spread)
        p_values[possible] = np.minimum(1.0, 2.0 * np.exp(np.minimum(lower, upper)))
    return p_values


def _log_lower_tail(y0: Floats, y1: Floats, log_ratio: Floats, spread: float) -> Floats:
    r"""Return :math:`\ln P(Y_1 \le y_1)`, averaged over growth.

    For a given growth this is the probability that a Beta(y1 + 1, y0) variable exceeds π(g).
    Written for its logit x, the average over growth is the integral of the density of x times
    Φ((x - log ratio) / spread): smooth and log-concave, however large the counts, where averaging
    binomial tails at fixed nodes of growth meets a step. It is centred on its mode, as the normal
    approximation gives it, for the double-exponential quadrature to converge at once.
    """
    logs = np.zeros(y0.shape)  # every count is at most n: the tail is certain when y0 is 0
    some = y0 > 0
    if some.any():
        a, b, ratio = y1[some] + 1.0, y0[some], log_ratio[some]
        centre = special.digamma(a) - special.digamma(b)
        variance = special.polygamma(1, a) + special.polygamma(1, b)
        centre += np.maximum(ratio - centre, 0.0) * variance / (variance + spread**2)
        quadrature = integrate.tanhsinh(
            _log_integrand,
            -np.inf,
            np.inf,
            args=(a, b, ratio, centre, np.sqrt(variance), spread),
            log=True,
            rtol=np.log(RELATIVE_ERROR),
        )
        logs[some] = np.real(quadrature.integral)
    return logs


def _log_integrand(t: Floats, *parameters: Floats) -> Floats:
    a, b, ratio, centre, scale, spread = parameters
    x = centre + scale * t
    density = a * special.log_expit(x) + b * special.log_expit(-x) - special.betaln(a, b)
    log_integrand: Floats = density + np.log(scale) + special.log_ndtr((x - ratio) / spread)
    return log_integrand
