"""Shares of what was counted, with their intervals: recall, false cells, innocents.

Intervals are Wilson's at 95 % (*JASA* 22, 1927, 209-212; recommended for small numbers and shares
near 0 or 1 by Brown, Cai and DasGupta, *Statistical Science* 16, 2001, 101-133). They take nights
to be independent; changes of one seed share a panel, so that they are a little too narrow.

Here: tables of figures. Not here: what is counted (``score``), how the page shows it (``page``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from tests.benchmarks.breaks import baselines
from tests.benchmarks.breaks.judges import PUBLISHED, VIGIE
from tests.benchmarks.breaks.score import Detection, Silence

NORMAL_95 = 1.959964
MANY = 9
"""Innocents of one night from which they are many."""


@dataclass(frozen=True)
class Share:
    """A share of independent trials.

    Attributes:
        hits: How many were hits.
        trials: Of how many.
    """

    hits: int
    trials: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.trials if self.trials else np.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval at 95 %; the whole of 0 to 1 of nothing."""
        if not self.trials:
            return 0.0, 1.0
        n, p, z = self.trials, self.value, NORMAL_95
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        return max(0.0, float(centre - half)), min(1.0, float(centre + half))

    def __format__(self, spec: str) -> str:
        low, high = self.interval
        if not self.trials:
            return ""
        return f"{self.value:{spec}} [{low:{spec}}, {high:{spec}}]"


def detection_table(detections: Iterable[Detection]) -> pd.DataFrame:
    """Return what became of changes, a row each."""
    return pd.DataFrame([asdict(found) for found in detections], columns=_fields(Detection))


def silence_table(silences: Iterable[Silence]) -> pd.DataFrame:
    """Return what rang on quiet nights, a row each."""
    rows = [
        {
            "method": night.method,
            "kind": night.kind,
            "panel": night.panel,
            "periods": night.periods,
            "cells": night.cells,
            "alarms": len(night.alarms),
            "false_cells": night.false_cells,
            "largest": max((len(alarm.cells) for alarm in night.alarms), default=0),
        }
        for night in silences
    ]
    return pd.DataFrame(rows)


def _fields(record: type) -> list[str]:
    return list(record.__dataclass_fields__)  # type: ignore[attr-defined]


def share_of(flags: "pd.Series[bool]") -> Share:
    """Return the share of some flags that are set."""
    return Share(int(flags.sum()), len(flags))


def rate_of(quiet: pd.DataFrame) -> str:
    """Return the false cells of some quiet nights, per thousand, with their interval."""
    share = Share(int(quiet["false_cells"].sum()), int(quiet["cells"].sum()))
    low, high = share.interval
    if not share.trials:
        return ""
    return f"{1000 * share.value:.2f} [{1000 * low:.2f}, {1000 * high:.2f}]"


def of_length(
    periods: "pd.Series[int]", classes: Mapping[str, tuple[int, int]]
) -> "pd.Series[str]":
    """Return the class of each length."""
    names = {
        length: name for name, (low, high) in classes.items() for length in range(low, high + 1)
    }
    return periods.map(names)


def innocents(table: pd.DataFrame) -> dict[str, float]:
    """Return what nights with one change hold beside it.

    Args:
        table: What became of changes, of one method.
    """
    caught, every = table[table["is_caught"]], table["innocent"]
    apart = every - table["together"]
    return {
        "nights": len(table),
        "innocents, mean": float(every.mean()),
        "innocents, median": float(every.median()),
        f"nights with {MANY} innocents or more": float((every >= MANY).mean()),
        "innocents but for parts of held totals, mean": float(apart.mean()),
        f"nights with {MANY} or more of those": float((apart >= MANY).mean()),
        "changed cells held, of caught": caught["changed_held"].sum() / caught["changed"].sum(),
        "changed cells held, of all": table["changed_held"].sum() / table["changed"].sum(),
        "changed cells held, mean of nights": float(
            (caught["changed_held"] / caught["changed"]).mean()
        ),
        "innocents per 1 000 cells": 1000 * float(every.sum() / table["cells"].sum()),
        "innocents but for parts of held totals per 1 000 cells": 1000
        * float(apart.sum() / table["cells"].sum()),
    }


def recalls(detections: Sequence[Detection], methods: Sequence[str] = PUBLISHED) -> pd.DataFrame:
    """Return the share of changes caught: a row a kind and one for all, a column a method."""
    table = detection_table(detections)
    table = table[table["method"].isin(methods)]
    by_kind = table.pivot_table("is_caught", "kind", "method", sort=False)
    undeclared = table[~table["is_declared"]]
    by_kind.loc["numbers alone"] = undeclared.groupby("method")["is_caught"].mean()
    by_kind.loc["all"] = table.groupby("method")["is_caught"].mean()
    return by_kind[[method for method in methods if method in by_kind]]


def false_findings(silences: Sequence[Silence], methods: Sequence[str] = PUBLISHED) -> pd.DataFrame:
    """Return the false findings per thousand cells: a row a kind of night and one for all."""
    return _per_thousand(silences, methods, "alarms")


def false_cells(silences: Sequence[Silence], methods: Sequence[str] = PUBLISHED) -> pd.DataFrame:
    """Return the cells held for nothing per thousand: a row a kind of night and one for all."""
    return _per_thousand(silences, methods, "false_cells")


def _per_thousand(
    silences: Sequence[Silence], methods: Sequence[str], counted: str
) -> pd.DataFrame:
    table = silence_table(silences)
    table = table[table["method"].isin(methods)]
    measured = ["cells", counted]
    sums = table.groupby(["kind", "method"], sort=False)[measured].sum()
    rates = (1000 * sums[counted] / sums["cells"]).unstack("method")
    whole = table.groupby("method")[measured].sum()
    rates.loc["all"] = 1000 * whole[counted] / whole["cells"]
    return rates[[method for method in methods if method in rates]]


def as_silent(
    detections: Sequence[Detection], silences: Sequence[Silence], most: float
) -> list[str]:
    """Return Vigie, and each other method at the threshold where it catches most.

    Args:
        detections: What became of the changes.
        silences: What rang on the nights where nothing was wrong.
        most: Cells per thousand that may be held for nothing; a method that holds more at every
            threshold is left out.
    """
    tried = {night.method for night in silences}
    chosen = [VIGIE]
    for method in baselines.METHODS.values():
        rates = false_cells(silences, [name for name in method.thresholds if name in tried])
        quiet = [str(name) for name in rates if rates.loc["all", name] <= most]
        if quiet:
            chosen.append(str(recalls(detections, quiet).loc["all"].idxmax()))
    return chosen
