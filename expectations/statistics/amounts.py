r"""How likely is each mean or index, given its past, its siblings and its area?

Here: amounts on the scale where they are compared, and the scale itself where they have none. Not
here: what was expected of them (``innovations``), counts and rates (``measures``).

**Amounts that cannot be negative** (a mean length, an average wage, a price index): their
logarithm, with the ordinary spread of the policy where panel and past are silent, normal p-values,
and the noise of rounding, :math:`h^2 / 12 y^2` for a step :math:`h`. Two periods are enough; 0 has
no logarithm, and is not compared.

**Amounts that can** (a balance, a gap, an index around 0): their differences, for which no policy
can give a spread beforehand. Each series is measured in units of its own ordinary difference, the
median of the absolute ones over that of a normal law (MAD; Rousseeuw and Croux, *JASA* 88, 1993,
1273-1283), weighed with that of its table as if the latter were 4 differences more. In these units
a spread of 1 is the prior, and panel and past say the rest. The difference that is judged is one of
the series': among five, it moves their median by one rank. Minimum: 5 differences in the table.
Not to be used where the differences grow with the level: that is what logarithms are for.
"""

import numpy as np
from numpy.typing import ArrayLike

from expectations.statistics.grouped import MAD_TO_DEVIATION, Floats, Integers, Ranked, sums
from expectations.statistics.innovations import Innovations, Levels, innovations
from expectations.statistics.measures import innovations_of_printed, normal_p_values
from expectations.statistics.panel_places import Places
from expectations.statistics.panels import PriorSpreads

LEAST_DIFFERENCES = 5
WORTH_OF_TABLE = 4.0
PRIOR_OF_DIFFERENCES = PriorSpreads(own=1.0, common=1.0, of_areas=1.0)


def innovations_of_amounts(
    before: ArrayLike,
    after: ArrayLike,
    places: Places,
    prior: PriorSpreads,
    steps: ArrayLike,
) -> tuple[Innovations, Floats]:
    """Return what was expected of each amount above 0, and how likely it is to be so far from it.

    Args:
        before: First amount of each pair.
        after: Second one.
        places: Where the pairs stand.
        prior: What is ordinary where a panel is silent, of logarithms.
        steps: What amounts are rounded to, one or one a pair; NaN where it is not known.
    """
    first, second = (logarithms_of_amounts(amounts, steps) for amounts in (before, after))
    return innovations_of_printed(first, second, places, prior)


def logarithms_of_amounts(amounts: ArrayLike, steps: ArrayLike) -> tuple[Floats, Floats]:
    """Return logarithms of amounts above 0, and the variance that their rounding gives them.

    Args:
        amounts: Amounts; NaN is returned for those that are not above 0.
        steps: What they are rounded to; NaN where it is not known.
    """
    y = np.asarray(amounts, dtype=np.float64)
    y = np.where(y > 0, y, np.nan)
    return np.log(y), (np.nan_to_num(np.asarray(steps, dtype=np.float64)) / y) ** 2 / 12


def innovations_of_signed_amounts(
    before: ArrayLike, after: ArrayLike, places: Places
) -> tuple[Innovations, Floats]:
    """Return what was expected of amounts of any sign, in units of ordinary differences.

    Args:
        before: First amount of each pair.
        after: Second one.
        places: Where the pairs stand.
    """
    y0, y1 = (np.asarray(amounts, dtype=np.float64) for amounts in (before, after))
    scales = ordinary_differences(y1 - y0, places.series, places.tables)
    nothing = np.zeros(y0.shape)
    levels = Levels(y0 / scales, nothing, y1 / scales, lambda _rows, _level, variance: variance)
    expected = innovations(levels, places, PRIOR_OF_DIFFERENCES)
    return expected, normal_p_values(levels, expected, PRIOR_OF_DIFFERENCES.own)


def ordinary_differences(differences: Floats, series: Integers, tables: Integers) -> Floats:
    """Return the deviation of an ordinary difference of each pair's series; see the module.

    Args:
        differences: That of each pair; NaN where there is none.
        series: Code of the series of each pair.
        tables: Code of its table.

    Returns:
        One a pair; NaN in a table of fewer than ``LEAST_DIFFERENCES``, or that never moves.
    """
    of_series, count = _deviations(differences, series)
    of_table, in_table = _deviations(differences, tables)
    weighted = count * of_series**2 + WORTH_OF_TABLE * of_table**2
    scales = np.sqrt(weighted / (count + WORTH_OF_TABLE))
    return np.where((in_table >= LEAST_DIFFERENCES) & (scales > 0), scales, np.nan)


def _deviations(differences: Floats, groups: Integers) -> tuple[Floats, Floats]:
    """Return, for each pair, the robust deviation of its group, 0 without one, and of how many."""
    _, codes = np.unique(groups, return_inverse=True)
    is_given = np.isfinite(differences)
    distances = np.where(is_given, np.abs(differences), np.nan)
    deviation = MAD_TO_DEVIATION * np.nan_to_num(Ranked.of(distances, codes).medians())
    return deviation[codes], sums(is_given, codes, int(codes.max(initial=-1)) + 1)[codes]
