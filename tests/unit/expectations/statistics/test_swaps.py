"""Exchanged and re-labelled categories; silence when nothing of that happened."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.crosstables import Tables
from expectations.statistics.grouped import Floats
from expectations.statistics.swaps import Exchange, exchanged_labels

pytestmark = pytest.mark.filterwarnings("error")

SPREAD = 0.2
SIZES = np.array([[120, 40, 300], [80, 35, 180], [30, 9, 70], [45, 20, 110], [90, 25, 160]])
SIZES_NEXT = np.array([[131, 38, 322], [84, 39, 171], [27, 11, 75], [49, 17, 118], [97, 27, 150]])
PUPILS = np.array([[26200, 3000]])  # 2A4, 2022-2023: collège, lycée
PUPILS_NEXT = np.array([[29395, 2628]])  # 2023-2024


def one_table(shape: tuple[int, ...]) -> Tables:
    areas, categories = np.indices(shape)
    return Tables(np.zeros(areas.size, int), areas.ravel(), categories.ravel())


def labels(before: np.ndarray, after: np.ndarray) -> list[Exchange]:
    return list(exchanged_labels(before.ravel(), after.ravel(), one_table(before.shape), SPREAD))


def pairs(found: list[Exchange]) -> dict[int, int]:
    return {label.category: label.carries for label in found}


def margins(found: list[Exchange]) -> list[float]:
    return sorted(label.margin for label in found)


def test_two_exchanged_columns_are_found() -> None:
    found = labels(SIZES, SIZES_NEXT[:, [0, 2, 1]])
    assert pairs(found) == {1: 2, 2: 1}
    assert found[0].margin == found[1].margin > 5


def test_a_circular_re_labelling_is_found() -> None:
    assert pairs(labels(SIZES, SIZES_NEXT[:, [1, 2, 0]])) == {0: 1, 1: 2, 2: 0}


def test_columns_that_stayed_are_silent() -> None:
    assert not labels(SIZES, SIZES_NEXT)
    assert not labels(PUPILS, PUPILS_NEXT)


def test_one_area_is_enough_for_very_different_categories() -> None:
    assert pairs(labels(PUPILS, PUPILS_NEXT[:, ::-1])) == {0: 1, 1: 0}


def test_categories_that_could_be_confused_are_silent() -> None:
    alike = np.array([[50, 48], [31, 33], [12, 11], [22, 20], [40, 44]])
    assert not labels(alike, alike[:, ::-1])


def test_nor_do_many_areas_tell_them_apart() -> None:
    draws = np.random.default_rng(20240930)
    shape = (200, 50, 2)
    before, after = draws.poisson(40, shape), draws.poisson(40, shape)
    tables, areas, categories = (codes.ravel() for codes in np.indices(shape))
    where = Tables(tables, areas, categories)
    assert not list(exchanged_labels(before.ravel(), after.ravel(), where, SPREAD))


def test_two_breaks_at_once_are_the_other_account() -> None:
    found = labels(PUPILS, PUPILS_NEXT[:, ::-1])
    assert max(margins(found)) < 2 * np.log(20) + 6


def test_the_more_exchanges_were_possible_the_less_each_is_worth() -> None:
    others = 7 * SIZES[:, :1] * [1, 3, 9, 27, 81, 243, 729]
    exchanged = SIZES_NEXT[:, [0, 2, 1]]
    few = labels(SIZES, exchanged)
    many = labels(np.c_[SIZES, others], np.c_[exchanged, others])
    assert pairs(many) == pairs(few)
    assert_allclose(np.subtract(margins(few), margins(many)), np.log(45 / 3))


def test_a_missing_category_does_not_prevent_from_seeing_the_others() -> None:
    after = SIZES_NEXT[:, [0, 2, 1]].astype(float)
    after[:, 0] = np.nan
    assert pairs(labels(SIZES, after)) == {1: 2, 2: 1}


def test_the_big_one_ruled_by_the_small_ones_alone_is_silent() -> None:
    assert not labels(np.array([[7, 26, 1, 9]]), np.array([[2, np.nan, np.nan, 2]]))


def ordinary_tables(shape: tuple[int, int, int]) -> tuple[Floats, Floats, Tables]:
    draws = np.random.default_rng(20240930)
    size = draws.lognormal(3.5, 1.0, (shape[0], shape[1], 1))
    mix = draws.lognormal(0, 0.8, (shape[0], 1, shape[2]))
    growth = draws.lognormal(0, 0.12, (shape[0], 1, shape[2])) * draws.lognormal(0, 0.1, shape)
    levels = size * mix * draws.lognormal(0, 0.2, shape)
    before, after = draws.poisson(levels), draws.poisson(levels * growth)
    tables, areas, categories = (codes.ravel() for codes in np.indices(shape))
    return before.ravel(), after.ravel(), Tables(tables, areas, categories)


@pytest.mark.parametrize("shape", [(1_000, 5, 3), (300, 5, 8), (200, 20, 4), (1_000, 1, 4)])
def test_silence_when_only_growth_took_place(shape: tuple[int, int, int]) -> None:
    before, after, tables = ordinary_tables(shape)
    assert len({label.panel for label in exchanged_labels(before, after, tables, SPREAD)}) <= 1


def test_no_table_gives_nothing() -> None:
    assert not list(exchanged_labels([], [], Tables([], [], []), SPREAD))


@given(
    st.permutations(range(5)), st.permutations(range(3)), st.integers(0, 2), st.integers(0, 1_000)
)
def test_neither_order_nor_other_tables_matter(
    areas: list[int], categories: list[int], exchange: int, seed: int
) -> None:
    exchanged = [[1, 0, 2], [2, 1, 0], [0, 2, 1]][exchange]
    after = SIZES_NEXT[:, exchanged]
    alone = labels(SIZES, after)
    moved = np.ix_(areas, categories)
    other = np.random.default_rng(seed).poisson(30, (2, 4))
    place = one_table((5, 3))
    where = Tables(
        np.repeat([0, 3], [4, 15]),
        np.r_[np.arange(4), np.asarray(areas)[np.asarray(place.areas)]],
        np.r_[np.zeros(4, int), np.asarray(categories)[np.asarray(place.categories)]],
    )
    before, now = np.r_[other[0], SIZES[moved].ravel()], np.r_[other[1], after[moved].ravel()]
    together = list(exchanged_labels(before, now, where, SPREAD))
    assert pairs(together) == pairs(alone) != {}
    assert {label.panel for label in together} == {3}
    assert_allclose(margins(together), margins(alone))


def test_a_column_like_one_that_was_exchanged_is_not_drawn_into_it() -> None:
    draws = np.random.default_rng(20190930)
    found = []
    for _ in range(20):
        size, wave = draws.lognormal(7, 0.6, (80, 1)), draws.lognormal(0, 0.15, (80, 1))
        one = np.ones((80, 1))
        before = size * np.hstack([0.45 * one, 0.85 * one, 1.1 * wave, 0.7 / wave, 0.6 * one])
        after = size * np.hstack([0.45 * one, 0.85 * wave, 1.1 * wave, 0.7 / wave, 0.6 * one])
        periods = [
            draws.poisson(means * draws.lognormal(0, 0.03, (80, 5))) for means in (before, after)
        ]
        found.append(set(pairs(labels(periods[0], periods[1][:, [1, 0, 2, 3, 4]]))))
    assert found.count({0, 1}) >= 18
    assert all(names <= {0, 1} for names in found)
