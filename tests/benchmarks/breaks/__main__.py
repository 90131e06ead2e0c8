"""What is caught, by Vigie and by others, on nights of a station: ``make bench-breaks``.

The seeds that were held out are run unless ``--tuning`` is asked for; ``--misses`` lists what Vigie
got wrong. ``--write`` runs every corpus, all methods, and writes ``docs/detection.md`` between its
markers, with its picture: some twenty minutes with ``--processes 2`` for Vigie alone, and more for
the others; ``--corpora weak=12`` takes more seeds of one. Panels of many lengths alone are
``python -m tests.benchmarks.breaks.long``.
"""

import argparse

import pandas as pd
from rich.console import Console

from tests.benchmarks.breaks import changes, page
from tests.benchmarks.breaks.corpora import Asked, Counted, run
from tests.benchmarks.breaks.judges import METHODS, VIGIE
from tests.benchmarks.breaks.listing import as_table, misses
from tests.benchmarks.breaks.score import HELD_OUT_SEEDS, TUNING_SEEDS
from tests.benchmarks.breaks.shares import (
    detection_table,
    false_cells,
    false_findings,
    innocents,
    recalls,
)

PAGE_SEEDS = {"left out": 1, "stations": 20, "long": 12, "quiet": 40, "unseen": 4, "weak": 6}
"""How many held-out seeds of each corpus the page is made of."""


def main() -> None:
    """Run the seeds asked for, and print the tables or write the page."""
    options = _options()
    seeds = TUNING_SEEDS if options.tuning else HELD_OUT_SEEDS
    if options.write:
        numbers = {**PAGE_SEEDS, **dict(options.corpora)}
        tasks = [(name, seed) for name, number in numbers.items() for seed in seeds[:number]]
        page.write(run(tasks, Asked(), options.processes))
        return
    methods = [VIGIE] if options.only_vigie else list(METHODS)
    asked = Asked(methods, options.kinds, rounds=options.rounds)
    tasks = [("stations", seed) for seed in seeds[: options.seeds]]
    counted = run(tasks, asked, options.processes)["stations"]
    console = Console(width=200)
    _print(console, counted)
    if options.misses:
        lines = misses(counted.detections, counted.silences)
        console.print("\n".join(lines), markup=False, soft_wrap=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=PAGE_SEEDS["stations"], help="how many seeds")
    parser.add_argument(
        "--corpora", nargs="+", type=_numbered, default=[], metavar="NAME=SEEDS", help="of --write"
    )
    parser.add_argument("--kinds", nargs="+", default=list(changes.KINDS), choices=changes.KINDS)
    parser.add_argument("--rounds", type=int, default=1, help="changes of each kind in a seed")
    parser.add_argument("--tuning", action="store_true", help="the seeds meant for tuning")
    parser.add_argument("--only-vigie", action="store_true", help="without the other methods")
    parser.add_argument("--misses", action="store_true", help="list what Vigie got wrong")
    parser.add_argument("--write", action="store_true", help="write the page")
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args()


def _numbered(words: str) -> tuple[str, int]:
    """Return the corpus and the number of seeds that ``weak=12`` says."""
    name, _, number = words.partition("=")
    if name not in PAGE_SEEDS:
        message = f"{name}: one of {', '.join(PAGE_SEEDS)}"
        raise argparse.ArgumentTypeError(message)
    return name, int(number)


def _print(console: Console, counted: Counted) -> None:
    found = detection_table(counted.detections)
    held = innocents(found[found["method"] == VIGIE])
    console.print(as_table("Recall", recalls(counted.detections)))
    console.print(as_table("False findings per 1 000 cells", false_findings(counted.silences)))
    console.print(as_table("False cells per 1 000", false_cells(counted.silences)))
    console.print(as_table("Nights with one change", pd.DataFrame({VIGIE: held})))


if __name__ == "__main__":
    main()
