"""What a check shows of the cells that fail: both numbers, the chance of it, the plots.

Here: showing. Not here: which cells fail, which Great Expectations asserted, and what came of each
(``failing_cells``).

Every text may come from a producer: Dagster's tables escape it, and it is escaped in Markdown.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.findings.code_names import Names
from expectations.findings.roll_up import Finding
from expectations.french import quantity
from expectations.untrusted import cleaned
from expectations.verdicts.rules import RULES
from orchestration.checks import shown
from orchestration.checks.failing_cells import FailingCell, Row
from orchestration.reporting import plots
from orchestration.reporting.compose_findings import Observations
from orchestration.reporting.inline_svg import drawn
from orchestration.reporting.markdown import escaped
from orchestration.reporting.plots import PAPER
from orchestration.reporting.reported_findings import FindingLine

SHOWN_ROWS = 100
"""Cells that a table shows of each rule; all are counted."""
MOST_PLOTS = 50
"""Plots a night at most: each costs a tenth of a second, and nobody looks at more."""
COLUMNS = (
    "Territoire",
    "Catégorie",
    "Période",
    "Avant",
    "Après",
    "Probabilité",
    "Constat",
    "Règle",
    "Suite",
)

Metadata = dict[str, dg.MetadataValue[Any]]


class CheckEvidence:
    """What the checks of a night show.

    Args:
        observations: Tonight's observations.
        findings: Tonight's findings, gravest first.
        definitions: The indicators, by id.
        names: What codes are called.
    """

    def __init__(
        self,
        observations: Observations,
        findings: Sequence[Finding],
        definitions: Mapping[str, IndicatorDefinition],
        names: Names,
    ) -> None:
        self._observations = observations
        self._findings = findings[:MOST_PLOTS]
        self._definitions = definitions
        self._names = names

    def of(self, indicator: str, failing: Mapping[str, Sequence[FailingCell]]) -> Metadata:
        """Return the cells that fail under each of some rules, and the plots of their findings."""
        if not failing:
            return {}
        shown_cells = [cell for cells in failing.values() for cell in cells[:SHOWN_ROWS]]
        return {
            "cellules en échec": shown.table(map(self._record, shown_cells), COLUMNS),
            **self._plots(indicator, failing),
        }

    def sentence(self, failing: FailingCell) -> str:
        """Say in names where a cell is, then what is wrong with it, then what came of it."""
        return self._said([failing], failing.row["explanation"])

    def event(self, failing: Sequence[FailingCell]) -> str:
        """Say once what a category did in all its areas, and what came of it."""
        return self._said(failing, failing[0].event)

    def _said(self, failing: Sequence[FailingCell], what: str) -> str:
        first = failing[0]
        areas = dict.fromkeys(self._area(each.row) for each in failing)
        named = [*areas, self._category(first.row), french.period(first.row["time_period"])]
        place = french.listing(name for name in named if name)
        return f"{place} : {french.after_colon(what)} {_sentence_of(first.sequel)}"

    def _record(self, failing: FailingCell) -> dict[str, str]:
        row = failing.row
        texts = (
            self._area(row),
            self._category(row),
            french.period(row["time_period"]),
            self._before(row),
            self._value(row, "value_after", row["time_period"]),
            "" if pd.isna(row["p_value"]) else french.chance(row["p_value"]),
            row["explanation"],
            RULES[failing.rule].title,
            failing.sequel,
        )
        return dict(zip(COLUMNS, texts, strict=True))

    def _area(self, row: Row) -> str:
        return cleaned(self._names.areas.get(row["ref_area"], row["ref_area"]))

    def _category(self, row: Row) -> str:
        code = row["category"]
        return "" if code == TOTAL else cleaned(self._names.categories.get(code, code))

    def _before(self, row: Row) -> str:
        """Write what a value is compared with: itself as published, or a former period."""
        if pd.isna(row["period_before"]):
            value = self._value(row, "value_before", row["time_period"])
            return value and f"{value} (publié auparavant)"
        value = self._value(row, "value_before", row["period_before"])
        return value and f"{value} ({french.period(row['period_before'])})"

    def _value(self, row: Row, column: str, period: str) -> str:
        if pd.isna(row[column]):
            return ""
        definition = self._definitions[row["indicator"]]
        return quantity(row[column], definition.unit_at(period, row["category"]))

    def _plots(self, indicator: str, rules: Iterable[str]) -> Metadata:
        """Return the plots of the gravest finding of each rule, once each."""
        findings = [finding for finding in self._findings if finding.indicator == indicator]
        gravest: dict[str, Finding] = {}
        for rule in rules:
            made = [finding for finding in findings if rule in finding.rules]
            gravest |= {finding.finding_id: finding for finding in made[:1]}
        lines = (
            self._observations.finding_line(finding, self._definitions)
            for finding in gravest.values()
        )
        plotted = "\n\n".join(_plotted(line) for line in lines if line.cells)
        return {"graphique": dg.MetadataValue.md(plotted)} if plotted else {}


def _plotted(line: FindingLine) -> str:
    picture = drawn(line).replace("<svg ", f'<svg style="background:{PAPER}" ', 1)
    data = base64.b64encode(picture.encode()).decode()
    return f"![{escaped(plots.describe(line))}](data:image/svg+xml;base64,{data})"


def _sentence_of(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."
