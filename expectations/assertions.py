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
    """Return one result per indicator and rule of the verdict table.

    A rule is asserted once, over the verdicts of all indicators: a validation costs tens of
    milliseconds whatever the number of rows, and there are hundreds of indicators × rules.
    """
    return [
        _result(str(indicator), str(rule), description, of_indicator, failing)
        for rule, rows in verdicts.groupby("rule")
        for description, failing in [_assert(str(rule), rows)]
        for indicator, of_indicator in rows.groupby("indicator")
    ]


def _assert(rule: str, rows: pd.DataFrame) -> tuple[str, dict[str, list[dict[str, Any]]]]:
    """Assert a rule; return what it asks, and the failing rows of each indicator.

    Raises:
        RuntimeError: Great Expectations could not judge it: that is no pass.
    """
    expectation = EXPECTATIONS[rule](severity=SEVERITIES[_severity(rows)])
    result = batch_of(rows).validate(
        expectation,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": NAMING,
            "return_unexpected_index_query": False,
        },
    )
    unexpected = result.result.get("unexpected_index_list") or []
    if not result.success and not unexpected:
        message = f"Great Expectations n'a pas pu juger la règle {rule} : {result.exception_info}"
        raise RuntimeError(message)
    failing: dict[str, list[dict[str, Any]]] = {}
    for row in unexpected:
        failing.setdefault(row["indicator"], []).append(row)
    return str(expectation.description), failing


def _result(
    indicator: str,
    rule: str,
    description: str,
    rows: pd.DataFrame,
    failing: dict[str, list[dict[str, Any]]],
) -> CheckResult:
    unknown = int((rows["outcome"] == Outcome.NOT_EVALUATED).sum())
    return CheckResult(
        indicator=indicator,
        rule=rule,
        description=description,
        success=indicator not in failing,
        severity=_severity(rows),
        failing=failing.get(indicator, []),
        evaluated=len(rows) - unknown,
        not_evaluated=unknown,
    )


def _severity(rows: pd.DataFrame) -> Severity:
    """Return the highest severity of what fails; of all rows when nothing does."""
    failing = rows[rows["outcome"] == Outcome.FAIL]
    return Severity.highest((failing if len(failing) else rows)["severity"].tolist())
