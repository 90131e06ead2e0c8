r"""How often would the same test have rung before, when nobody reported a fault?

Here: p-values read beside those of the former periods of their table. Not here: the model that
gave them (``innovations``), how many alarms a night may give (``false_alarms``).

A test supposes what its panel may not have: tails of a normal law. In a table of prisoners by
state, three p-values in a hundred are below 0.003, at every period and in calm ones too, where one
of job seekers has two in a thousand. The table itself is asked, as in conformal prediction (Vovk,
Gammerman and Shafer, *Algorithmic Learning in a Random World*, 2005), with a law of the tails
where ranks among a few hundred say too little.

**Hypothesis.** The deviation z of a p-value, :math:`2\Phi(-|z|) = p`, is normal of a variance
:math:`e^x` that differs from number to number, x being normal of variance h around 0: what the test
takes for doubt about its spread (``measures``), and more of it. Bulk and median stay; tails get
heavier (Clark, *Econometrica* 41, 1973, 135-155). With h = 0 nothing changes.

**Estimate.** The p-values of all *former* periods of the table, sorted into five classes, of which
the smallest, below 0.003, has no bottom: a fault of old counts as no more than a rare number. The h
that is kept has the largest likelihood less 2 h, so that a single rare number among thirty changes
nothing. It never makes a p-value smaller: a calm past is known to the spread already.

What happens tonight is no part of it: several wrong cells are no alibi of one another. Nothing is
changed in the first period of a table; a dozen numbers before begin to say something. Not to be
used where the test itself is out of scale: a spread that is too small by half shows in the bulk.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from expectations.statistics.grouped import Floats, Integers

CLASSES = (0.1, 0.03, 0.01, 0.003)
"""Where the classes of p-values end; the last one has all that are smaller."""
TAILS = np.arange(0.0, 2.01, 0.125)
"""What is tried for h: with 2, one number in 120 is six deviations away."""
COST_OF_TAILS = 2.0
LARGEST_OF_INTEREST = 0.01
"""No alarm is given above."""
_NODES, _WEIGHTS = special.roots_hermitenorm(21)


def beside_former_ones(p_values: Floats, tables: Integers, ranks: Integers) -> Floats:
    """Return p-values as the former periods of their table make one read them.

    Args:
        p_values: One-dimensional; NaN where there was no test.
        tables: Code of the table of each, from 0.
        ranks: Rank of the period of each.
    """
    tested = np.flatnonzero(np.isfinite(p_values))
    if not tested.size:
        return p_values
    ends = int(ranks.max()) + 1
    periods, codes = np.unique((tables * ends + ranks)[tested], return_inverse=True)
    tails = _tails(_counts_of_former(p_values[tested], codes, periods // ends))[codes]
    heavier = (tails > 0) & (p_values[tested] < LARGEST_OF_INTEREST)
    read, rows = p_values.copy(), tested[heavier]
    read[rows] = p_values_in_tails(p_values[rows], tails[heavier])
    return read


def p_values_in_tails(p_values: Floats, tails: Floats) -> Floats:
    """Return normal p-values as those of a law of heavier tails, of which both give h."""
    deviations = -special.ndtri(p_values / 2)
    spreads = np.exp(np.sqrt(tails)[..., None] * _NODES / 2)
    averaged: Floats = 2 * special.ndtr(-deviations[..., None] / spreads) @ _WEIGHTS
    widened: Floats = np.maximum(averaged / _WEIGHTS.sum(), p_values)
    return widened


def _counts_of_former(p_values: Floats, periods: Integers, tables: Integers) -> Floats:
    """Return, for each period, how many p-values of each class its table had before."""
    classes = np.searchsorted(-np.array(CLASSES), -p_values)
    size = len(CLASSES) + 1
    counts = np.bincount(periods * size + classes, minlength=tables.size * size)
    counts = counts.reshape(tables.size, size)
    before = np.cumsum(counts, axis=0) - counts
    former: Floats = (before - before[np.searchsorted(tables, tables)]).astype(np.float64)
    return former


def _tails(counts: Floats) -> Floats:
    """Return the tails that some counts of classes are likeliest with, their cost taken off."""
    likelihoods = counts @ np.log(_shares()).T - COST_OF_TAILS * TAILS
    tails: NDArray[np.float64] = TAILS[np.argmax(likelihoods, axis=1)]
    return tails


def _shares() -> Floats:
    """Return the share of each class, a row for each of ``TAILS``."""
    below = p_values_in_tails(*np.broadcast_arrays(np.array(CLASSES), TAILS[:, None]))
    edges = np.ones((TAILS.size, 1)), below, np.zeros((TAILS.size, 1))
    shares: Floats = -np.diff(np.concatenate(edges, axis=1), axis=1)
    return shares
