"""Changes of scale and double counts: worked examples, silence on growth, invariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from expectations.statistics.counts import spread_of
from expectations.statistics.scales import Scales, group_scales, member_scales

pytestmark = pytest.mark.filterwarnings("error")

GROWTH, OWN = spread_of(2.0), 0.1
PCRH = np.array([204, 104, 21, 33, 140])  # 1C1, 2023, the five departments
PCRH_NEXT = np.array([264, 109, 38, 46, 149])  # 2024
APPRENTICES = np.array([12265, 7433, 2842, 4212, 6517])  # 1B1, 2023
RETURN_TO_WORK = np.array([22.9, 18.6, 33.2, 38.0, 21.8, 50.6])  # 2B4, April 2025, in %


def one_group(before: object, after: object, **told: bool) -> Scales:
    return group_scales(before, after, np.zeros(len(np.atleast_1d(before)), int), GROWTH, **told)


@pytest.mark.parametrize("factor", [10, 100, 1_000, 0.1])
def test_a_group_in_another_unit_stands_out(factor: float) -> None:
    scales = one_group(APPRENTICES, 1.08 * factor * APPRENTICES)
    assert_allclose(scales.factor, factor)
    assert scales.over_growth[0] > 10
    assert scales.over_break[0] > 2
    assert (scales.members[0], scales.agreeing[0]) == (5, 5)


def test_rates_that_became_fractions_stand_out() -> None:
    scales = one_group(RETURN_TO_WORK, RETURN_TO_WORK / 100, are_counts=False)
    assert_allclose(scales.factor, 0.01)
    assert scales.over_growth[0] > 50


def test_ordinary_growth_is_no_change_of_scale() -> None:
    scales = one_group(PCRH, PCRH_NEXT)
    assert scales.factor[0] == 1
    assert (scales.over_growth[0], scales.over_break[0]) == (0, 0)


def test_all_multiplied_by_three_and_a_half_is_growth_or_a_break_rather_than_ten() -> None:
    scales = one_group(APPRENTICES, 3.5 * APPRENTICES)
    assert scales.over_growth[0] < 3
    assert scales.over_break[0] < 0


def test_one_small_count_never_tells_a_tenth_from_a_break() -> None:
    scales = one_group([43], [4])  # 1A4, 2023 and 2024: a reporting change, in no other unit
    assert_allclose(scales.factor, 0.1)
    assert scales.over_break[0] < 3


def test_departments_that_fell_each_in_its_way_agree_on_nothing() -> None:
    scales = one_group([7, 26, 1, 9], [2, np.nan, np.nan, 2])
    assert (scales.members[0], scales.agreeing[0]) == (2, 1)
    assert scales.over_growth[0] < 1


def test_a_double_count_stands_out_from_its_panel() -> None:
    after = (1.05 * APPRENTICES).round()
    after[2] *= 2
    scales = member_scales(APPRENTICES, after, np.zeros(5, int), OWN)
    assert_allclose(scales.factor, [1, 1, 2, 1, 1])
    assert scales.over_growth[2] > 5
    assert_array_equal(scales.agreeing, [4, 4, 1, 4, 4])
    ended = member_scales(after, APPRENTICES, np.zeros(5, int), OWN)
    assert_allclose(ended.factor[2], 0.5)


def test_one_department_in_thousands_stands_out_from_its_panel() -> None:
    after = np.where(np.arange(5) == 3, APPRENTICES / 1_000, APPRENTICES)
    scales = member_scales(APPRENTICES, after, np.zeros(5, int), OWN)
    assert_allclose(scales.factor[3], 1e-3)
    assert (scales.over_growth > 5).tolist() == [False, False, False, True, False]


def test_what_doubles_everywhere_is_no_double_count() -> None:
    scales = member_scales(APPRENTICES, 2 * APPRENTICES, np.zeros(5, int), OWN)
    assert_array_equal(scales.factor, np.ones(5))


def test_a_member_of_a_scattered_panel_is_not_singled_out() -> None:
    after = APPRENTICES * [0.5, 2.1, 0.6, 2.0, 1.0]
    assert (member_scales(APPRENTICES, after, np.zeros(5, int), OWN).over_growth < 1).all()


def test_1_to_2_is_no_double_count() -> None:
    scales = member_scales([1, 26, 9, 7], [2, 27, 8, 7], np.zeros(4, int), OWN)
    assert scales.over_growth[0] < 0.5


@pytest.mark.parametrize(
    ("before", "after"), [([5, 6], [10, 6]), ([0, 0, 0], [4, 5, 6]), ([5, 6, np.nan], [10, 6, 3])]
)
def test_fewer_than_three_members_are_no_panel(before: list[float], after: list[float]) -> None:
    scales = member_scales(before, after, np.zeros(len(before), int), OWN)
    assert np.isnan(scales.factor).all()
    assert np.isnan(scales.over_growth).all()


@pytest.mark.parametrize(("before", "after"), [(0, 50), (50, 0), (np.nan, 5), (-5, -50)])
def test_what_has_no_ratio_is_not_evaluated(before: float, after: float) -> None:
    scales = one_group([before], [after])
    assert np.isnan(scales.factor[0])
    assert scales.members[0] == 0


def test_nothing_gives_nothing() -> None:
    assert group_scales([], [], [], GROWTH).factor.size == 0
    assert member_scales([], [], [], OWN).factor.size == 0


def test_silence_when_only_growth_took_place() -> None:
    draws = np.random.default_rng(20240930)
    levels = draws.lognormal(3.5, 1.5, (4_000, 5))
    common, own = draws.lognormal(0, 0.15, (4_000, 1)), draws.lognormal(0, OWN, (4_000, 5))
    before, after = draws.poisson(levels).ravel(), draws.poisson(levels * common * own).ravel()
    groups = np.repeat(np.arange(4_000), 5)
    assert np.nanmax(group_scales(before, after, groups, GROWTH).over_growth) < 3
    assert np.nanmean(member_scales(before, after, groups, OWN).over_growth > 4) < 0.002


@given(st.lists(st.integers(1, 5_000), min_size=3, max_size=8), st.integers(0, 1_000))
def test_neither_order_nor_other_groups_matter(before: list[int], seed: int) -> None:
    draws = np.random.default_rng(seed)
    after = draws.poisson(np.array(before) * draws.choice([0.1, 1, 2, 10], len(before))) + 1
    order = draws.permutation(len(before))
    first, second = np.r_[np.array(before)[order], 3, 5, 8], np.r_[after[order], 9, 9, 9]
    panels = np.r_[np.ones(len(before), int), 0, 0, 0]
    alone, alone_member = one_group(before, after), member_scales(before, after, panels[:-3], OWN)
    together = group_scales(first, second, panels, GROWTH)
    members = member_scales(first, second, panels, OWN)
    assert_allclose(together.over_growth[1], alone.over_growth[0])
    assert_array_equal(members.factor[: len(before)], alone_member.factor[order])
    assert_allclose(members.over_break[: len(before)], alone_member.over_break[order])


@given(st.lists(st.floats(0.1, 1e6), min_size=3, max_size=8), st.floats(1e-3, 1e3))
def test_the_unit_of_amounts_does_not_matter(amounts: list[float], unit: float) -> None:
    before, after = np.array(amounts), np.array(amounts)[::-1]
    told = one_group(before, after, are_counts=False)
    scaled = one_group(unit * before, unit * after, are_counts=False)
    assert_allclose(scaled.over_growth, told.over_growth, atol=1e-6)


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=6))
def test_time_may_run_backwards(before: list[int]) -> None:
    after = [10 * count + 3 for count in before]
    forth, back = one_group(before, after), one_group(after, before)
    assert_allclose(forth.factor * back.factor, 1.0)
    assert_allclose(forth.over_growth, back.over_growth)
