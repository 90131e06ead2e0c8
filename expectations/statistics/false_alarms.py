r"""How many false alarms a whole night may give.

Here: p-values adjusted for all the tests of their family, and which counts are too small for a
test. Not here: what is tested (``rules``), which families there are (``verdicts.alarms``).

Hundreds of series are tested each night, so each test cannot have its own threshold. Benjamini and
Hochberg (*JRSS B* 57, 1995, 289-300) bound the share of false alarms among the alarms; it holds
here because the tests of a night are independent or positively dependent (a whole and its parts, a
count and its share: Benjamini and Yekutieli, *Annals of Statistics* 29, 2001, 1165-1188).

**By family.** A family is what is asked at one time for one reason: one rule, over the newest
periods, or over the past; where a change of definition or collection is told, or not. Each is
controlled on its own, which controls the average over families. Pooling them all would let a
thousand quiet pairs of past years, judged long ago and now dull, raise the bar for the twenty that
came tonight; and a family with many alarms would lower it for another (Efron, *Annals of Applied
Statistics* 2, 2008, 197-223).

**By indicator, in a family.** Hundreds of cells that one change moved are one discovery: counted as
hundreds, they would let a dozen doubtful cells of indicators that nobody touched be alarms too. So
each indicator of a family is given the part of the rate that its tests are of all, and Benjamini
and Hochberg's procedure inside it: an adjusted p-value is that of its indicator, times all the
tests of the family over those of the indicator (weights: Genovese, Roeder and Wasserman,
*Biometrika* 93, 2006, 509-524). No alarm is added to those of the family as a whole, of which the
rate is held.

**Who lends.** Of Benjamini and Hochberg's alarms, the last ones owe it to the first. One wrong
detail makes as many alarms as it has totals, which are one discovery; and a total puts all its
details in doubt. So totals borrow of details only, lest one wrong detail hold a column of right
ones.

**Size floor.** A pair of counts whose larger one is below ten is not a test. The smallest p-value
that a pair can reach is that of its total lost, n → 0: with the prior spread of counts 0.52 for 2,
0.027 for 7, 0.009 for 9, and 0.006 for 10 (0.002 with no ordinary growth at all); 9e-6 for 26. A
test that could not alarm but in the smallest of families only makes the others less sensitive:
Tarone (*Biometrics* 46, 1990, 515-522) and Gilbert (*JRSS C* 54, 2005, 143-158) leave it out, and
percentages of such numbers mean nothing to whom would be asked. So 1 → 0, 1 → 2, 2 → 0 and 9 → 0
never alarm, 26 → 0 may.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from expectations.statistics.grouped import Integers

LEAST_COUNT = 10


def adjusted_p_values(
    p_values: ArrayLike,
    families: ArrayLike | None = None,
    parts: ArrayLike | None = None,
    wholes: ArrayLike = False,
) -> NDArray[np.float64]:
    """Return the p-values adjusted for all the tests of their family.

    Args:
        p_values: One-dimensional; NaN where there was no test.
        families: What each test belongs to, codes or names; one family when there is none.
        parts: Which part of its family each is in, the parts lending each other nothing; one when
            there is none.
        wholes: Which tests are of totals, which borrow of no other total; all or none, or one a
            test.

    Returns:
        Same shape; a test is an alarm when its adjusted p-value is at most the accepted rate.
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    of_family, of_part = (_codes(names, tested) for names in (families, parts))
    sizes, is_whole = np.bincount(of_family), np.broadcast_to(wholes, p.shape)
    of_both = of_family * (int(of_part.max(initial=0)) + 1) + of_part
    in_order = np.argsort(of_both, kind="stable")
    for members in np.split(in_order, np.flatnonzero(np.diff(of_both[in_order])) + 1):
        if members.size:
            tests = tested[members]
            within = _adjusted(p[tests])
            within[is_whole[tests]] = _adjusted_wholes(p[tests], is_whole[tests])
            weight = sizes[of_family[members[0]]] / members.size
            adjusted[tests] = np.minimum(1.0, within * weight)
    return adjusted


def _adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the p-values of one family, adjusted by Benjamini and Hochberg's procedure.

    As ``scipy.stats`` does, which takes half a second to import, by every process.
    """
    order = np.argsort(p)
    scaled = p[order] * (p.size / np.arange(1, p.size + 1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return adjusted


def _adjusted_wholes(p: NDArray[np.float64], is_whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return those of totals, adjusted by how many tests of no total are at least as small."""
    wholes = p[is_whole]
    lenders = np.searchsorted(np.sort(p[~is_whole]), wholes, side="right")
    adjusted: NDArray[np.float64] = wholes * p.size / (1 + lenders)
    return adjusted


def _codes(names: ArrayLike | None, tested: Integers) -> Integers:
    """Return the code of each test, from 0."""
    if names is None:
        return np.zeros(tested.size, dtype=np.int64)
    codes: Integers = pd.factorize(np.asarray(names)[tested])[0].astype(np.int64)
    return codes


def may_alarm(before: ArrayLike, after: ArrayLike) -> NDArray[np.bool_]:
    """Return which pairs of counts, before and after, are large enough to be tested."""
    return np.fmax(np.asarray(before, np.float64), np.asarray(after, np.float64)) >= LEAST_COUNT
