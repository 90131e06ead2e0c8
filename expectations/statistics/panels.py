r"""What moves everywhere is an event; what moves in one place is a fault.

Here: the common movement of a panel, and what is ordinary around it. Not here: whether a movement
is an event (``neighbours``), the test of one count or one rate (``counts``, ``rates``).

Member i of a panel (the departments of one indicator, the courses of one family) moves by
:math:`y_i = \mu + \varepsilon_i + e_i`: the common movement, its own ordinary one of spread
:math:`\tau`, and the noise of counting, of known variance :math:`v_i`. Hypotheses: the members
answer for themselves (no member is the total of others), fewer than half of them are at fault.

**Common movement.** Each member is told the weighted median of the *others*, so that it cannot
hide behind itself, with two imaginary members that did not move (``leave_one_out``). The weight is
the part of the ordinary in the variance, :math:`w_i = \tau_0^2 / (\tau_0^2 + v_i)`: a member that
counts three things says little.

**Spread.** If the panel moves as the prior :math:`\tau_0` says, the squared residuals over
:math:`\tau_0^2 + v_i` have the median of a chi-square; the ratio of their leave-one-out median to
it is the robust form of the moment equations of DerSimonian and Laird (*Controlled Clinical Trials*
7, 1986, 177-188) and Paule and Mandel (*J. Res. NBS* 87, 1982, 377-385). It is shrunk to the prior
(``dispersion``); to :math:`\tau^2` is added the error of the common movement, that of a median.

Two periods are enough; a panel of one member has the prior. Not to be used on the parts of a whole
that must add up (``compositions``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from expectations.statistics.counts import break_p_values
from expectations.statistics.dispersion import CHI_SQUARE_MEDIAN, modal_variance
from expectations.statistics.grouped import MEDIAN_LOSS, Floats, Integers
from expectations.statistics.leave_one_out import (
    IMAGINARY_MEMBERS,
    heaviest,
    medians_of_others,
    sums_of_others,
)
from expectations.statistics.printed_steps import ratio_variance

PASSES = 2
"""The first weighs members by the prior, the second by the spread that the first found: in a calm
panel of large and small counts, only the large ones say how calm it is."""


@dataclass(frozen=True)
class PriorSpreads:
    """What is ordinary where a panel is silent, as standard deviations.

    Attributes:
        own: Of the movement of one member.
        common: Of the common movement of a whole panel.
        of_areas: Of what an area does in all its categories.
    """

    own: float
    common: float
    of_areas: float


@dataclass(frozen=True)
class Panel:
    """What is ordinary in the panel of each member.

    Attributes:
        growth: Common movement that the others of its panel show to each member, in the unit of
            the movements (the logarithm of a ratio, for counts); NaN where the member gave none.
        spread: Standard deviation of each member's ordinary movement around ``growth``.
        variance: Its square, but for the error of ``growth``.
        error: Variance of that error.
        members: Number of members behind each panel, by code.
    """

    growth: Floats
    spread: Floats
    variance: Floats
    error: Floats
    members: Integers


def panel_of(
    movements: ArrayLike,
    variances: ArrayLike,
    groups: ArrayLike,
    spread: float | Floats,
    imaginary: float | Floats = 0.0,
) -> Panel:
    """Return what is ordinary in each panel.

    Args:
        movements: Movement of each member (logarithm of a ratio, difference of logits or points).
        variances: Variance of the noise of each movement.
        groups: Code of the panel of each member, from 0.
        spread: Standard deviation of an ordinary movement where a panel is silent; one, or one a
            member.
        imaginary: Movement of the imaginary members; one, or one a panel.
    """
    y, v = np.asarray(movements, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    codes = np.asarray(groups, dtype=np.int64)
    is_finite = np.isfinite(y) & np.isfinite(v)
    size = int(codes.max(initial=-1)) + 1
    members = np.bincount(codes[is_finite], minlength=size)
    of_member = np.full((4, y.size), np.nan)
    usual = np.broadcast_to(np.asarray(spread, np.float64) ** 2, y.shape)[is_finite]
    still = np.broadcast_to(np.asarray(imaginary, np.float64), (size,))
    y, v, codes = y[is_finite], v[is_finite], codes[is_finite]
    still = still[: int(codes.max(initial=-1)) + 1]

    expected = usual
    for _ in range(PASSES):
        weights = usual / (usual + v)
        growth, _ = medians_of_others(y, weights, codes, still)
        variance, error, _, _ = ordinary_variances(y - growth, v, usual, codes, expected)
        usual = variance + error
    of_member[:, is_finite] = growth, np.sqrt(variance + error), variance, error
    by_member = dict(zip(("growth", "spread", "variance", "error"), of_member, strict=True))
    return Panel(**by_member, members=members)


def panel_of_counts(
    before: ArrayLike,
    after: ArrayLike,
    groups: ArrayLike,
    spread: float,
    of_rounding: ArrayLike = 0.0,
) -> tuple[Panel, Floats]:
    """Return what is ordinary in each panel of counts, and how likely each count's departure is.

    Args:
        before: Counts of the first period.
        after: Counts of the second period.
        groups: Code of the panel of each count, from 0.
        spread: Standard deviation of the logarithm of ordinary growth where a panel is silent.
        of_rounding: Variance that rounding adds to each count of both periods.

    Returns:
        The panels, and the p-value of each member against the movement of the others.
    """
    y0, y1 = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    possible = (y0 >= 0) & (y1 >= 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        movements = np.where(possible, np.log((y1 + 0.5) / (y0 + 0.5)), np.nan)
        variances = 4 / (y0 + y1 + 1)
    rounding = ratio_variance(y0, y1, of_rounding)
    panel = panel_of(movements, variances + rounding, groups, spread)
    around = np.sqrt(panel.spread**2 + rounding)
    return panel, break_p_values(y0, y1, around, 1.0, np.exp(panel.growth))


def ordinary_variances(
    residuals: Floats, noise: Floats, usual: Floats, codes: Integers, prior: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what is ordinary around the common movement of each panel.

    Args:
        residuals: Movements less what the others of the panel show.
        noise: Variance of the noise of each.
        usual: Variance of an ordinary movement, as far as is known: what members weigh by.
        codes: Code of the panel of each.
        prior: Variance of an ordinary movement where the panel is silent, one a member.

    Returns:
        By member, the variance of its ordinary movement and that of the error of the common one,
        the member itself left out; by panel, the same of all.
    """
    squares, weights = residuals**2 / (usual + noise), usual / (usual + noise)
    ratios = medians_of_others(squares, weights, codes, CHI_SQUARE_MEDIAN)
    of_panels = (
        np.bincount(codes, values) / np.maximum(np.bincount(codes), 1) for values in (usual, prior)
    )
    usual_of_all, prior_of_all = of_panels
    weight = sums_of_others(weights, codes)
    square_weight = sums_of_others(weights**2, codes)
    loudness = sums_of_others(weights**2 * noise, codes)
    most = heaviest(weights, codes)
    (of_member, error_of_member), (of_panel, error) = (
        _estimates(*numbers)
        for numbers in zip(
            ratios,
            weight,
            square_weight,
            loudness,
            (usual, usual_of_all),
            (prior, prior_of_all),
            (most[codes], most),
            strict=True,
        )
    )
    return of_member, error_of_member, of_panel, error


def _estimates(  # noqa: PLR0913, PLR0917 the sums of one estimate
    ratio: Floats,
    weight: Floats,
    square_weight: Floats,
    loudness: Floats,
    usual: Floats,
    prior: Floats,
    most: Floats,
) -> tuple[Floats, Floats]:
    """Return the variance of ordinary movements and that of the median of so many."""
    squares = np.maximum(square_weight, 1e-12)
    noise = loudness / squares
    total = ratio / CHI_SQUARE_MEDIAN * (usual + noise)
    variance = modal_variance(total, noise, weight**2 / squares, prior)
    error_alone = MEDIAN_LOSS * (variance + noise) * usual / np.maximum(usual + noise, 1e-12)
    # The imaginary members share the weight and add no error.
    error: Floats = error_alone * weight / (weight + IMAGINARY_MEMBERS * most) ** 2
    return variance, error
