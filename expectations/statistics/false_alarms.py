"""How many false alarms a whole night may give.

Hundreds of series are tested each night, so each test cannot have its own threshold. Benjamini and
Hochberg (*JRSS B* 57, 1995, 289-300) bound the share of false alarms among the alarms; it holds
here because the tests of a night are independent or positively dependent (a whole and its parts, a
count and its share). What is tested is for ``rules``.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def adjusted_p_values(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return the p-values adjusted for all the tests of the night.

    Args:
        p_values: One-dimensional; NaN where there was no test.

    Returns:
        Same shape; a test is an alarm when its adjusted p-value is at most the accepted rate.
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        adjusted[tested] = stats.false_discovery_control(p[tested])
    return adjusted
