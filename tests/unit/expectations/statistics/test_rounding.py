"""Coarser rounding: worked examples, who always rounded, calibration and invariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from expectations.statistics.rounding import Roundings, coarser_rounding

pytestmark = pytest.mark.filterwarnings("error")

APPRENTICES = [12265, 7433, 2842, 4212, 6517]  # 1B1, 2023, the five departments
SENIORS = [51.0, 50.4, 56.9, 47.7, 44.2, 54.4, 53.2, 49.3, 51.9, 53.2]  # 1C4, 2021, zones
SENIORS_NEXT = [52.0, 51.8, 58.3, 49.0, 47.4, 56.5, 54.3, 50.9, 52.8, 54.1]  # 2022


def rounded(before: list[float], after: list[float]) -> Roundings:
    return coarser_rounding(before, np.zeros(len(before), int), after, np.zeros(len(after), int))


@pytest.mark.parametrize("step", [10, 50, 100])
def test_numbers_that_become_round_stand_out(step: int) -> None:
    after = [step * round(1.1 * number / step) for number in APPRENTICES]
    found = rounded(APPRENTICES, after)
    assert found.p_value[0] < 2e-4
    assert found.step[0] >= step
    assert (found.round_values[0], found.values[0]) == (5, 5)


def test_the_chance_is_binomial_whatever_the_steps_tried() -> None:
    found = rounded([21, 23, 37, 49], [20, 30, 60, 70])  # 5 and 10 are tried; 50 is too large
    assert_allclose(found.p_value[0], 2 * stats.binom.sf(3, 4, 0.1))
    assert found.step[0] == 10


def test_rates_that_lose_their_decimal_stand_out() -> None:
    found = rounded(SENIORS, [float(round(rate)) for rate in SENIORS_NEXT])
    assert found.step[0] == 1
    assert found.p_value[0] < 1e-6


def test_decimals_that_stay_are_silent() -> None:
    assert rounded(SENIORS, SENIORS_NEXT).p_value[0] > 0.2


def test_who_always_rounded_changes_nothing() -> None:
    assert rounded([200, 310, 450, 120], [210, 340, 470, 130]).p_value[0] > 0.05
    assert rounded([200, 310, 457, 120, 80], [210, 340, 470, 130, 90]).p_value[0] > 0.1


def test_multiples_of_three_that_are_multiples_of_fifty_are_as_rare_as_others() -> None:
    before = [3 * number for number in (62, 86, 99, 71, 118, 45, 134, 77)]
    after = [150, 300, 450, 600, 750, 186, 258, 297]
    zeros = np.zeros(len(before), int)
    found = coarser_rounding(before, zeros, after, zeros, 3)
    alone = coarser_rounding(before, zeros, after, zeros)
    assert (found.step[0], found.round_values[0], found.values[0]) == (50, 5, 8)
    assert_allclose(found.p_value, alone.p_value)


def test_a_step_that_is_known_excuses_what_a_few_exact_values_hide() -> None:
    before, after = [105, 215, 315, 425, 525, 635, 1_853], [130, 240, 350, 460, 570, 680, 790]
    zeros = np.zeros(len(before), int)
    assert rounded(before, after).p_value[0] < 1e-5
    assert coarser_rounding(before, zeros, after, zeros, 5).p_value[0] > 0.01


def test_a_few_very_round_values_among_others_are_no_rounding() -> None:
    assert (
        rounded([14_235, 16_451] * 5, [15_000, 16_000, 17_000, *range(12_345, 12_352)]).p_value == 1
    )


def test_other_values_being_exact_does_not_hide_the_rounded_ones() -> None:
    before = list(range(101, 141))
    after = [10 * round(number / 10) for number in before[:30]] + before[30:]
    found = rounded(before, after)
    assert (found.round_values[0], found.values[0]) == (31, 40)  # 140 is round by itself
    assert found.p_value[0] < 1e-15


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([7, 26, 9], [10, 30, 10]),  # three values
        ([7, 26, 1, 9], [5, 20, 5, 10]),  # most are smaller than two steps
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
        ([np.nan] * 5, [100, 200, 300, 400, 500]),
    ],
)
def test_too_few_values_large_enough_say_nothing(before: list[float], after: list[float]) -> None:
    assert not rounded(before, after).p_value[0] < 0.05


def test_nothing_gives_nothing() -> None:
    assert rounded([], []).p_value.size == 0


def test_chance_rounds_no_more_groups_than_promised() -> None:
    draws = np.random.default_rng(20240930)
    levels = draws.lognormal(4.5, 1.0, (20_000, 6))
    groups = np.repeat(np.arange(20_000), 6)
    before, after = draws.poisson(levels).ravel(), draws.poisson(levels).ravel()
    p_values = coarser_rounding(before, groups, after, groups).p_value
    tested = p_values[np.isfinite(p_values)]
    assert tested.size > 10_000
    for threshold in (0.1, 0.01, 0.001):
        promised = threshold * tested.size
        assert (tested <= threshold).sum() <= promised + 4 * np.sqrt(promised)


@given(
    st.lists(st.integers(0, 3_000), min_size=4, max_size=12),
    st.lists(st.integers(0, 300).map(lambda tens: 10 * tens), min_size=4, max_size=12),
    st.integers(0, 1_000),
)
def test_neither_order_nor_other_groups_matter(
    before: list[int], after: list[int], seed: int
) -> None:
    draws = np.random.default_rng(seed)
    alone = rounded(before, after)
    first, second = draws.permutation(before), draws.permutation(after)
    together = coarser_rounding(
        np.r_[13, 250, first], np.r_[0, 0, np.full(first.size, 2)],
        np.r_[second, 10, 20], np.r_[np.full(second.size, 2), 0, 0],
    )  # fmt: skip
    assert_array_equal(together.p_value[2], alone.p_value[0])
    assert_array_equal(together.step[2], alone.step[0])


def test_the_unit_does_not_matter() -> None:
    after = [round(number, -2) for number in APPRENTICES]
    told = rounded(APPRENTICES, after)
    scaled = rounded([number / 100 for number in APPRENTICES], [number / 100 for number in after])
    assert_allclose(scaled.step, told.step / 100)
