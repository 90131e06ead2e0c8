r"""RRL and VRT: how much of what was published has been revised, and all in one direction?

Here: counts, means and a sign test over two vintages of the same cells. Not here: which tolerance
holds (10 % in the standard, ``suites/policy.yml`` here) and what was declared provisional
(``rules``).

Two vintages of the same cells: as published, and as they are now. RRL asks for the share of cells
that changed, appeared or vanished; VRT for the relative size of each change. Beyond the standard, a
*one-sided* revision is looked for: with :math:`u` of :math:`n` revised values moving up, revisions
that correct mistakes go either way, so that :math:`u` is binomial (n, 1/2): the sign test (Dixon
and Mood, *JASA* 41, 1946, 557-566), two-sided by doubling. The statistics are those that McKenzie
and Gamba recommend (*Interpreting the results of revision analyses*, OECD, 2008): mean revision and
mean absolute revision, both relative to what was published.

Minimum history: two vintages; the sign test cannot fall below 0.01 with fewer than 8 revisions.
Do not read it on provisional values, which are expected to grow (late entries), nor on cells that
are sums of others of the group.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from expectations.statistics.grouped import Floats, Integers, codes_of, sums


@dataclass(frozen=True)
class Revisions:
    """What became of the published cells of each group, by group code.

    Attributes:
        cells: Cells that have a value in either vintage.
        revised: Cells whose value changed.
        appeared: Cells that had no value.
        vanished: Cells that have none any more.
        share: (revised + appeared + vanished) / cells; NaN for an empty group.
        upward: How many of the revised moved up.
        mean: Sum of the changes over the sum of what was published, over cells in both.
        mean_absolute: The same of the absolute changes.
        one_sided: P-value of the sign test; NaN without a revision.
    """

    cells: Integers
    revised: Integers
    appeared: Integers
    vanished: Integers
    share: Floats
    upward: Integers
    mean: Floats
    mean_absolute: Floats
    one_sided: Floats


def revision_sizes(published: ArrayLike, current: ArrayLike) -> Floats:
    """Return by how much each value was revised, relative to what was published.

    Args:
        published: Values as they were published; NaN where there was none.
        current: Values as they are now, NaN likewise.

    Returns:
        Signed: -0.2 for 10 → 8; infinite when 0 was published and is no longer; NaN when there
        is no value in either vintage.
    """
    old, new = np.broadcast_arrays(
        np.asarray(published, dtype=np.float64), np.asarray(current, dtype=np.float64)
    )
    change = new - old
    infinite = np.where(change == 0, 0.0, np.copysign(np.inf, change))
    of_zero = np.where(np.isnan(change), np.nan, infinite)
    return np.where(old == 0, of_zero, change / np.where(old == 0, 1.0, np.abs(old)))


def group_revisions(
    published: ArrayLike, current: ArrayLike, groups: ArrayLike, tolerance: ArrayLike = 0.0
) -> Revisions:
    """Return how many cells of each group were revised, and which way; see the module.

    Args:
        published: Values as they were published; NaN where there was none.
        current: Values as they are now, NaN likewise.
        groups: Code of the group of each cell.
        tolerance: Absolute difference that is no revision, such as half of a printed decimal.
    """
    old, new = np.asarray(published, dtype=np.float64), np.asarray(current, dtype=np.float64)
    codes = codes_of(groups, old.shape)
    size = int(codes.max(initial=-1)) + 1

    def count(cells: np.ndarray) -> Integers:
        return np.bincount(codes[cells], minlength=size)

    was, now = np.isfinite(old), np.isfinite(new)
    in_both = was & now
    change = np.where(in_both, new - old, 0.0)
    revised = np.abs(change) > tolerance
    cells, vanished, appeared = count(was | now), count(was & ~now), count(~was & now)
    level = sums(np.abs(old[in_both]), codes[in_both], size)
    upward, number = count(revised & (change > 0)), count(revised)
    return Revisions(
        cells=cells,
        revised=number,
        appeared=appeared,
        vanished=vanished,
        share=_ratio(number + appeared + vanished, cells),
        upward=upward,
        mean=_ratio(sums(change, codes, size), level),
        mean_absolute=_ratio(sums(np.abs(change), codes, size), level),
        one_sided=_sign_test(upward, number),
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> Floats:
    positive = whole > 0
    return np.where(positive, part / np.where(positive, whole, 1.0), np.nan)


def _sign_test(upward: Integers, number: Integers) -> Floats:
    fewer = np.minimum(upward, number - upward)
    p_values = np.minimum(1.0, 2.0 * stats.binom.cdf(fewer, number, 0.5))
    return np.where(number > 0, p_values, np.nan)
