r"""CPY: is a block of values a copy, of itself one period earlier or of another block?

Here: the chance that values are equal when nothing was copied, and what blocks show of it. Not
here: which equality is legitimate (a total and its single part, one indicator under two names) and
what is an alarm (``rules``).

Two equal numbers say nothing when they are small (2 → 2), and something when they are large and
many: five departments of three digits, all equal. What measures it is the *chance* of a cell: how
likely it is to show the same value again when nothing was copied.

For counts, :math:`Y_1` given :math:`Y_0 = y` is negative binomial, its unknown level having the
scale-free prior of ``counts`` and ordinary growth being log-normal of spread :math:`s`. Then, by
Stirling's formula, for :math:`y \ge 1` (to 1 % when s = 0, to 3 % up to s = 0.7),

.. math:: P(Y_1 = y \mid Y_0 = y) = 1 / \sqrt{2\pi\,V}, \quad V = 2y + 1/2 + s^2 y^2.

For numbers printed to a step :math:`h`, whose change is normal of standard deviation :math:`s`, the
first being anywhere inside its step,
:math:`P = (2\Phi(u) - 1) - 2(\varphi(0) - \varphi(u)) / u` with :math:`u = h / s`. So for rates,
and for counts that are rounded to more than 1, with :math:`s^2 = V`, about :math:`h` times more
often. Who rounds up or down at random repeats himself less often: rounding to the nearest, which
nobody but the producer can tell, is the cautious law. A rate that comes with a denominator of
:math:`d` cannot be printed finer than :math:`100 h / d`, :math:`h` being what its numerator is
rounded to.

*Measured* on Parcoursup, all France, 2018 to 2019, counts of which the Poisson law (s = 0) gives a
chance below 0.15: 4.7 % of 1 386 numbers of people admitted by department and course family are
equal where the law says 3.2 %; 4.1 % of 1 306 numbers of women (4.4 %); 5.2 % of 1 126 numbers of
scholarship holders (6.1 %). So s = 0 is right for what flows, and the law falls short by under
2 %, which is the usual habit. It fails for what stands: 35 % of 1 400 numbers of *places* are
equal.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from expectations.statistics.grouped import Floats, Integers, codes_of, sums

LEAST_TELLING = 0.15  # a cell that is likelier than this to show the same value says nothing
LEAST_TELLING_RATE = 0.5  # calm rates of one decimal stay one time in three: many together tell
USUAL_HABIT = 0.02  # share of values that stay because nothing changed
WORTH_OF_HABIT = 50.0  # telling values of the past that the usual habit is worth: one that stays
LEAST_CHANCE = 0.01  # what one cell of a copied block may count for: three make one in a million
TILTS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, np.inf)


def count_chances(counts: ArrayLike, spread: float = 0.0, steps: ArrayLike = 1.0) -> Floats:
    """Return how likely each count is to occur again when nothing was copied.

    Args:
        counts: Counts of any shape.
        spread: Standard deviation of the logarithm of ordinary growth; 0 is the cautious choice.
            Between two blocks that have nothing to do with each other it is rather ``ln 2``.
        steps: What each is rounded to; 1 for what was only counted.

    Returns:
        Probabilities; NaN for what is not a count (missing or negative).
    """
    y = np.asarray(counts, dtype=np.float64)
    y = np.where(y >= 0, y, np.nan)
    deviation = np.sqrt(2.0 * y + 0.5 + (spread * y) ** 2)
    exact: Floats = 1.0 / (np.sqrt(2.0 * np.pi) * deviation)
    step = np.asarray(steps, dtype=np.float64)
    if not (step > 1.0).any():
        return exact
    return np.where(step > 1.0, rate_chances(step, deviation), exact)


def rate_chances(step: ArrayLike, spread: ArrayLike) -> Floats:
    """Return how likely a rate is to be printed the same when nothing was copied.

    Args:
        step: What it is printed to: 0.1 for one decimal, 1 for none; what one more in the numerator
            makes, when that is more.
        spread: Standard deviation of its ordinary change, in the same unit; a small one is
            cautious. With numerator and denominator, the sampling part of it is
            ``sqrt(2 p (1 - p) / n)``.

    Returns:
        Probabilities, shaped by broadcasting.
    """
    u = np.asarray(step, dtype=np.float64) / np.asarray(spread, dtype=np.float64)
    density_drop = -np.expm1(-(u**2) / 2.0) / np.sqrt(2.0 * np.pi)
    chances: Floats = special.erf(u / np.sqrt(2.0)) - 2.0 * density_drop / u
    return chances


@dataclass(frozen=True)
class Repeats:
    """How much each group repeats itself, by group code.

    Attributes:
        p_value: Chance of so much repeating; never below the exact one. NaN if nothing is telling.
        repeated: How many telling cells show the same value.
        telling: How many cells have a value both times and a chance low enough to say something.
        tells: Of each cell, whether it is one of those.
    """

    p_value: Floats
    repeated: Integers
    telling: Integers
    tells: NDArray[np.bool_]


@dataclass(frozen=True)
class Blocks:
    """Where each cell stands.

    Attributes:
        groups: Code of its group, from 0.
        lines: Code of the line of that group, the same in every period, from 0.
        ranks: Rank of its period.
    """

    groups: Integers
    lines: Integers
    ranks: Integers


def stale_repeats(
    before: ArrayLike,
    after: ArrayLike,
    chances: ArrayLike,
    blocks: Blocks,
    least_telling: ArrayLike = LEAST_TELLING,
) -> Repeats:
    r"""Return how likely it is that so many cells of a group repeat the period before.

    Hypotheses: given the first values, cells repeat independently, cell *i* with probability
    :math:`p_i` = habit + (1 - habit) × chance, the habit being ``USUAL_HABIT``, and what the line
    of the group repeated in its past beyond chance: what stands, or is smoothed by its producer,
    repeats itself every year. A cell whose chance is above ``least_telling`` (counts under 4) is
    left out, whatever it does. Each repeat weighs :math:`-\ln p_i`, so that 500 → 500 weighs more
    than 8 → 8, and the tail of the weighted sum is
    bounded as by Chernoff (*Annals of Mathematical Statistics* 23, 1952, 493-507):

    .. math:: P(T \ge t) \le \min_\theta e^{-\theta t} \prod_i (1 - p_i + p_i^{1 - \theta})

    over fixed :math:`\theta`. It is exact, the product of the :math:`p_i`, when all repeat, and
    else about 3 times too large (at most 45 in 4 000 random groups of up to 8 cells).

    Minimum history: two periods. A group of one cell never falls below its habit, so one total
    that stays is no alarm. Do not use it on cells that are sums of others of the group, nor on
    things that stand rather than flow (places, establishments).

    Args:
        before: Values of the first period; NaN where missing.
        after: Values of the second.
        chances: Chance of each cell, from its first value: ``count_chances`` or ``rate_chances``.
        blocks: Where each cell stands.
        least_telling: Chance above which a cell says nothing; one, or one a cell.
    """
    y0, y1 = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    codes = codes_of(blocks.groups, y0.shape)
    chance = np.broadcast_to(chances, y0.shape)
    size = int(codes.max(initial=-1)) + 1
    tells = np.isfinite(y0 + y1) & (chance <= least_telling)
    codes, repeats = codes[tells], (y0 == y1)[tells]
    habit = _habits(repeats - chance[tells], blocks.lines[tells], blocks.ranks[tells])
    p = habit + (1.0 - habit) * chance[tells]
    telling, repeated = (
        np.bincount(codes, minlength=size),
        np.bincount(codes[repeats], minlength=size),
    )
    repeating = repeated[codes] > 0
    bound = _log_tail_bound(p[repeating], repeats[repeating], codes[repeating], size)
    return Repeats(np.where(telling > 0, np.exp(bound), np.nan), repeated, telling, tells)


def _habits(beyond_chance: Floats, lines: Integers, ranks: Integers) -> Floats:
    """Return the habit of each telling cell, by what its line did in the periods before.

    Args:
        beyond_chance: Whether each repeats itself, less the chance of that.
        lines: Code of its line.
        ranks: Rank of its period.
    """
    cells = pd.DataFrame({"line": lines, "rank": ranks, "beyond": beyond_chance, "telling": 1.0})
    by_period = cells.groupby(["line", "rank"])[["beyond", "telling"]].sum()
    past = by_period.groupby(level="line").cumsum() - by_period
    learnt = past["beyond"].clip(lower=0.0) / (past["telling"] + WORTH_OF_HABIT)
    habits = USUAL_HABIT + (1.0 - USUAL_HABIT) * learnt
    return habits.reindex(pd.MultiIndex.from_arrays([lines, ranks])).to_numpy()


def _log_tail_bound(p: Floats, repeats: NDArray[np.bool_], codes: Integers, size: int) -> Floats:
    """Return the logarithm of Chernoff's bound, each term the share of one cell in it."""
    bound = np.zeros(size)
    for tilt in TILTS:
        terms = np.where(repeats, (1.0 - p) * p**tilt + p, 1.0 - p + p ** (1.0 - tilt))
        bound = np.minimum(bound, sums(np.log(terms), codes, size))
    return bound


@dataclass(frozen=True)
class Copies:
    """Which block says exactly the same as which, by block code.

    Attributes:
        twin: The first other block with the same values for the same areas; -1 when none.
        telling: How many of its values are telling.
        coincidences: How many other blocks are expected to show these values by chance; to be
            read as a p-value that already allows for all comparisons of this block.
    """

    twin: Integers
    telling: Integers
    coincidences: Floats


def copied_blocks(
    values: ArrayLike, blocks: ArrayLike, areas: ArrayLike, chances: ArrayLike
) -> Copies:
    r"""Return, for each block, the block whose values it shows, and what chance allows.

    A block is what one row of areas shows: indicator × breakdown × category × period. Blocks are
    compared through a hash of the set of their pairs (area, value) (Clarke et al., *Incremental
    multiset hash functions*, ASIACRYPT 2003, 188-207), so all pairs of blocks cost one sort.

    Hypotheses: a block of the same size that has nothing to do with this one shows the value of
    cell *i* with probability ``chances[i]``, independently. Comparable are the *m* other blocks
    that have the same areas and a total within a factor of 2; then
    coincidences = *m* × the product of the chances of the telling cells, at most 1. Zeros and
    small constants are never telling, so they say nothing however many they are; nor does one area
    say it for all, however large: no chance counts as less than ``LEAST_CHANCE``.

    Minimum history: one period. At least 3 telling cells should be asked for. Do not give it
    totals beside their parts (one equality counted twice); it does not see a copy that was
    retouched in one cell.

    Args:
        values: Values; missing ones (NaN) are no part of their block.
        blocks: Code of the block of each value.
        areas: Code of its area.
        chances: Chance of each value, for instance ``count_chances(values, np.log(2))``.
    """
    shown = np.asarray(values, dtype=np.float64)
    codes, places = codes_of(blocks, shown.shape), codes_of(areas, shown.shape)
    size = int(codes.max(initial=-1)) + 1
    is_finite = np.isfinite(shown)
    shown, codes, places = (
        shown[is_finite] + 0.0,
        codes[is_finite],
        places[is_finite],
    )  # -0 becomes 0
    chance = np.broadcast_to(chances, is_finite.shape)[is_finite]
    telling = chance <= LEAST_TELLING
    shape = _hash_sums(pd.util.hash_array(places), codes, size)
    pairs = pd.util.hash_array(pd.util.hash_array(shown) ^ pd.util.hash_array(places + 1))
    twin = _twins(shape, _hash_sums(pairs, codes, size), np.bincount(codes, minlength=size))
    comparable = _comparable(shape, sums(np.abs(shown), codes, size))
    bounded = np.maximum(chance[telling], LEAST_CHANCE)
    log_chance = sums(np.log(bounded), codes[telling], size)
    return Copies(
        twin=twin,
        telling=np.bincount(codes[telling], minlength=size),
        coincidences=np.minimum(1.0, comparable * np.exp(log_chance)),
    )


def _hash_sums(hashes: np.ndarray, codes: Integers, size: int) -> np.ndarray:
    total = np.zeros(size, dtype=np.uint64)
    np.add.at(total, codes, hashes)
    return total


def _twins(shape: np.ndarray, content: np.ndarray, cells: Integers) -> Integers:
    """Return the first *other* block of each block's equals, or -1."""
    twin = np.full(cells.size, -1)
    filled = np.flatnonzero(cells)
    order = filled[np.lexsort((filled, content[filled], shape[filled]))]
    equal_to_last = (shape[order][1:] == shape[order][:-1]) & (
        content[order][1:] == content[order][:-1]
    )
    first = np.flatnonzero(np.r_[True, ~equal_to_last][: order.size])
    sizes = np.diff(np.r_[first, order.size])
    several = sizes > 1
    twin[order] = order[np.repeat(first, sizes)]
    twin[order[first]] = np.where(several, order[np.minimum(first + 1, order.size - 1)], -1)
    return twin


def _comparable(shape: np.ndarray, totals: Floats) -> Integers:
    """Return how many other blocks have the same areas and a total within a factor of 2."""
    _, kind = np.unique(shape, return_inverse=True)
    level = np.log2(np.maximum(totals, np.finfo(np.float64).tiny))
    keys = kind * 4096.0 + level  # levels stay within ±1 100: kinds never meet
    ranked = np.sort(keys)
    near = np.searchsorted(ranked, keys + 1.0, "right") - np.searchsorted(ranked, keys - 1.0)
    return near - 1
