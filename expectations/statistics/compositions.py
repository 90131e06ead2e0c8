r"""Did the parts of a whole change more than over-dispersed counting allows?

Here: the test of a whole, the score of each of its parts, and which of them moved. Not here: the
list of parts that make a whole (``rules``).

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

**Whose change it is.** One part that moved moves the test of its whole. So the part with the
largest score is taken out, and what remains is judged again, around its own common growth, as long
as it is still odd: the parts taken out are those that moved (outliers one by one: Hawkins,
*Identification of Outliers*, 1980, chapter 5). Of the last two, the one that moved twice as much as
the other from the period before is out; where neither did, nobody can tell, and both are.

Two periods are enough. Not to be used when a part has vanished from the table (``rules``), nor for
two parts or fewer with counts below ten: it then says no more than the test of one count.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
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
            Of those that moved, around the common growth of those that then remained.
        has_moved: Which parts moved, in a whole that is odd.
    """

    p_value: Floats
    score: Floats
    has_moved: NDArray[np.bool_]


def changed_compositions(
    before: ArrayLike, after: ArrayLike, groups: ArrayLike, spread: ArrayLike, odd: float = 0.03
) -> Compositions:
    """Return how likely each whole is to change this much if only ordinary growth took place.

    Args:
        before: Counts of the parts in the first period.
        after: Counts of the parts in the second period.
        groups: Code of the whole of each part, from 0.
        spread: Standard deviation of the logarithm of a part's ordinary growth, one or one a part.
        odd: p-value up to which what remains of a whole is odd.
    """
    y0, y1, s = np.broadcast_arrays(
        *(np.asarray(array, dtype=np.float64) for array in (before, after, spread))
    )
    codes = np.asarray(groups, dtype=np.int64)
    comparable = np.isfinite(y0 + y1 + s) & (y0 >= 0) & (y1 >= 0) & (s > 0)
    # A part that was never there says nothing of the common movement.
    remaining = np.flatnonzero(comparable & (y0 + y1 > 0))
    size = int(codes.max(initial=-1)) + 1
    score, p_values = _tested(y0, y1, s, codes, remaining, size)
    scores, odd_now = np.where(comparable, score, np.nan), p_values <= odd
    has_moved = np.zeros(y0.shape, dtype=bool)
    while odd_now.any():
        remaining = remaining[odd_now[codes[remaining]]]
        here = codes[remaining]
        out = np.where(
            (np.bincount(here) == 2)[here],
            _is_mover(y0[remaining], y1[remaining], here),
            _is_worst(scores[remaining], here),
        )
        has_moved[remaining[out]] = True
        remaining = remaining[~out]
        score, p_now = _tested(y0, y1, s, codes, remaining, size)
        scores[remaining], odd_now = score[remaining], p_now <= odd
    return Compositions(p_values, scores, has_moved)


def _tested(  # noqa: PLR0913, PLR0917 the parts, their wholes, and which remain
    y0: Floats, y1: Floats, s: Floats, codes: Integers, remaining: Integers, size: int
) -> tuple[Floats, Floats]:
    """Return the score of each remaining part, 0 for the others, and the p-value of each whole."""
    first, second, spread, wholes = (array[remaining] for array in (y0, y1, s, codes))
    movement = np.log((second + 0.5) / (first + 0.5))
    weights = 1 / (spread**2 + 4 / (first + second + 1))
    total = np.bincount(wholes, weights=weights, minlength=size)
    mean = np.bincount(wholes, weights=weights * movement, minlength=size)
    common = (mean / np.where(total > 0, total, np.nan))[wholes]
    # A chance too small for a float is no infinite score: evidence is made of numbers.
    p_values = np.maximum(break_p_values(first, second, spread, 1.0, np.exp(common)), TINIEST)
    score = np.zeros(y0.shape)
    score[remaining] = -special.ndtri(p_values / 2) * np.sign(movement - common)
    statistic = np.bincount(wholes, weights=score[remaining] ** 2, minlength=size)
    freedom = np.bincount(wholes, minlength=size) - 1.0
    freedom[freedom < 1] = np.nan
    return score, special.gammaincc(freedom / 2, statistic / 2)


def _is_worst(scores: Floats, codes: Integers) -> NDArray[np.bool_]:
    """Tell which part of each whole has the largest score, the first of several."""
    order = np.lexsort((-np.abs(scores), codes))
    first = np.flatnonzero(np.diff(codes[order], prepend=-1))
    is_worst = np.zeros(scores.shape, dtype=bool)
    is_worst[order[first]] = True
    return is_worst


def _is_mover(y0: Floats, y1: Floats, codes: Integers) -> NDArray[np.bool_]:
    """Tell which parts moved at least half as much as the one of their whole that moved most."""
    moved = np.abs(np.log((y1 + 0.5) / (y0 + 0.5)))
    most = np.zeros(int(codes.max(initial=-1)) + 1)
    np.maximum.at(most, codes, moved)
    is_mover: NDArray[np.bool_] = 2.0 * moved >= most[codes]
    return is_mover
