r"""Is what is left of a total ordinary, once the parts that are in doubt are taken out?

Here: two numbers of the total, two of those parts together. Not here: which parts are in doubt
(``rules``), nor a total that is not the sum of its parts (``mistaken_parts``).

The logarithm of the ratio of the rest is compared with what a whole table ordinarily does, of
standard deviation :math:`s`; counts add their chance, :math:`1 / (r_0 + 1/2) + 1 / (r_1 + 1/2)`.
That is enough where the rest is at least half of the total before. The smaller half must have shown
besides, chance admitted, that it did not do half as much as the parts in doubt: a handful that
stays a handful clears nobody of a collection that changed.
"""

import numpy as np

from expectations.statistics.grouped import Floats

MOST_DEVIATIONS = 1.96
"""What is ordinary goes so far, 19 times out of 20."""


def is_rest_ordinary(total: Floats, doubtful: Floats, spread: float, *, are_counts: bool) -> bool:
    """Tell whether a total, less the parts that are in doubt, moved as a table ordinarily does.

    Args:
        total: The total, before and after.
        doubtful: The parts in doubt, added up, before and after.
        spread: Standard deviation of the logarithm of the ordinary growth of a whole table.
        are_counts: Whether chance is that of counts.
    """
    rest = total - doubtful
    if rest.min() < 0:
        return False
    chance = float(np.sum(1 / (rest + 0.5))) if are_counts else 0.0
    moved, moved_by_doubtful = _growth(rest), _growth(doubtful)
    differs = abs(moved_by_doubtful) / 2 - moved * np.sign(moved_by_doubtful)
    stands_apart = differs > MOST_DEVIATIONS * np.sqrt(chance)
    is_ordinary = abs(moved) <= MOST_DEVIATIONS * np.sqrt(spread**2 + chance)
    return bool(is_ordinary and (stands_apart or rest[0] >= total[0] / 2))


def _growth(ends: Floats) -> float:
    """Return the logarithm of the ratio of two counts; NaN of what is below nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.log((ends[1] + 0.5) / (ends[0] + 0.5)))
