"""What is caught, and what is held for nothing, on panels of 2 to 20 periods.

To tune a rule, about a minute a seed, of which three in a row try every kind at every length::

    python -m tests.benchmarks.breaks.long --tuning --seeds 3 --only-vigie --misses

It prints recall by kind × length, false cells of quiet nights by length and rounding, innocents of
nights with one change, and crowded nights. ``--kinds 'area × 0.8' crowded`` and ``--lengths 6-9``
look at less; ``--misses`` lists what was missed and what was held beside it, with the panel;
``--corpus weak`` has each kind at sizes down to 5 %, ``--corpus elsewhere`` panels of producers
that Vigie does not follow, ``--corpus unseen`` others that no constant ever saw, which are not for
tuning. Seeds 0 to 99 are for tuning, others are never looked at one by one.

Here: the command. Not here: its nights (``long_nights``).
"""

import argparse
from collections.abc import Sequence

import pandas as pd
from rich.console import Console

from tests.benchmarks.breaks import intensity
from tests.benchmarks.breaks.corpora import Asked, run
from tests.benchmarks.breaks.judges import METHODS, VIGIE
from tests.benchmarks.breaks.listing import as_table, misses
from tests.benchmarks.breaks.long_nights import CROWDED, KINDS
from tests.benchmarks.breaks.long_panels import LENGTHS
from tests.benchmarks.breaks.score import HELD_OUT_SEEDS, TUNING_SEEDS, Detection, Silence
from tests.benchmarks.breaks.shares import detection_table, innocents, of_length, silence_table

PANELS = ("long", "weak", "elsewhere", "unseen")


def main() -> None:
    """Run the seeds asked for, and print the tables."""
    options = _options()
    if options.corpus == "unseen" and options.tuning:
        raise SystemExit("What no constant ever saw is not for tuning.")
    seeds = (TUNING_SEEDS if options.tuning else HELD_OUT_SEEDS)[: options.seeds]
    methods = [VIGIE] if options.only_vigie else list(METHODS)
    asked = Asked(methods, options.kinds, options.lengths)
    found = run([(options.corpus, seed) for seed in seeds], asked, options.processes)
    console, counted = Console(width=160), found[options.corpus]
    _print(console, counted.detections, counted.silences)
    if options.misses:
        lines = misses(counted.detections, counted.silences)
        console.print("\n".join(lines), markup=False, soft_wrap=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [*KINDS, CROWDED, *intensity.PLACES]
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--corpus", default="long", choices=PANELS)
    parser.add_argument("--kinds", nargs="+", default=(), choices=names)
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
    console.print(as_table("Caught, of how many", _caught(single)))
    console.print(as_table("Quiet nights", _quiet(quiet)))
    console.print(as_table("Nights with one change", _held(single)))
    if len(found) > len(single):
        console.print(as_table("Crowded nights", _held(found[found["kind"] == CROWDED])))


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


if __name__ == "__main__":
    main()
