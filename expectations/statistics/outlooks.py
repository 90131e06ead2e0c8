r"""What a long series lets one expect of its next points, with the error of all that is estimated.

Here: one model of a series, a level and maybe a trend plus an autoregressive noise of a given
persistence, put into matrices once for all the series that have values at the same places. Not
here: which persistence, and what is odd (``level_shifts``).

With :math:`y = X\beta + u`, :math:`u_t = \varphi u_{t-1} + \varepsilon_t`,
:math:`\varepsilon_t \sim N(0, \sigma^2)`, everything is linear in the values: the residuals after
whitening, whose squares add up to :math:`\sigma^2 \chi^2`; and the best linear unbiased prediction
of what comes next (Goldberger, *JASA* 57, 1962, 369-375), whose error has the covariance
:math:`\sigma^2 V`, the error of :math:`\hat\beta` included. Their quotient is a Student variable.

Minimum: more points than columns of :math:`X`, and :math:`|\varphi| < 1`. Not to be used for a
random walk itself; 0.98 is one for as many points as a yearly series has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from expectations.statistics.grouped import Floats


@dataclass(frozen=True)
class Outlook:
    """What some first points of a series say of those that follow, before it is known.

    Attributes:
        whitened: Turns the first points into residuals, in units of the shocks.
        expected: Turns the first points into what is expected of the next ones.
        precision: Inverse covariance of the next points around that, in units of the shocks.
        freedom: Degrees of freedom of the residuals.
        log_evidence: What the likelihood of the first points has beside their residuals.
    """

    whitened: Floats
    expected: Floats
    precision: Floats
    freedom: int
    log_evidence: float


def outlook(design: Floats, places: NDArray[np.int64], ahead: int, persistence: float) -> Outlook:
    """Return what all points but the last ones say of the last ones.

    Args:
        design: One row a point, one column a coefficient.
        places: When each point is, in periods, in order.
        ahead: How many points come last.
        persistence: Correlation of the noise from one period to the next.
    """
    past = design.shape[0] - ahead
    whitening = _whitening(places[:past], persistence)
    basis, triangle = np.linalg.qr(whitening @ design[:past])
    coefficients = solve_triangular(triangle, basis.T @ whitening)
    since = places[past:] - places[past - 1]
    carried = np.zeros((ahead, past))
    carried[:, -1] = persistence**since
    unseen = design[past:] - carried @ design[:past]
    error = unseen @ solve_triangular(triangle, np.eye(triangle.shape[0]))
    distance = np.abs(np.subtract.outer(since, since))
    of_shocks = persistence**distance - persistence ** np.add.outer(since, since)
    log_scales = np.log(np.diag(whitening)).sum() - np.log(np.abs(np.diag(triangle))).sum()
    return Outlook(
        whitened=whitening - basis @ (basis.T @ whitening),
        expected=carried + unseen @ coefficients,
        precision=np.linalg.inv(of_shocks / (1.0 - persistence**2) + error @ error.T),
        freedom=past - design.shape[1],
        log_evidence=float(log_scales),
    )


def _whitening(places: NDArray[np.int64], persistence: float) -> Floats:
    """Return what turns values of the noise into independent shocks of variance 1."""
    carried = persistence ** np.diff(places)
    scale = np.sqrt((1.0 - persistence**2) / (1.0 - carried**2))
    whitening = np.diag(np.append(np.sqrt(1.0 - persistence**2), scale))
    whitening[np.arange(1, places.size), np.arange(places.size - 1)] = -carried * scale
    return whitening


def shocks_behind(weights: Floats, persistence: float) -> float:
    """Return how many shocks a weighted mean of new points rests on: 1 when one decides.

    Args:
        weights: Weight of each new point; they add up to 1.
        persistence: Correlation of the noise from one period to the next.
    """
    after = np.subtract.outer(np.arange(weights.size), np.arange(weights.size))
    carried = np.where(after >= 0, persistence ** np.maximum(after, 0), 0.0)
    squares = (weights @ carried) ** 2
    return float(squares.sum() ** 2 / (squares**2).sum())
