"""Copies: the founding case, what equality of small numbers says, calibration and invariances."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import ArrayLike
from scipy import integrate, special, stats

from expectations.statistics.copies import (
    LEAST_TELLING,
    Blocks,
    copied_blocks,
    count_chances,
    rate_chances,
    stale_repeats,
)

pytestmark = pytest.mark.filterwarnings("error")

PCRH_TE = [7, 26, 1, 9]  # 1A4, 2023: Loire-Atlantique, Maine-et-Loire, Sarthe, Vendée
PCRH = [204, 104, 33, 140]  # 1C1, 2023, the same departments
PCRH_NEXT = [264, 109, 46, 149]  # 2024
APPRENTICES = [12265, 7433, 2842, 4212, 6517]  # 1B1, 2023
CPF_SHARES = [40, 21, 12, 14, 14]  # 1B3, 2023, in %
CPF_SHARES_NEXT = [40, 22, 10, 14, 15]  # 2024
SENIORS = [51.0, 50.4, 56.9, 47.7, 44.2, 54.4, 53.2, 49.3, 51.9, 53.2]  # 1C4, 2021, zones
SENIORS_NEXT = [52.0, 51.8, 58.3, 49.0, 47.4, 56.5, 54.3, 50.9, 52.8, 54.1]  # 2022
UNRELATED = np.log(2)


def exact_chance(count: int, spread: float) -> float:
    """Return P(Y1 = Y0) the long way round: negative binomial, averaged over growth."""

    def integrand(z: float) -> float:
        share = special.expit(spread * z)
        return float(stats.nbinom.pmf(count, count, 1 - share) * stats.norm.pdf(z))

    return float(integrate.quad(integrand, -10, 10)[0])


@pytest.mark.parametrize("count", [1, 2, 7, 26, 140, 5_000])
@pytest.mark.parametrize(("spread", "accuracy"), [(0.0, 0.01), (0.2, 0.03), (0.7, 0.03)])
def test_the_chance_of_a_count_is_that_of_its_law(
    count: int, spread: float, accuracy: float
) -> None:
    assert_allclose(count_chances(count, spread), exact_chance(count, spread), rtol=accuracy)


@pytest.mark.parametrize("step", [3, 5, 10])
@pytest.mark.parametrize("count", [60, 210, 1_500])
def test_the_chance_of_a_rounded_count_is_that_of_two_rounded_draws(step: int, count: int) -> None:
    draws = np.random.default_rng(20240930)
    levels = draws.uniform(count / 2, 2 * count, 400_000)
    before, after = (step * np.rint(draws.poisson(levels) / step) for _ in range(2))
    here = np.abs(before - count) < count / 10
    found = count_chances(before[here], steps=step).mean()
    accuracy = 0.05 if found <= LEAST_TELLING else 0.1
    assert_allclose(found, (before == after)[here].mean(), rtol=accuracy)


@given(st.integers(0, 5_000), st.integers(1, 100), st.sampled_from([0.0, 0.2, 0.7]))
def test_what_is_rounded_more_says_less(count: int, step: int, spread: float) -> None:
    fine, coarse = count_chances([count, count], spread, [step, 2 * step])
    assert 0 < fine < coarse < 1
    assert count_chances(count, spread, 1) == count_chances(count, spread)


@pytest.mark.parametrize("step", [0.1, 1.0])
@pytest.mark.parametrize("spread", [0.05, 0.8, 5.0])
def test_the_chance_of_a_rate_is_that_of_two_rounded_numbers(step: float, spread: float) -> None:
    draws = np.random.default_rng(20240930)
    first = draws.uniform(40, 60, 200_000)
    second = first + draws.normal(0, spread, first.size)
    equal = np.mean(np.rint(first / step) == np.rint(second / step))
    assert_allclose(rate_chances(step, spread), equal, atol=0.004)


def together(size: int) -> Blocks:
    """Return where so many cells of one block stand."""
    return of_one_period(np.zeros(size, dtype=np.int64))


def of_one_period(groups: ArrayLike) -> Blocks:
    """Return where cells stand of whose past nothing is known."""
    codes = np.asarray(groups, dtype=np.int64)
    return Blocks(codes, codes, np.zeros_like(codes))


def stale(before: list[float], after: list[float], chances: np.ndarray) -> float:
    return float(stale_repeats(before, after, chances, together(len(before))).p_value[0])


def test_five_departments_that_all_repeat_are_stale() -> None:
    assert stale(APPRENTICES, APPRENTICES, count_chances(APPRENTICES)) < 1e-7
    assert stale(SENIORS, SENIORS, rate_chances(0.1, 1.0)) < 1e-9


def test_when_all_repeat_the_chance_is_the_product_of_chances() -> None:
    chances = 0.02 + 0.98 * count_chances(PCRH)
    assert_allclose(stale(PCRH, PCRH, count_chances(PCRH)), chances.prod(), rtol=1e-9)


@given(st.lists(st.tuples(st.floats(1e-3, 0.14), st.booleans()), min_size=1, max_size=8))
def test_the_bound_is_above_the_exact_chance_and_of_its_order(
    cells: list[tuple[float, bool]],
) -> None:
    chances = np.array([cell[0] for cell in cells])
    same = np.array([cell[1] for cell in cells])
    found = stale_repeats(np.zeros(same.size), 1.0 - same, chances, together(same.size))
    repeating = 0.02 + 0.98 * chances
    every = np.array(list(product([False, True], repeat=same.size)))
    weights = np.where(every, -np.log(repeating), 0.0).sum(axis=1)
    likely = np.where(every, repeating, 1 - repeating).prod(axis=1)
    exact = likely[weights >= -np.log(repeating[same]).sum() - 1e-6].sum()
    assert exact * (1 - 1e-6) <= found.p_value[0] <= 100 * exact


def test_what_moved_is_not_stale() -> None:
    assert stale(PCRH, PCRH_NEXT, count_chances(PCRH)) == 1.0
    assert stale(SENIORS, SENIORS_NEXT, rate_chances(0.1, 1.0)) == 1.0


def test_two_equal_shares_out_of_five_are_ordinary() -> None:
    result = stale_repeats(CPF_SHARES, CPF_SHARES_NEXT, rate_chances(1.0, 4.0), together(5))
    assert (result.repeated[0], result.telling[0]) == (2, 5)
    assert result.p_value[0] > 0.05


@pytest.mark.parametrize(
    ("value", "chance"), [(8, count_chances(8)), (23, rate_chances(1.0, 4.0)), (1e6, 0.0)]
)
def test_one_total_that_stays_is_no_alarm(value: float, chance: float) -> None:
    assert stale([value], [value], np.array([chance])) >= 0.02


@pytest.mark.parametrize("value", [0, 1, 2, 3])
def test_small_numbers_say_nothing_however_many(value: int) -> None:
    result = stale_repeats([value] * 50, [value] * 50, count_chances([value] * 50), together(50))
    assert result.telling[0] == 0
    assert np.isnan(result.p_value[0])


def test_missing_values_are_no_repeat() -> None:
    result = stale_repeats([500, np.nan, 80], [500, 70, np.nan], np.full(3, 0.01), together(3))
    assert (result.repeated[0], result.telling[0]) == (1, 1)


def test_chance_makes_no_more_stale_groups_than_promised() -> None:
    draws = np.random.default_rng(20240930)
    levels = draws.lognormal(3, 1.5, 40_000)
    before, after = draws.poisson(levels), draws.poisson(levels)
    groups = np.arange(levels.size) // 5
    p_values = stale_repeats(before, after, count_chances(before), of_one_period(groups)).p_value
    tested = p_values[np.isfinite(p_values)]
    for threshold in (0.1, 0.01, 0.001):
        promised = threshold * tested.size
        assert (tested <= threshold).sum() <= promised + 4 * np.sqrt(promised)


def test_the_founding_copy_is_found() -> None:
    blocks = np.repeat([0, 1, 2, 3], 4)  # PCRH of the transition, employment rate, all PCRH × 2
    values = np.concatenate([PCRH_TE, PCRH_TE, PCRH, PCRH_NEXT])
    areas = np.tile([44, 49, 72, 85], 4)
    copies = copied_blocks(values, blocks, areas, count_chances(values, UNRELATED))
    assert_array_equal(copies.twin, [1, 0, -1, -1])
    assert copies.telling[0] == 3  # all but the 1
    assert copies.coincidences[0] < 1e-4


def test_a_copy_in_another_order_is_another_block() -> None:
    values, areas = [*PCRH, *PCRH[::-1]], [0, 1, 2, 3] * 2
    copies = copied_blocks(values, np.repeat([0, 1], 4), areas, count_chances(values, UNRELATED))
    assert_array_equal(copies.twin, [-1, -1])


def test_an_area_more_makes_another_block() -> None:
    copies = copied_blocks([9, 26, 9, 26, 7], [0, 0, 1, 1, 1], [0, 1, 0, 1, 2], np.full(5, 0.05))
    assert_array_equal(copies.twin, [-1, -1])


def test_a_missing_value_is_no_part_of_its_block() -> None:
    copies = copied_blocks([9, 26, 9, 26, np.nan], [0, 0, 1, 1, 1], [0, 1, 0, 1, 2], 0.05)
    assert_array_equal(copies.twin, [1, 0])


def test_blocks_of_zeros_and_small_constants_say_nothing() -> None:
    values = np.repeat([0, 0, 1, 1, 2, 2], 5)
    chances = count_chances(values, UNRELATED)
    copies = copied_blocks(values, np.repeat(np.arange(6), 5), np.tile(np.arange(5), 6), chances)
    assert_array_equal(copies.twin, [1, 0, 3, 2, 5, 4])
    assert not copies.telling.any()
    assert_array_equal(copies.coincidences, np.ones(6))


def test_no_area_alone_makes_a_copy_however_large() -> None:
    values = [4_812_657, 3, 2, 4_812_657, 3, 2]
    copies = copied_blocks(values, [0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, [1e-7, 0.14, 0.14] * 2)
    assert_allclose(copies.coincidences[0], 0.01 * 0.14**2)


def test_coincidences_are_no_more_than_expected() -> None:
    draws = np.random.default_rng(20240930)
    levels = draws.lognormal(1.5, 1.0, (20_000, 1)) * draws.lognormal(0, 0.7, (20_000, 3))
    values = draws.poisson(levels).ravel()
    blocks, areas = np.repeat(np.arange(20_000), 3), np.tile(np.arange(3), 20_000)
    copies = copied_blocks(values, blocks, areas, count_chances(values, UNRELATED))
    telling = copies.telling == 3
    assert telling.sum() > 3_000
    for threshold in (0.3, 0.1, 0.01):
        alarms = telling & (copies.twin >= 0) & (copies.coincidences <= threshold)
        assert alarms.sum() <= threshold * telling.sum()


def test_nothing_gives_nothing() -> None:
    assert stale_repeats([], [], [], together(0)).p_value.size == 0
    assert copied_blocks([], [], [], []).twin.size == 0


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=6),
    st.integers(0, 1_000),
    st.integers(4, 900),
)
def test_neither_order_nor_other_groups_matter(
    pairs: list[tuple[int, int]], seed: int, other: int
) -> None:
    before, after = np.array(pairs, dtype=float).T
    alone = stale_repeats(before, after, count_chances(before), together(len(pairs)))
    order = np.random.default_rng(seed).permutation(len(pairs))
    first, second = np.r_[other, before[order]], np.r_[other, after[order]]
    beside = stale_repeats(
        first, second, count_chances(first), of_one_period([1] + [0] * len(pairs))
    )
    assert_allclose(beside.p_value[0], alone.p_value[0], rtol=1e-9)


@given(st.lists(st.integers(0, 400), min_size=3, max_size=6), st.permutations(range(6)))
def test_a_copy_is_found_whatever_the_order_of_areas(values: list[int], order: list[int]) -> None:
    size = len(values)
    places = [place for place in order if place < size]
    told = np.r_[values, np.array(values)[places], 401 + np.arange(size)]
    areas = np.r_[np.arange(size), places, np.arange(size)]
    copies = copied_blocks(told, np.repeat([2, 0, 1], size), areas, count_chances(told))
    assert_array_equal(copies.twin, [2, -1, 0])
    assert_allclose(copies.coincidences[0], copies.coincidences[2])


def years_of_a_block(same: list[int]) -> tuple[Any, ...]:
    """Return a block of thirty counts of 600, of which so many repeat themselves, year by year."""
    size = 30
    repeats = np.concatenate([np.arange(size) < number for number in same])
    before = np.full(repeats.size, 600.0)
    years = np.repeat(np.arange(len(same)), size)
    blocks = Blocks(years, np.zeros_like(years), years)
    return before, np.where(repeats, before, 601.0), count_chances(before), blocks, 0.15


def test_what_repeats_itself_every_year_is_no_copy_until_it_repeats_more() -> None:
    every_year = stale_repeats(*years_of_a_block([9] * 8)).p_value
    assert every_year[0] < 1e-4
    assert every_year[-1] > 0.05
    assert stale_repeats(*years_of_a_block([9] * 7 + [30])).p_value[-1] < 1e-6


def test_the_past_of_one_line_is_no_excuse_for_another() -> None:
    before, after, chances, blocks, least = years_of_a_block([9] * 8)
    other = replace(blocks, lines=np.where(blocks.ranks == 7, 1, 0))
    assert stale_repeats(before, after, chances, other, least).p_value[-1] < 1e-4


def test_a_block_that_never_repeated_itself_is_found_as_without_a_past() -> None:
    before, after, chances, blocks, least = years_of_a_block([0] * 7 + [9])
    with_past, without = (
        stale_repeats(before, after, chances, each, least)
        for each in (blocks, of_one_period(blocks.groups))
    )
    assert with_past.p_value[-1] == pytest.approx(without.p_value[-1])
