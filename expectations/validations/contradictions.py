"""The comparisons of a printed report, asserted by Great Expectations: a suite, a result a kind.

Here: asserting, and which comparisons fail. Not here: comparing (``printed``), what a page shows of
it (``rule_classes``).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationValidationResult

from expectations import french
from expectations.printed.comparisons import SEVERITY, PrintedComparison
from expectations.printed.examine import KINDS
from expectations.validations.batch import meta_of, rule_of, validate
from expectations.validations.french_rendering import FrenchRendering, failing_rows
from expectations.validations.rule_classes import SEVERITIES
from expectations.validations.suite_result import SuiteResult


class ExpectPrintedReportToAgreeWithItself(FrenchRendering, gxe.ExpectColumnValuesToBeNull):
    """What a printed report says twice, it says alike.

    One row a comparison, one column a kind of rule: its sentence where the comparison fails.
    """

    naming: ClassVar[Sequence[str]] = (
        "Référence",
        "Indicateur",
        "Objet",
        "Période",
        "Le bilan imprime",
        "Et aussi",
    )
    header: ClassVar[Sequence[str]] = naming
    judged: ClassVar[str] = "Rapprochements : {count}"
    failing: ClassVar[str] = "Contradictions ({count}) :"

    @classmethod
    def counted(cls, result: ExpectationValidationResult) -> tuple[int, Mapping[str, int]]:
        """Return how many comparisons were made; there is none that could not be."""
        return meta_of(result)["evaluated"], {}

    @classmethod
    def sentence_column(cls, result: ExpectationValidationResult) -> str:
        """Return the column of the rule, where the comparison has its sentence."""
        return rule_of(result)


NAMING = ExpectPrintedReportToAgreeWithItself.naming
REFERENCE = NAMING[0]


def assert_agreement(comparisons: Sequence[PrintedComparison]) -> SuiteResult:
    """Return what Great Expectations says of the comparisons; nothing of a kind that made none.

    Raises:
        RuntimeError: Great Expectations could not judge a kind.
    """
    made = Counter(comparison.rule for comparison in comparisons)
    expectations = [_expectation(rule, made[rule]) for rule in KINDS if made[rule]]
    return SuiteResult(
        name="fct_printed_figure",
        title="Le bilan imprimé",
        data_sha256=_digest(comparisons),
        validation=validate(_objections(comparisons), expectations, NAMING),
    )


def failing(
    suite: SuiteResult, comparisons: Sequence[PrintedComparison]
) -> dict[str, list[PrintedComparison]]:
    """Return the comparisons that fail, by rule; none for a rule that is kept."""
    contradictions = {
        comparison.comparison_id: comparison for comparison in comparisons if not comparison.holds
    }
    return {
        rule_of(result): [contradictions[row[REFERENCE]] for row in failing_rows(result)]
        for result in suite.validation.results
    }


def _expectation(rule: str, compared: int) -> ExpectPrintedReportToAgreeWithItself:
    kind = KINDS[rule]
    return ExpectPrintedReportToAgreeWithItself(
        column=rule,
        description=french.typeset(
            f"À ne pas trouver dans le bilan : {kind[0].lower()}{kind[1:]} ({rule})."
        ),
        severity=SEVERITIES[SEVERITY],
        meta={"rule": rule, "evaluated": compared},
    )


def _objections(comparisons: Sequence[PrintedComparison]) -> pd.DataFrame:
    """Return one row a comparison, one column a rule: its sentence where it fails, else nothing."""
    rows = [
        (
            comparison.comparison_id,
            comparison.indicator,
            comparison.subject,
            comparison.period,
            comparison.first.text,
            comparison.second.text,
            *_against(comparison),
        )
        for comparison in comparisons
    ]
    return pd.DataFrame(rows, columns=[*NAMING, *KINDS]).astype("str")


def _against(comparison: PrintedComparison) -> Iterator[str | None]:
    fails = "" if comparison.holds else comparison.rule
    return (comparison.explanation if rule == fails else None for rule in KINDS)


def _digest(comparisons: Sequence[PrintedComparison]) -> str:
    lines = (f"{comparison.comparison_id} {comparison.holds}" for comparison in comparisons)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
