"""DFC: a category that is gone is counted in another; a new one came out of another.

Here: both sides of each merger and of each split, in the areas whose numbers tell it
(``statistics.mergers``). Not here: that a category is gone (``vanished``), that its code is unknown
(``standard.codes``), an exchange of two labels (``labels``).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.rules.supplements import supplement, with_findings
from expectations.statistics.counts import spread_of
from expectations.statistics.crosstables import Tables
from expectations.statistics.grouped import Integers
from expectations.statistics.mergers import merged_categories
from expectations.subject.movements import COMPARED, COUNT, movements
from expectations.subject.siblings import crosstables_of
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy
from expectations.verdicts.table import Judgement, Row

BECAME = {
    "gone": "cette catégorie n'est plus donnée, et {other} vaut à présent ce que les deux valaient",
    "heir": "cette catégorie vaut à présent ce qu'elle valait avec {other}, qui n'est plus donnée",
    "new": "cette catégorie est nouvelle, et ce qu'elle vaut manque à {other}",
    "origin": "ce qui manque à cette catégorie est ce que vaut {other}, qui est nouvelle",
}


def same_categories(subject: Subject) -> Judgement:
    """Return DFC for the categories that were merged or split, both sides of each, area by area."""
    pairs = movements(subject)[[*COMPARED, "printed_step"]]
    is_part = (pairs["kind"] == COUNT) & (pairs["breakdown"] != TOTAL)
    pairs = pairs[is_part].reset_index(drop=True)
    tables = crosstables_of(pairs)

    def sides(rows: Integers, policy: Policy) -> Iterator[pd.DataFrame]:
        spread = spread_of(policy.ordinary_share_change)
        return _sides(pairs.take(rows), tables.take(rows), spread)

    cells = with_findings(subject, pairs, sides, ("other", "areas", "agreeing", "side", "move"))
    names = np.append(pairs["category"].cat.categories.to_numpy(dtype=object), "")
    cells = cells.assign(
        move=cells["move"].fillna(""),
        other=names[cells["other"].fillna(-1).astype(np.int64)],
    )
    return supplement(
        subject, "DFC", cells, _sentence, lambda row: {row["side"]: row["other"]}, group="move"
    )


def _sides(pairs: pd.DataFrame, tables: Tables, spread: float) -> Iterator[pd.DataFrame]:
    """Give both sides of every category that went into another, then of those that came out.

    The p-value is a bound: a likelihood ratio over every other account, read as its inverse.
    """
    periods = pairs["value_before"], pairs["value_after"]
    for (before, after), sides in (
        (periods, ("gone", "heir")),
        (periods[::-1], ("new", "origin")),
    ):
        moves = list(merged_categories(before, after, tables, spread))
        for side, rows, other in zip(sides, ("gone", "taken"), ("heir", "vanished"), strict=True):
            for move in moves:
                yield pd.DataFrame(
                    {
                        "row": getattr(move, rows),
                        "other": getattr(move, other),
                        "areas": move.areas,
                        "agreeing": move.agreeing,
                        "side": side,
                        "move": f"{sides[0]} {move.panel} {move.vanished}",
                        "p_value": np.exp(-max(move.margin, 0.0)),
                    }
                )


def _sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    account = BECAME[row["side"]].format(other=french.quoted(row["other"]))
    alone = f"{french.number(row['agreeing'])} des {french.number(row['areas'])} territoires"
    where = f", pris un à un dans {alone}" if row["areas"] > 1 else ""
    return french.typeset(
        f"Entre {first} et {second}, {account}{where} : la nomenclature semble avoir changé."
    )
