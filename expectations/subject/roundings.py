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
    pairs: pd.DataFrame, measure: str, units: Integers, are_counts: NDArray[np.bool_]
) -> Floats:
    """Return what each pair seems rounded to: 1 at least for counts, NaN for others if unsure.

    Args:
        pairs: Every cell beside the same cell one period before.
        measure: What is looked at: ``value`` or ``numerator``.
        units: Code of the unit of each.
        are_counts: Whether each counts things.
    """
    before, after = (pairs[f"{measure}_{end}"].to_numpy() for end in ("before", "after"))
    heard = np.where(after == before, np.nan, after)  # a value that stays is heard once
    producers, tables = _groups(pairs, units)
    pooled = of_each(printed_steps(heard, producers, are_counts), producers)
    own = of_each(printed_steps(heard, tables, are_counts), tables)
    agrees = of_each(are_mostly_multiples(heard, tables, pooled), tables) > 0
    return np.fmax(own, np.where(agrees, pooled, np.nan))


def _groups(pairs: pd.DataFrame, units: Integers) -> tuple[Integers, Integers]:
    """Return the codes of the indicator and unit of each pair, and of its table within these."""
    producers = combined_codes(pairs, ["indicator"]) * (int(units.max(initial=0)) + 1) + units
    breakdowns, types = combined_codes(pairs, ["breakdown"]), area_types(pairs)
    places = breakdowns * (int(types.max(initial=0)) + 1) + types
    return _numbered(producers), _numbered(producers * (int(places.max(initial=0)) + 1) + places)


def _numbered(codes: Integers) -> Integers:
    return pd.factorize(codes)[0].astype(np.int64)
