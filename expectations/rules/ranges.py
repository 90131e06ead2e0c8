"""VIR: is a value one that can exist?

The interval is the indicator's definition: 0 to 100 for a rate, from 0 for a count, unless told
otherwise. Whether a possible value is also *likely* is for ``breaks`` and ``linked``.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from expectations import french
from expectations.definitions import IndicatorDefinition
from expectations.policy import Policy
from expectations.verdicts import Outcome, as_evidence, verdict_rows


def values_in_range(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], policy: Policy
) -> pd.DataFrame:
    """Return VIR for every cell; an empty one cannot be evaluated."""
    bounds = [
        definitions[indicator].range_of(category)
        for indicator, category in zip(
            observations["indicator"], observations["category"], strict=True
        )
    ]
    least, greatest = np.array(bounds, dtype=np.float64).reshape(-1, 2).T
    values = observations["obs_value"]
    inside = np.isfinite(values) & (values >= least) & (values <= greatest)
    cells = observations.assign(
        value_after=values.replace(np.inf, np.nan),
        outcome=np.select(
            [values.isna(), inside], [Outcome.NOT_EVALUATED, Outcome.PASS], Outcome.FAIL
        ),
        explanation=list(map(_sentence, values, least, greatest)),
        evidence=[
            as_evidence({"minimum": low, "maximum": None if np.isinf(high) else high})
            for low, high in bounds
        ],
    )
    return verdict_rows(cells, "VIR", policy.severities["VIR"])


def _sentence(value: float, least: float, greatest: float) -> str:
    if np.isnan(value):
        return "Valeur absente."
    expected = (
        f"au moins {french.number(least)}"
        if np.isinf(greatest)
        else f"entre {french.number(least)} et {french.number(greatest)}"
    )
    shown = french.number(value) if np.isfinite(value) else "un nombre infini"
    return french.typeset(f"La valeur est {shown} ; valeurs possibles : {expected}.")
