"""The comparisons of a printed report, asserted by Great Expectations: a suite, a result a kind.

Importing this module costs the seconds that Great Expectations takes.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.core.expect_column_values_to_be_null import (
    ExpectColumnValuesToBeNull,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render.components import (
    CollapseContent,
    LegacyDiagnosticRendererType,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.renderer import renderer

from expectations import french
from expectations.printed.comparisons import SEVERITY, PrintedComparison
from expectations.printed.examine import KINDS
from expectations.validations.batch import meta_of, rule_of, validate
from expectations.validations.rule_classes import SEVERITIES, SHOWN_ROWS
from expectations.validations.suite_result import SuiteResult

REFERENCE = "Référence"
NAMING = [REFERENCE, "Indicateur", "Objet", "Période", "Le bilan imprime", "Et aussi"]


class ExpectPrintedReportToAgreeWithItself(ExpectColumnValuesToBeNull):
    """What a printed report says twice, it says alike: a rule has nothing against any comparison.

    The column is that of the rule, as for the verdicts on cells; ``meta`` says how many comparisons
    the rule made (``compared``).
    """

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003 asked of a renderer
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
        **_: Any,  # noqa: ANN401
    ) -> str:
        """Say how many comparisons were made."""
        made = meta_of(result)["compared"] if result is not None else 0
        return french.typeset(f"{french.number(made)} rapprochement(s).")

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003 asked of a renderer
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
        **_: Any,  # noqa: ANN401
    ) -> list[RenderedStringTemplateContent | CollapseContent]:
        """Say how many of them fail."""
        found = _rows(result)
        if not found:
            return []
        told = french.typeset(f"{french.number(len(found))} contradiction(s) :")
        return [RenderedStringTemplateContent(string_template={"template": told})]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)
    def _diagnostic_unexpected_table_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003 asked of a renderer
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
    ) -> list[RenderedTableContent | CollapseContent] | None:
        """List those that fail, one a line: Great Expectations would group them by sentence."""
        if result is None or not _rows(result):
            return None
        columns = [*NAMING, rule_of(result)]
        rows = [[row[column] for column in columns] for row in _rows(result)[:SHOWN_ROWS]]
        return [RenderedTableContent(table=rows, header_row=[*NAMING, "Constat"])]


def _rows(result: ExpectationValidationResult | None) -> list[dict[str, Any]]:
    return (result.result.get("unexpected_index_list") or []) if result else []


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
    known = {one.comparison_id: one for one in comparisons if not one.holds}
    return {
        rule_of(result): [known[row[REFERENCE]] for row in _rows(result)]
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
        meta={"rule": rule, "compared": compared},
    )


def _objections(comparisons: Sequence[PrintedComparison]) -> pd.DataFrame:
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


def _digest(comparisons: Sequence[PrintedComparison]) -> str:
    said = "\n".join(f"{one.comparison_id} {one.holds}" for one in comparisons)
    return hashlib.sha256(said.encode()).hexdigest()
