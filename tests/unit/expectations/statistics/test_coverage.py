"""Like-for-like change: the exact decomposition, and what changed in lists of reporters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from expectations.statistics.coverage import (
    Membership,
    Reports,
    like_for_like,
    membership_change,
)

pytestmark = pytest.mark.filterwarnings("error")

REPORTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6), st.integers(-50, 5_000)))


def reports(rows: list[tuple[int, int, float]]) -> Reports:
    groups, reporters, values = np.array(rows, dtype=float).reshape(-1, 3).T
    return Reports(groups.astype(int), reporters.astype(int), values)


def test_a_rise_that_is_all_arrivals_is_told_apart() -> None:
    # 1A1: 4 792 employees without AKTO, Santé, OCAPIAT; 7 507 once Santé reports
    before = reports([(0, 0, 3_000), (0, 1, 1_792)])
    after = reports([(0, 0, 3_100), (0, 1, 1_700), (0, 2, 2_707)])
    change = like_for_like(before, after)
    assert (change.raw[0], change.like_for_like[0], change.kept[0]) == (2_715, 8, 2)


def test_who_left_is_told_apart() -> None:
    change = like_for_like(reports([(1, 5, 40), (1, 6, 3)]), reports([(1, 6, 4)]))
    assert (change.raw[1], change.like_for_like[1], change.kept[1]) == (-39, 1, 1)


def test_who_gave_nothing_did_not_report() -> None:
    change = like_for_like(reports([(0, 0, 5), (0, 1, np.nan)]), reports([(0, 0, 6), (0, 1, 9)]))
    assert (change.raw[0], change.like_for_like[0], change.kept[0]) == (10, 1, 1)


def test_several_reports_of_one_reporter_are_added_up() -> None:
    change = like_for_like(reports([(0, 0, 5), (0, 0, 7)]), reports([(0, 0, 10)]))
    assert (change.raw[0], change.like_for_like[0], change.kept[0]) == (-2, -2, 1)


def test_nothing_gives_nothing() -> None:
    assert like_for_like(reports([]), reports([])).raw.size == 0


@given(REPORTS, REPORTS, st.sampled_from([0.1, 1.0, 1_000.0]))
def test_both_changes_are_exact(
    before: list[tuple[int, int, int]], after: list[tuple[int, int, int]], unit: float
) -> None:
    change = like_for_like(reports(before), reports(after))
    for group in range(change.raw.size):
        total = sum(row[2] for row in after if row[0] == group)
        assert change.raw[group] == total - sum(row[2] for row in before if row[0] == group)
        stayed = {row[:2] for row in before} & {row[:2] for row in after}
        alike = (
            sum(row[2] for row in rows if row[0] == group and row[:2] in stayed)
            for rows in (after, before)
        )
        assert change.like_for_like[group] == np.subtract(*alike)
    scaled = like_for_like(*(reports([(g, r, unit * v) for g, r, v in x]) for x in (before, after)))
    assert_allclose(scaled.like_for_like, unit * change.like_for_like, atol=1e-6)


@given(REPORTS, REPORTS)
def test_time_may_run_backwards_and_other_groups_do_not_matter(
    before: list[tuple[int, int, int]], after: list[tuple[int, int, int]]
) -> None:
    forth = like_for_like(reports(before), reports(after))
    back = like_for_like(reports(after[::-1]), reports(before[::-1]))
    assert_array_equal(forth.like_for_like, -back.like_for_like)
    assert_array_equal(forth.raw, -back.raw)
    only = [[row for row in rows if row[0] == 0] for rows in (before, after)]
    alone = like_for_like(reports(only[0]), reports(only[1]))
    assert_array_equal(alone.like_for_like[:1], forth.like_for_like[: alone.raw.size][:1])


def test_the_reporter_that_came_is_named() -> None:
    change = membership_change(
        ["2i", "ATLAS", "Constructys"], ["ATLAS", "CONSTRUCTYS", "2i", "Santé"]
    )
    assert change == Membership(("2i", "ATLAS", "CONSTRUCTYS"), ("Santé",), ())


def test_names_are_the_same_whatever_their_case_accents_and_spaces() -> None:
    change = membership_change(
        ["Santé ", "Entreprises  de proximité"], ["SANTE", "entreprises de proximité", " "]
    )
    assert change == Membership(("SANTE", "entreprises de proximité"), (), ())


def test_a_list_that_nobody_gave_has_neither_come_nor_gone() -> None:
    for before, after in (([], ["DREETS"]), (["DREETS"], []), ([], [])):
        change = membership_change(before, after)
        assert (change.arrived, change.departed) == ((), ())


@pytest.mark.parametrize(
    ("before", "after", "arrived", "departed"),
    [
        (["a"], ["b"], ("b",), ("a",)),
        (["a"], ["a"], (), ()),
        (["b"], ["b", "a"], ("a",), ()),
    ],
)
def test_who_came_and_who_left(
    before: list[str], after: list[str], arrived: tuple[str, ...], departed: tuple[str, ...]
) -> None:
    change = membership_change(before, after)
    assert (change.arrived, change.departed) == (arrived, departed)
