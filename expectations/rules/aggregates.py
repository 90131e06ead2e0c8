"""VAD: does a total equal the sum of its details?

For a count, values add up; for a rate or a mean, its numerators add up, and its denominators. A
detail without a value is *missing*, not zero, except one that cannot exist (status M). With a
detail missing, the sum of the others is only a lower bound: more than the total is a failure,
exactly the total a success (nothing is left for the missing ones), less cannot be judged. Parts
that vanished since the period before are for ``vanished``.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.definitions import IndicatorDefinition
from expectations.hierarchy import WHOLE_KEY, parts_label, parts_of_wholes
from expectations.observations import KEY
from expectations.policy import Policy
from expectations.statuses import CANNOT_EXIST
from expectations.verdicts import Outcome, as_evidence, verdict_rows

FRACTION = ("numerator", "denominator")
MEASURES = {"count": ("obs_value",), "rate": FRACTION, "mean": FRACTION}
SUBJECTS = {
    "obs_value": "Le total",
    "numerator": "Le numérateur du total",
    "denominator": "Le dénominateur du total",
}
WORST_FIRST = [str(Outcome.FAIL), str(Outcome.PASS), str(Outcome.NOT_EVALUATED)]


def aggregates_match_details(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], policy: Policy
) -> pd.DataFrame:
    """Return VAD for every total that has details: the worst of its breakdowns and measures."""
    sums = _sums(observations, definitions)
    sums = sums.assign(outcome=_outcomes(sums, policy.aggregate_tolerance))
    sums = sums.assign(explanation=[_sentence(row) for row in sums.to_dict("records")])
    totals = [_worst(rows) for _, rows in sums.groupby(KEY)]
    cells = pd.DataFrame(
        totals, columns=[*KEY, "value_after", "outcome", "explanation", "evidence"]
    )
    return verdict_rows(cells, "VAD", policy.severities["VAD"])


def _sums(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> pd.DataFrame:
    """Return one row per total, breakdown and measure: the total beside the sum of its parts."""
    parts = _measured(parts_of_wholes(observations, definitions), definitions)
    known = parts["measured"].where(parts["obs_status"] != CANNOT_EXIST, 0.0)
    parts = parts.assign(known=known.fillna(0.0), missing=known.isna())
    sums = parts.groupby([*WHOLE_KEY, "parts", "measure"], as_index=False).agg(
        known=("known", "sum"), missing=("missing", "sum"), details=("known", "size")
    )
    sums = sums.rename(columns=dict(zip(WHOLE_KEY, KEY, strict=True)))
    totals = _measured(observations, definitions).rename(columns={"measured": "total"})
    return sums.merge(totals[[*KEY, "obs_value", "measure", "total"]], on=[*KEY, "measure"])


def _measured(cells: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]) -> pd.DataFrame:
    """Return the cells once per number that adds up in their indicator."""
    kinds = cells["indicator"].map({name: item.value_kind for name, item in definitions.items()})
    measured = [
        cells[kinds == kind].assign(
            measure=measure, measured=cells.loc[kinds == kind, measure].astype("float64")
        )
        for kind, measures in MEASURES.items()
        for measure in measures
    ]
    return pd.concat(measured, ignore_index=True)


def _outcomes(sums: pd.DataFrame, tolerance: float) -> list[str]:
    excess = sums["known"] - sums["total"]
    unknown = sums["total"].isna() | (sums["missing"] == sums["details"])
    outcomes = np.select(
        [unknown, excess > tolerance, excess >= -tolerance, sums["missing"] > 0],
        [Outcome.NOT_EVALUATED, Outcome.FAIL, Outcome.PASS, Outcome.NOT_EVALUATED],
        Outcome.FAIL,
    )
    return [str(outcome) for outcome in outcomes]


def _sentence(row: Mapping[Hashable, Any]) -> str:
    subject, parts = SUBJECTS[row["measure"]], parts_label(row["parts"])
    if np.isnan(row["total"]):
        return f"{subject} n'est pas connu."
    total = f"{subject} vaut {french.number(row['total'])}"
    if row["missing"] == row["details"]:
        return f"{total} ; aucun de ses détails ({row['details']} {parts}) n'est connu."
    lacking = f", dont {row['missing']} sans valeur" if row["missing"] else ""
    return french.typeset(
        f"{total} ; la somme de ses détails ({row['details']} {parts}{lacking}) "
        f"vaut {french.number(row['known'])}."
    )


def _worst(rows: pd.DataFrame) -> list[object]:
    """Return one verdict for a total, from its breakdowns and measures."""
    ranks = rows["outcome"].map(WORST_FIRST.index)
    worst = rows[ranks == ranks.min()]
    numbers = rows[["parts", "measure", "total", "known", "missing", "details"]]
    sums = numbers.astype(object).where(numbers.notna(), None).to_dict("records")
    first = worst.iloc[0]
    return [
        *first[[*KEY, "obs_value", "outcome"]],
        " ".join(worst["explanation"]),
        as_evidence({"sums": sums}),
    ]
