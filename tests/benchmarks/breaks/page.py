"""The tables of ``docs/detection.md``, written between its markers.

The words around them are written by hand in that page.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tests.benchmarks.breaks.judges import VIGIE
from tests.benchmarks.breaks.score import Detection, Silence
from tests.benchmarks.breaks.shares import as_silent, false_findings, recalls

PAGE = Path(__file__).resolve().parents[3] / "docs" / "detection.md"
MOST_FALSE = 1.0
"""False findings per thousand cells that are asked of Vigie."""
START, END = "<!-- figures: start -->", "<!-- figures: end -->"


def write(detections: Sequence[Detection], silences: Sequence[Silence], command: str) -> None:
    """Write the tables, and the command that makes them, into the page.

    Raises:
        ValueError: The page has no markers.
    """
    before, start, rest = PAGE.read_text("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        message = f"{PAGE} : les repères « {START} » et « {END} » manquent."
        raise ValueError(message)
    tables = figures(detections, silences, command)
    PAGE.write_text(f"{before}{START}\n{tables}\n{END}{after}", "utf-8")


def figures(detections: Sequence[Detection], silences: Sequence[Silence], command: str) -> str:
    """Return the tables in Markdown: recall by kind and method, false findings by kind of night."""
    seeds = {night.seed for night in silences}
    counts = pd.Series([found.kind for found in detections if found.method == VIGIE]).value_counts()
    caught = recalls(detections)
    rung = false_findings(silences)
    quiet = as_silent(detections, silences, MOST_FALSE)
    caught_in_silence = recalls(detections, quiet)
    return "\n".join(
        [
            f"`{command}`: {len(seeds)} seeds, {counts.sum()} changes, "
            f"{_cells(silences)} cells on quiet nights.",
            "",
            "Share of the changes that are caught:",
            "",
            *_markdown(caught, {str(kind): f" ({count})" for kind, count in counts.items()}, 2),
            "",
            "False findings per thousand cells:",
            "",
            *_markdown(rung, {}, 2),
            "",
            "Share of the changes that are caught when no method may ring more than "
            f"{MOST_FALSE:g} time per thousand cells; each at the threshold where it catches most:",
            "",
            *_markdown(caught_in_silence, {}, 2),
            "",
            "False findings per thousand cells, at these thresholds:",
            "",
            *_markdown(false_findings(silences, quiet), {}, 2),
        ]
    )


def _markdown(table: pd.DataFrame, notes: dict[str, str], decimals: int) -> list[str]:
    header = ["", *(str(method) for method in table.columns)]
    rows = [
        [f"{kind}{notes.get(str(kind), '')}", *(f"{value:.{decimals}f}" for value in values)]
        for kind, *values in table.itertuples(name=None)
    ]
    rule = ["---", *("---:" for _ in table.columns)]
    return [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]


def _cells(silences: Sequence[Silence]) -> int:
    return sum(night.cells for night in silences if night.method == VIGIE)
