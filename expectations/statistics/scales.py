r"""Was the unit or the scale changed, or something counted twice?

Here: the factor that fits best, of a whole group or of one of its members. Not here: whether the
unit was declared to change (DFC) and what is an alarm (``rules``).

The logarithm of the ratio after / before of a group that went from units to thousands is near
:math:`\ln f`, with :math:`f` a power of ten; from percentages to fractions, 1/100. What else may
explain it is growth, around 0, or a break of any size. Hypotheses: the precision-weighted mean
:math:`m` of the log ratios of a group is normal, around :math:`\ln f` under a change of scale and
around 0 under growth, of variance

.. math:: V = s^2 + 1 / \sum_i \frac{1}{(s/2)^2 + 1/(y_{0i} + 1/2) + 1/(y_{1i} + 1/2)}

where :math:`s` is the spread of ordinary growth, shared by the group; each member departs from it
by half as much (Parcoursup, 103 departments, 2018 to 2019: 0.13, and 0.06 around the common
growth), besides its Poisson part, which rates have not. Where a member is further than three such
deviations from :math:`m`, all are first brought back to as many from their median, so that no
member makes the factor of all. A break of any size adds the variance of breaks. Each answer is a
logarithm of a likelihood ratio: above 3, 20 to 1; above 7, 1 000 to 1 (Kass and Raftery, *JASA* 90,
1995, 773-795; their scale is twice this one).

Minimum history: two periods, both positive. Zeros are left out: what fell to zero changed no unit.
A group whose members change scale one by one is no group. A single small count never tells a
division by ten from a break (43 → 4): read ``over_break`` beside ``over_growth``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import (
    MAD_TO_DEVIATION,
    MEDIAN_LOSS,
    Floats,
    Integers,
    Ranked,
    codes_of,
    sums,
)

BREAK_SPREAD = spread_of(10.0)  # 19 breaks out of 20 stay within a factor of ten
OWN_PART = 0.5
WITHIN = 3.0
LARGEST_POWER = 6


@dataclass(frozen=True)
class Scales:
    """The change of scale that fits best, by group, or by member of a panel.

    Attributes:
        factor: What values seem multiplied by; 1 when growth fits best, NaN when not evaluated.
        over_growth: Log-likelihood ratio of that factor over ordinary growth.
        over_break: The same over a break of any size, which asks for a factor that is exact.
        members: How many members were compared.
        agreeing: How many of them, each on its own, are nearest to that same factor; of a group,
            nearer to it than to no change.
    """

    factor: Floats
    over_growth: Floats
    over_break: Floats
    members: Integers
    agreeing: Integers


def group_scales(
    before: ArrayLike,
    after: ArrayLike,
    groups: ArrayLike,
    spread: float,
    *,
    are_counts: bool = True,
) -> Scales:
    """Return the power of ten by which each whole group was multiplied; see the module.

    Args:
        before: Values of the first period; NaN where missing.
        after: Values of the second.
        groups: Code of the group of each cell; one code a cell makes each series a group.
        spread: Standard deviation of the logarithm of ordinary growth.
        are_counts: Whether values have a Poisson part; False for rates and amounts.

    Returns:
        By group code.
    """
    ratio, noise = _log_ratios(before, after, are_counts=are_counts)
    codes = codes_of(groups, ratio.shape)
    size = int(codes.max(initial=-1)) + 1
    is_finite = np.isfinite(ratio)
    ratio, noise, codes = ratio[is_finite], noise[is_finite], codes[is_finite]
    own = (OWN_PART * spread) ** 2 + noise
    members, weights = np.bincount(codes, minlength=size), sums(1.0 / own, codes, size)
    mean = _bounded_means(ratio, own, codes, size)
    shift = _nearest_power(mean)
    agreeing = np.bincount(codes[_is_nearer(ratio, shift[codes])], minlength=size)
    variance = spread**2 + 1.0 / np.where(members > 0, weights, 1.0)
    return _scales(mean, shift, variance, members, agreeing)


def _bounded_means(ratio: Floats, own: Floats, codes: Integers, size: int) -> Floats:
    """Return the mean of each group, weighted by precision; NaN for an empty one.

    Where a member is far from it, the members are first brought back to around their median.
    """
    means = _means(ratio, own, codes, size)
    is_far = np.abs(ratio - means[codes]) > WITHIN * np.sqrt(own)
    is_odd = np.bincount(codes, is_far, size) > 0
    odd = is_odd[codes]
    ratio, reach, codes = ratio[odd], WITHIN * np.sqrt(own[odd]), codes[odd]
    centre = Ranked.of(ratio, codes).medians()
    bounded = np.clip(ratio, centre - reach, centre + reach)
    return np.where(is_odd, _means(bounded, own[odd], codes, size), means)


def _means(values: Floats, variances: Floats, codes: Integers, size: int) -> Floats:
    weights = sums(1.0 / variances, codes, size)
    total = sums(values / variances, codes, size)
    return np.asarray(total / np.where(weights > 0, weights, np.nan), dtype=np.float64)


def member_scales(
    before: ArrayLike,
    after: ArrayLike,
    panels: ArrayLike,
    spread: float,
    *,
    are_counts: bool = True,
) -> Scales:
    """Return the factor by which one member of a panel departs from the others.

    Powers of ten, and 2 and 1/2: a double count, and its end. What is compared is the log ratio
    of the member less the median of those of the other members, so what happens to all (growth,
    event, a change of scale of the whole panel) is no departure. Its variance is that of own
    departures, the spread asked for or that of the others when they scatter more, besides the
    Poisson part; two members that depart together from two others cannot be told apart.

    Minimum: three members, two periods. Do not use it on categories that exchange with one
    another, such as sizes of firms, where one's loss is another's gain.

    Args:
        before: Values of the first period; NaN where missing.
        after: Values of the second.
        panels: Code of the panel of each member.
        spread: Standard deviation of the logarithm of how a member ordinarily departs from its
            panel.
        are_counts: Whether values have a Poisson part; False for rates and amounts.

    Returns:
        By member, in the order given; ``members`` counts the panel, ``agreeing`` the members
        nearest to the same factor, itself included: 1 when it is alone.
    """
    ratio, noise = _log_ratios(before, after, are_counts=are_counts)
    codes = codes_of(panels, ratio.shape)
    size = int(codes.max(initial=-1)) + 1
    members = np.bincount(codes[np.isfinite(ratio)], minlength=size)[codes]
    ranked = Ranked.of(ratio, codes)
    departure = np.where(members >= 3, ratio - ranked.medians_of_others(), np.nan)
    scatter = Ranked.of(np.abs(ratio - ranked.medians()), codes).medians_of_others()
    ordinary = np.fmax(spread, MAD_TO_DEVIATION * scatter) ** 2
    variance = ordinary + noise + MEDIAN_LOSS * ordinary / np.maximum(members - 1, 1)
    shift = _nearest_factor(departure)
    return _scales(departure, shift, variance, members, _alike(shift, codes))


def _log_ratios(before: ArrayLike, after: ArrayLike, *, are_counts: bool) -> tuple[Floats, Floats]:
    y0, y1 = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    comparable = np.isfinite(y0 + y1) & (y0 > 0) & (y1 > 0)
    y0, y1 = np.where(comparable, y0, np.nan), np.where(comparable, y1, np.nan)
    if not are_counts:
        return np.log(y1 / y0), np.zeros(y0.shape)
    return np.log((y1 + 0.5) / (y0 + 0.5)), 1.0 / (y0 + 0.5) + 1.0 / (y1 + 0.5)


def is_nearer(before: ArrayLike, after: ArrayLike, factor: Floats) -> NDArray[np.bool_]:
    """Tell which values, each on its own, are nearer to a factor than to no change."""
    ratio, _ = _log_ratios(before, after, are_counts=False)
    return _is_nearer(ratio, np.log(factor))


def _is_nearer(ratio: Floats, shift: Floats) -> NDArray[np.bool_]:
    is_nearer: NDArray[np.bool_] = np.abs(ratio - shift) <= np.abs(ratio)
    return is_nearer


def _nearest_power(ratio: Floats) -> Floats:
    power = np.clip(np.rint(ratio / np.log(10.0)), -LARGEST_POWER, LARGEST_POWER)
    nearest: Floats = power * np.log(10.0)
    return nearest


def _nearest_factor(ratio: Floats) -> Floats:
    nearest, double = _nearest_power(ratio), np.sign(ratio) * np.log(2.0)
    return np.where(np.abs(ratio - double) < np.abs(ratio - nearest), double, nearest)


def _scales(
    mean: Floats, shift: Floats, variance: Floats, members: Integers, agreeing: Integers
) -> Scales:
    residual, free = (mean - shift) ** 2 / variance, variance + BREAK_SPREAD**2
    over_growth = (mean**2 / variance - residual) / 2.0
    over_break = (mean**2 / free - residual + np.log(free / variance)) / 2.0
    return Scales(
        factor=np.exp(shift),
        over_growth=over_growth,
        over_break=np.where(shift == 0, 0.0, over_break),
        members=members,
        agreeing=agreeing,
    )


def _alike(shift: Floats, codes: Integers) -> Integers:
    """Return how many members of its panel have the shift of each one."""
    is_double = (shift != 0) & (np.abs(shift) < 1.0)
    kind = np.where(is_double, np.sign(shift) * (LARGEST_POWER + 1), np.rint(shift / np.log(10.0)))
    is_finite = np.isfinite(kind)
    width = 2 * LARGEST_POWER + 3
    keys = np.where(is_finite, codes * width + kind + LARGEST_POWER + 1, 0).astype(np.int64)
    return np.where(is_finite, np.bincount(keys[is_finite], minlength=1)[keys], 0)
