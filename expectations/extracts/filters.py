"""The pre-condition of a rule: which records it is about. It is data, and is never executed."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from expectations.extracts.distinct import NO_VALUE, Distinct, Records
from expectations.extracts.views import Ranks
from expectations.suites.sources.record_entries import Condition

Kept = npt.NDArray[np.bool_]


def places_of(records: Records, conditions: Sequence[Condition]) -> Ranks:
    """Return the records that meet every condition, by their rank; a value is looked at once."""
    if not conditions:
        return records.everyone
    kept = np.ones(len(records), dtype=np.bool_)
    for condition in conditions:
        column = records.distinct(condition.column)
        every = np.arange(NO_VALUE, len(column.values))
        kept &= _meets(condition, column, every)[column.ranks - NO_VALUE]
    return np.flatnonzero(kept)


def _meets(condition: Condition, column: Distinct, ranks: Ranks) -> Kept:
    """Tell which values meet a condition; an empty cell is compared to nothing."""
    texts = column.texts(ranks)
    match condition:
        case Condition(filled=bool(filled)):
            met = texts.notna() == filled
        case Condition(equals=str(value)):
            met = texts.isin([value])
        case Condition(differs=str(value)):
            met = ~texts.isin([value])
        case Condition(among=tuple(values)):
            met = texts.isin(values)
        case Condition(outside=tuple(values)):
            met = ~texts.isin(values)
        case Condition(at_least=float(bound)):
            met = column.numbers(ranks) >= bound
        case Condition(at_most=float(bound)):
            met = column.numbers(ranks) <= bound
        case _:
            message = f"a condition without an operator: {condition}"
            raise ValueError(message)
    return met.to_numpy(dtype=np.bool_)
