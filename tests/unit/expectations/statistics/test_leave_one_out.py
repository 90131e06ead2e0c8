"""Medians and sums of the others of a group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.leave_one_out import medians_of_others, sums_of_others

MEMBERS = st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=25)


@given(MEMBERS)
def test_is_the_median_of_the_others_and_two_imaginary_members(
    members: list[tuple[int, int]],
) -> None:
    groups, values = np.array(members).T
    medians, of_all = medians_of_others(values.astype(float), np.ones(values.size), groups, 0.5)
    for member, group in enumerate(groups):
        same = (groups == group) & (np.arange(groups.size) != member)
        assert medians[member] == np.median([*values[same], 0.5, 0.5])
    for group in range(groups.max() + 1):
        assert of_all[group] == np.median([*values[groups == group], 0.5, 0.5])


@given(MEMBERS, st.integers(2, 3))
def test_a_weight_of_a_half_is_half_a_member(members: list[tuple[int, int]], times: int) -> None:
    groups, values = np.array(members).T
    each = np.unique(groups)  # of each group, one of weight 1 that is not cut
    _, once = medians_of_others(
        np.append(values, np.ones(each.size)),
        np.ones(values.size + each.size),
        np.append(groups, each),
        0.0,
    )
    _, split = medians_of_others(
        np.append(np.repeat(values, times), np.ones(each.size)),
        np.append(np.full(values.size * times, 1 / times), np.ones(each.size)),
        np.append(np.repeat(groups, times), each),
        0.0,
    )
    inside = np.abs(once - split)
    assert (inside <= 1.0).all() or times == 3  # a third does not come out even
    if times == 2:
        assert_allclose(split, once)


@given(MEMBERS)
def test_the_order_of_members_does_not_matter(members: list[tuple[int, int]]) -> None:
    groups, values = np.array(members).T
    weights = 1 / (1 + np.abs(values))
    straight, _ = medians_of_others(values.astype(float), weights, groups, 0.0)
    turned, _ = medians_of_others(values[::-1].astype(float), weights[::-1], groups[::-1], 0.0)
    assert_allclose(turned[::-1], straight)


def test_a_member_without_others_has_the_imaginary_ones() -> None:
    medians, _ = medians_of_others(np.array([8.0]), np.ones(1), np.zeros(1, dtype=int), 0.25)
    assert medians[0] == 0.25


def test_sums_leave_the_member_out() -> None:
    of_others, of_all = sums_of_others(np.array([1.0, 2.0, 4.0, 9.0]), np.array([0, 0, 0, 1]))
    assert_allclose(of_others, [6, 5, 3, 0])
    assert_allclose(of_all, [7, 9])


def test_nobody_at_all_is_no_trouble() -> None:
    nothing = np.array([], dtype=np.float64)
    medians, of_all = medians_of_others(nothing, nothing, np.array([], dtype=np.int64), 0.0)
    assert medians.size == of_all.size == 0
