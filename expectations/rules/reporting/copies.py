"""CPY: were values copied, from the period before or from elsewhere?

Here: blocks, each one category in all the areas of a type, or all that one area says, in one
period. A block repeats itself when it shows again the values of the period before; what moved in it
is no copy, and is not held. It is a copy when it shows the values of another indicator, category or
area; a total of one part shows that part's by addition. Small numbers are often equal and say
nothing, nor do larger ones of a producer who rounds. Of two blocks that are the same, the one that
left its own past is the copy, all that one indicator (or area) took from another being heard
together; both are told when nothing says which. Not here: the chance of so many equal numbers
(``statistics.copies``), what a producer rounds to (``subject``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.cell_index import NO_ROW, Integers, codes_of_column, combined_codes
from expectations.cells.observations import TOTAL
from expectations.rules.supplements import spared, supplement
from expectations.statistics import copies as statistics
from expectations.statistics.copies import (
    Blocks,
    copied_blocks,
    count_chances,
    rate_chances,
    stale_repeats,
)
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats, of_each
from expectations.subject.movements import COUNT, RATE, movements
from expectations.subject.siblings import Grouping, area_groups, area_types, reports_of
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Mask, Outcome, Reason, Row, choose

LEAST_TELLING = 3
"""Equal cells whose equality says something, from which a block can be a copy."""
NEARER_TO_ITS_PAST = 0.5
"""Share of what its twin moved by, under which a block is the model and not the copy."""
FARTHEST = 1.0
"""What one cell may have moved by (logarithm), so that none speaks for its block."""
TWIN = ("indicator", "ref_area", "category", "time_period")


def no_stale_repeat(subject: Subject) -> Judgement:
    """Return CPY for every cell, judged with its block: does it repeat the period before?"""
    pairs = movements(subject)
    cells = _repeating(subject, pairs, area_groups)
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
    cells = _repeating(subject, pairs, reports_of)
    return supplement(subject, "CPY", cells, _stale_sentence, _stale_evidence, group="group")


def _repeating(subject: Subject, pairs: pd.DataFrame, groups_of: Grouping) -> pd.DataFrame:
    """Return the pairs with how much their group repeats the period before, and by what chance."""
    groups = groups_of(pairs, over_periods=False)
    lines, ranks = groups_of(pairs, over_periods=True), codes_of_column(pairs, "time_period")
    before, after = pairs["value_before"].to_numpy(), pairs["value_after"].to_numpy()
    chances = subject.remember("chances_of_repeats", _chances_of_repeats)["chance"]
    is_count = (pairs["kind"] == COUNT).to_numpy()
    least = np.where(is_count, statistics.LEAST_TELLING, statistics.LEAST_TELLING_RATE)
    repeats = stale_repeats(before, after, chances, Blocks(groups, lines, ranks), least)
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
    lines = codes_of_column(pairs, "ref_area")
    return _copied(subject, area_groups(pairs), lines, _OTHER_CATEGORY)


def no_copied_report(subject: Subject) -> Judgement:
    """Return CPY for all the details that an area gives, when they are those of another area."""
    pairs = movements(subject)
    types = area_types(pairs)
    lines = combined_codes(pairs, ["breakdown", "category"]) * (types.max(initial=0) + 1) + types
    lines[(pairs["category"] == TOTAL).to_numpy()] = NO_ROW  # it would count its details twice
    return _copied(subject, reports_of(pairs), lines, _OTHER_AREA)


@dataclass(frozen=True)
class _Otherness:
    """What two blocks are that are not one.

    Attributes:
        columns: What tells one from the other: they differ in one of these at least.
        spread: What their counts differ by when they have the same size and nothing else in common
            (standard deviation of logarithms).
    """

    columns: Sequence[str]
    spread: float


_OTHER_CATEGORY = _Otherness(("indicator", "breakdown", "category"), float(np.log(2)))
_OTHER_AREA = _Otherness(("ref_area",), 0.2)  # areas divide what they have much in the same way


def _copied(subject: Subject, groups: Integers, lines: Integers, other: _Otherness) -> Judgement:
    """Return CPY for the cells of the blocks that show the values of another one.

    Args:
        subject: What is judged.
        groups: Code of the block of each pair.
        lines: Code of its line in the block, the same in all blocks; -1 for what is no part of it.
        other: What makes another block.
    """
    pairs = movements(subject)
    values = pairs["value_after"].to_numpy()
    kept = np.flatnonzero(~np.isnan(values) & (lines != NO_ROW) & ~_are_of_one_part(subject))
    blocks = pd.factorize(groups[kept])[0].astype(np.int64)
    chances = _chances(subject, values, other.spread)[kept]
    copies = copied_blocks(values[kept], blocks, lines[kept], chances)
    first = kept[np.unique(blocks, return_index=True)[1]]
    suspect = (copies.twin >= 0) & (copies.telling >= LEAST_TELLING)
    suspect &= _is_another(pairs, first, copies.twin, other.columns)
    suspect &= _is_the_copy(
        _moved(pairs["value_before"].to_numpy()[kept], values[kept]),
        blocks,
        copies.twin,
        _kin(pairs, first, np.where(suspect, copies.twin, NO_ROW), other.columns[0]),
    )
    held = np.flatnonzero(suspect[blocks])
    twins = first[copies.twin[blocks[held]]]
    cells = pairs.take(kept[held]).assign(
        block=blocks[held],
        p_value=copies.coincidences[blocks[held]],
        is_area=other is _OTHER_AREA,
        **{f"twin_{column}": pairs[column].array.take(twins) for column in TWIN},
    )
    words = _Words({name: item.label for name, item in subject.definitions.items()})
    return supplement(
        subject,
        "CPY",
        cells.reset_index(drop=True),
        words.sentence,
        _copy_evidence,
        group="block",
    )


def _are_of_one_part(subject: Subject) -> Mask:
    """Tell which totals have a single part that is not zero: they say what it says."""
    links = subject.links[subject.links["whole_row"] >= 0]
    is_counted = subject.pairs["value_after"].to_numpy()[links["part_row"]] > 0
    wholes, breakdowns = links["whole_row"].to_numpy(), codes_of_column(links, "parts")
    shape = len(subject.pairs), int(breakdowns.max(initial=0)) + 1
    places = np.ravel_multi_index((wholes[is_counted], breakdowns[is_counted]), shape)
    counts = np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape)
    of_one: Mask = (counts == 1).any(axis=1)
    return of_one


def _chances_of_repeats(subject: Subject) -> pd.DataFrame:
    """Return how likely the value before of each pair is to be seen again."""
    return pd.DataFrame({"chance": _chances(subject, subject.pairs["value_before"].to_numpy())})


def _chances(subject: Subject, values: Floats, spread: float = 0.0) -> Floats:
    """Return how likely the value of each pair is to be seen again when nothing was copied.

    Args:
        subject: What is judged.
        values: A value of each pair.
        spread: What counts that have nothing to do with one another differ by.

    Returns:
        Probabilities; 1 for what says nothing.
    """
    pairs = movements(subject)
    is_count = (pairs["kind"] == COUNT).to_numpy()
    chances = np.where(is_count, count_chances(values, spread, subject.printed_steps), np.nan)
    usual = _usual_spreads(subject, pairs)
    for policy, rows in subject.by_policy(pairs, ~is_count):
        ordinary = np.fmin(spread_of(policy.ordinary_share_change), usual[rows])
        chances[rows] = _chances_of_rates(subject, values, rows, ordinary, policy.printed_step)
    return np.nan_to_num(chances, nan=1.0)


def _usual_spreads(subject: Subject, pairs: pd.DataFrame) -> Floats:
    """Return how much each series moved ordinarily one period before; NaN where it had none.

    What repeats itself tonight would say of itself that it never moves.
    """
    before, after = (pairs[f"row_{end}"].to_numpy() for end in ("before", "after"))
    given = np.flatnonzero(after >= 0)
    pair_of_row = np.full(len(subject.observations), NO_ROW)
    pair_of_row[after[given]] = given
    earlier = np.where(before >= 0, pair_of_row[before], NO_ROW)
    return np.where(earlier >= 0, pairs["spread"].to_numpy()[earlier], np.nan)


def _chances_of_rates(
    subject: Subject, values: Floats, rows: Integers, ordinary: Floats, usual_step: float
) -> Floats:
    """Return how likely some rates are to be seen again: by their decimals, or their numerator."""
    pairs, step = movements(subject), subject.printed_steps[rows]
    share = np.clip(values[rows] / 100, 0.01, 0.99)
    whole = pairs["denominator_after"].to_numpy()[rows]
    is_quotient = (pairs["kind"] == RATE).to_numpy()[rows] & (whole > 0)
    size = np.where(is_quotient, whole, np.inf)
    one_more = 100 * subject.printed_steps_of_parts[rows] / size
    sampling = 2 * share * (1 - share) / size
    spread = 100 * np.sqrt((share * (1 - share) * ordinary) ** 2 + sampling)
    return rate_chances(np.fmax(np.where(np.isnan(step), usual_step, step), one_more), spread)


def _is_another(
    pairs: pd.DataFrame, first: Integers, twins: Integers, differing: Sequence[str]
) -> NDArray[np.bool_]:
    """Tell which blocks have a twin that is not the same series in another period."""
    differs = np.zeros(len(first), dtype=bool)
    for column in differing:
        codes = codes_of_column(pairs, column)[first]
        differs |= codes != codes[np.maximum(twins, 0)]
    return differs


def _moved(before: Floats, after: Floats) -> Floats:
    """Return how far each value is from the one before, bounded; NaN without one."""
    gaps: Floats = np.abs(np.log(np.abs(after) + 0.5) - np.log(np.abs(before) + 0.5))
    return np.minimum(gaps, FARTHEST)


def _kin(pairs: pd.DataFrame, first: Integers, twins: Integers, column: str) -> Integers:
    """Return the code of what each block is heard with: all that one taker took from one giver.

    Args:
        pairs: The pairs.
        first: A pair of each block.
        twins: The block that each seems to be a copy of; negative for none.
        column: What takes and gives; a block that is like one of its own is heard alone.
    """
    own = pairs.take(first)
    codes, periods = (codes_of_column(own, name) for name in (column, "time_period"))
    taken = np.flatnonzero((twins != NO_ROW) & (codes != codes[twins]))
    givers, kin = twins[taken], np.arange(len(first))
    between = [side[blocks] for side in (codes, periods) for blocks in (taken, givers)]
    kin[taken] = len(first) + pd.Series(taken).groupby(between).ngroup().to_numpy()
    return kin


def _is_the_copy(
    moved: Floats, blocks: Integers, twins: Integers, kin: Integers
) -> NDArray[np.bool_]:
    """Tell which blocks left their own past, with their kin, as far as their twins, or nearly."""
    size = len(twins)
    valued = np.flatnonzero(~np.isnan(moved))
    cells = np.bincount(blocks[valued], minlength=size)
    distance = np.bincount(blocks[valued], moved[valued], size)
    twin = np.maximum(twins, 0)
    own, other = (
        np.bincount(kin, distance[side])[kin] / np.maximum(np.bincount(kin, cells[side])[kin], 1)
        for side in (np.arange(size), twin)
    )
    farther: NDArray[np.bool_] = (
        (own >= NEARER_TO_ITS_PAST * other) | (cells == 0) | (cells[twin] == 0)
    )
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
