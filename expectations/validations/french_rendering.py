"""What the Data Docs show of an expectation that names what fails, in French, one cell a line.

Here: the renderers that Great Expectations calls. Not here: what is expected (``rule_classes``,
``contradictions``), what a page looks like (``data_docs``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from great_expectations.core import ExpectationValidationResult

from expectations import french
from expectations.cells.observations import KEY
from expectations.validations.undocumented import (
    CollapseContent,
    ExpectationConfiguration,
    LegacyDiagnosticRendererType,
    RenderedStringTemplateContent,
    RenderedTableContent,
    renderer,
)

SHOWN_ROWS = 200
MET, BROKEN = "✅", "❌"
UNKNOWN = "∅"
"""In the place of the icon of a rule that had nothing to look at: it neither passed nor failed."""

Configuration = ExpectationConfiguration | None
Answer = ExpectationValidationResult | None


class FrenchRendering:
    """Renderers of an expectation whose failing rows are in ``unexpected_index_list``."""

    naming: ClassVar[Sequence[str]] = KEY
    """What names a row that fails, in its result."""
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

    @classmethod
    def counted(cls, result: ExpectationValidationResult) -> tuple[int, Mapping[str, int]]:
        """Return how many rows were judged, and how many could not be, for each reason.

        Raises:
            NotImplementedError: The class does not say.
        """
        raise NotImplementedError

    @classmethod
    def sentence_column(cls, result: ExpectationValidationResult) -> str:  # noqa: ARG003
        """Return what says, in a row that fails, why it does."""
        return "explanation"

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.STATUS_ICON)
    def _diagnostic_status_icon_renderer(
        cls,
        configuration: Configuration = None,  # noqa: ARG003 asked of a renderer
        result: Answer = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
    ) -> RenderedStringTemplateContent:
        """Tell a rule that had nothing to look at from one that is kept."""
        icon = MET if result is not None and result.success else BROKEN
        if result is not None and result.success and cls.counted(result)[0] == 0:
            icon = UNKNOWN
        template = {"template": "$icon", "params": {"markdown_status_icon": icon}}
        return RenderedStringTemplateContent(string_template=template)

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: Configuration = None,  # noqa: ARG003 asked of a renderer
        result: Answer = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
        **_: Any,  # noqa: ANN401
    ) -> str:
        """Say how many cells were judged, how many were not, and why."""
        evaluated, reasons = cls.counted(result) if result is not None else (0, {})
        judged = cls.judged.format(count=french.number(evaluated))
        if not reasons:
            return french.typeset(f"{judged}.")
        why = french.listing(
            f"{reason} ({french.number(cells)})" for reason, cells in reasons.items()
        )
        unknown = french.number(sum(reasons.values()))
        return french.typeset(f"{judged} ; non évaluées : {unknown}, {why}.")

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(
        cls,
        configuration: Configuration = None,  # noqa: ARG003 asked of a renderer
        result: Answer = None,
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
        configuration: Configuration = None,  # noqa: ARG003 asked of a renderer
        result: Answer = None,
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
    ) -> list[RenderedTableContent | CollapseContent] | None:
        """List the cells that fail, one a line: Great Expectations would group them by sentence."""
        rows = failing_rows(result)[:SHOWN_ROWS]
        if result is None or not rows:
            return None
        columns = (*cls.naming, cls.sentence_column(result))
        table = [[row[column] for column in columns] for row in rows]
        return [RenderedTableContent(table=table, header_row=[*cls.header, "Constat"])]


def failing_rows(result: Answer) -> list[dict[str, Any]]:
    """Return the rows that a rule has something against, by column; none of what is not known."""
    return (result.result.get("unexpected_index_list") or []) if result else []
