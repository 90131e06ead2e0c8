"""Which numbers are of the order of magnitude of those that can be trusted, series by series?

Here: the chain of numbers, each less than a power of ten from the next, that leads from a trusted
one. Not here: which numbers can be trusted, and what is said of the others (``rules``).

The chain makes the answer the same whatever was published meanwhile: to trust a number that is
already linked links no other one.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from expectations.statistics.grouped import Integers

POWER_OF_TEN = 1.0 - 1e-9
"""In decimal logarithms; 430 beside 43 is one, whatever the last bit of their logarithms."""


def chains(values: ArrayLike, series: ArrayLike) -> Integers:
    """Return the number of the chain of each value: the same for those that lead to one another.

    Args:
        values: Positive numbers.
        series: Code of the series of each; a chain stays within one.
    """
    logarithms, groups = np.log10(np.asarray(values, dtype=np.float64)), np.asarray(series)
    order = np.lexsort((logarithms, groups))
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (np.diff(groups[order]) != 0) | (np.diff(logarithms[order]) >= POWER_OF_TEN)
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(starts) - 1
    return numbers


def any_of_chain(chain: Integers, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell of each value whether something holds of one of its chain."""
    size = int(chain.max(initial=-1)) + 1
    found: NDArray[np.bool_] = (np.bincount(chain, weights=holds, minlength=size) > 0)[chain]
    return found
