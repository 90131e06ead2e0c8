"""BRK: did a number of things jump from one period to the next?

Counts only (a share shown beside a count is none), every pair of consecutive periods, two points
enough. The test is in ``statistics.counts``; it gives a p-value, and whether that is an alarm
depends on the whole night (``expectations.alarms``). A value that is no longer there is for
``vanished``.
"""

import numpy as np
import pandas as pd

from expectations import french
from expectations.statistics.counts import break_p_values, spread_of
from expectations.subject import Subject
from expectations.verdicts import Judgement, Mask, Outcome, Reason, Row, choose


def no_reporting_break(subject: Subject) -> Judgement:
    """Return BRK for every cell of the counts, with p-values; what has none is not evaluated."""
    is_count = subject.of_category(
        subject.pairs, lambda item, category: item.kind_of(category) == "count"
    )
    pairs = subject.pairs[is_count.astype(bool)].reset_index(drop=True)
    spread = subject.of_definition(
        pairs["indicator"], lambda item: spread_of(subject.policy.of(item.id).ordinary_growth)
    )
    p_values = break_p_values(pairs["value_before"], pairs["value_after"], spread)
    unknown = np.isnan(p_values)
    pairs = pairs.assign(
        p_value=p_values,
        spread=spread,
        outcome=choose([(unknown, Outcome.NOT_EVALUATED)], Outcome.PASS, len(pairs)),
        reason=why_not_compared(pairs, unknown),
    )
    return Judgement(
        "BRK",
        pairs,
        subject.severities("BRK", pairs),
        _sentence,
        lambda row: {"spread": row["spread"]},
    )


def why_not_compared(pairs: pd.DataFrame, unknown: Mask) -> "pd.Categorical[str]":
    """Return why two periods could not be compared, for the pairs that could not."""
    return choose(
        [
            (unknown & pairs["period_before"].isna(), Reason.FIRST),
            (unknown & pairs["value_before"].isna(), Reason.NO_VALUE_BEFORE),
            (unknown & pairs["value_after"].isna(), Reason.NO_VALUE),
            (unknown, Reason.NOT_A_COUNT),
        ],
        None,
        len(pairs),
    )


def _sentence(row: Row) -> str:
    if pd.isna(row["period_before"]):
        return "Première période connue : rien à quoi comparer."
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    before, after = row["value_before"], row["value_after"]
    if np.isnan(before) or np.isnan(after):
        return f"Pas de valeur en {first if np.isnan(before) else second}."
    moved = f"{french.number(before)} en {first}, {french.number(after)} en {second}"
    if np.isnan(row["p_value"]):
        return french.typeset(f"{moved} : un nombre de choses ne peut être négatif.")
    return french.typeset(
        f"{moved} : {french.chance(row['p_value'])} d'un écart pareil, "
        "par le hasard et une évolution ordinaire."
    )
