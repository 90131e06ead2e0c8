"""Arrays cut into groups by integer codes: what numpy does not give for every group at once.

Here: the types of arrays; sums, orders and medians, group by group; codes are 0, 1, 2, …, as
``numpy.unique`` and ``pandas.factorize`` give them. Not here: what a group is and what a difference
means (the modules that call this one).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Of normal values: their deviation over their median absolute deviation, and the variance of a
# median over that of a mean.
MAD_TO_DEVIATION = 1.4826
MEDIAN_LOSS = np.pi / 2.0


def codes_of(groups: ArrayLike, shape: tuple[int, ...]) -> Integers:
    """Return group codes as integers, one for each value.

    Raises:
        ValueError: A code is negative, or there are not as many codes as values.
    """
    codes = np.asarray(groups, dtype=np.int64)
    if codes.shape != shape:
        message = f"{codes.shape} group codes for {shape} values: one code a value is needed."
        raise ValueError(message)
    if codes.size and codes.min() < 0:
        message = f"Group code {codes.min()}: codes are 0, 1, 2, …; leave out what has no group."
        raise ValueError(message)
    return codes


def sums(values: ArrayLike, groups: Integers, size: int) -> Floats:
    """Return the sum of the values of each group, from 0 to ``size`` - 1; 0 for an empty one."""
    totals: Floats = np.bincount(groups, np.asarray(values, np.float64), size).astype(np.float64)
    return totals


def of_each(by_group: Floats, groups: Integers) -> Floats:
    """Return, for each value, what is known of its group; NaN for a group beyond those known."""
    beyond = max(0, int(groups.max(initial=-1)) + 1 - by_group.size)
    values: Floats = np.append(by_group, np.full(beyond, np.nan))[groups]
    return values


def blocks(size: int, longest: int = 8192) -> Iterator[slice]:
    """Cut so many values into blocks that a processor keeps at hand from one step to the next."""
    for start in range(0, size, longest):
        yield slice(start, start + longest)


def renumbered(codes: Integers) -> tuple[Integers, Integers]:
    """Return the codes that occur, in order, and the place of each among them.

    What ``numpy.unique`` gives, without a sort: codes are not many more than values.
    """
    occurs = np.zeros(int(codes.max(initial=-1)) + 1, dtype=bool)
    occurs[codes] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[codes]


def order_in_groups(values: Floats, groups: Integers) -> Integers:
    """Return the order by group, then value; among equal values, any.

    A quick sort and a stable one take a third of ``numpy.lexsort``, which makes two stable ones:
    few groups have short codes, which are sorted digit by digit.
    """
    by_value = np.argsort(values)
    is_short = groups.max(initial=0) <= np.iinfo(np.uint16).max
    codes = groups.astype(np.uint16) if is_short else groups
    order: Integers = by_value[np.argsort(codes[by_value], kind="stable")]
    return order


def weighted_medians(values: Floats, weights: Floats, groups: Integers) -> Floats:
    """Return the lower weighted median of each group, by code; NaN for an empty one.

    Args:
        values: Values, none of them NaN.
        weights: What each weighs, above 0.
        groups: Code of the group of each, from 0.
    """
    order = order_in_groups(values, groups)
    cumulated, codes = np.cumsum(weights[order]), groups[order]
    size = int(groups.max(initial=-1)) + 1
    ends = np.searchsorted(codes, np.arange(size), side="right")
    reached = np.append(0.0, cumulated)[ends]
    before = np.append(0.0, reached)[:size]
    middles = np.searchsorted(cumulated, (before + reached) / 2)
    return np.where(reached > before, np.append(values[order], np.nan)[middles], np.nan)


@dataclass(frozen=True)
class Ranked:
    """Values sorted inside their groups, missing ones left out: one sort for several medians.

    Attributes:
        shape: That of the values.
        order: Where each sorted value was.
        values: The values, sorted by group, then size.
        start: First place of the group of each.
        size: How many values its group has.
        rank: Its place in the group, from 0.
    """

    shape: tuple[int, ...]
    order: Integers
    values: Floats
    start: Integers
    size: Integers
    rank: Integers

    @classmethod
    def of(cls, values: Floats, groups: Integers) -> "Ranked":
        """Return values sorted inside groups."""
        present = np.flatnonzero(~np.isnan(values))
        order = present[order_in_groups(values[present], groups[present])]
        codes = groups[order]
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]][: codes.size])
        sizes = np.diff(np.r_[starts, codes.size])
        start, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
        return cls(values.shape, order, values[order], start, size, np.arange(codes.size) - start)

    def medians(self) -> Floats:
        """Return, for each value, the median of its group; NaN where the value is missing."""
        return self._means_of((self.size - 1) // 2, self.size // 2)

    def medians_of_others(self) -> Floats:
        """Return, for each value, the median of the *other* values of its group.

        The value itself is left out, so that a suspect is never part of what it is compared with.

        Returns:
            One median for each value; NaN where the value is missing or alone.
        """
        low, high = (self.size - 2) // 2, (self.size - 1) // 2
        medians = self._means_of(low + (low >= self.rank), high + (high >= self.rank))
        medians[self.order[self.size == 1]] = np.nan
        return medians

    def _means_of(self, low: Integers, high: Integers) -> Floats:
        last = self.size - 1
        pair = [self.values[self.start + np.clip(place, 0, last)] for place in (low, high)]
        means = np.full(self.shape, np.nan)
        means[self.order] = (pair[0] + pair[1]) / 2.0
        return means
