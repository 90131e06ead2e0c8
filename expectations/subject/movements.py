"""How far each number moved from one period to the next, beside what its siblings did.

Here: the comparison of counts, of rates with their numerator and denominator, of bare rates, of
means and of what may be negative, each by its own statistics. Not here: which movements are alarms
(``verdicts.alarms``), what is said of them (``rules``).
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.cell_index import Integers
from expectations.cells.observations import KEY
from expectations.statistics.amounts import (
    innovations_of_amounts,
    innovations_of_signed_amounts,
)
from expectations.statistics.counts import spread_of
from expectations.statistics.false_alarms import may_alarm
from expectations.statistics.grouped import Floats
from expectations.statistics.innovations import FLAGS, Innovations
from expectations.statistics.measures import (
    innovations_of_bare_rates,
    innovations_of_counts,
    innovations_of_rates,
)
from expectations.statistics.panel_places import Places
from expectations.statistics.panels import PriorSpreads
from expectations.statistics.rates import Rates
from expectations.subject.meaning import any_word_differs, differs, with_words
from expectations.subject.series import ENDS
from expectations.subject.siblings import Lines, in_periods, lines_of
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy

COUNT, RATE, BARE_RATE, MEAN, SIGNED = "count", "rate", "bare_rate", "mean", "signed"
KINDS = (COUNT, RATE, BARE_RATE, MEAN, SIGNED)
OF_NO_KIND = -1
Judged = tuple[Innovations, Floats]
"""What was expected of each pair, and how likely it is to be so far from it."""
LEAST_SIBLINGS = 3
"""Members from which a panel has a movement of its own."""


COMPARED = [*KEY, "period_before", "value_before", "value_after", "kind", "is_reworded", "is_whole"]
"""What a rule reads of ``movements`` that compares values by itself: a fifth of its memory."""


def movements(subject: Subject) -> pd.DataFrame:
    """Return every pair of periods with how far it is from what its siblings did.

    Returns:
        The pairs, with ``kind`` (of number), ``siblings`` (group code), ``members``, ``growth`` and
        ``spread`` (of logarithms or logits), ``movement``, ``movement_p_value`` and
        ``movement_past_p_value`` of the table, ``departure_p_value`` of its category, ``p_value``,
        ``is_tested``: whether the numbers are large enough for an alarm, ``is_reworded``: whether
        the observations say that what is counted has changed, and ``is_whole``: whether others are
        parts of it. ``growth`` and ``movement`` are medians, for statistics; what is told to a
        reader is sums.
    """
    return subject.remember("movements", _movements)


def _movements(subject: Subject) -> pd.DataFrame:
    pairs = subject.pairs
    lines = lines_of(pairs)
    pairs = pairs.assign(
        kind=_kinds(subject, pairs),
        siblings=in_periods(lines.siblings, pairs),
        printed_step=subject.printed_steps,
    )
    columns = {name: np.full(len(pairs), np.nan) for name in _OF_PAIR}
    columns |= {name: np.zeros(len(pairs), dtype=bool) for name in FLAGS}
    for kind, compare in _COMPARISONS.items():
        for policy, rows in subject.by_policy(pairs, pairs["kind"] == kind):
            places = _places(subject, pairs, lines, rows)
            numbers = pairs[list(_OF_NUMBERS)].take(rows)
            numbers = numbers.assign(step_of_part=subject.printed_steps_of_parts[rows])
            expected, p_values = compare(policy, numbers, places)
            for name in (*_OF_PAIR[1:], *FLAGS):
                columns[name][rows] = getattr(expected, name)
            columns["p_value"][rows] = p_values
    large = may_alarm(pairs["value_before"], pairs["value_after"])
    return pairs.assign(
        area_block=in_periods(lines.areas, pairs),
        is_tested=large | (pairs["kind"] != COUNT),
        is_reworded=any_word_differs(subject),
        is_whole=_are_wholes(subject),
        **columns,
    )


def _are_wholes(subject: Subject) -> NDArray[np.bool_]:
    """Tell which pairs have parts."""
    are_wholes = np.zeros(len(subject.pairs), dtype=np.bool_)
    wholes = subject.links["whole_row"].to_numpy()
    are_wholes[wholes[wholes >= 0]] = True
    return are_wholes


_OF_NUMBERS = (
    *(f"{name}_{end}" for name in ("value", "numerator", "denominator") for end in ENDS),
    "printed_step",
)
_OF_PAIR = (
    "p_value",
    "members",
    "growth",
    "spread",
    "movement",
    "movement_p_value",
    "movement_past_p_value",
    "departure_p_value",
    "area_movement",
    "area_p_value",
)


def _places(subject: Subject, pairs: pd.DataFrame, lines: Lines, rows: Integers) -> Places:
    """Return where some pairs stand, in their series and beside the others."""
    grid = subject.grid
    after, before = (pairs[f"row_{end}"].to_numpy()[rows] for end in ("after", "before"))
    is_there = after >= 0
    row = np.where(is_there, after, before)
    return Places(
        series=grid.series[row],
        rank=grid.rank[row] + ~is_there,
        columns=lines.siblings[rows],
        tables=lines.tables[rows],
        areas=lines.areas[rows],
        circles=tuple(circle[rows] for circle in lines.circles),
        circle=lines.circle[rows],
        restarts=is_there & subject.accepted_breaks[row],
    )


def _kinds(subject: Subject, pairs: pd.DataFrame) -> "pd.Categorical[str]":
    """Return the kind of each pair; none where its two numbers are not in one unit."""
    is_count = subject.of_category(pairs, lambda item, category: item.kind_of(category) == "count")
    is_rate = subject.of_category(pairs, lambda item, category: item.unit_of(category) == "pct")
    has_parts = pairs[["denominator_before", "denominator_after"]].notna().all(axis=1)
    is_signed = subject.of_category(pairs, lambda item, category: item.range_of(category)[0] < 0)
    is_count, is_rate, is_signed = (mask.astype(bool) for mask in (is_count, is_rate, is_signed))
    cases = {COUNT: is_count, SIGNED: is_signed, RATE: is_rate & has_parts, BARE_RATE: is_rate}
    kinds = [KINDS.index(kind) for kind in cases]
    codes = np.select(list(cases.values()), kinds, KINDS.index(MEAN))
    codes[differs(with_words(subject), "unit_measure")] = OF_NO_KIND
    return pd.Categorical.from_codes(codes, categories=pd.Index(KINDS))


def _values(pairs: pd.DataFrame) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    return pairs["value_before"], pairs["value_after"]


def _prior_of_counts(policy: Policy) -> PriorSpreads:
    return PriorSpreads(
        own=spread_of(policy.ordinary_growth),
        common=spread_of(policy.ordinary_common_growth),
        of_areas=spread_of(policy.ordinary_area_movement),
    )


def _prior_of_rates(policy: Policy) -> PriorSpreads:
    spread = spread_of(policy.ordinary_share_change)
    return PriorSpreads(spread, spread, of_areas=spread_of(policy.ordinary_area_movement))


def _of_counts(policy: Policy, pairs: pd.DataFrame, places: Places) -> Judged:
    prior = _prior_of_counts(policy)
    return innovations_of_counts(*_values(pairs), places, prior, pairs["printed_step"])


def _of_rates(policy: Policy, pairs: pd.DataFrame, places: Places) -> Judged:
    before, after = (
        Rates(pairs[f"numerator_{end}"], pairs[f"denominator_{end}"]) for end in ("before", "after")
    )
    prior = _prior_of_rates(policy)
    return innovations_of_rates(before, after, places, prior, pairs["step_of_part"])


def _of_bare_rates(policy: Policy, pairs: pd.DataFrame, places: Places) -> Judged:
    prior = _prior_of_rates(policy)
    return innovations_of_bare_rates(*_values(pairs), places, prior, policy.printed_step)


def _of_amounts(policy: Policy, pairs: pd.DataFrame, places: Places) -> Judged:
    prior = _prior_of_rates(policy)
    return innovations_of_amounts(*_values(pairs), places, prior, pairs["printed_step"])


def _of_signed_amounts(_: Policy, pairs: pd.DataFrame, places: Places) -> Judged:
    return innovations_of_signed_amounts(*_values(pairs), places)


_COMPARISONS: Mapping[str, Callable[[Policy, pd.DataFrame, Places], Judged]] = {
    COUNT: _of_counts,
    RATE: _of_rates,
    BARE_RATE: _of_bare_rates,
    MEAN: _of_amounts,
    SIGNED: _of_signed_amounts,
}
