"""What each rule asks, said to Great Expectations: one named class a type of rule.

Here: thin subclasses of a core expectation over the table of ``objections``, one column a rule,
empty where it has nothing against a cell, its sentence where it has; and what the Data Docs show of
them. Not here: what a rule computes (``rules``), what it asks in French (``verdicts.rules``).
"""

import types
from collections.abc import Sequence
from typing import Any, ClassVar

from great_expectations import expectations as gxe
from great_expectations.core import ExpectationValidationResult

from expectations import french
from expectations.cells.observations import KEY
from expectations.suites.policy import load_policy
from expectations.validations.batch import meta_of, rule_of
from expectations.validations.undocumented import (
    CollapseContent,
    ExpectationConfiguration,
    FailureSeverity,
    LegacyDiagnosticRendererType,
    RenderedStringTemplateContent,
    RenderedTableContent,
    renderer,
)
from expectations.verdicts.rules import RULES, RuleType
from expectations.verdicts.table import Severity

SEVERITIES = {
    Severity.ERROR: FailureSeverity.CRITICAL,
    Severity.WARNING: FailureSeverity.WARNING,
    Severity.INFORMATION: FailureSeverity.INFO,
}
SHOWN_ROWS = 200
UNKNOWN = "∅"
"""In the place of the icon of a rule that had nothing to look at: it neither passed nor failed."""


class ExpectNoObjection(gxe.ExpectColumnValuesToBeNull):
    """A rule has nothing against any cell.

    Its ``meta`` says what the column cannot: how many cells the rule could judge (``evaluated``),
    how many it could not (``not_evaluated``), and why (``reasons``).
    """

    naming: ClassVar[Sequence[str]] = KEY
    """The columns that name what fails."""
    header: ClassVar[Sequence[str]] = (
        "Indicateur",
        "Territoire",
        "Période",
        "Ventilation",
        "Catégorie",
    )
    """What a reader calls them."""
    judged: ClassVar[str] = "Cellules évaluées : {count}"
    failing: ClassVar[str] = "Cellules en échec ({count}){cut} :"
    column: str = ""

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.STATUS_ICON)
    def _diagnostic_status_icon_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> RenderedStringTemplateContent:
        """Tell a rule that had nothing to look at from one that is kept."""
        if result is not None and meta_of(result).get("evaluated") == 0:
            icon = {"template": "$icon", "params": {"markdown_status_icon": UNKNOWN}}
            return RenderedStringTemplateContent(string_template=icon)
        return super()._diagnostic_status_icon_renderer(
            configuration, result, runtime_configuration
        )

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003 asked of a renderer
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
        **_: Any,  # noqa: ANN401
    ) -> str:
        """Say how many cells were judged, how many were not, and why."""
        meta = meta_of(result) if result is not None else {}
        judged = cls.judged.format(count=french.number(meta.get("evaluated", 0)))
        unknown = meta.get("not_evaluated", 0)
        if not unknown:
            return french.typeset(f"{judged}.")
        reasons = french.listing(
            f"{reason} ({french.number(cells)})" for reason, cells in meta["reasons"].items()
        )
        return french.typeset(f"{judged} ; non évaluées : {french.number(unknown)}, {reasons}.")

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003 asked of a renderer
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
        **_: Any,  # noqa: ANN401
    ) -> list[RenderedStringTemplateContent | CollapseContent]:
        """Say how many cells fail, and how many of them are listed."""
        rows = failing_rows(result)
        if not rows:
            return []
        cut = f", dont les {SHOWN_ROWS} premières" if len(rows) > SHOWN_ROWS else ""
        template = french.typeset(cls.failing.format(count=french.number(len(rows)), cut=cut))
        return [RenderedStringTemplateContent(string_template={"template": template})]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)
    def _diagnostic_unexpected_table_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003 asked of a renderer
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
    ) -> list[RenderedTableContent | CollapseContent] | None:
        """List the cells that fail, one a line: Great Expectations would group them by sentence."""
        rows = failing_rows(result)[:SHOWN_ROWS]
        if result is None or not rows:
            return None
        columns = (*cls.naming, rule_of(result))
        table = [[row[column] for column in columns] for row in rows]
        return [RenderedTableContent(table=table, header_row=[*cls.header, "Constat"])]


class ExpectPrintedReportToAgreeWithItself(ExpectNoObjection):
    """What a printed report says twice, it says alike: a rule has nothing against any comparison.

    The column is that of the rule, as for the verdicts on cells.
    """

    naming = header = (
        "Référence",
        "Indicateur",
        "Objet",
        "Période",
        "Le bilan imprime",
        "Et aussi",
    )
    judged = "Rapprochements : {count}"
    failing = "Contradictions ({count}) :"


def failing_rows(result: ExpectationValidationResult | None) -> list[dict[str, Any]]:
    """Return the rows that a rule has something against, by column; none of what is not known."""
    return (result.result.get("unexpected_index_list") or []) if result else []


def _class_of(rule: RuleType) -> type[ExpectNoObjection]:
    """Return the class of a rule; Great Expectations registers it under its name."""
    content = {
        "__module__": __name__,
        "__doc__": f"{rule.code}.",
        "column": rule.code,
        "description": french.typeset(f"{rule.title} ({rule.code})."),
        "severity": SEVERITIES[load_policy().severities[rule.code]],
    }
    return types.new_class(
        rule.expectation, (ExpectNoObjection,), exec_body=lambda body: body.update(content)
    )


EXPECTATIONS = {code: _class_of(rule) for code, rule in RULES.items()}
# Each can be imported from the module that it says it is of.
globals().update({named.__name__: named for named in EXPECTATIONS.values()})
