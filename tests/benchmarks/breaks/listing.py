"""What the commands print: tables of figures, and what Vigie got wrong.

Here: words for a terminal. Not here: the page (``page``).
"""

from collections.abc import Iterable, Sequence

import pandas as pd
from rich.table import Table

from tests.benchmarks.breaks.judges import VIGIE
from tests.benchmarks.breaks.score import Detection, Silence


def as_table(title: str, figures: pd.DataFrame) -> Table:
    """Return figures as a table of the terminal."""
    table = Table(title=title)
    table.add_column("")
    for column in figures.columns:
        table.add_column(str(column), justify="right")
    for row in figures.itertuples(name=None):
        table.add_row(str(row[0]), *(_in_words(value) for value in row[1:]))
    return table


def _in_words(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and value >= 10 else f"{value:.2f}"
    return str(value)


def misses(detections: Iterable[Detection], silences: Iterable[Silence]) -> Sequence[str]:
    """Return a line for each change that Vigie missed or took others for, and each false alarm."""
    missed = [
        f"{'caught' if found.is_caught else 'MISSED'}: seed {found.seed} {found.kind} {found.size} "
        f"| {found.panel} | declared={found.is_declared} {found.story} "
        f"| {found.changed_held} of {found.changed} held, {found.innocent} innocents, "
        f"{found.together} of these with a total"
        for found in detections
        if found.method == VIGIE and (not found.is_caught or found.innocent)
    ]
    false = [
        f"FALSE: seed {night.seed} {night.kind} | {night.panel} | {len(alarm.cells)} cells "
        f"| {alarm.title}"
        for night in silences
        if night.method == VIGIE
        for alarm in night.alarms
    ]
    return [*missed, *false]
