"""A category that leaves the others everywhere, in most areas, and in one only."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.balance import Balance, balance
from expectations.statistics.grouped import Floats

pytestmark = pytest.mark.filterwarnings("error")

SPREAD = 0.2
AREAS, CATEGORIES = 20, 5


def ordinary(seed: int = 20240930) -> tuple[Floats, Floats]:
    """Return two periods of a table, area × category, in which nothing happened."""
    draws = np.random.default_rng(seed)
    levels = draws.lognormal(5, 0.7, (AREAS, 1)) * draws.lognormal(0, 0.4, (1, CATEGORIES))
    growth = 1.05 * draws.lognormal(0, 0.08, levels.shape)
    return draws.poisson(levels).astype(float), draws.poisson(levels * growth).astype(float)


def judged(before: Floats, after: Floats) -> Balance:
    columns = np.tile(np.arange(before.shape[1]), before.shape[0])
    counts = before.ravel(), after.ravel()
    return balance(counts, columns, np.zeros_like(columns), SPREAD)


def held(found: Balance, column: int) -> list[int]:
    """Return the areas of a column that agree, if its p-value is an alarm."""
    of_column = (found.agrees & (found.p_value < 0.005)).reshape(AREAS, CATEGORIES)[:, column]
    return np.flatnonzero(of_column).tolist()


def test_ordinary_growth_is_silent() -> None:
    assert judged(*ordinary()).p_value.min() > 0.01


def test_a_category_that_falls_everywhere_is_found_everywhere() -> None:
    before, after = ordinary()
    after[:, 2] = (0.6 * after[:, 2]).round()
    found = judged(before, after)
    assert held(found, 2) == list(range(AREAS))
    assert found.says_so.reshape(AREAS, CATEGORIES)[:, 2].sum() >= AREAS - 2
    assert not any(held(found, column) for column in (0, 1, 3, 4))


def test_a_category_that_falls_to_nothing_is_found_everywhere() -> None:
    before, after = ordinary()
    after[:, 2] = 0.0
    found = judged(before, after)
    assert held(found, 2) == list(range(AREAS))
    assert found.says_so.reshape(AREAS, CATEGORIES)[:, 2].all()


def test_one_that_falls_in_most_areas_is_found_there() -> None:
    before, after = ordinary()
    after[:14, 2] = (0.5 * after[:14, 2]).round()
    areas = held(judged(before, after), 2)
    assert len(set(areas) & {*range(14)}) >= 13
    assert len(set(areas) - {*range(14)}) <= 1


@pytest.mark.parametrize("factor", [1000.0, 0.001, 0.0])
@pytest.mark.parametrize("areas", [1, 2, 3])
def test_what_a_few_areas_do_is_theirs_alone(factor: float, areas: int) -> None:
    before, after = ordinary()
    after[:areas, 2] = (factor * after[:areas, 2]).round()
    assert judged(before, after).p_value.min() > 0.01


def test_nor_do_they_hide_what_all_the_others_do() -> None:
    before, after = ordinary()
    after[:, 2] = (0.6 * after[:, 2]).round()
    after[0, 2], after[1, 4] = 10**6, 10**6
    assert held(judged(before, after), 2)[-15:] == list(range(AREAS - 15, AREAS))


def test_of_two_areas_one_does_not_speak_for_both() -> None:
    before, after = (table[:2] for table in ordinary())
    after[0, 2] *= 1000
    assert judged(before, after).p_value.min() > 0.01


@given(st.integers(0, AREAS - 1), st.integers(0, CATEGORIES - 1), st.integers(0, 10**9))
def test_any_value_in_one_area_holds_no_column(area: int, column: int, value: int) -> None:
    before, after = ordinary()
    after[area, column] = value
    assert not any(held(judged(before, after), other) for other in range(CATEGORIES))


@given(st.permutations(range(AREAS)))
def test_the_order_of_areas_does_not_matter(order: list[int]) -> None:
    before, after = ordinary()
    after[:, 2] = (0.6 * after[:, 2]).round()
    straight, turned = judged(before, after), judged(before[order], after[order])
    assert_allclose(turned.p_value[:CATEGORIES], straight.p_value[:CATEGORIES], rtol=1e-6)
