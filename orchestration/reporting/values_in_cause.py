"""The values of a night that are in cause, as the file that is attached to its mail.

Here: its rows and how they are written. Not here: the message (``mail``), what goes out
(``station.publishing``), whose CSV is for programs.

Who receives it opens it by a double click, in a spreadsheet set to French: it takes semicolons and
decimal commas, and knows UTF-8 by its mark alone. Read otherwise, ``34.210526`` is a text, ``5.3``
the fifth of March.
"""

import csv
import io
from collections.abc import Iterable

from expectations.french import UNITS
from expectations.untrusted import as_csv
from orchestration.reporting.reported_findings import CellLine, FindingLine

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
COLUMNS = (
    "constat", "indicateur", "libellé", "cellule", "comparé", "avant", "après", "unité",
    "publication", "décision", "auteur",
)  # fmt: skip


def as_table(findings: Iterable[FindingLine]) -> str:
    """Return the values in cause, as a CSV that a spreadsheet opens, and computes nothing of.

    Columns: finding, indicator, its label, what the cell is, what its numbers are of (periods, as a
    rule), value before, value after, their unit, what became of it, what was decided and by whom.
    """
    text = io.StringIO()
    text.write(MARK)
    rows = csv.writer(text, delimiter=";", lineterminator="\n")
    rows.writerow(COLUMNS)
    for finding in findings:
        rows.writerows(_row(finding, cell) for cell in finding.cells)
    return text.getvalue()


def _row(finding: FindingLine, cell: CellLine) -> list[str]:
    decision = finding.decision
    standing = decision and ("altérée" if decision.is_altered else decision.choice)
    compared = " → ".join(finding.headings)
    named = (finding.indicator, finding.indicator_label, cell.label, compared)
    return [
        finding.finding_id,
        *map(as_csv, named),
        *map(_number, (cell.before, cell.after)),
        *map(as_csv, (_unit(finding, cell), cell.publication)),
        standing or "",
        as_csv(decision.author) if decision else "",
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}".replace(".", ",")


def _unit(finding: FindingLine, cell: CellLine) -> str:
    """Return the unit of both values, or both units: `%`, `établissements → organisations`."""
    units = (cell.unit_before, cell.unit_after) if not finding.unit else (finding.unit,)
    return " → ".join(UNITS.get(unit, unit) for unit in dict.fromkeys(units) if unit)
