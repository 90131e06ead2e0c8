r"""Were numbers rounded more, all at once?

Here: how much rounder the numbers of a group are than before. Not here: which groups are looked at
and what is an alarm (``rules``).

The last digits of numbers that were counted are uniform: one in ten is a multiple of ten, one in a
hundred of a hundred (Preece, *The Statistician* 30, 1981, 31-60; Dlugosz and Müller-Funk,
*Advances in Data Analysis and Classification* 3, 2009, 281-290). Let all values of a group have
been multiples of :math:`h` before (1 for counts, 0.1 for rates of one decimal, 3 or 5 where a
producer rounds: ``printed_steps``). For a coarser step :math:`H`, the number of multiples of
:math:`H` among the :math:`n` values after is binomial with probability

.. math:: q = \max\left(\frac{h}{\mathrm{lcm}(h, H)},\ \frac{k_0 + h / \mathrm{lcm}(h, H)}{n_0 + 1}
    \right),

where :math:`k_0` of the :math:`n_0` values before were multiples already: who always rounded a
part of them changes nothing. The p-value is the upper tail of that law, the smallest over the steps
1, 5, 10, 50, … tried, times their number (Bonferroni). It is of a rounding only where most values
are round that chance would not have made so, :math:`(k - q n) / (1 - q) \ge n / 2`, and 4 of them
at least: two thousands among ten numbers are as unlikely, and are no rounding.

Hypotheses: values spread over many steps. Only values of at least 2 :math:`H` are used: below, a
count does not reach round numbers evenly. Minimum history: two periods, with 4 such values in each;
the values before may be those of all earlier periods. Do not use it on numbers that are round by
nature (places by class of 12, budgets), nor on values that repeat one another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from expectations.statistics.grouped import Floats, Integers, codes_of
from expectations.statistics.printed_steps import MILLIONTHS, are_multiples

STEPS = tuple(
    float(f"{digit}e{power}") for power in range(-4, 4) for digit in (1, 5)
)  # written, not computed: 10.0**-1 times 5 is not 0.5 everywhere
LEAST_STEPS = 2.0
LEAST_VALUES = 4
LEAST_ROUNDED = 0.5


@dataclass(frozen=True)
class Roundings:
    """How much more each group is rounded than before, by group code.

    Attributes:
        p_value: Chance of so many round numbers; NaN when there are too few values.
        step: What values seem rounded to now; NaN likewise.
        round_values: How many values now are multiples of ``step``.
        values: Out of how many that are large enough to tell.
    """

    p_value: Floats
    step: Floats
    round_values: Integers
    values: Integers


def coarser_rounding(
    before: ArrayLike,
    groups_before: ArrayLike,
    after: ArrayLike,
    groups_after: ArrayLike,
    steps: ArrayLike = np.nan,
) -> Roundings:
    """Return how likely it is that so many values of a group are round; see the module.

    Values that are *less* rounded than before: exchange before and after.

    Args:
        before: Values of the earlier periods; NaN where missing.
        groups_before: Code of the group of each of them.
        after: Values of the tested period.
        groups_after: Code of the group of each of them, the same codes.
        steps: What the values before are known to be rounded to, but for a few; NaN where nobody
            knows, and for the step of which they all are multiples, if that is coarser.
    """
    first, second = _Values.of(before, groups_before), _Values.of(after, groups_after)
    size = max(first.size, second.size)
    base = np.fmax(_base_steps(first, size), _declared_steps(steps, groups_before, size))
    best = Roundings(
        np.full(size, np.nan), np.full(size, np.nan), *np.zeros((2, size), dtype=np.int64)
    )
    tried = np.zeros(size)
    for step in (step for step in STEPS if (base < step).any()):
        n0, k0 = first.round_ones(step, size)
        n1, k1 = second.round_ones(step, size)
        able = (base < step) & (np.minimum(n0, n1) >= LEAST_VALUES)
        tried += able
        uniform = np.where(able, _share_of_multiples(base, step), 1.0)
        chance = np.maximum(uniform, (k0 + uniform) / (n0 + 1.0))
        rounded = k1 - chance * n1 >= LEAST_ROUNDED * (1.0 - chance) * n1
        tail = np.where(rounded & (k1 >= LEAST_VALUES), special.bdtrc(k1 - 1.0, n1, chance), 1.0)
        p_value = np.where(able, tail, np.nan)
        better = able & ~(p_value >= best.p_value)
        best.p_value[better], best.step[better] = p_value[better], step
        best.round_values[better], best.values[better] = k1[better], n1[better]
    np.minimum(1.0, best.p_value * tried, out=best.p_value)
    return best


@dataclass(frozen=True)
class _Values:
    numbers: Floats
    groups: Integers
    size: int

    @classmethod
    def of(cls, values: ArrayLike, groups: ArrayLike) -> "_Values":
        numbers = np.asarray(values, dtype=np.float64)
        codes = codes_of(groups, numbers.shape)
        kept = np.isfinite(numbers) & (numbers != 0)
        return cls(np.abs(numbers[kept]), codes[kept], int(codes.max(initial=-1)) + 1)

    def round_ones(self, step: float, size: int) -> tuple[Integers, Integers]:
        """Return, by group, how many values are large enough, and how many of them are round."""
        large = self.numbers >= LEAST_STEPS * step
        groups = self.groups[large]
        whole = are_multiples(self.numbers[large], step)
        return np.bincount(groups, minlength=size), np.bincount(groups[whole], minlength=size)


def _base_steps(values: _Values, size: int) -> Floats:
    """Return the coarsest step of which all values of each group are multiples."""
    base = np.full(size, np.nan)
    count = np.bincount(values.groups, minlength=size)
    for step in reversed(STEPS):
        are_whole = are_multiples(values.numbers, step)
        whole = np.bincount(values.groups[are_whole], minlength=size)
        base[np.isnan(base) & (count > 0) & (whole == count)] = step
        if not np.isnan(base[count > 0]).any():
            break
    return base


def _declared_steps(steps: ArrayLike, groups: ArrayLike, size: int) -> Floats:
    """Return the coarsest step known of each group, NaN where none is."""
    codes = np.asarray(groups, dtype=np.int64)
    coarsest = np.zeros(size)
    np.maximum.at(coarsest, codes, np.nan_to_num(np.broadcast_to(steps, codes.shape)))
    return np.where(coarsest > 0, coarsest, np.nan)


def _share_of_multiples(base: Floats, step: float) -> Floats:
    """Return how many of the multiples of a base are multiples of a step: 1 in lcm / base."""
    bases = np.rint(np.nan_to_num(base) * MILLIONTHS).astype(np.int64)
    whole = round(step * MILLIONTHS)
    share: Floats = np.gcd(bases, whole) / whole
    return share
