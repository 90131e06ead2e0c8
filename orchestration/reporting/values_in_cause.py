"""The values of a night that are in cause, as the file that is attached to its mail.

Here: its rows. Not here: how they are written (``spreadsheet``), the message (``mail``).
"""

from collections.abc import Iterable

from expectations.french import UNITS
from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.reported_findings import CellLine, FindingLine
from orchestration.reporting.spreadsheet import as_spreadsheet

COLUMNS = (
    "constat", "indicateur", "libellé", "cellule", "comparé", "avant", "après", "unité",
    "publication", "décision", "auteur",
)  # fmt: skip


def values_in_cause(findings: Iterable[FindingLine]) -> str:
    """Return the values in cause, as a table that a spreadsheet opens.

    Columns: finding, indicator, its label, what the cell is, what its numbers are of (periods, as a
    rule), value before, value after, their unit, what became of it, what was decided and by whom.
    """
    rows = (_row(finding, cell) for finding in findings for cell in finding.cells)
    return as_spreadsheet(COLUMNS, rows)


def _row(finding: FindingLine, cell: CellLine) -> list[str | float | None]:
    return [
        finding.finding_id,
        finding.indicator,
        finding.indicator_label,
        cell.label,
        " → ".join(finding.headings),
        cell.before,
        cell.after,
        _unit(finding, cell),
        cell.publication,
        *_decided(finding.decision),
    ]


def _decided(decision: DecisionLine | None) -> tuple[str, str]:
    """Return what was decided, and by whom."""
    if decision is None:
        return "", ""
    return "altérée" if decision.is_altered else decision.choice, decision.author


def _unit(finding: FindingLine, cell: CellLine) -> str:
    """Return the unit of both values, or both units: `%`, `établissements → organisations`."""
    units = (cell.unit_before, cell.unit_after) if not finding.unit else (finding.unit,)
    return " → ".join(UNITS.get(unit, unit) for unit in dict.fromkeys(units) if unit)
