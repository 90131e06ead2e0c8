r"""How far out is a sum of logarithms of gamma variables and a normal one?

Here: the upper tail of such a sum. Not here: which shapes a test has, and when a cheap tail is
enough (``counts``, ``rates``).

Given what was counted, the logarithm of an unknown level is that of a gamma variable, the logit of
an unknown share the difference of two (``counts``, ``rates``); ordinary growth adds a normal
variable to it. So every test of two counts or of two rates is the upper tail at 0 of

.. math:: X = m + \sum_k \pm \ln G_{a_k} + s Z.

Three ways to it, from the cheapest to the dearest:

- :func:`cornish_fisher_tail`, from four cumulants (Cornish and Fisher, *Revue de l'Institut
  international de statistique* 5, 1938, 307-320): within 3 % of any tail above 0.1;
- :func:`saddlepoint_tail`, from the cumulant generating function (Lugannani and Rice, *Advances in
  Applied Probability* 12, 1980, 475-490, with the second term of Daniels, *International
  Statistical Review* 55, 1987, 37-48): within 0.3 % of any tail below, however small;
- :func:`exact_log_tail`, by quadrature, of a difference of two only: within 1e-6.
"""

from collections.abc import Sequence

import numpy as np
from scipy import special

from expectations.statistics.grouped import Floats, blocks

ORDINARY = 0.1  # no larger tail is ever an alarm: the cheapest way to it will do
SHIFT = 6
NEWTON_STEPS = 8
SADDLEPOINT_STEPS = 8
CLOSE = 1e-9
NODES = np.linspace(-6.0, 6.0, 64)
OF_QUADRATURE = 512
ROOT_2 = np.sqrt(2.0)
ROOT_2PI = np.sqrt(2.0 * np.pi)


def cumulants(shape: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the first four cumulants of the logarithm of a gamma variable.

    They are the polygamma functions, by recurrence up to where their asymptotic series gives eight
    digits (Abramowitz and Stegun, 1964, 6.3.5 and 6.4.6-14). SciPy's are exact to the last digit
    and take ten times longer, which is most of the time of a million tests.
    """
    first, second, third, fourth = (np.zeros_like(shape) for _ in range(4))
    for step in range(SHIFT):
        inverse = 1.0 / (shape + step)
        square = inverse * inverse
        first -= inverse
        second += square
        third -= 2.0 * square * inverse
        fourth += 6.0 * square * square
    y = 1.0 / (shape + SHIFT)
    z = y * y
    first -= np.log(y) + y / 2 + z * (1 / 12 - z * (1 / 120 - z / 252))
    second += y + z * (1 / 2 + y * (1 / 6 - z * (1 / 30 - z / 42)))
    third -= z * (1 + y + z * (1 / 2 - z * (1 / 6 - z / 6)))
    fourth += z * y * (2 + 3 * y + z * (2 - z * (1 - z * 4 / 3)))
    return first, second, third, fourth


def cornish_fisher_tail(mean: Floats, variance: Floats, third: Floats, fourth: Floats) -> Floats:
    """Return the probability that a variable of these cumulants is above 0."""
    z = -mean / np.sqrt(variance)
    skewness, kurtosis = third / variance**1.5, fourth / variance**2
    normal = (
        z
        - skewness * (z**2 - 1) / 6
        - kurtosis * (z**3 - 3 * z) / 24
        + skewness**2 * (4 * z**3 - 7 * z) / 36
    )
    tail: Floats = special.ndtr(-normal)
    return tail


def exact_log_tail(plus: Floats, minus: Floats, offset: Floats, spread: Floats) -> Floats:
    r"""Return :math:`\ln P(\ln G_{plus} - \ln G_{minus} + s Z > offset)`, all one-dimensional.

    The difference has the density of the logit of a beta variable, so that the tail is the
    integral of that density times Φ((x - offset) / s): smooth and log-concave, however large the
    shapes. The trapezoidal rule on a hyperbolic-sine scale around its mode converges exponentially
    (Takahasi and Mori, *Publ. RIMS* 9, 1974, 721-741). Meant for tails below 0.2 and spreads above
    0.02.
    """
    logs = np.empty(plus.shape)
    for block in blocks(plus.size, OF_QUADRATURE):
        logs[block] = _quadrature(plus[block], minus[block], offset[block], spread[block])
    return logs


def _quadrature(a: Floats, b: Floats, offset: Floats, spread: Floats) -> Floats:
    mode, width = _mode_and_width(a, b, offset, spread)
    x = mode[:, None] + width[:, None] * np.sinh(NODES)
    logs = (a + b)[:, None] * special.log_expit(x) - b[:, None] * x
    logs += special.log_ndtr((x - offset[:, None]) / spread[:, None])
    top = logs.max(axis=1)
    sums = np.exp(logs - top[:, None]) @ np.cosh(NODES) * (NODES[1] - NODES[0])
    tail: Floats = top + np.log(sums * width) - special.betaln(a, b)
    return tail


def _mode_and_width(a: Floats, b: Floats, offset: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return the mode of the integrand, by Newton's method, and its width there."""
    centre, variance = np.log(a / b), 1 / a + 1 / b
    x = centre + np.maximum(offset - centre, 0.0) * variance / (variance + spread**2)
    for _ in range(NEWTON_STEPS):
        slope, curvature = _slope_and_curvature(x, a, b, offset, spread)
        x = x + np.clip(slope / curvature, -3.0, 3.0)
    _, curvature = _slope_and_curvature(x, a, b, offset, spread)
    return x, 1 / np.sqrt(curvature)


def _slope_and_curvature(
    x: Floats, a: Floats, b: Floats, offset: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    share, u = special.expit(x), (x - offset) / spread
    mills = 2.0 / ROOT_2PI / special.erfcx(-u / ROOT_2)
    slope = a - (a + b) * share + mills / spread
    curvature = (a + b) * share * (1 - share) + mills * (u + mills) / spread**2
    return slope, curvature


def saddlepoint_tail(
    plus: Sequence[Floats], minus: Sequence[Floats], offset: Floats, spread: Floats
) -> Floats:
    r"""Return :math:`P(\sum \ln G_{plus} - \sum \ln G_{minus} + s Z > offset)`.

    Meant for offsets well above the mean (tails below 0.2): at the mean the formula is 0 / 0.
    """
    signed = [(shape, 1.0) for shape in plus] + [(shape, -1.0) for shape in minus]
    t = _saddlepoint(signed, offset, spread)
    log_moment = spread**2 * t**2 / 2 - offset * t
    for shape, sign in signed:
        log_moment += special.gammaln(shape + sign * t) - special.gammaln(shape)
    _, second, third, fourth = _tilted(signed, t, spread)
    w, u = np.sqrt(-2 * log_moment), t * np.sqrt(second)
    skewness, kurtosis = third / second**1.5, fourth / second**2
    correction = (kurtosis / 8 - 5 * skewness**2 / 24) / u - skewness / (2 * u**2)
    correction += 1 / u - 1 / w - 1 / u**3 + 1 / w**3
    tail: Floats = np.exp(log_moment) * (special.erfcx(w / ROOT_2) / 2 + correction / ROOT_2PI)
    return tail


def _saddlepoint(signed: list[tuple[Floats, float]], offset: Floats, spread: Floats) -> Floats:
    """Return where the tilted variable has the offset for mean, by Newton's method in a bracket."""
    low = np.zeros_like(offset)
    high: Floats = np.minimum.reduce([shape for shape, sign in signed if sign < 0])
    mean, variance, _, _ = _tilted(signed, low, spread)
    t = np.minimum((offset - mean) / variance, high / 2)
    for _ in range(SADDLEPOINT_STEPS):
        mean, variance, _, _ = _tilted(signed, t, spread)
        beyond = mean > offset
        low, high = np.where(beyond, low, t), np.where(beyond, t, high)
        step = t - (mean - offset) / variance
        step = np.where((step > low) & (step < high), step, (low + high) / 2)
        t = np.where(np.abs(mean - offset) < CLOSE * np.sqrt(variance), t, step)
    return t


def _tilted(
    signed: list[tuple[Floats, float]], t: Floats, spread: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the cumulants of the sum once its density is multiplied by exp(t x)."""
    first, second = spread**2 * t, spread**2 + np.zeros_like(t)
    third, fourth = np.zeros_like(t), np.zeros_like(t)
    for shape, sign in signed:
        kappa_1, kappa_2, kappa_3, kappa_4 = cumulants(shape + sign * t)
        first, second = first + sign * kappa_1, second + kappa_2
        third, fourth = third + sign * kappa_3, fourth + kappa_4
    return first, second, third, fourth
