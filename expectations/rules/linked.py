"""LNK: does a part follow the whole it belongs to?

An indicator that counts a part of another (``part_of``) is compared with it, area by area, from one
period to the next: the same test as ``breaks``, with the whole as exposure and less ordinary growth
allowed, since what moves the whole has gone. The whole is taken as known, which is cautious when
the part is most of it. A part greater than its whole is an error, whatever the periods.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.definitions import IndicatorDefinition
from expectations.observations import KEY
from expectations.policy import Policy
from expectations.series import beside_previous
from expectations.statistics.counts import break_p_values, spread_of
from expectations.verdicts import Outcome, Severity, as_evidence, verdict_rows

NUMBERS = ["value_before", "value_before_whole", "value_after", "value_after_whole"]


def part_follows_whole(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], policy: Policy
) -> pd.DataFrame:
    """Return LNK for every cell of the indicators that are a part of another."""
    pairs = _beside_whole(observations, definitions)
    before, whole_before, after, whole_after = (pairs[column] for column in NUMBERS)
    exceeds = (after > whole_after).to_numpy()
    spread = spread_of(policy.ordinary_share_change)
    p_values = break_p_values(before, after, spread, whole_before, whole_after)
    p_values[exceeds] = np.nan
    pairs = pairs.assign(
        p_value=p_values,
        outcome=np.select(
            [exceeds, np.isnan(p_values)], [Outcome.FAIL, Outcome.NOT_EVALUATED], Outcome.PASS
        ),
        evidence=[_evidence(row, spread) for row in pairs.to_dict("records")],
    )
    pairs = pairs.assign(explanation=[_sentence(row) for row in pairs.to_dict("records")])
    rows = verdict_rows(pairs, "LNK", policy.severities["LNK"])
    return rows.assign(severity=np.where(exceeds, Severity.ERROR, rows["severity"]))


def _beside_whole(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> pd.DataFrame:
    links = {item.id: item.part_of for item in definitions.values() if item.part_of}
    pairs = beside_previous(observations)
    parts = pairs[pairs["indicator"].isin(list(links))]
    parts = parts.assign(whole=parts["indicator"].map(links))
    wholes = pairs[[*KEY, "period_before", "value_before", "value_after"]]
    wholes = wholes.rename(columns={"indicator": "whole"})
    same_cell = ["whole", *KEY[1:], "period_before"]
    return parts.merge(wholes, on=same_cell, how="left", suffixes=("", "_whole"))


def _evidence(row: Mapping[Hashable, Any], spread: float) -> str:
    before, after = row["value_before_whole"], row["value_after_whole"]
    return as_evidence(
        {
            "spread": spread,
            "whole": row["whole"],
            "whole_before": None if np.isnan(before) else before,
            "whole_after": None if np.isnan(after) else after,
        }
    )


def _sentence(row: Mapping[Hashable, Any]) -> str:
    before, whole_before, after, whole_after = (row[column] for column in NUMBERS)
    second = french.period(row["time_period"])
    now = f"{french.number(after)} sur {french.number(whole_after)} en {second}"
    if after > whole_after:
        return f"{now}, alors qu'une partie ne peut dépasser son ensemble."
    if pd.isna(row["period_before"]):
        return "Première période connue : rien à quoi comparer."
    first = french.period(row["period_before"])
    if np.isnan(row["p_value"]):
        return (
            f"La partie ou son ensemble manque, ou l'ensemble est nul, en {first} ou en {second}."
        )
    then = f"{french.number(before)} sur {french.number(whole_before)} en {first}"
    return french.typeset(
        f"{then}, {now} : {french.chance(row['p_value'])} d'un écart pareil, "
        "par le hasard et une évolution ordinaire de la part."
    )
