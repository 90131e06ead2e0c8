r"""How much does an ordinary member move: what was seen, shrunk to what is known beforehand.

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

Not here: which movements are ordinary (``panels``, ``history``).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

CHI_SQUARE_MEDIAN = float(stats.chi2.median(1))
LOG_MEDIAN_VARIANCE = 5.4
LOG_PRIOR_VARIANCE = 1.0
LEAST_LOG, MOST_LOG = -5.0, 8.0
HALVINGS = 13


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
    seen, pull = np.log(np.maximum(total, 1e-12)), movements / LOG_MEDIAN_VARIANCE
    low, high = np.full(total.shape, LEAST_LOG), np.full(total.shape, MOST_LOG)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        own = prior * np.exp(middle)
        slope = middle / LOG_PRIOR_VARIANCE
        slope += pull * (np.log(own + noise) - seen) * own / (own + noise)
        low, high = np.where(slope < 0, middle, low), np.where(slope < 0, high, middle)
    variance: Floats = prior * np.exp((low + high) / 2)
    return variance
