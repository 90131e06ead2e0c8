"""CPY: were values copied, from the period before or from elsewhere?

Here: blocks, each one category in all the areas of a type, in one period. A block repeats itself
when it shows again the values of the period before; it is a copy when it shows those of another
indicator or category. Small numbers are often equal and say nothing. Of two blocks that are the
same, the one that left its own past is the copy; both are told when nothing says which. Not here:
the chance of so many equal numbers (``statistics.copies``).
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.supplements import supplement
from expectations.statistics.copies import (
    copied_blocks,
    count_chances,
    rate_chances,
    stale_repeats,
)
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats, of_each
from expectations.subject.movements import COUNT, movements
from expectations.subject.siblings import area_groups, reports_of
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Outcome, Reason, Row, choose

LEAST_TELLING = 3
"""Cells whose equality says something, from which a block can be a copy."""
FAR_FROM_ITS_PAST = 1.0
"""Difference of mean log p-values, against their own past, that tells a copy from its model."""


def no_stale_repeat(subject: Subject) -> Judgement:
    """Return CPY for every cell, judged with its block: does it repeat the period before?"""
    pairs = movements(subject)
    cells = _repeating(subject, pairs, area_groups(pairs))
    unknown = cells["p_value"].isna()
    cells = cells.assign(
        outcome=choose([(unknown, Outcome.NOT_EVALUATED)], Outcome.PASS, len(pairs)),
        reason=choose(
            [
                (unknown & pairs["period_before"].isna(), Reason.FIRST),
                (unknown & pairs["value_after"].isna(), Reason.NO_VALUE),
                (unknown, Reason.TOO_SMALL),
            ],
            None,
            len(pairs),
        ),
    )
    return Judgement(
        "CPY",
        cells,
        subject.severities("CPY", cells),
        _stale_sentence,
        _stale_evidence,
        group="group",
    )


def no_stale_report(subject: Subject) -> Judgement:
    """Return CPY for all that an area says, when it says again what it said the period before."""
    pairs = movements(subject)
    cells = _repeating(subject, pairs, reports_of(pairs))
    return supplement(subject, "CPY", cells, _stale_sentence, _stale_evidence, group="group")


def _repeating(subject: Subject, pairs: pd.DataFrame, groups: Integers) -> pd.DataFrame:
    """Return the pairs with how much their group repeats the period before, and by what chance."""
    before, after = pairs["value_before"].to_numpy(), pairs["value_after"].to_numpy()
    chances = np.nan_to_num(_chances(subject, pairs, before), nan=1.0)
    repeats = stale_repeats(before, after, chances, groups)
    p_values = np.where(repeats.telling >= LEAST_TELLING, repeats.p_value, np.nan)
    return pairs.assign(
        group=groups,
        p_value=of_each(p_values, groups),
        repeated=of_each(repeats.repeated.astype(np.float64), groups),
        telling=of_each(repeats.telling.astype(np.float64), groups),
    )


def no_copied_block(subject: Subject) -> Judgement:
    """Return CPY for the cells of the blocks that show the values of another block."""
    pairs = movements(subject)
    pairs = pairs[pairs["value_after"].notna()].reset_index(drop=True)
    blocks, values = area_groups(pairs), pairs["value_after"].to_numpy()
    chances = np.nan_to_num(_chances(subject, pairs, values, unrelated=True), nan=1.0)
    copies = copied_blocks(values, blocks, pairs["ref_area"].cat.codes.to_numpy(), chances)
    first = np.unique(blocks, return_index=True)[1]
    suspect = (copies.twin >= 0) & (copies.telling >= LEAST_TELLING)
    suspect &= _is_another(pairs, first, copies.twin) & _is_the_copy(pairs, blocks, copies.twin)
    p_values = np.where(suspect, copies.coincidences, np.nan)[blocks] if len(blocks) else values
    twins = first[np.maximum(copies.twin, 0)][blocks] if len(blocks) else blocks
    cells = pairs.assign(
        block=blocks,
        p_value=p_values,
        twin_indicator=pairs["indicator"].array.take(twins),
        twin_category=pairs["category"].array.take(twins),
        twin_period=pairs["time_period"].array.take(twins),
    )
    words = _Words({name: item.label for name, item in subject.definitions.items()})
    return supplement(
        subject,
        "CPY",
        cells,
        words.sentence,
        lambda row: {"copy_of": [row["twin_indicator"], row["twin_category"], row["twin_period"]]},
        group="block",
    )


def _chances(
    subject: Subject, pairs: pd.DataFrame, values: Floats, *, unrelated: bool = False
) -> Floats:
    """Return how likely each value is to be seen again when nothing was copied."""
    spread = np.log(2) if unrelated else 0.0
    share = np.clip(values / 100, 0.01, 0.99)
    is_count = (pairs["kind"] == COUNT).to_numpy()
    chances: Floats = np.where(is_count, count_chances(values, spread), np.nan)
    for policy, rows in subject.by_policy(pairs, ~is_count):
        ordinary = 100 * share * (1 - share) * spread_of(policy.ordinary_share_change)
        chances[rows] = rate_chances(policy.printed_step, ordinary[rows])
    return chances


def _is_another(pairs: pd.DataFrame, first: Integers, twins: Integers) -> NDArray[np.bool_]:
    """Tell which blocks have a twin that is not the same series in another period."""
    if not len(first):
        return np.array([], dtype=bool)
    cells, twin_cells = pairs.take(first), pairs.take(first[np.maximum(twins, 0)])
    differs = np.zeros(len(first), dtype=bool)
    for column in ("indicator", "breakdown", "category"):
        differs |= cells[column].cat.codes.to_numpy() != twin_cells[column].cat.codes.to_numpy()
    return differs


def _is_the_copy(pairs: pd.DataFrame, blocks: Integers, twins: Integers) -> NDArray[np.bool_]:
    """Tell which blocks are further from their own past than their twin, or not nearer."""
    size = len(twins)
    log_p = np.log(np.maximum(pairs["p_value"].fillna(1.0).to_numpy(), 1e-300))
    likeness = np.bincount(blocks, log_p, size) / np.maximum(np.bincount(blocks, minlength=size), 1)
    farther: NDArray[np.bool_] = likeness <= likeness[np.maximum(twins, 0)] + FAR_FROM_ITS_PAST
    return farther


def _stale_evidence(row: Row) -> dict[str, Any]:
    if np.isnan(row["telling"]):
        return {}
    return {"repeated": int(row["repeated"]), "telling": int(row["telling"])}


def _stale_sentence(row: Row) -> str:
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"Rien à comparer : {row['reason']}."
    telling = french.count(int(row["telling"]), "valeur parlante", "valeurs parlantes")
    same = french.count(int(row["repeated"]), "est exactement celle", "sont exactement celles")
    before = french.period(row["period_before"])
    return french.typeset(
        f"Dans son tableau, sur {telling}, {same} de {before} : "
        f"{french.chance(row['p_value'])} d'en retrouver autant sans recopie."
    )


class _Words:
    """What is said of a copy, with the name of what it is a copy of."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def sentence(self, row: Row) -> str:
        """Say which other block shows the same values."""
        label = french.quoted(self._labels[row["twin_indicator"]])
        category = (
            "" if row["twin_category"] == "_T" else f", {french.quoted(row['twin_category'])}"
        )
        return french.typeset(
            f"Les valeurs du tableau sont exactement celles de {label}{category}, "
            f"{french.period(row['twin_period'])} : {french.chance(row['p_value'])} d'une telle "
            "coïncidence."
        )
