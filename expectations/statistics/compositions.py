r"""Did the parts of a whole change more than over-dispersed counting allows?

Here: the test of a whole, and the score of each of its parts. Not here: the list of parts that make
a whole (``rules``).

The parts (sizes, departments, levels of training) are counted in two periods. Each is a Poisson
count whose growth is the common one times its own ordinary growth, log-normal with a given spread:
given the wholes, the shares are multinomial, over-dispersed as in a Dirichlet-multinomial law
(Mosimann, *Biometrika* 49, 1962, 65-82; Brier, *Biometrika* 67, 1980, 591-596), but so that a small
share and a large one are multiplied or divided by the same factor, where a Dirichlet law lets a
share of 5 % triple where it lets a half move by a third (the logistic-normal law of Aitchison,
*JRSS B* 44, 1982, 139-177).

Part k has the weight :math:`w_k = 1 / (s^2 + v_k)`, the inverse of the variance of the logarithm of
its ratio; the common growth is the weighted mean of these logarithms; the distance of each part to
it is the normal score :math:`z_k` of the exact test of its two counts (``counts``). The whole is
judged by Cochran's :math:`\sum z_k^2` (*Biometrics* 10, 1954, 417-451), a chi-square with one
degree of freedom less than there are parts. Pearson's would want expected counts of five: here a
part counted twice or thrice has a score near 0, so that the test is cautious, never rash.

Two periods are enough. Not to be used when a part has vanished from the table (``rules``), nor for
two parts or fewer with counts below ten: it then says no more than the test of one count.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from expectations.statistics.counts import break_p_values
from expectations.statistics.grouped import Floats, Integers

TINIEST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class Compositions:
    """How far each whole, and each of its parts, moved.

    Attributes:
        p_value: How likely a whole is to change this much, by code; NaN with fewer than two parts.
        score: Normal score of each part: positive when its share grew; NaN when not comparable.
    """

    p_value: Floats
    score: Floats


def changed_compositions(
    before: ArrayLike, after: ArrayLike, groups: ArrayLike, spread: ArrayLike
) -> Compositions:
    """Return how likely each whole is to change this much if only ordinary growth took place.

    Args:
        before: Counts of the parts in the first period.
        after: Counts of the parts in the second period.
        groups: Code of the whole of each part, from 0.
        spread: Standard deviation of the logarithm of a part's ordinary growth, one or one a part.
    """
    y0, y1, s = np.broadcast_arrays(
        *(np.asarray(array, dtype=np.float64) for array in (before, after, spread))
    )
    codes = np.asarray(groups, dtype=np.int64)
    size = int(codes.max(initial=-1)) + 1
    comparable = np.isfinite(y0 + y1 + s) & (y0 >= 0) & (y1 >= 0) & (s > 0)
    score = np.full(y0.shape, np.nan)
    y0, y1, s, codes = (array[comparable] for array in (y0, y1, s, codes))

    movement = np.log((y1 + 0.5) / (y0 + 0.5))
    # A part that was never there says nothing of the common movement.
    weights = np.where(y0 + y1 > 0, 1 / (s**2 + 4 / (y0 + y1 + 1)), 0.0)
    common = _weighted_means(movement, weights, codes, size)[codes]
    # A chance too small for a float is no infinite score: evidence is made of numbers.
    p_values = np.maximum(break_p_values(y0, y1, s, 1.0, np.exp(common)), TINIEST)
    scores = -special.ndtri(p_values / 2) * np.sign(movement - common)
    score[comparable] = scores

    counted = np.bincount(codes, weights=y0 + y1 > 0, minlength=size)
    statistic = np.bincount(codes, weights=scores**2, minlength=size)
    freedom = np.where(counted >= 2, counted - 1, np.nan)
    return Compositions(special.gammaincc(freedom / 2, statistic / 2), score)


def _weighted_means(values: Floats, weights: Floats, codes: Integers, size: int) -> Floats:
    sums = np.bincount(codes, weights=weights * values, minlength=size)
    total = np.bincount(codes, weights=weights, minlength=size)
    return np.asarray(sums / np.where(total > 0, total, np.nan), dtype=np.float64)
