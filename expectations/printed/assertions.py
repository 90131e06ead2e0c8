"""The comparisons of a printed report, asserted by Great Expectations: a suite, a result a kind.

Importing this module costs the seconds that Great Expectations takes.
"""

import hashlib
from collections.abc import Sequence

import pandas as pd
from great_expectations.expectations.core.expect_column_values_to_be_null import (
    ExpectColumnValuesToBeNull,
)

from expectations.data_docs.suite_result import SuiteResult
from expectations.great_expectations_batch import rule_of, validate
from expectations.printed.comparisons import SEVERITY, Comparison
from expectations.printed.examine import KINDS
from expectations.rules.named_expectations import SEVERITIES

REFERENCE = "Référence"
NAMING = [REFERENCE, "Indicateur", "Objet", "Période", "Le bilan imprime", "Et aussi"]


class ExpectPrintedReportToAgreeWithItself(ExpectColumnValuesToBeNull):
    """What a printed report says twice, it says alike: a rule has nothing against any comparison.

    The column is that of the rule, as for the verdicts on cells.
    """


def assert_agreement(comparisons: Sequence[Comparison]) -> SuiteResult:
    """Return what Great Expectations says of the comparisons; nothing of a kind that made none.

    Raises:
        RuntimeError: Great Expectations could not judge a kind.
    """
    made = {comparison.rule for comparison in comparisons}
    expectations = [_expectation(rule, kind) for rule, kind in KINDS.items() if rule in made]
    return SuiteResult(
        name="bilan_imprime",
        title="Le bilan imprimé",
        data_sha256=_digest(comparisons),
        validation=validate(_objections(comparisons), expectations, NAMING),
    )


def failing(suite: SuiteResult, comparisons: Sequence[Comparison]) -> dict[str, list[Comparison]]:
    """Return the comparisons that fail, by rule; none for a rule that is kept."""
    known = {one.comparison_id: one for one in comparisons if not one.holds}
    return {
        rule_of(result): [
            known[row[REFERENCE]] for row in result.result.get("unexpected_index_list") or []
        ]
        for result in suite.validation.results
    }


def _expectation(rule: str, kind: str) -> ExpectPrintedReportToAgreeWithItself:
    return ExpectPrintedReportToAgreeWithItself(
        column=rule,
        description=f"À ne pas trouver dans le bilan : {kind[0].lower()}{kind[1:]} ({rule}).",
        severity=SEVERITIES[SEVERITY],
        meta={"rule": rule},
    )


def _objections(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Return one row a comparison, one column a rule: its sentence where it fails, else nothing."""
    rows = [
        (
            one.comparison_id,
            one.indicator,
            one.subject,
            one.period,
            one.first.text,
            one.second.text,
            *(None if one.holds or one.rule != rule else one.explanation for rule in KINDS),
        )
        for one in comparisons
    ]
    return pd.DataFrame(rows, columns=[*NAMING, *KINDS]).astype("str")


def _digest(comparisons: Sequence[Comparison]) -> str:
    said = "\n".join(f"{one.comparison_id} {one.holds}" for one in comparisons)
    return hashlib.sha256(said.encode()).hexdigest()
