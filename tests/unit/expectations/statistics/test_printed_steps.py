"""The step that a producer rounds to: what is learnt, what is not, and the noise it implies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from expectations.statistics.printed_steps import (
    are_mostly_multiples,
    printed_steps,
    rounding_variance,
    spread_of_rounded,
)

pytestmark = pytest.mark.filterwarnings("error")


def step_of(values: object, *, are_counts: bool = True) -> float:
    numbers = np.asarray(values, dtype=float)
    return float(printed_steps(numbers, np.zeros(numbers.size, int), are_counts)[0])


@given(st.sampled_from([2, 3, 4, 5, 10, 12, 20, 25, 50, 100]), st.integers(0, 10_000))
def test_multiples_of_a_step_are_read_as_such(step: int, seed: int) -> None:
    draws = np.random.default_rng(seed)
    assert step_of(step * draws.integers(1, 500, 60)) == step
    assert_allclose(step_of(step * draws.integers(1, 500, 60) / 10, are_counts=False), step / 10)


@given(st.integers(0, 10_000), st.integers(1, 60), st.sampled_from([2, 3, 5]))
def test_a_step_is_never_coarser_than_the_true_one(seed: int, size: int, step: int) -> None:
    counts = step * np.random.default_rng(seed).integers(1, 3_000, size)
    assert step_of(counts) in {1, step}


@given(st.integers(0, 10_000), st.integers(1, 200), st.floats(1.5, 4_000))
def test_what_was_only_counted_is_rounded_to_nothing(seed: int, size: int, level: float) -> None:
    assert step_of(np.random.default_rng(seed).poisson(level, size)) == 1


@pytest.mark.parametrize(("step", "enough"), [(2, 20), (3, 13), (5, 9)])
def test_too_few_prove_nothing(step: int, enough: int) -> None:
    numbers = step * np.array([1, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71,
                               73, 79])  # fmt: skip
    assert step_of(numbers[:enough]) == step
    assert step_of(numbers[: enough - 1]) == 1


def test_a_few_exact_totals_do_not_matter_and_half_of_them_do() -> None:
    rounded = 5 * np.arange(1, 58)
    assert step_of([*rounded, 1_853, 2_201, 977]) == 5
    assert step_of([*rounded, *range(101, 158)]) == 1


def test_rates_begin_at_their_decimals() -> None:
    assert step_of([51.0, 50.4, 56.9, 47.7, 44.2, 54.4, 53.2], are_counts=False) == 0.1
    assert step_of([51, 50, 57, 47, 44, 54, 53], are_counts=False) == 1
    assert np.isnan(step_of([51.0, 50.4, 56.9], are_counts=False))
    assert np.isnan(step_of(100 * np.arange(1, 40) / 41, are_counts=False))


def test_neither_zeros_nor_missing_ones_nor_other_groups_matter() -> None:
    values = [0, np.nan, *(3 * np.arange(1, 20)), *range(1, 20), 1e300]
    groups = [0, 0, *[0] * 19, *[1] * 19, 2]
    are_counts = [*[True] * 40, False]
    assert_array_equal(printed_steps(values, groups, are_counts), [3, 1, np.nan])
    assert printed_steps([], [], []).size == 0


def test_multiples_of_a_step_that_others_told() -> None:
    found = are_mostly_multiples([5, 10, 7, np.nan, 0.3], [0, 0, 1, 2, 3], [5, 5, 5, 5, 0.1])
    assert_array_equal(found, [1, 0, 1, 1])


@pytest.mark.parametrize("step", [3, 5, 10])
def test_the_noise_of_rounding_is_what_is_drawn(step: int) -> None:
    draws = np.random.default_rng(step)
    counts = draws.integers(1_000, 5_000, 200_000)
    drawn = step * (counts // step + (draws.random(counts.size) < counts % step / step)) - counts
    assert_allclose(drawn.var(), rounding_variance(step), rtol=0.02)
    assert rounding_variance([1, np.nan]).tolist() == [0, 0]


def test_rounding_adds_nothing_to_the_spread_of_exact_counts_and_little_to_that_of_large_ones() -> (
    None
):
    spreads = spread_of_rounded(0.2, [10, 10, 1_000, np.nan], [10, 0, 1_000, 3], [1, 10, 10, 10])
    assert spreads.tolist() == [0.2, pytest.approx(1.06, abs=0.02), pytest.approx(0.2, 0.01), 0.2]
