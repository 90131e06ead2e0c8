"""The verdicts of a night, asserted by Great Expectations: one result an indicator and a rule.

The verdicts were computed by ``evaluate``; turning results into Dagster's vocabulary is for
``orchestration``. Importing this module costs the seconds that Great Expectations takes.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.great_expectations_batch import batch_of
from expectations.observations import KEY
from expectations.rules.named_expectations import EXPECTATIONS
from expectations.verdicts import Outcome, Severity

SEVERITIES = {
    Severity.ERROR: FailureSeverity.CRITICAL,
    Severity.WARNING: FailureSeverity.WARNING,
    Severity.INFORMATION: FailureSeverity.INFO,
}
NAMING = [*KEY, "period_before", "value_before", "value_after", "p_value", "explanation"]


@dataclass(frozen=True)
class CheckResult:
    """What one rule says of one indicator.

    Attributes:
        indicator: The indicator.
        rule: Code of the rule.
        description: What the rule asks, in French.
        success: Whether no cell fails.
        severity: Severity of the failures: the highest of them.
        failing: The failing rows: key, both values, p-value, explanation.
        evaluated: Number of cells that the rule could judge.
        not_evaluated: Number of cells that it could not.
    """

    indicator: str
    rule: str
    description: str
    success: bool
    severity: Severity
    failing: list[dict[str, Any]]
    evaluated: int
    not_evaluated: int


def assert_verdicts(verdicts: pd.DataFrame) -> list[CheckResult]:
    """Return one result per indicator and rule of the verdict table, in their order."""
    return [
        _assert(str(indicator), str(rule), rows)
        for (indicator, rule), rows in verdicts.groupby(["indicator", "rule"])
    ]


def _assert(indicator: str, rule: str, rows: pd.DataFrame) -> CheckResult:
    failing = rows[rows["outcome"] == Outcome.FAIL]
    severity = Severity.highest((failing if len(failing) else rows)["severity"].tolist())
    expectation = EXPECTATIONS[rule](severity=SEVERITIES[severity])
    result = batch_of(rows).validate(
        expectation,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": NAMING,
            "return_unexpected_index_query": False,
        },
    )
    unknown = int((rows["outcome"] == Outcome.NOT_EVALUATED).sum())
    return CheckResult(
        indicator=indicator,
        rule=rule,
        description=str(expectation.description),
        success=bool(result.success),
        severity=severity,
        failing=result.result.get("unexpected_index_list") or [],
        evaluated=len(rows) - unknown,
        not_evaluated=unknown,
    )
