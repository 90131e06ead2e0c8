r"""To what step does a producer round the numbers that he gives?

Here: the step learnt from the numbers of a group, and the noise that it puts into them. Not here:
whether numbers were rounded more, all at once (``rounding``), which numbers have one producer
(``subject``).

The remainders of numbers that were only counted are uniform, modulo 2, 3 or 5 as modulo any other
(Benford's law is about first digits; see ``rounding`` for last ones). Let all but a few values of a
group be multiples of :math:`h`. They are read as multiples of :math:`p h`, for :math:`p` = 5, 3, 2,
when ``LEAST_SHARE`` of them are and chance hardly allows it: the upper tail of the binomial law of
the :math:`n` values with probability :math:`1 / p` is at most ``SURE``. Steps are climbed so one
prime at a time, from 1 for what is counted: 10 is 2 × 5, a class is 12, nobody rounds to 7. What is
not counted begins at its decimals, found in the same way by tens, from a millionth to 1.

A step is therefore never coarser than the numbers prove, and multiples of 10 that are 9 to 19 are
only sure to be multiples of 5. As few as one value in twenty may be exact (totals that were not
rounded, a correction).

*The noise of rounding.* A value printed to :math:`h` is the true one plus an error of variance

.. math:: h^2 / 12 \quad\text{(to the nearest)}, \qquad h^2 / 6 \quad\text{(at random)},

the latter being of mean 0 and variance :math:`r (h - r)` for a remainder :math:`r` (at most
:math:`h^2 / 4`; :math:`2 h^2 / 9` in base 3) (Willenborg and de Waal, *Elements of Statistical
Disclosure Control*, Springer, 2001, section 5.4). Of whole numbers, less by what a step of 1 is:
``rounding_variance``. A difference of two such values has both errors.

Hypotheses: values are independent and spread over many steps; a series that stands still says the
same again, so only values that differ from the one before should be given, and no zeros (they are
multiples of everything). Minimum data: 20 values to learn a factor of 2, 13 of 3, 9 of 5, 7 of 10.
Do not use it on one period that is itself suspected of being rounded: give all that is known.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from expectations.statistics.grouped import Floats, Integers, codes_of

LEAST_SHARE = 0.95
SURE = 1e-6
MILLIONTHS = 1_000_000
"""Values have six decimals: beyond, what is left is how a machine writes them."""
PRIMES = (5, 3, 2)
LARGEST = 2**62 / MILLIONTHS


def printed_steps(values: ArrayLike, groups: ArrayLike, are_counts: ArrayLike) -> Floats:
    """Return the step to which the values of each group are rounded, by group code.

    Args:
        values: Values; zeros and missing ones (NaN) say nothing.
        groups: Code of the group of each.
        are_counts: Whether each counts things, of which the step is 1 at least; the same for all
            those of a group.

    Returns:
        The coarsest step that the values prove. When they prove none: 1 for counts, NaN for others.
    """
    numbers = np.abs(np.asarray(values, dtype=np.float64))
    codes = codes_of(groups, numbers.shape)
    size = int(codes.max(initial=-1)) + 1
    counted = np.bincount(codes, np.broadcast_to(are_counts, codes.shape), size) > 0
    is_telling = (numbers > 0) & (numbers < LARGEST)
    units = np.rint(numbers[is_telling] * MILLIONTHS).astype(np.int64)
    ladder = _Ladder(units, codes[is_telling], np.where(counted, MILLIONTHS, 1))
    ladder.climb(10, ~counted, highest=MILLIONTHS)
    learnt = counted | (ladder.steps > 1)
    for prime in PRIMES:
        ladder.climb(prime, learnt)
    return np.where(learnt, ladder.steps / MILLIONTHS, np.nan)


def are_mostly_multiples(values: ArrayLike, groups: ArrayLike, steps: ArrayLike) -> Floats:
    """Return 1 for the groups of which nearly all values are multiples of a step, 0 for others.

    Args:
        values: Values; zeros and missing ones (NaN) say nothing.
        groups: Code of the group of each.
        steps: The step of each; a value of which it is not known is no multiple.
    """
    numbers = np.abs(np.asarray(values, dtype=np.float64))
    codes = codes_of(groups, numbers.shape)
    is_telling = (numbers > 0) & (numbers < LARGEST)
    whole = are_multiples(numbers[is_telling], np.broadcast_to(steps, numbers.shape)[is_telling])
    size = int(codes.max(initial=-1)) + 1
    n_telling = np.bincount(codes[is_telling], minlength=size)
    multiples = np.bincount(codes[is_telling][whole], minlength=size)
    return (multiples >= LEAST_SHARE * n_telling).astype(np.float64)


def are_multiples(values: ArrayLike, steps: ArrayLike) -> NDArray[np.bool_]:
    """Tell which values are multiples of their step, as far as numbers read from text can tell.

    Args:
        values: Values, none of them negative.
        steps: The step of each; nothing is a multiple of NaN.
    """
    ratios = np.asarray(values, dtype=np.float64) / np.asarray(steps, dtype=np.float64)
    # twelve digits are what a number read from text can be trusted for
    whole: NDArray[np.bool_] = np.abs(ratios - np.rint(ratios)) <= 1e-6 + 1e-12 * ratios
    return whole


def rounding_variance(steps: ArrayLike) -> Floats:
    """Return the variance that rounding adds to one whole number; 0 where the step is unknown.

    That of rounding at random, which is twice that of rounding to the nearest: the cautious choice,
    where nothing but the producer can tell.
    """
    squares = np.nan_to_num(np.asarray(steps, dtype=np.float64), nan=1.0) ** 2
    variance: Floats = np.maximum(squares - 1.0, 0.0) / 6.0
    return variance


def ratio_variance(before: ArrayLike, after: ArrayLike, variance: ArrayLike) -> Floats:
    """Return the variance that rounding adds to the logarithm of the ratio of two counts.

    Args:
        before: First count of each pair, or a sum of counts.
        after: Second one.
        variance: What rounding adds to each of both, as ``rounding_variance`` or a sum of these.

    Returns:
        One a pair; 0 where a count is missing.
    """
    mean = (np.asarray(before, np.float64) + np.asarray(after, np.float64)) / 2 + 0.5
    added: Floats = np.nan_to_num(2.0 * np.asarray(variance, np.float64) / mean**2)
    return added


def spread_of_rounded(
    spread: ArrayLike, before: ArrayLike, after: ArrayLike, steps: ArrayLike
) -> Floats:
    """Return the spread of the ratio of two counts, with what rounding both adds to it.

    Args:
        spread: Standard deviation of the logarithm of ordinary growth.
        before: First count of each pair.
        after: Second one.
        steps: What both are rounded to; up or down may be drawn.
    """
    added = ratio_variance(before, after, rounding_variance(steps))
    spreads: Floats = np.sqrt(np.asarray(spread, np.float64) ** 2 + added)
    return spreads


class _Ladder:
    """The step that each group has reached."""

    def __init__(self, units: Integers, codes: Integers, steps: Integers) -> None:
        self._units = units
        self._codes = codes
        self._sizes = np.bincount(codes, minlength=steps.size)
        self.steps = steps

    def climb(self, factor: int, able: NDArray[np.bool_], highest: int = int(LARGEST)) -> None:
        """Multiply the step of the groups that are able by a factor while their values allow it."""
        climbing = able & (special.bdtrc(self._sizes - 1.0, self._sizes, 1 / factor) <= SURE)
        while True:
            climbing = climbing & (self.steps * factor <= highest)
            climbing = climbing & self._are_multiples(factor, climbing)
            if not climbing.any():
                return
            self.steps = np.where(climbing, self.steps * factor, self.steps)

    def _are_multiples(self, factor: int, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which of the groups asked for have values that are multiples of a larger step."""
        concerned = np.flatnonzero(asked[self._codes])
        codes = self._codes[concerned]
        whole = self._units[concerned] % (self.steps[codes] * factor) == 0
        multiples = np.bincount(codes[whole], minlength=asked.size)
        chance = special.bdtrc(multiples - 1.0, self._sizes, 1 / factor)
        found: NDArray[np.bool_] = (
            asked & (multiples >= LEAST_SHARE * self._sizes) & (chance <= SURE)
        )
        return found
