"""The pre-condition of a rule: which records it is about.

Here: the records that meet conditions, which are data and are never executed. Not here: the words
of a condition (``suites.sources.record_entries``).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from expectations.extracts.distinct import NO_VALUE, Distinct, Records
from expectations.extracts.views import Ranks
from expectations.suites.sources.record_entries import RecordCondition

Kept = npt.NDArray[np.bool_]


def places_of(records: Records, conditions: Sequence[RecordCondition]) -> Ranks:
    """Return the records that meet every condition, by their rank; a value is looked at once."""
    if not conditions:
        return records.everyone
    kept = np.ones(len(records), dtype=np.bool_)
    for condition in conditions:
        column = records.distinct(condition.column)
        every = np.arange(NO_VALUE, len(column.values))
        kept &= _meets(condition, column, every)[column.ranks - NO_VALUE]
    return np.flatnonzero(kept)


def _meets(condition: RecordCondition, column: Distinct, ranks: Ranks) -> Kept:
    """Tell which values meet a condition; an empty cell is compared to nothing."""
    texts = column.texts(ranks)
    match condition:
        case RecordCondition(filled=bool(filled)):
            met = texts.notna() == filled
        case RecordCondition(equals=str(value)):
            met = texts.isin([value])
        case RecordCondition(differs=str(value)):
            met = ~texts.isin([value])
        case RecordCondition(among=tuple(values)):
            met = texts.isin(values)
        case RecordCondition(outside=tuple(values)):
            met = ~texts.isin(values)
        case RecordCondition(at_least=float(bound)):
            met = column.numbers(ranks) >= bound
        case RecordCondition(at_most=float(bound)):
            met = column.numbers(ranks) <= bound
        case _:
            message = f"a condition without an operator: {condition}"
            raise ValueError(message)
    return met.to_numpy(dtype=np.bool_)
