"""What is caught, by Vigie and by others: ``make bench-breaks``.

The seeds that were held out are run unless ``--tuning`` is asked for; ``--write`` puts the tables
into ``docs/detection.md``, between its markers; ``--misses`` lists what Vigie got wrong.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain

import pandas as pd
from rich.console import Console
from rich.table import Table

from tests.benchmarks.breaks import changes, page
from tests.benchmarks.breaks.judges import METHODS, VIGIE
from tests.benchmarks.breaks.score import HELD_OUT_SEEDS, TUNING_SEEDS, Detection, Silence
from tests.benchmarks.breaks.shares import as_silent, false_findings, recalls
from tests.benchmarks.breaks.stations import run_seed


def main() -> None:
    """Run the seeds asked for, and print the tables."""
    asked = _asked()
    seeds = (TUNING_SEEDS if asked.tuning else HELD_OUT_SEEDS)[: asked.seeds]
    methods = [VIGIE] if asked.only_vigie else list(METHODS)
    detections, silences = run(seeds, asked.kinds, asked.rounds, methods, asked.processes)
    console = Console(width=200)
    console.print(_table("Recall", recalls(detections), 2))
    console.print(_table("False findings per 1 000 cells", false_findings(silences), 2))
    if not asked.only_vigie:
        quiet = as_silent(detections, silences, page.MOST_FALSE)
        console.print(_table("Recall when as silent", recalls(detections, quiet), 2))
    if asked.misses:
        _print_misses(console, detections, silences)
    if asked.write:
        page.write(detections, silences, _command(asked))


def run(
    seeds: Sequence[int], kinds: Sequence[str], rounds: int, methods: Sequence[str], processes: int
) -> tuple[list[Detection], list[Silence]]:
    """Return what became of every change and of every night of some seeds."""
    count = len(seeds)
    with ProcessPoolExecutor(processes) as pool:
        done = list(pool.map(run_seed, seeds, [kinds] * count, [rounds] * count, [methods] * count))
    detections, silences = zip(*done, strict=True)
    return list(chain(*detections)), list(chain(*silences))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40, help="how many seeds")
    parser.add_argument("--kinds", nargs="+", default=list(changes.KINDS), choices=changes.KINDS)
    parser.add_argument("--rounds", type=int, default=1, help="changes of each kind in a seed")
    parser.add_argument("--tuning", action="store_true", help="the seeds meant for tuning")
    parser.add_argument("--only-vigie", action="store_true", help="without the other methods")
    parser.add_argument("--misses", action="store_true", help="list what Vigie got wrong")
    parser.add_argument("--write", action="store_true", help="write the tables to the page")
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args()


def _command(asked: argparse.Namespace) -> str:
    return f'make bench-breaks ARGS="--seeds {asked.seeds} --rounds {asked.rounds}"'


def _table(title: str, figures: pd.DataFrame, decimals: int) -> Table:
    table = Table(title=title)
    table.add_column("")
    for method in figures.columns:
        table.add_column(method, justify="right")
    for row in figures.itertuples(name=None):
        table.add_row(str(row[0]), *(f"{value:.{decimals}f}" for value in row[1:]))
    return table


def _print_misses(
    console: Console, detections: Sequence[Detection], silences: Sequence[Silence]
) -> None:
    for found in detections:
        if found.method == VIGIE and not found.is_caught:
            console.print(
                f"missed: seed {found.seed} {found.kind} declared={found.is_declared} "
                f"{found.story}",
                markup=False,
            )
    for night in silences:
        if night.method == VIGIE:
            for alarm in night.alarms:
                console.print(f"false: seed {night.seed} {night.kind} {alarm.title}", markup=False)


if __name__ == "__main__":
    main()
