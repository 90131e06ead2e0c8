"""BRK: did a number of things jump from one period to the next?

Counts only (a share shown beside a count is none), every pair of consecutive periods, two points
enough. The test is in ``statistics.counts``; it gives a p-value, and whether that is an alarm
depends on the whole night (``expectations.evaluate``). A value that is no longer there is for
``vanished``.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.definitions import IndicatorDefinition
from expectations.policy import Policy
from expectations.series import beside_previous
from expectations.statistics.counts import break_p_values, spread_of
from expectations.verdicts import Outcome, as_evidence, verdict_rows


def no_reporting_break(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], policy: Policy
) -> pd.DataFrame:
    """Return BRK for every cell of the counts, with p-values; what has none is not evaluated."""
    is_count = [
        definitions[indicator].kind_of(category) == "count"
        for indicator, category in zip(
            observations["indicator"], observations["category"], strict=True
        )
    ]
    pairs = beside_previous(observations[np.array(is_count, dtype=bool)])
    spread = spread_of(policy.ordinary_growth)
    p_values = break_p_values(pairs["value_before"], pairs["value_after"], spread)
    pairs = pairs.assign(
        p_value=p_values,
        outcome=np.where(np.isnan(p_values), Outcome.NOT_EVALUATED, Outcome.PASS),
        evidence=as_evidence({"spread": spread}),
    )
    pairs = pairs.assign(explanation=[_sentence(row) for row in pairs.to_dict("records")])
    return verdict_rows(pairs, "BRK", policy.severities["BRK"])


def _sentence(row: Mapping[Hashable, Any]) -> str:
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
