"""What a check shows of the cells that fail: both numbers, the chance of it, the plot.

Here: showing. Not here: which cells fail, which Great Expectations asserted.

Every text may come from a producer: Dagster's tables escape it, and it is escaped in Markdown.
"""

import base64
from collections.abc import Mapping, Sequence
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
from orchestration.checks import shown
from orchestration.reporting import plots
from orchestration.reporting.compose_findings import Observations
from orchestration.reporting.inline_svg import drawn
from orchestration.reporting.markdown import escaped
from orchestration.reporting.plots import PAPER

SHOWN_ROWS = 100
MOST_PLOTS = 50
"""Plots a night at most: each costs a tenth of a second, and nobody looks at more."""
COLUMNS = ("Territoire", "Catégorie", "Période", "Avant", "Après", "Probabilité", "Constat")

Metadata = dict[str, dg.MetadataValue[Any]]
Row = Mapping[str, Any]


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

    def of(self, indicator: str, rule: str, failing: Sequence[Row]) -> Metadata:
        """Return the cells that fail under a rule, and the plot of the finding they make."""
        if not failing:
            return {}
        records = [self._record(row) for row in failing[:SHOWN_ROWS]]
        return {
            "en échec": dg.MetadataValue.int(len(failing)),
            "cellules en échec": shown.table(records, COLUMNS),
            **self._plot(indicator, rule),
        }

    def place(self, row: Row) -> str:
        """Say where a cell is, in names."""
        named = [self._area(row), self._category(row), french.period(row["time_period"])]
        return french.listing(name for name in named if name)

    def _record(self, row: Row) -> dict[str, str]:
        texts = (
            self._area(row),
            self._category(row),
            french.period(row["time_period"]),
            self._before(row),
            self._value(row, "value_after", row["time_period"]),
            "" if pd.isna(row["p_value"]) else french.chance(row["p_value"]),
            row["explanation"],
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

    def _plot(self, indicator: str, rule: str) -> Metadata:
        finding = next(
            (
                finding
                for finding in self._findings
                if finding.indicator == indicator and rule in finding.rules
            ),
            None,
        )
        if finding is None:
            return {}
        line = self._observations.finding_line(finding, self._definitions)
        if not line.cells:
            return {}
        picture = drawn(line).replace("<svg ", f'<svg style="background:{PAPER}" ', 1)
        data = base64.b64encode(picture.encode()).decode()
        shown = f"![{escaped(plots.describe(line))}](data:image/svg+xml;base64,{data})"
        return {"graphique": dg.MetadataValue.md(shown)}
