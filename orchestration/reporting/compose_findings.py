"""From a finding to the lines that the report and the checks show of it.

Here: naming its cells, and looking up their numbers and series among tonight's observations.
Not here: what was decided of it (``compose_report``), layout, drawing (``plots``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY, TOTAL
from expectations.findings.roll_up import Finding
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Cell
from orchestration.reporting.addresses import cell_address
from orchestration.reporting.reported_night import (
    CellLine,
    FindingLine,
    PointLine,
    RuleLine,
    SeriesLine,
)
from orchestration.station.warehouse import Names

REGION = "REG-"


class Observations:
    """Tonight's observations, doubtful ones included, asked for by cell."""

    def __init__(self, rows: pd.DataFrame, names: Names) -> None:
        self._rows = rows
        self._by_cell: dict[tuple[str, ...], dict[Any, Any]] = {
            tuple(row[column] for column in KEY): row for row in rows.to_dict("records")
        }
        self._names = names

    def finding_line(
        self, finding: Finding, definitions: Mapping[str, IndicatorDefinition]
    ) -> FindingLine:
        """Return a finding with its numbers and the series of its plot."""
        definition = definitions[finding.indicator]
        headline = _headline_cell(finding)
        whole = definitions.get(definition.part_of or "")
        return FindingLine(
            finding_id=finding.finding_id,
            indicator=finding.indicator,
            indicator_label=definition.label,
            producer=definition.producer,
            period=finding.time_period,
            period_before=finding.period_before,
            severity=finding.severity.value,
            rules=tuple(RuleLine(code, RULES[code].title) for code in finding.rules),
            value_before=finding.value_before,
            value_after=finding.value_after,
            unit=definition.unit_of(headline.category),
            title=finding.title,
            explanation=tuple(finding.explanation.split("\n\n")),
            question=finding.question,
            addressee=finding.addressee,
            cells=self._cell_lines(finding),
            series=self._series(headline, definition.label, set(finding.cells)),
            linked=self._series(_in(headline, whole.id), whole.label, set()) if whole else None,
            dimension=_dimension(finding.cells),
        )

    def _cell_lines(self, finding: Finding) -> tuple[CellLine, ...]:
        """Return the numbers in cause; none when the finding compares no two numbers."""
        if finding.value_before is None and finding.value_after is None:
            return ()
        return tuple(self._cell_line(cell, finding.period_before) for cell in finding.cells)

    def _cell_line(self, cell: Cell, period_before: str | None) -> CellLine:
        before, status_before = self._value(cell, period_before)
        after, status_after = self._value(cell, cell.time_period)
        area = self._names.areas.get(cell.ref_area, cell.ref_area)
        return CellLine(
            label=area if cell.category == TOTAL else self._category(cell.category),
            before=before,
            after=after,
            is_total=cell.ref_area.startswith(REGION) and cell.category == TOTAL,
            status_before=status_before,
            status_after=status_after,
            explanation=cell_address(cell) if self._is_known(cell) else "",
        )

    def _category(self, category: str) -> str:
        return self._names.categories.get(category, category)

    def _is_known(self, cell: Cell) -> bool:
        return tuple(cell.to_dict().values()) in self._by_cell

    def _value(self, cell: Cell, period: str | None) -> tuple[float | None, str]:
        key = (cell.indicator, cell.ref_area, period or "", cell.breakdown, cell.category)
        row = self._by_cell.get(key)
        if row is None:
            return None, "L"
        return (None if pd.isna(row["obs_value"]) else row["obs_value"]), row["obs_status"]

    def _point(self, cell: Cell, *, is_held: bool) -> PointLine:
        value, status = self._value(cell, cell.time_period)
        return PointLine(cell.time_period, value, is_held, status)

    def _series(self, cell: Cell, label: str, held: set[Cell]) -> SeriesLine:
        periods = self._rows.loc[self._rows["indicator"] == cell.indicator, "time_period"].unique()
        points = [_at(cell, period) for period in sorted(periods)]
        return SeriesLine(
            label=label,
            points=tuple(self._point(point, is_held=point in held) for point in points),
        )


def _dimension(cells: Sequence[Cell]) -> str:
    """Return what the cells of a finding differ by."""
    parts = [cell for cell in cells if not (cell.ref_area.startswith(REGION) and _is_total(cell))]
    by_category = {not _is_total(cell) for cell in parts}
    if by_category == {True}:
        return "Catégorie"
    return "Territoire ou catégorie" if True in by_category else "Territoire"


def _is_total(cell: Cell) -> bool:
    return cell.category == TOTAL


def _headline_cell(finding: Finding) -> Cell:
    totals = [
        cell
        for cell in finding.cells
        if cell.ref_area.startswith(REGION) and cell.category == TOTAL
    ]
    nowhere = Cell(finding.indicator, "", finding.time_period, TOTAL, TOTAL)
    return [*totals, *finding.cells, nowhere][0]


def _at(cell: Cell, period: str) -> Cell:
    return Cell(cell.indicator, cell.ref_area, period, cell.breakdown, cell.category)


def _in(cell: Cell, indicator: str) -> Cell:
    return Cell(indicator, cell.ref_area, cell.time_period, cell.breakdown, cell.category)
