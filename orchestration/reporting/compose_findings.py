"""From a finding to the lines that the report and the checks show of it.

Here: naming its numbers, and looking up the series of its plot among tonight's observations. Not
here: the numbers themselves (``expectations.findings.compared``), what was decided of it
(``compose_report``), layout, drawing (``plots``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.findings.code_names import Names
from expectations.findings.compared import Basis, Compared, PublicationStatus, at_period
from expectations.findings.roll_up import Finding
from expectations.verdicts.rules import title_of
from expectations.verdicts.table import Cell
from orchestration.reporting.addresses import cell_address
from orchestration.reporting.reported_findings import (
    HELD,
    CellLine,
    FindingLine,
    PointLine,
    RuleLine,
    SeriesLine,
)

PUBLICATIONS = {
    PublicationStatus.PUBLISHED: "publié",
    PublicationStatus.HELD: HELD,
    PublicationStatus.EXCLUDED: "exclu",
    None: "",
}


class Observations:
    """Tonight's observations, doubtful ones included, asked for by cell.

    Args:
        rows: The observations.
        names: What codes are called.
        held: The cells that the gate holds.
    """

    def __init__(self, rows: pd.DataFrame, names: Names, held: Collection[Cell]) -> None:
        self._rows = rows
        self._by_cell = {Cell.of(row): row for row in rows.to_dict("records")}
        self._names = names
        self._held = held

    def finding_line(
        self, finding: Finding, definitions: Mapping[str, IndicatorDefinition]
    ) -> FindingLine:
        """Return a finding with its numbers and the series of its plot."""
        definition = definitions[finding.indicator]
        headline = finding.headline or _region_or_first(finding)
        whole = definitions.get(definition.part_of or "")
        unit = _common_unit(finding)
        return FindingLine(
            finding_id=finding.finding_id,
            indicator=finding.indicator,
            indicator_label=definition.label,
            producer=definition.producer,
            headings=_headings(finding),
            severity=finding.severity.value,
            rules=tuple(RuleLine(code, title_of(code)) for code in finding.rules),
            unit=unit or "",
            title=finding.title,
            explanation=finding.paragraphs,
            question=finding.question,
            addressee=finding.addressee,
            cells=self._cell_lines(finding, has_units=unit is None),
            series=self._series(headline, definition),
            linked=self._series(replace(headline, indicator=whole.id), whole) if whole else None,
            dimension=_dimension(finding.cells),
            shared=self._shared(finding.cells),
        )

    def _cell_lines(self, finding: Finding, *, has_units: bool) -> tuple[CellLine, ...]:
        """Return the numbers in cause; none of a finding about no number."""
        if not any(_says_a_number(item, finding) for item in finding.numbers):
            return ()
        varying = _varying(finding.cells)
        return tuple(
            self._cell_line(item, finding, varying, has_units=has_units) for item in finding.numbers
        )

    def _shared(self, cells: Sequence[Cell]) -> str:
        """Name the category, or the area, that is that of every cell and that no line names."""
        varying = _varying(cells)
        if "ref_area" in varying and "category" not in varying and not _is_total(cells[0]):
            return french.quoted(self._names.category(cells[0].category))
        if "category" in varying and "ref_area" not in varying and not cells[0].is_of_region:
            return self._names.area(cells[0].ref_area)
        return ""

    def _cell_line(
        self, item: Compared, finding: Finding, varying: Collection[str], *, has_units: bool
    ) -> CellLine:
        cell, before = item.cell, item.against(finding.basis)
        return CellLine(
            label=self._label(cell, varying),
            before=before.value if before else None,
            after=item.now.value,
            is_total=cell.is_of_region and _is_total(cell),
            status_before=before.status if before else "L",
            status_after=item.now.status,
            unit_before=before.unit if before and has_units else "",
            unit_after=item.now.unit if has_units else "",
            publication=PUBLICATIONS[item.publication],
            explanation=cell_address(cell) if self._is_observed(cell) else "",
        )

    def _label(self, cell: Cell, varying: Collection[str]) -> str:
        """Name a cell by what tells it from the others of its finding."""
        area, category = self._names.area(cell.ref_area), self._names.category(cell.category)
        names = {
            "ref_area": area,
            "category": "" if _is_total(cell) else category,
            "time_period": french.period(cell.time_period),
        }
        label = french.listing(names[column] for column in varying if names[column])
        return label or (area if _is_total(cell) else category)

    def _is_observed(self, cell: Cell) -> bool:
        return cell in self._by_cell

    def _point(self, cell: Cell) -> PointLine:
        row = self._by_cell.get(cell)
        if row is None:
            return PointLine(cell.time_period, None)
        value = None if pd.isna(row["obs_value"]) else row["obs_value"]
        unit = "" if pd.isna(row["unit_measure"]) else str(row["unit_measure"])
        return PointLine(cell.time_period, value, cell in self._held, row["obs_status"], unit)

    def _series(self, cell: Cell, definition: IndicatorDefinition) -> SeriesLine:
        periods = self._rows.loc[self._rows["indicator"] == cell.indicator, "time_period"].unique()
        points = (self._point(at_period(cell, period)) for period in sorted(periods))
        return SeriesLine(label=self._series_label(cell, definition), points=tuple(points))

    def _series_label(self, cell: Cell, definition: IndicatorDefinition) -> str:
        """Name a series: its indicator, and what it is the part of which it shows."""
        area = "" if cell.is_of_region else self._names.area(cell.ref_area)
        category = "" if _is_total(cell) else self._names.category(cell.category)
        return french.listing(filter(None, (definition.label, area, category)))


def _says_a_number(item: Compared, finding: Finding) -> bool:
    before = item.against(finding.basis)
    return item.now.value is not None or (before is not None and before.value is not None)


def _headings(finding: Finding) -> tuple[str, ...]:
    """Return what the columns of its numbers are about: what they are compared with, then them."""
    periods = {cell.time_period for cell in finding.cells}
    now = french.period(next(iter(periods))) if len(periods) == 1 else "Valeur"
    before = {item.before.cell.time_period for item in finding.numbers if item.before is not None}
    if finding.basis is Basis.RELEASE:
        return (f"{now}, publié avant", f"{now}, reçu")
    if finding.basis is Basis.NOTHING or not before:
        return (now,)
    return (french.period(next(iter(before))) if len(before) == 1 else "Période d'avant", now)


def _common_unit(finding: Finding) -> str | None:
    """Return the unit of all its numbers; None when they have several."""
    readings = [item.now for item in finding.numbers]
    readings += [before for item in finding.numbers if (before := item.against(finding.basis))]
    units = {reading.unit for reading in readings}
    return next(iter(units), "") if len(units) < 2 else None


def _varying(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the columns by which some cells differ."""
    columns = ("ref_area", "category", "time_period")
    return tuple(name for name in columns if len({getattr(cell, name) for cell in cells}) > 1)


def _dimension(cells: Sequence[Cell]) -> str:
    """Return what the cells of a finding differ by."""
    names = {"ref_area": "territoire", "category": "catégorie", "time_period": "période"}
    usual = "catégorie" if cells and not _is_total(cells[0]) else "territoire"
    *first, last = [names[column] for column in _varying(cells)] or [usual]
    return f"{', '.join(first)} et {last}".capitalize() if first else last.capitalize()


def _is_total(cell: Cell) -> bool:
    return cell.category == TOTAL


def _region_or_first(finding: Finding) -> Cell:
    """Return the cell whose series is drawn of a finding about no cell in particular."""
    totals = [cell for cell in finding.cells if cell.is_of_region and _is_total(cell)]
    nowhere = Cell(finding.indicator, "", finding.time_period, TOTAL, TOTAL)
    return [*totals, *finding.cells, nowhere][0]
