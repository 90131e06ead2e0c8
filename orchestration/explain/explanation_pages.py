"""The explanations as pages of the report: one for each indicator, one anchor for each cell.

Here: which pages there are, and how long they may be. Not here: what is told (``cell_evidence``),
the words (``phrasing``, the templates), escaping (the templates' environment).
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.verdicts.table import Cell
from orchestration.explain import phrasing
from orchestration.explain.cell_evidence import CellEvidence
from orchestration.explain.explanation import Explanation
from orchestration.reporting.addresses import FOLDER, anchor, page_name
from orchestration.reporting.templating import environment
from orchestration.settings.settings import Settings
from sources.storage.aside import write_aside

MOST_ROWS: Final = 300
"""Rows up to which those of a cell are all listed; beyond, the command line does."""
PAGE_ROWS: Final = 2_000
"""Rows up to which those of all cells of a page are, the last period and the fewest first."""
FIRST_ROWS: Final = 5
"""Rows that are listed of all others."""


def write_pages(settings: Settings, report: Path) -> None:
    """Write the page of every indicator, before the report that links to them is shown.

    Args:
        settings: The station's.
        report: The folder of the report.

    Raises:
        OSError: If the folder cannot be written.
    """
    evidence = CellEvidence(settings.folders)
    (report / FOLDER).mkdir(parents=True, exist_ok=True)
    cells: dict[str, list[Cell]] = {}
    for cell in evidence.cells:
        cells.setdefault(cell.indicator, []).append(cell)
    for indicator, definition in evidence.definitions.items():
        explanations = [evidence.explain(cell) for cell in cells.get(indicator, ())]
        page = render_page(
            definition, explanations, evidence.model(indicator), is_live=not settings.replay
        )
        # A report that is made again is being read meanwhile.
        write_aside(report / FOLDER / page_name(indicator), page.encode())


def render_page(
    definition: IndicatorDefinition,
    explanations: Sequence[Explanation],
    model: tuple[str, str],
    *,
    is_live: bool,
) -> str:
    """The page of an indicator as HTML: styles inside, no script, nothing fetched from anywhere.

    Args:
        definition: The indicator.
        explanations: Its cells, explained.
        model: The file of its model, and its SQL.
        is_live: The station is that of the producers' portals, not the demonstration.
    """
    file, sql = model
    return (
        environment()
        .get_template("explanations.html")
        .render(
            definition=definition,
            periods=list(_by_period(explanations)),
            model=file,
            sql=sql,
            phrasing=phrasing,
            anchor=anchor,
            command=lambda cell: _command(cell, is_live=is_live),
            listed=_listed(explanations),
        )
    )


def _listed(explanations: Iterable[Explanation]) -> dict[tuple[Cell, str], int]:
    """Return how many rows of each extract are listed under each cell."""
    ordered = sorted(explanations, key=lambda explanation: explanation.n_rows)
    ordered.sort(key=lambda explanation: explanation.cell.time_period, reverse=True)
    left, listed = PAGE_ROWS, {}
    for explanation in ordered:
        for table in explanation.tables:
            rows = len(table.rows)
            shown = rows if rows <= min(MOST_ROWS, left) else min(rows, FIRST_ROWS)
            listed[explanation.cell, table.extract_id] = shown
            left -= shown
    return listed


def _by_period(explanations: Iterable[Explanation]) -> Iterator[tuple[str, list[Explanation]]]:
    """Yield the cells of each period, the last one first; in each, the region and totals first."""
    ordered = sorted(explanations, key=lambda explanation: _rank(explanation.cell))
    ordered.sort(key=lambda explanation: explanation.cell.time_period, reverse=True)
    for period, cells in groupby(ordered, key=lambda explanation: explanation.cell.time_period):
        yield period, list(cells)


def _rank(cell: Cell) -> tuple[bool, str, bool, str, str]:
    is_part = not cell.is_of_region
    return is_part, cell.ref_area, cell.category != TOTAL, cell.breakdown, cell.category


def _command(cell: Cell, *, is_live: bool) -> str:
    """Return what to type to have every row of a cell."""
    category = [] if cell.category == TOTAL else ["--categorie", cell.category]
    station = ["--live"] if is_live else []
    words = [cell.indicator, cell.time_period, cell.ref_area, *category, "--tout", *station]
    return shlex.join(["vigie", "explain", *words])
