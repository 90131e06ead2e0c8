"""Panels that no constant of the project ever saw: no rule was tuned on them, none may be.

Here: the eight panels of ``data/unseen_panels.csv``, as sources. Not here: how the file was made
(``record_unseen``), where each number is from (``data/NOTICE.md``).
"""

from functools import cache, partial
from pathlib import Path

import pandas as pd

from tests.benchmarks.breaks.long_panels import Source, cut

FILE = Path(__file__).parent / "data" / "unseen_panels.csv"
RATES = ("lunch_share",)


@cache
def unseen() -> tuple[Source, ...]:
    """Return the panels, each a source."""
    table = pd.read_csv(FILE, dtype={"time_period": "str", "obs_value": "float64"})
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
