"""What is caught, and what is held for nothing, on panels of 2 to 20 periods.

To tune a rule, about a minute a seed, of which three in a row try every kind at every length::

    python -m tests.benchmarks.breaks.long --tuning --seeds 3 --only-vigie --misses

It prints recall by kind × length, false cells of quiet nights by length and rounding, innocents of
nights with one change, and crowded nights. ``--kinds 'area × 0.8' crowded`` and ``--lengths 6-9``
look at less; ``--misses`` lists what was missed and what was held beside it, with the panel;
``--corpus weak`` has each kind at sizes down to 5 %, ``--corpus unseen`` panels that no constant
ever saw, which are not for tuning. Seeds 0 to 99 are for tuning, others are never looked at one by
one.

Here: the command. Not here: its nights (``long_nights``).
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain

import pandas as pd
from rich.console import Console
from rich.table import Table

from tests.benchmarks.breaks import intensity
from tests.benchmarks.breaks.judges import METHODS, VIGIE, judges_of
from tests.benchmarks.breaks.long_nights import CROWDED, KINDS, long_nights, weak_nights
from tests.benchmarks.breaks.long_panels import LENGTHS, MADE_UP, REAL
from tests.benchmarks.breaks.nights import judged
from tests.benchmarks.breaks.score import HELD_OUT_SEEDS, TUNING_SEEDS, Detection, Silence
from tests.benchmarks.breaks.shares import detection_table, innocents, of_length, silence_table
from tests.benchmarks.breaks.unseen import unseen

CORPORA = {
    "long": (long_nights, lambda: (*REAL, MADE_UP)),
    "weak": (weak_nights, lambda: (*REAL, MADE_UP)),
    "unseen": (long_nights, unseen),
}
"""The nights of each corpus, and where their numbers are from."""


def run_long_seed(
    seed: int, corpus: str, kinds: Sequence[str], lengths: Sequence[str], methods: Sequence[str]
) -> tuple[list[Detection], list[Silence]]:
    """Return what each method made of the nights of one seed of a corpus."""
    nights, sources = CORPORA[corpus]
    judges = judges_of(methods)
    found = [judged(night, judges) for night in nights(seed, kinds, lengths, sources())]
    detections, silences = zip(*found, strict=True)
    return list(chain(*detections)), list(chain(*silences))


def main() -> None:
    """Run the seeds asked for, and print the tables."""
    asked = _asked()
    if asked.corpus == "unseen" and asked.tuning:
        raise SystemExit("What no constant ever saw is not for tuning.")
    seeds = (TUNING_SEEDS if asked.tuning else HELD_OUT_SEEDS)[: asked.seeds]
    methods = [VIGIE] if asked.only_vigie else list(METHODS)
    run = partial(
        run_long_seed,
        corpus=asked.corpus,
        kinds=asked.kinds,
        lengths=asked.lengths,
        methods=methods,
    )
    with ProcessPoolExecutor(asked.processes) as pool:
        found, rung = zip(*pool.map(run, seeds), strict=True)
    console, detections, silences = Console(width=160), list(chain(*found)), list(chain(*rung))
    _print(console, detections, silences)
    if asked.misses:
        _print_misses(console, detections, silences)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [*KINDS, CROWDED, *intensity.PLACES]
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--corpus", default="long", choices=CORPORA)
    parser.add_argument("--kinds", nargs="+", default=names, choices=names)
    parser.add_argument("--lengths", nargs="+", default=list(LENGTHS), choices=LENGTHS)
    parser.add_argument("--tuning", action="store_true", help="the seeds meant for tuning")
    parser.add_argument("--only-vigie", action="store_true", help="without the other methods")
    parser.add_argument("--misses", action="store_true", help="list what Vigie got wrong")
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args()


def _print(console: Console, detections: Sequence[Detection], silences: Sequence[Silence]) -> None:
    found = detection_table(detections)
    found = found[found["method"] == VIGIE]
    sizes = found["size"].where(found["size"] == "", " " + found["size"])
    found = found.assign(length=of_length(found["periods"], LENGTHS), kind=found["kind"] + sizes)
    single = found[found["kind"] != CROWDED]
    quiet = silence_table([night for night in silences if night.method == VIGIE])
    quiet = quiet.assign(length=of_length(quiet["periods"], LENGTHS))
    _show(console, "Caught, of how many", _caught(single))
    _show(console, "Quiet nights", _quiet(quiet))
    _show(console, "Nights with one change", _held(single))
    if len(found) > len(single):
        _show(console, "Crowded nights", _held(found[found["kind"] == CROWDED]))


def _caught(found: pd.DataFrame) -> pd.DataFrame:
    """Return how many were caught of how many, a row a kind, a column a length."""
    every = pd.concat([found, found.assign(length="all")])
    every = pd.concat([every, every.assign(kind="all")])
    counts = every.groupby(["kind", "length"], sort=False)["is_caught"].agg(["sum", "count"])
    words = counts["sum"].astype(str) + "/" + counts["count"].astype(str)
    columns = [name for name in [*LENGTHS, "all"] if name in set(every["length"])]
    kinds = sorted(set(every["kind"]), key=_in_order)
    table = words.unstack("length").reindex(kinds)[columns]
    rates = every.groupby(["kind"], sort=False)["is_caught"].mean()
    return table.fillna("").assign(share=rates.reindex(kinds).map("{:.2f}".format))


def _in_order(kind: str) -> int:
    return list(KINDS).index(kind) if kind in KINDS else len(KINDS)


def _quiet(quiet: pd.DataFrame) -> pd.DataFrame:
    """Return false cells by length, by rounding, and of all."""
    is_rounded = quiet["panel"].str.contains("rounded")
    groups = {
        **{f"{name} periods": quiet["length"] == name for name in LENGTHS},
        "rounded for secrecy": is_rounded,
        "not rounded": ~is_rounded,
        "all": quiet["cells"] > 0,
    }
    rows = {
        name: {
            "nights": int(chosen.sum()),
            "cells": int(quiet.loc[chosen, "cells"].sum()),
            "false cells per 1 000": 1000
            * quiet.loc[chosen, "false_cells"].sum()
            / quiet.loc[chosen, "cells"].sum(),
            "most of one night": quiet.loc[chosen, "false_cells"].max(),
            "largest finding": quiet.loc[chosen, "largest"].max(),
        }
        for name, chosen in groups.items()
        if chosen.any()
    }
    return pd.DataFrame(rows).T


def _held(found: pd.DataFrame) -> pd.DataFrame:
    by_length = {
        f"{name} periods": innocents(found[found["length"] == name])
        for name in LENGTHS
        if (found["length"] == name).any()
    }
    return pd.DataFrame({**by_length, "all": innocents(found)})


def _show(console: Console, title: str, figures: pd.DataFrame) -> None:
    table = Table(title=title)
    table.add_column("")
    for column in figures.columns:
        table.add_column(str(column), justify="right")
    for row in figures.itertuples(name=None):
        table.add_row(str(row[0]), *(_in_words(value) for value in row[1:]))
    console.print(table)


def _in_words(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value == round(value) and value >= 10 else f"{value:.2f}"
    return str(value)


def _print_misses(
    console: Console, detections: Sequence[Detection], silences: Sequence[Silence]
) -> None:
    for found in detections:
        if found.method == VIGIE and (not found.is_caught or found.innocent):
            fate = "caught" if found.is_caught else "MISSED"
            console.print(
                f"{fate}: seed {found.seed} {found.kind} | {found.panel} | {found.story} | "
                f"{found.changed_held} of {found.changed} held, {found.innocent} innocents, "
                f"{found.together} of these with a total",
                markup=False,
            )
    for night in silences:
        if night.method == VIGIE:
            for alarm in night.alarms:
                console.print(
                    f"FALSE: seed {night.seed} | {night.panel} | {len(alarm.cells)} cells | "
                    f"{alarm.title}",
                    markup=False,
                )


if __name__ == "__main__":
    main()
