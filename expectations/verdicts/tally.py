"""How many cells each rule judged, how many it could not, and why: verdicts, counted by group.

Here: counting. Not here: what is made of the counts (``rules.silence``, ``validations``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from expectations.verdicts.table import Outcome, Severity

Group = tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    """The verdicts of a group of cells, counted.

    Attributes:
        evaluated: Number of cells that were judged.
        severity: The highest severity of what fails; of all of them when nothing does.
        reasons: How many cells could not be judged for each reason, most frequent first.
    """

    evaluated: int
    severity: Severity
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def not_evaluated(self) -> int:
        """Number of cells that could not be judged."""
        return sum(self.reasons.values())


def tally(verdicts: pd.DataFrame, by: Sequence[str]) -> dict[Group, Tally]:
    """Return the verdicts counted for each group of them.

    Args:
        verdicts: The table of ``evaluate``.
        by: The columns that make a group.
    """
    order = list(Severity)
    table = verdicts[[*by, "outcome", "reason"]].assign(
        is_judged=verdicts["outcome"] != Outcome.NOT_EVALUATED,
        rank=verdicts["severity"].astype("str").map(order.index),
    )
    groups = table.groupby(list(by), observed=True).agg({"is_judged": "sum", "rank": "min"})
    failing = table[table["outcome"] == Outcome.FAIL].groupby(list(by), observed=True)["rank"].min()
    ranks = failing.reindex(groups.index).fillna(groups["rank"]).astype(int)
    reasons = _reasons(table[~table["is_judged"]], by)
    return {
        _group(key): Tally(int(judged), order[rank], reasons.get(_group(key), {}))
        for key, judged, rank in zip(groups.index, groups["is_judged"], ranks, strict=True)
    }


def _reasons(unknown: pd.DataFrame, by: Sequence[str]) -> dict[Group, dict[str, int]]:
    counts = unknown.groupby([*by, "reason"], observed=True).size().sort_values(ascending=False)
    reasons: dict[Group, dict[str, int]] = {}
    for *key, reason, cells in counts.reset_index(name="cells").itertuples(index=False, name=None):
        reasons.setdefault(_group(key), {})[str(reason)] = int(cells)
    return reasons


def _group(key: object) -> Group:
    return tuple(map(str, key)) if isinstance(key, (tuple, list)) else (str(key),)
