r"""How much does an ordinary member move: what was seen, shrunk to what is known beforehand.

Here: the spread of ordinary movements, the medians it is read from, and tests averaged over what
is not known of it. Not here: which movements
are ordinary (``panels``, ``history``, ``seasonality``).

A spread read from few movements is unreliable, one read through the noise of small counts more so,
and a spread taken too small turns ordinary movements into alarms. So :math:`\ln\tau` has a prior,
normal around :math:`\ln\tau_0` with standard deviation 0.5: the spreads measured on Parcoursup
(``counts``) lie within two of these. What is seen is a robust total variance
:math:`T \approx \tau^2 + v`, the median of the squares of :math:`n` independent movements over that
of a chi-square: the variance of :math:`\ln T` is :math:`5.4 / n`, the median having 37 % of the
efficiency of the mean (whose variance would be :math:`2 / n`). The spread retained is the mode of
what both say together,

.. math:: \min_\tau\; \frac{(\ln\tau^2 - \ln\tau_0^2)^2}{2 \times 1.0^2}
          + \frac{n}{2 \times 5.4} \bigl(\ln(\tau^2 + v) - \ln T\bigr)^2,

a penalised likelihood that never gives zero (Chung, Rabe-Hesketh, Dorie, Gelman and Liu,
*Psychometrika* 78, 2013, 685-709); it is shrinkage in the sense of Efron and Morris (*JASA* 70,
1975, 311-319). With two to five movements the prior decides, with a hundred the data do, and where
counting noise hides the spread the prior decides again.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from expectations.statistics.grouped import Floats, Integers, blocks

CHI_SQUARE_MEDIAN = float(2 * special.gammaincinv(0.5, 0.5))
LOG_MEDIAN_VARIANCE = 5.4
LOG_PRIOR_VARIANCE = 1.0
LEAST_LOG, MOST_LOG = -5.0, 8.0
HALVINGS = 13
LOST_TO_THE_MEDIAN = 2.5
NODES = 7
FAR_FROM_ALARM = 0.01


def modal_variance(
    total: Floats, noise: Floats, movements: Floats, prior: float | Floats
) -> Floats:
    r"""Return :math:`\tau^2`, between a 150th and 3 000 times the prior.

    Args:
        total: Robust estimate of the variance of the movements.
        noise: Part of it that comes from counting, by its own law.
        movements: How many independent movements the total was read from.
        prior: :math:`\tau_0^2`, what it is where nothing was seen.
    """
    numbers = [np.broadcast_to(given, total.shape) for given in (total, noise, movements, prior)]
    variance = np.empty(total.shape)
    for block in blocks(total.size):
        variance[block] = _modal_variance(*(given[block] for given in numbers))
    return variance


def _modal_variance(total: Floats, noise: Floats, movements: Floats, prior: Floats) -> Floats:
    """Return the zero of the slope of the penalised likelihood, by halving."""
    seen, pull = np.log(np.maximum(total, 1e-12)), movements / LOG_MEDIAN_VARIANCE
    reach = (MOST_LOG - LEAST_LOG) / 2
    middle = np.full(total.shape, LEAST_LOG + reach)
    for _ in range(HALVINGS):
        tried = prior * np.exp(middle)
        variance = tried + noise
        slope = middle / LOG_PRIOR_VARIANCE + pull * (np.log(variance) - seen) * tried / variance
        reach /= 2
        middle += np.where(slope < 0, reach, -reach)
    found: Floats = prior * np.exp(middle)
    return found


def variance_around_medians(
    squares: Floats, noise: Floats, values: Floats, prior: Floats
) -> tuple[Floats, Floats]:
    """Return the variance of residuals around medians, and how many movements it is worth.

    Around the median of Y values, the median of squares is too small by Y / (Y - 2.5), and says as
    much as a share (Y - 2.5) / Y of them would around the true centre (simulated on normal values,
    for medians of 3 to 20 values, 1, 4 and 12 of them together).

    Args:
        squares: Squared residuals over prior plus noise, one row a series; NaN where there is none.
        noise: Part of their variance that comes from counting, one a series.
        values: How many values each median was taken of, one a series.
        prior: Variance where nothing was seen, one a series.
    """
    median, count = medians(squares)
    trust = np.maximum(values - LOST_TO_THE_MEDIAN, 0.0) / np.maximum(values, 1)
    total = np.nan_to_num(median) / CHI_SQUARE_MEDIAN * (prior + noise) / np.maximum(trust, 0.01)
    worth: Floats = count * trust
    return modal_variance(total, noise, worth, prior), worth


def over_doubt(
    test: Callable[[Integers, Floats], Floats],
    variance: Floats,
    error: Floats,
    doubt: Floats,
    most: ArrayLike,
) -> Floats:
    """Return p-values averaged over what is not known of the variance of each movement.

    By Gauss and Hermite's quadrature, and only where it could matter: doubt makes no p-value
    smaller, and one above ``FAR_FROM_ALARM`` is no alarm anyway.

    Args:
        test: What gives the p-values of some movements at a standard deviation of each.
        variance: Variance of an ordinary movement.
        error: Variance of the error of the movement expected.
        doubt: Variance of the logarithm of ``variance``.
        most: Standard deviation of an ordinary movement where panels are silent: doubt makes none
            larger than that, which is cautious already.
    """
    spread = np.sqrt(variance + error)
    p_values = np.empty(spread.shape)
    for block in blocks(spread.size):
        p_values[block] = test(np.arange(spread.size)[block], spread[block])
    rows = np.flatnonzero(p_values < FAR_FROM_ALARM)
    ceiling = np.maximum(variance, np.broadcast_to(most, variance.shape) ** 2)[rows]
    variance, error, width = variance[rows], error[rows], np.sqrt(doubt[rows])
    nodes, weights = special.roots_hermitenorm(NODES)
    averaged = sum(
        weight * test(rows, np.sqrt(np.minimum(variance * np.exp(node * width), ceiling) + error))
        for node, weight in zip(nodes, weights / weights.sum(), strict=True)
    )
    p_values[rows] = np.maximum(p_values[rows], averaged)
    return p_values


def medians(values: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return medians over the last axis, NaN left out, and of how many values.

    NumPy's ``nanmedian`` goes through rows with NaN one by one.
    """
    count = np.sum(~np.isnan(values), axis=-1)
    if values.shape[-1] == 0:
        return np.full(count.shape, np.nan), count
    ordered = np.sort(values, axis=-1)  # NaN last
    middles = [np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[-1] - 1)]
    low, high = (np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in middles)
    return (low + high) / 2, count
