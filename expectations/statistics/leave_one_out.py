"""What the others of a group say: weighted medians that leave each member out.

Here: medians and sums over the others. Not here: what is compared with them (``panels``).

A suspect must not be part of what it is judged by; the median alone resists it in a large group,
not in a group of three. Each member gets the median of all the others, for the price of one sort.
In each group stand imaginary members, as heavy as two of its heaviest, at a value given beforehand:
they decide where there is nobody else, and hardly count in a group of fifty, even of small counts,
which say little one by one.
"""

import numpy as np

from expectations.statistics.grouped import Floats, Integers, order_in_groups

IMAGINARY_MEMBERS = 2
UNIT = 1000


def medians_of_others(
    values: Floats, weights: Floats, groups: Integers, imaginary: float | Floats
) -> tuple[Floats, Floats]:
    """Return the median of the others for each member, and the median of all for each group.

    Args:
        values: One a member, without NaN.
        weights: What each weighs beside the others; above 0.
        groups: Code of the group of each member, from 0.
        imaginary: Value of the imaginary members; one, or one a group.

    Returns:
        One number a member; one number a group code, up to the largest.
    """
    size = int(groups.max(initial=-1)) + 1
    value = np.concatenate([values, np.broadcast_to(imaginary, (size,))])
    beside = weights / heaviest(weights, groups)[groups]
    weight = np.concatenate([_whole(beside), np.full(size, IMAGINARY_MEMBERS * UNIT)])
    group = np.concatenate([groups, np.arange(size)])
    order = order_in_groups(value, group)
    value, weight, group = value[order], weight[order], group[order]

    cumulated = np.cumsum(weight)
    ends = cumulated[np.searchsorted(group, np.arange(size), "right") - 1]
    starts = np.concatenate([[0], ends])[:size]
    low, high = _median_positions(2 * cumulated, (starts + ends)[group] - weight, 2 * weight)
    medians = np.empty(group.size)
    medians[order] = (value[low] + value[high]) / 2
    low, high = _around(2 * cumulated, starts + ends)
    return medians[: groups.size], (value[low] + value[high]) / 2


def heaviest(weights: Floats, groups: Integers) -> Floats:
    """Return the largest weight of each group; 0 for an empty one."""
    largest = np.zeros(int(groups.max(initial=-1)) + 1)
    np.maximum.at(largest, groups, weights)
    return largest


def sums_of_others(values: Floats, groups: Integers) -> tuple[Floats, Floats]:
    """Return the sum over the others for each member, and the sum over all for each group."""
    sums = np.bincount(groups, weights=values).astype(np.float64)
    return np.maximum(sums[groups] - values, 0.0), sums


def _whole(weights: Floats) -> Integers:
    """Return weights as whole numbers, so that two equal halves are seen as equal."""
    return np.maximum(np.rint(weights * UNIT), 1).astype(np.int64)


def _median_positions(
    cumulated: Integers, halves: Integers, weights: Integers
) -> tuple[Integers, Integers]:
    """Return where the lower and upper medians are, in order, once the member itself has gone."""
    low, high = _around(cumulated, halves)
    beyond = np.flatnonzero(high >= np.arange(weights.size))
    low_beyond, high_beyond = _around(cumulated, (halves + weights)[beyond])
    high[beyond] = high_beyond
    low_is_beyond = low[beyond] >= beyond
    low[beyond[low_is_beyond]] = low_beyond[low_is_beyond]
    return low, high


def _around(cumulated: Integers, targets: Integers) -> tuple[Integers, Integers]:
    """Return where the sums that reach some targets are, and where those that go beyond them are.

    The same place, but where a sum is the target itself: sums increase strictly.
    """
    reached = np.searchsorted(cumulated, targets)
    return reached, reached + (cumulated[reached] == targets)
