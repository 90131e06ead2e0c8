r"""Is what is left of a total ordinary, once the parts that are in doubt are taken out?

Here: two numbers of the total, two of those parts together; of a rate, those of its numerator and
of its denominator, which add up as rates do not. Not here: which parts are in doubt (``rules``),
nor a total that is not the sum of its parts (``mistaken_parts``).

The logarithm of the ratio of the rest is compared with what a whole table ordinarily does, of
standard deviation :math:`s`; counts add their chance, :math:`1 / (r_0 + 1/2) + 1 / (r_1 + 1/2)`.
Of a rate it is the logit, of which the two numbers are those that are in the numerator and those
that are not. That is enough where the rest is at least half of the total before. The smaller half
must have shown besides, chance admitted, that it did not do half as much as the parts in doubt: a
handful that stays a handful clears nobody of a collection that changed.

The same is said of one part whose whole went beyond what is ordinary: it is not what moved. And of
a total that went beyond it for those parts, its change being theirs but for a third: as they are in
doubt, so is it.
"""

import numpy as np
from numpy.typing import NDArray

from expectations.statistics.grouped import Floats

Mask = NDArray[np.bool_]

MOST_DEVIATIONS = 1.96
"""What is ordinary goes so far, 19 times out of 20."""

CARRIED = 2 / 3
"""Part of what a total won or lost that is of some parts, when it moved for them."""


def is_rest_ordinary(
    total: Floats, doubtful: Floats, spread: float, growth: float = 0.0, *, are_counts: bool
) -> bool:
    """Tell whether a total, less the parts that are in doubt, moved as it ordinarily does.

    Args:
        total: The total, before and after.
        doubtful: The parts in doubt, added up, before and after.
        spread: Standard deviation of the logarithm of its ordinary growth.
        growth: Logarithm of the growth expected of it.
        are_counts: Whether chance is that of counts.
    """
    rest = total - doubtful
    if rest.min() < 0:
        return False
    variance = float(np.sum(1 / (rest + 0.5))) if are_counts else 0.0
    is_most = rest[0] >= total[0] / 2
    moved, by_doubtful = _growth(rest) - growth, _growth(doubtful) - growth
    return _is_ordinary(moved, by_doubtful, spread, variance, is_most=is_most)


def made_by(total: Floats, parts: Floats, spread: float, growth: float) -> Mask:
    """Tell which parts made a total of counts depart from the growth that was expected of it.

    The fewest without which the rest is in line, those that departed most. All of them where that
    takes half of them or more: they moved together.

    Args:
        total: The total, before and after.
        parts: Its parts, before and after: one row an end.
        spread: Standard deviation of the logarithm of its ordinary growth.
        growth: Logarithm of the growth expected.
    """
    way = np.sign(_growth(total) - growth)
    order = np.argsort(way * (np.exp(growth) * parts[0] - parts[1]), kind="stable")
    are_makers = np.zeros(order.size, dtype=np.bool_)
    for part in order[: (order.size - 1) // 2]:
        are_makers[part] = True
        doubtful = parts[:, are_makers].sum(axis=1)
        if is_rest_ordinary(total, doubtful, spread, growth, are_counts=True):
            return are_makers
    return np.ones(order.size, dtype=np.bool_)


def is_rest_of_rate_ordinary(total: Floats, doubtful: Floats, spread: float) -> bool:
    """Tell whether a rate, less the parts that are in doubt, moved as rates ordinarily do.

    Args:
        total: Numerator and denominator of the total, before and after: one row an end.
        doubtful: The same of the parts in doubt, added up.
        spread: Standard deviation of the ordinary movement of the logit of a rate.
    """
    rest = total - doubtful
    outside = rest[:, 1] - rest[:, 0]
    if not min(rest.min(), outside.min()) >= 0:
        return False
    variance = float(np.sum(1 / (rest[:, 0] + 0.5) + 1 / (outside + 0.5)))
    moved, moved_by_doubtful = (
        _growth(part[:, 0]) - _growth(part[:, 1] - part[:, 0]) for part in (rest, doubtful)
    )
    is_most = rest[0, 1] >= total[0, 1] / 2
    return _is_ordinary(moved, moved_by_doubtful, spread, variance, is_most=is_most)


def is_carried(total: Floats, doubtful: Floats, spread: float) -> bool:
    """Tell whether a total of counts went beyond the ordinary for what its doubtful parts did.

    A total that lost what parts did that came to nothing is short, be that no more than what tables
    ordinarily move by: beyond what counting does is then enough.

    Args:
        total: The total, before and after.
        doubtful: The parts in doubt, added up, before and after.
        spread: Standard deviation of the logarithm of the ordinary growth of a whole table.
    """
    if not min(total.min(), doubtful.min()) >= 0:
        return False
    change, by_doubtful = total[1] - total[0], doubtful[1] - doubtful[0]
    is_short = doubtful[1] == 0 and change <= CARRIED * by_doubtful
    variance = (0.0 if is_short else spread**2) + float(np.sum(1 / (total + 0.5)))
    went = abs(_growth(total)) > MOST_DEVIATIONS * np.sqrt(variance)
    return bool(went and np.sign(change) * by_doubtful >= CARRIED * abs(change))


def stays_apart(parts: Floats, wholes: Floats, spread: Floats) -> Mask:
    """Tell which parts stayed where they were while their whole went elsewhere.

    Args:
        parts: Counts of the parts, before and after: one row an end.
        wholes: The same of the whole of each.
        spread: Standard deviation of the logarithm of the ordinary growth of a whole.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.sum(1 / (parts + 0.5), axis=0)
    moved, moved_by_all = _growth(parts), _growth(wholes)
    went = np.abs(moved_by_all) > MOST_DEVIATIONS * spread
    is_ordinary = np.abs(moved) <= MOST_DEVIATIONS * np.sqrt(spread**2 + variance)
    apart: Mask = went & is_ordinary & _differs(moved, moved_by_all, variance)
    return apart


def _is_ordinary(
    moved: Floats, moved_by_doubtful: Floats, spread: float, variance: float, *, is_most: bool
) -> bool:
    """Tell whether the rest did not move as its doubtful parts did; see the module."""
    is_ordinary = abs(moved) <= MOST_DEVIATIONS * np.sqrt(spread**2 + variance)
    return bool(is_ordinary and (is_most or _differs(moved, moved_by_doubtful, variance)))


def _differs(moved: Floats, by_others: Floats, variance: Floats | float) -> Mask:
    """Tell what showed, chance admitted, that it did not do half of what others did."""
    lag = np.abs(by_others) / 2 - moved * np.sign(by_others)
    differs: Mask = np.asarray(lag > MOST_DEVIATIONS * np.sqrt(variance))
    return differs


def _growth(ends: Floats) -> Floats:
    """Return the logarithms of the ratios of two counts; NaN of what is below nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        growth: Floats = np.log((ends[1] + 0.5) / (ends[0] + 0.5))
    return growth
