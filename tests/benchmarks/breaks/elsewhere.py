"""Panels of producers that Vigie does not follow: those for tuning, and those that never are.

A rule that is right on the producers of the region may owe it to their habits. Some panels from
elsewhere are looked at while rules are made; no constant ever saw the others, no rule was tuned on
them, none may be.

Here: both files of ``data`` as sources. Not here: how they were made (``record_elsewhere``), where
each number is from (``data/NOTICE.md``).
"""

from functools import cache, partial
from pathlib import Path

import pandas as pd

from tests.benchmarks.breaks.long_panels import Source, cut

DATA = Path(__file__).parent / "data"
RATES = ("lunch_share", "unemployment_1980", "unemployment_2000")


@cache
def unseen() -> tuple[Source, ...]:
    """Return the panels that are not for tuning, each a source."""
    return _sources(DATA / "unseen_panels.csv")


@cache
def elsewhere() -> tuple[Source, ...]:
    """Return the panels that are, each a source."""
    return _sources(DATA / "elsewhere_panels.csv")


def _sources(file: Path) -> tuple[Source, ...]:
    table = pd.read_csv(file, dtype={"time_period": "str", "obs_value": "float64"})
    return tuple(
        Source(
            str(name),
            "rate" if name in RATES else "count",
            int(rows["time_period"].nunique()),
            partial(cut, rows),
            is_thinned=False,
        )
        for name, rows in table.groupby("panel")
    )
