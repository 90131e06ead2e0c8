"""FDM and VCO: does a cell agree with itself?

A missing value says why it is missing; a value does not come with a status that says it is missing;
the unit is the indicator's, and so is the kind of period; a rate is the quotient of its own
numerator and denominator. Whether the value itself is plausible is for the other modules.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from expectations import french
from expectations.definitions import IndicatorDefinition
from expectations.periods import NAMES, PeriodKind, is_of_kind
from expectations.policy import Policy
from expectations.statuses import MISSING
from expectations.verdicts import Outcome, as_evidence, verdict_rows


def missing_values(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], policy: Policy
) -> pd.DataFrame:
    """Return FDM: a value may be empty only under a status that says why."""
    del definitions  # the same for every indicator
    empty, statuses = observations["obs_value"].isna(), observations["obs_status"]
    unexplained = empty & ~statuses.isin(MISSING)
    cells = observations.assign(
        value_after=observations["obs_value"],
        outcome=np.where(unexplained, Outcome.FAIL, Outcome.PASS),
        explanation=list(map(_missing_sentence, empty, statuses)),
        evidence=[as_evidence({"obs_status": _text(status)}) for status in statuses],
    )
    return verdict_rows(cells, "FDM", policy.severities["FDM"])


def _missing_sentence(is_empty: bool, status: object) -> str:
    if not is_empty:
        return "La valeur est donnée."
    if status in MISSING:
        return french.typeset(f"Valeur vide, statut {status} : {MISSING[str(status)]}.")
    return french.typeset(
        f"La valeur est vide et le statut « {_text(status) or 'vide'} » ne dit pas pourquoi."
    )


def consistent_cells(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], policy: Policy
) -> pd.DataFrame:
    """Return VCO: value, status, unit, period and quotient of a cell agree."""
    expected = [
        definitions[indicator].unit_of(category)
        for indicator, category in zip(
            observations["indicator"], observations["category"], strict=True
        )
    ]
    periods = [
        _period_faults(period, definitions[indicator].period_kind)
        for indicator, period in zip(
            observations["indicator"], observations["time_period"], strict=True
        )
    ]
    columns = observations[["obs_value", "obs_status", "unit_measure"]]
    quotients = _disagreeing_quotients(observations, definitions, policy.rate_tolerance)
    faults = [
        [
            *_status_faults(value, status),
            *_unit_faults(unit, unit_expected),
            *period_faults,
            *_rate_faults(value, quotient),
        ]
        for (value, status, unit), unit_expected, period_faults, quotient in zip(
            columns.itertuples(index=False, name=None), expected, periods, quotients, strict=True
        )
    ]
    cells = observations.assign(
        value_after=observations["obs_value"],
        outcome=[Outcome.FAIL if found else Outcome.PASS for found in faults],
        explanation=[
            french.typeset(" ".join(found)) or "Valeur, statut, unité et période se répondent."
            for found in faults
        ],
        evidence=[
            as_evidence({"unit_measure": _text(unit), "expected_unit": unit_expected})
            for unit, unit_expected in zip(observations["unit_measure"], expected, strict=True)
        ],
    )
    return verdict_rows(cells, "VCO", policy.severities["VCO"])


def _disagreeing_quotients(
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    tolerance: float,
) -> "pd.Series[float]":
    """Return what a rate should be where it is not; NaN elsewhere."""
    rates = [item.id for item in definitions.values() if item.value_kind == "rate"]
    quotient = 100 * observations["numerator"] / observations["denominator"]
    disagrees = (observations["obs_value"] - quotient).abs() > tolerance
    return quotient.where(observations["indicator"].isin(rates) & disagrees)


def _status_faults(value: float, status: object) -> list[str]:
    if np.isnan(value) or status not in MISSING:
        return []
    reason = MISSING[str(status)]
    shown = french.number(value)
    return [f"Le statut {status} dit la valeur manquante ({reason}), mais elle vaut {shown}."]


def _unit_faults(unit: object, expected: str) -> list[str]:
    if unit == expected:
        return []
    return [f"L'unité est « {_text(unit) or 'vide'} » au lieu de « {expected} »."]


def _period_faults(period: str, kind: PeriodKind) -> list[str]:
    if is_of_kind(period, kind):
        return []
    return [f"La période « {period} » n'est pas {NAMES[kind]}."]


def _rate_faults(value: float, quotient: float) -> list[str]:
    if np.isnan(quotient):
        return []
    return [
        f"Le taux affiché est {french.percent(value)}, alors que son numérateur divisé par son "
        f"dénominateur donne {french.percent(quotient)}."
    ]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
