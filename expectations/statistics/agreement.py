r"""Which members of a group, each taken alone, agree with what is said of all of them?

Here: what one member says for a change of the whole group, bounded, and who goes along with it. Not
here: the change of the group (``departures``, ``balance``, ``scales``).

**One member, one voice.** A member differs from what is expected by a normal variable of variance
:math:`v`, and in one case out of 20 breaks on its own, by one of variance :math:`v + F` (the
contaminated normal law of Tukey, *Contributions to Probability and Statistics*, 1960, 448-485). The
logarithm of its density falls to that of a break, and beyond three deviations of one no further:
what a member adds to a likelihood ratio is bounded by :math:`\ln 20 + \ln(1 + F / v) / 2 + 9 / 2`,
whatever it did. One that its own break explains better than either account speaks for neither.

**Who agrees.** A member agrees when its own numbers, with the odds that its group gives it before
they are heard, are for the change: a mixture of those that changed and those that did not, in the
proportion of the members that can tell (odds of three to one, either way). So a small member goes
with the most of them, and a large one that is as ever goes out, though all the others changed.

One member is enough, and then decides alone. Not to be used to find a change, only to say whose it
is: that the group changed must be known beforehand.
"""

import numpy as np
from numpy.typing import NDArray

from expectations.statistics.grouped import Floats, Integers

BREAK_ODDS = 1.0 / 20.0
FURTHEST = 3.0
"""In deviations of a break: beyond, one is as unlikely as another."""
TELLING = float(np.log(3.0))
"""From which log-likelihood ratio on a member tells, taken alone."""


def log_likelihood(misfit: Floats, variance: Floats | float, free: Floats | float) -> Floats:
    """Return the logarithm of the density of what a member differs by, but for what all share.

    Args:
        misfit: What it differs from the expected by.
        variance: That of what is ordinary.
        free: What a break adds to it.
    """
    usual, broken = _accounts(misfit, variance, free)
    likelihood: Floats = np.maximum(usual, broken) + np.log1p(np.exp(-np.abs(usual - broken)))
    return likelihood


def gains(departure: Floats, shift: Floats, variance: Floats, free: float) -> Floats:
    """Return what each member says for a shift of its group; NaN where it broke on its own.

    Args:
        departure: What it differs by if its group did not move.
        shift: By how much its group moved.
        variance: That of what is ordinary.
        free: What a break adds to it.
    """
    misfits = departure - shift, departure
    moved, unmoved = (log_likelihood(misfit, variance, free) for misfit in misfits)
    usual, broken = _accounts(np.minimum(*map(np.abs, misfits)), variance, free)
    return np.where(broken > usual, np.nan, moved - unmoved)


def _accounts(
    misfit: Floats, variance: Floats | float, free: Floats | float
) -> tuple[Floats, Floats]:
    """Return the logarithms of both parts of the density: what is ordinary, and a break."""
    squares = misfit**2
    usual = np.log1p(-BREAK_ODDS) - squares / (2.0 * variance)
    broken = np.log(BREAK_ODDS) - np.log1p(free / variance) / 2.0
    return usual, broken - np.minimum(squares / (variance + free), FURTHEST**2) / 2.0


def agreeing(said: Floats, groups: Integers) -> NDArray[np.bool_]:
    """Tell which members agree with what is said of their group.

    Args:
        said: Log-likelihood ratio of each member, the change of its group over none; NaN where it
            says nothing, for which nothing agrees.
        groups: Code of the group of each, from 0.
    """
    size = int(groups.max(initial=-1)) + 1
    voices = [
        np.bincount(groups, weights=side * np.nan_to_num(said) > TELLING, minlength=size) + 1.0
        for side in (1.0, -1.0)
    ]
    agrees: NDArray[np.bool_] = said + np.log(voices[0] / voices[1])[groups] > 0
    return agrees
