"""Did the parts of a whole change more than over-dispersed counting allows?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from expectations.statistics.compositions import changed_compositions
from expectations.statistics.counts import spread_of

ORDINARY = spread_of(1.5)
HARDLY_ANY = 0.02
PARTS = st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 3_000)), min_size=2, max_size=8)


def p_value(before: list[int], after: list[int], spread: float = ORDINARY) -> float:
    codes = np.zeros(len(before), dtype=int)
    return float(changed_compositions(before, after, codes, spread).p_value[0])


def test_without_ordinary_growth_it_is_a_cautious_test_of_homogeneity() -> None:
    """Party identification by gender, Agresti, *Introduction to Categorical Data Analysis*."""
    women, men = [279, 73, 225], [165, 47, 191]
    pearson = stats.chi2_contingency([women, men]).pvalue
    assert_allclose(pearson, 0.03, atol=0.001)
    assert pearson < p_value(women, men, HARDLY_ANY) < 1.5 * pearson
    tenfold = p_value([10 * n for n in women], [10 * n for n in men], 0.001)
    assert_allclose(np.log(tenfold), np.log(stats.chi2.sf(70.1, 2)), rtol=0.05)


def test_growth_of_the_whole_is_no_change_of_its_parts() -> None:
    assert p_value([300, 200, 100], [900, 600, 300]) > 0.99


def test_two_sizes_swapped_stand_out() -> None:
    codes = np.zeros(4, dtype=int)
    found = changed_compositions([500, 40, 120, 60], [40, 500, 118, 63], codes, ORDINARY)
    assert found.p_value[0] < 1e-12
    assert np.argsort(np.abs(found.score))[-2:].tolist() in ([0, 1], [1, 0])
    assert found.score[0] < -4
    assert found.score[1] > 4


@pytest.mark.parametrize(
    ("before", "after"), [([1, 0, 2], [0, 2, 1]), ([3, 1], [1, 3]), ([7, 26, 1, 9], [6, 24, 3, 10])]
)
def test_small_counts_are_safe(before: list[int], after: list[int]) -> None:
    assert p_value(before, after) > 0.3


def test_one_part_alone_or_none_has_no_composition() -> None:
    found = changed_compositions([5, 0, 3], [9, 0, np.nan], [0, 1, 2], ORDINARY)
    assert np.isnan(found.p_value).all()
    assert np.isnan(found.score[2])
    assert changed_compositions([], [], [], ORDINARY).p_value.size == 0


@pytest.mark.parametrize("parts", [2, 5, 15])
def test_false_alarms_are_no_more_than_promised(parts: int) -> None:
    draws = np.random.default_rng(20240930)
    wholes = 4_000
    codes = np.repeat(np.arange(wholes), parts)
    levels = draws.lognormal(3, 1.3, codes.size)
    before = draws.poisson(levels)
    growth = draws.lognormal(0, 0.3, wholes)[codes] * draws.lognormal(0, ORDINARY, codes.size)
    after = draws.poisson(levels * growth)
    p_values = changed_compositions(before, after, codes, ORDINARY).p_value
    for threshold in (0.1, 0.01, 0.001):
        promised = threshold * wholes
        assert (p_values <= threshold).sum() <= promised + 4 * np.sqrt(promised)


def moved(before: list[float], after: list[float]) -> list[int]:
    codes = np.zeros(len(before), dtype=int)
    return np.flatnonzero(changed_compositions(before, after, codes, ORDINARY).has_moved).tolist()


def test_the_parts_that_moved_are_told_from_those_that_did_not() -> None:
    before = [500, 40, 120, 60, 300]
    assert moved(before, [510, 41, 118, 63, 290]) == []
    assert moved(before, [510_000, 41, 118, 63, 290]) == [0]
    assert moved(before, [510, 41, 0, 63, 290]) == [2]
    assert moved(before, [510, 300, 118, 63, 40]) == [1, 4]


def test_of_two_parts_the_one_that_moved_from_the_period_before_is_out() -> None:
    assert moved([500, 400], [510, 100]) == [1]
    assert moved([500, 400], [1000, 200]) == [0, 1]


@given(st.integers(0, 10**9))
def test_one_wrong_part_never_makes_another_one_move(value: int) -> None:
    assert set(moved([500, 40, 120, 60, 300], [510, 41, value, 63, 290])) <= {2}


@given(PARTS, st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(
    parts: list[tuple[int, int]], chance: "np.random.Generator"
) -> None:
    before, after = np.array(parts).T
    order = list(range(len(parts)))
    chance.shuffle(order)
    straight = p_value(before, after)
    assert_allclose(p_value(before[order], after[order]), straight, rtol=1e-6)


@given(PARTS, PARTS)
def test_an_unrelated_whole_changes_nothing(
    parts: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    before, after = np.array(parts + others).T
    codes = np.repeat([0, 1], [len(parts), len(others)])
    together = changed_compositions(before, after, codes, ORDINARY).p_value[0]
    assert_allclose(together, p_value(*np.array(parts).T), rtol=1e-6)


@given(PARTS)
def test_a_part_that_is_never_there_changes_nothing(parts: list[tuple[int, int]]) -> None:
    before, after = np.array(parts).T
    with_nothing = np.append(before, 0), np.append(after, 0)
    assert p_value(*with_nothing) == pytest.approx(p_value(before, after), rel=0.2, nan_ok=True)


def test_moving_further_is_never_likelier() -> None:
    p_values = [p_value([200, 200, 200], [200 - k, 200 + k, 200]) for k in range(0, 200, 5)]
    assert (np.diff(p_values) <= 1e-9).all()


def test_a_part_that_is_lost_altogether_has_a_finite_score() -> None:
    parts = [2e9, 3e9, 1e9]
    told = changed_compositions(parts, [0, *parts[1:]], [0, 0, 0], 1e-3)
    assert np.isfinite(told.score).all()
    assert told.p_value[0] == 0
