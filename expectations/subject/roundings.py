"""To what step the producer of each cell rounds, as his numbers show.

Here: which numbers are read together: those of an indicator in one unit, all periods; then those of
one breakdown and type of area alone, for details may be rounded beside exact totals. Not here:
how a step is learnt (``statistics.printed_steps``), what is judged at it (``rules``).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.cell_index import Integers, combined_codes
from expectations.statistics.grouped import Floats, of_each
from expectations.statistics.printed_steps import are_mostly_multiples, printed_steps
from expectations.subject.siblings import area_types


def learnt_steps(
    before: Floats, after: Floats, groups: tuple[Integers, Integers], are_counts: NDArray[np.bool_]
) -> Floats:
    """Return what each number seems rounded to: 1 at least for counts, NaN for others if unsure.

    Args:
        before: The number of each series in the period before; NaN where there is none.
        after: The number itself.
        groups: As ``groups_of_producers``.
        are_counts: Whether each counts things.
    """
    producers, tables = groups
    heard = np.where(after == before, np.nan, after)  # a value that stays is heard once
    steps = of_each(printed_steps(heard, tables, are_counts), tables)
    pooled = of_each(printed_steps(heard, producers, are_counts), producers)
    open_ones = np.flatnonzero((pooled > steps) | (np.isnan(steps) & ~np.isnan(pooled)))
    asked, step = tables[open_ones], pooled[open_ones]
    agrees = of_each(are_mostly_multiples(heard[open_ones], asked, step), asked) > 0
    steps[open_ones[agrees]] = step[agrees]
    return steps


def groups_of_producers(pairs: pd.DataFrame, units: Integers) -> tuple[Integers, Integers]:
    """Return the codes of the indicator and unit of each pair, and of its table within these.

    Args:
        pairs: At least the columns of the key, as categories.
        units: Code of the unit of each.
    """
    producers = combined_codes(pairs, ["indicator"]) * (int(units.max(initial=0)) + 1) + units
    breakdowns, types = combined_codes(pairs, ["breakdown"]), area_types(pairs)
    places = breakdowns * (int(types.max(initial=0)) + 1) + types
    return _numbered(producers), _numbered(producers * (int(places.max(initial=0)) + 1) + places)


def _numbered(codes: Integers) -> Integers:
    return pd.factorize(codes)[0].astype(np.int64)
