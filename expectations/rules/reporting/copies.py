"""CPY: were values copied, from the period before or from elsewhere?

Here: blocks, each one category in all the areas of a type, or all that one area says, in one
period. A block repeats itself when it shows again the values of the period before; what moved in it
is no copy, and is not held. It is a copy when it shows the values of another indicator, category or
area. Small numbers are often equal and say nothing, nor do larger ones of a producer who rounds. Of
two blocks that are the same, the one that left its own past is the copy; both are told when nothing
says which. Not here: the chance of so many equal numbers (``statistics.copies``), what a producer
rounds to (``subject``).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.cell_index import NO_ROW, Integers, codes_of_column, combined_codes
from expectations.cells.observations import TOTAL
from expectations.rules.supplements import spared, supplement
from expectations.statistics.copies import (
    copied_blocks,
    count_chances,
    rate_chances,
    stale_repeats,
)
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats, of_each
from expectations.subject.movements import COUNT, RATE, movements
from expectations.subject.siblings import area_groups, area_types, reports_of
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Outcome, Reason, Row, choose

LEAST_TELLING = 3
"""Equal cells whose equality says something, from which a block can be a copy."""
FAR_FROM_ITS_PAST = 1.0
"""Difference of mean log p-values, against their own past, that tells a copy from its model."""
SPREAD_OF_CATEGORIES = float(np.log(2))
SPREAD_OF_AREAS = 0.2
"""What, of two blocks of one size that have nothing to do with each other, the counts differ by
(standard deviation of logarithms): two areas divide what they have much in the same way."""
TWIN = ("indicator", "ref_area", "category", "time_period")
_OTHER_SERIES = ("indicator", "breakdown", "category")


def no_stale_repeat(subject: Subject) -> Judgement:
    """Return CPY for every cell, judged with its block: does it repeat the period before?"""
    pairs = movements(subject)
    cells = _repeating(subject, pairs, area_groups(pairs))
    unknown = cells["chance"].isna()
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
    chances = np.nan_to_num(_chances(subject, before), nan=1.0)
    repeats = stale_repeats(before, after, chances, groups)
    several = repeats.repeated >= LEAST_TELLING
    chance = np.where(several | np.isnan(repeats.p_value), repeats.p_value, 1.0)
    chance = of_each(np.where(repeats.telling >= LEAST_TELLING, chance, np.nan), groups)
    repeated, telling = (
        of_each(number.astype(np.float64), groups) for number in (repeats.repeated, repeats.telling)
    )
    # a small number that is the same goes with a block of which most are, and else says nothing
    copied = (before == after) & (repeats.tells | (2 * repeated > telling))
    return pairs.assign(
        **spared(groups, chance, ~copied & (repeated >= LEAST_TELLING)),
        chance=chance,
        repeated=repeated,
        telling=telling,
    )


def no_copied_block(subject: Subject) -> Judgement:
    """Return CPY for the cells of a category that show, everywhere, the values of another block."""
    pairs = movements(subject)
    chances = _chances(subject, subject.pairs["value_after"].to_numpy(), SPREAD_OF_CATEGORIES)
    places = codes_of_column(pairs, "ref_area")
    return _copied(subject, chances, area_groups(pairs), places, _OTHER_SERIES)


def no_copied_report(subject: Subject) -> Judgement:
    """Return CPY for all the details that an area gives, when they are those of another area."""
    pairs = movements(subject)
    lines = combined_codes(pairs, ["breakdown", "category"])
    lines = lines * (int(area_types(pairs).max(initial=0)) + 1) + area_types(pairs)
    lines[(pairs["category"] == TOTAL).to_numpy()] = NO_ROW  # it would count its details twice
    chances = _chances(subject, subject.pairs["value_after"].to_numpy(), SPREAD_OF_AREAS)
    return _copied(subject, chances, reports_of(pairs), lines, ("ref_area",))


def _copied(
    subject: Subject,
    chances: Floats,
    groups: Integers,
    lines: Integers,
    differing: Sequence[str],
) -> Judgement:
    """Return CPY for the cells of the blocks that show the values of another one.

    Args:
        subject: What is judged.
        chances: How likely the value of each pair is to be that of another block.
        groups: Code of the block of each pair.
        lines: Code of its line in the block, the same in all blocks; -1 for what is no part of it.
        differing: What tells a block from others, of which one at least is not the same.
    """
    pairs, every = movements(subject), subject.pairs["value_after"].to_numpy()
    kept = np.flatnonzero(~np.isnan(every) & (lines != NO_ROW))
    pairs, values = pairs.take(kept).reset_index(drop=True), every[kept]
    blocks = np.unique(groups[kept], return_inverse=True)[1].astype(np.int64)
    copies = copied_blocks(values, blocks, lines[kept], np.nan_to_num(chances[kept], nan=1.0))
    first = np.unique(blocks, return_index=True)[1]
    suspect = (copies.twin >= 0) & (copies.telling >= LEAST_TELLING)
    suspect &= _is_another(pairs, first, copies.twin, differing)
    suspect &= _is_the_copy(pairs, blocks, copies.twin)
    twins = of_each(first[np.maximum(copies.twin, 0)].astype(np.float64), blocks).astype(np.int64)
    twin = {f"twin_{column}": pairs[column].array.take(twins) for column in TWIN}
    p_values = of_each(np.where(suspect, copies.coincidences, np.nan), blocks)
    cells = pairs.assign(block=blocks, p_value=p_values, is_area="ref_area" in differing, **twin)
    words = _Words({name: item.label for name, item in subject.definitions.items()})
    return supplement(subject, "CPY", cells, words.sentence, _copy_evidence, group="block")


def _chances(subject: Subject, values: Floats, spread: float = 0.0) -> Floats:
    """Return how likely the value of each pair is to be seen again when nothing was copied."""
    pairs, steps = movements(subject), subject.printed_steps
    is_count = (pairs["kind"] == COUNT).to_numpy()
    chances: Floats = np.where(is_count, count_chances(values, spread, steps), np.nan)
    share = np.clip(values / 100, 0.01, 0.99)
    finest, sampling = _of_one_more(subject, share)
    for policy, rows in subject.by_policy(pairs, ~is_count):
        usual = np.where(np.isnan(steps[rows]), policy.printed_step, steps[rows])
        ordinary = 100 * (share * (1 - share))[rows] * spread_of(policy.ordinary_share_change)
        spreads = np.hypot(ordinary, sampling[rows])
        chances[rows] = rate_chances(np.fmax(usual, finest[rows]), spreads)
    return chances


def _of_one_more(subject: Subject, share: Floats) -> tuple[Floats, Floats]:
    """Return what one step of its numerator makes of a rate, and what sampling does to it.

    NaN and 0 for what comes without numerator and denominator.
    """
    pairs = movements(subject)
    whole = pairs["denominator_after"].to_numpy() / 100
    whole = np.where((pairs["kind"] == RATE) & (whole > 0), whole, np.nan)
    variance = np.nan_to_num(2 * share * (1 - share) * 100 / whole)
    return subject.printed_steps_of_parts / whole, np.sqrt(variance)


def _is_another(
    pairs: pd.DataFrame, first: Integers, twins: Integers, differing: Sequence[str]
) -> NDArray[np.bool_]:
    """Tell which blocks have a twin that is not the same series in another period."""
    if not len(first):
        return np.array([], dtype=bool)
    cells, twin_cells = pairs.take(first), pairs.take(first[np.maximum(twins, 0)])
    differs = np.zeros(len(first), dtype=bool)
    for column in differing:
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
        f"{french.chance(row['chance'])} d'en retrouver autant sans recopie."
    )


def _copy_evidence(row: Row) -> dict[str, Any]:
    return {"copy_of": [row[f"twin_{column}"] for column in TWIN]}


class _Words:
    """What is said of a copy, with the name of what it is a copy of."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def sentence(self, row: Row) -> str:
        """Say which other block shows the same values."""
        values, of_whom = (
            ("de ce territoire", f"du territoire {french.quoted(row['twin_ref_area'])}")
            if row["is_area"]
            else ("du tableau", f"de {self._series(row)}")
        )
        return french.typeset(
            f"Les valeurs {values} sont exactement celles {of_whom}, "
            f"{french.period(row['twin_time_period'])} : {french.chance(row['p_value'])} d'une "
            "telle coïncidence."
        )

    def _series(self, row: Row) -> str:
        label = french.quoted(self._labels[row["twin_indicator"]])
        category = row["twin_category"]
        return label if category == TOTAL else f"{label}, {french.quoted(category)}"
