r"""What a steward should look at first: how certain it is, times how much it concerns.

Here: certainty, weight, and their product. Not here: whether there is a finding at all
(``false_alarms``), its severity (``suites/policy.yml``).

**Certainty.** A p-value is not the probability that nothing happened. At even odds beforehand that
probability is at least :math:`1 / (1 + 1 / (-e\,p \ln p))` for p below 1 / e (Sellke, Bayarri and
Berger, *The American Statistician* 55, 2001, 62-71); the certainty is what is left: one half above
1 / e, 0.71 at 0.05, 0.89 at 0.01, 0.98 at 0.001, 1 for what is a matter of logic (p = 0).

**Weight.** The share of the published figure that the cells concerned carry, before or after,
whichever is larger: a part of a third that vanished concerns a third of the total, though it is
nothing now. A total concerns all of itself.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from expectations.statistics.grouped import Floats


def certainty(p_values: ArrayLike) -> Floats:
    """Return how certain it is that something happened, from 0.5 to 1; NaN for NaN."""
    p = np.asarray(p_values, dtype=np.float64)
    small = np.minimum(p, 1 / np.e)
    odds = -np.e * special.xlogy(small, small)
    certain: Floats = 1 / (1 + odds)
    return certain


def weight(
    before: ArrayLike, after: ArrayLike, total_before: ArrayLike, total_after: ArrayLike
) -> Floats:
    """Return the share of the published figure that cells carry, in the larger of both periods.

    Args:
        before: Value of the cells concerned in the first period; NaN where there is none.
        after: Their value in the second period; NaN where there is none.
        total_before: The figure that they are a part of, in the first period.
        total_after: The same in the second period.

    Returns:
        Between 0 and 1; 1 where no total tells.
    """
    shares = []
    for part, total in ((before, total_before), (after, total_after)):
        value, whole = np.abs(np.asarray(part, np.float64)), np.asarray(total, np.float64)
        shares.append(np.divide(value, whole, where=whole > 0, out=np.full_like(value, np.nan)))
    share: Floats = np.nan_to_num(np.clip(np.fmax(*shares), 0.0, 1.0), nan=1.0)
    return share


def priority(p_values: ArrayLike, weights: ArrayLike) -> Floats:
    """Return certainty times weight: 1 is first, 0 last."""
    product: Floats = certainty(p_values) * np.asarray(weights, dtype=np.float64)
    return product
