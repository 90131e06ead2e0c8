"""DFC: a category that is gone is counted in another; a new one came out of another.

Here: both sides of each merger and of each split, told area by area by the numbers
(``statistics.mergers``). Not here: that a category is gone (``vanished``), that its code is unknown
(``standard.codes``), an exchange of two labels (``labels``).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.rules.supplements import supplement
from expectations.statistics.counts import spread_of
from expectations.statistics.crosstables import Tables
from expectations.statistics.mergers import merged_categories
from expectations.subject.movements import COUNT, movements
from expectations.subject.siblings import crosstables_of
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Row

BECAME = {
    "gone": "cette catégorie n'est plus donnée, et {other} vaut à présent ce que les deux valaient",
    "heir": "cette catégorie vaut à présent ce qu'elle valait avec {other}, qui n'est plus donnée",
    "new": "cette catégorie est nouvelle, et ce qu'elle vaut manque à {other}",
    "origin": "ce qui manque à cette catégorie est ce que vaut {other}, qui est nouvelle",
}


def same_categories(subject: Subject) -> Judgement:
    """Return DFC for the categories that were merged or split, both sides of each."""
    pairs = movements(subject)
    is_part = (pairs["kind"] == COUNT) & (pairs["breakdown"] != TOTAL)
    pairs = pairs[is_part].drop(columns="p_value").reset_index(drop=True)
    tables = crosstables_of(pairs)
    none_found = pd.DataFrame(columns=["table", "code", "other", "side", "move", "p_value"])
    found = pd.concat(
        [
            none_found.astype({"table": "int64", "code": "int64", "p_value": "float64"}),
            *(
                side
                for policy, rows in subject.by_policy(pairs)
                for side in _sides(
                    pairs.take(rows), tables.take(rows), spread_of(policy.ordinary_share_change)
                )
            ),
        ],
        ignore_index=True,
    )
    found = found.sort_values("p_value").drop_duplicates(["table", "code"])
    cells = pairs.assign(table=np.asarray(tables.panels), code=np.asarray(tables.categories))
    cells = cells.merge(found, on=["table", "code"], how="left")
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
        moves = merged_categories(before, after, tables, spread, least=-np.inf)
        ends = moves.vanished, moves.heirs
        codes = zip(moves.panels, moves.vanished, strict=True)
        names = [f"{sides[0]} {table} {category}" for table, category in codes]
        for side, code, other in zip(sides, ends, ends[::-1], strict=True):
            yield pd.DataFrame(
                {
                    "table": moves.panels,
                    "code": code,
                    "other": other,
                    "side": side,
                    "move": names,
                    "p_value": np.exp(-np.maximum(moves.margins, 0.0)),
                }
            )


def _sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    account = BECAME[row["side"]].format(other=french.quoted(row["other"]))
    return french.typeset(
        f"Entre {first} et {second}, {account}, territoire par territoire : la nomenclature semble "
        "avoir changé."
    )
