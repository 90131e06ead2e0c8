"""Merged and split categories; silence when a category only vanished."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.crosstables import Tables
from expectations.statistics.mergers import Merger, merged_categories

pytestmark = pytest.mark.filterwarnings("error")

SPREAD = 0.2
SUGGESTIVE = 3.0
SIZES = np.array([[120, 40, 300], [80, 35, 180], [30, 9, 70], [45, 20, 110], [90, 25, 160]])
SIZES_NEXT = np.array([[131, 38, 322], [84, 39, 171], [27, 11, 75], [49, 17, 118], [97, 27, 150]])


def one_table(shape: tuple[int, ...]) -> Tables:
    areas, categories = np.indices(shape)
    return Tables(np.zeros(areas.size, int), areas.ravel(), categories.ravel())


def mergers(before: np.ndarray, after: np.ndarray, spread: float = SPREAD) -> list[Merger]:
    return suggestive(before.ravel(), after.ravel(), one_table(before.shape), spread)


def suggestive(before: np.ndarray, after: np.ndarray, where: Tables, spread: float) -> list[Merger]:
    """Those of the margin at which the module was measured."""
    found = merged_categories(before, after, where, spread)
    return [merger for merger in found if merger.margin >= SUGGESTIVE]


def heirs(found: list[Merger]) -> dict[int, int]:
    return {merger.vanished: merger.heir for merger in found}


def merged(into: int = 1) -> np.ndarray:
    """Return the second period, the first category having gone into another."""
    after = SIZES_NEXT.astype(float)
    after[:, into] += after[:, 0]
    after[:, 0] = np.nan
    return after


def test_a_merger_is_found_area_by_area() -> None:
    assert heirs(mergers(SIZES, merged())) == {0: 1}


def test_a_split_is_a_merger_read_backwards() -> None:
    before = SIZES.astype(float)
    before[:, 1] += before[:, 0]
    before[:, 0] = 0
    assert heirs(mergers(SIZES_NEXT, before)) == {0: 1}


def test_in_a_calm_table_a_third_that_went_elsewhere_is_found() -> None:
    draws = np.random.default_rng(20190930)
    means = draws.lognormal(6, 0.6, (60, 1)) * draws.lognormal(0, 0.4, (60, 6))
    before, after = (draws.poisson(means * draws.lognormal(0, 0.03, (60, 6))) for _ in range(2))
    left = draws.binomial(after[:, 5], 0.33)
    split = np.c_[after[:, :5], after[:, 5] - left, left]
    found = mergers(split, np.c_[before, np.zeros(60)])
    assert heirs(found) == {6: 5}
    assert found[0].agreeing > 50


def test_a_category_under_a_new_name_is_found() -> None:
    before, after = np.full((5, 4), np.nan), np.full((5, 4), np.nan)
    before[:, :3], after[:, 1:3] = SIZES, SIZES_NEXT[:, 1:]
    before[:, 0] = [400, 20, 150, 60, 9]
    after[:, 3] = [410, 22, 140, 63, 10]
    assert heirs(mergers(before, after)) == {0: 3}


def test_a_category_that_only_vanished_has_no_heir() -> None:
    after = SIZES_NEXT.astype(float)
    after[:, 0] = np.nan
    assert not mergers(SIZES, after)


def test_in_one_area_a_new_number_near_the_old_one_says_nothing() -> None:
    assert not mergers(np.array([[100, 500, np.nan]]), np.array([[np.nan, 510, 103]]))


def test_the_more_heirs_were_possible_the_less_each_is_worth() -> None:
    others = 50 * SIZES[:, :1] * [1, 3, 9]
    others_next = others * [[0.8, 1.2, 1.0], [1.3, 1.0, 0.9], [1.0, 0.7, 1.3], [0.9] * 3, [1.1] * 3]
    # No table is calmer than so little is asked for: both have the same ordinary growth.
    few, many = (
        mergers(before, after, spread=0.05)
        for before, after in [
            (SIZES, merged()),
            (np.c_[SIZES, others], np.c_[merged(), others_next]),
        ]
    )
    assert heirs(many) == heirs(few) == {0: 1}
    assert_allclose(few[0].margin - many[0].margin, np.log(5 / 2))


def test_a_small_category_leaves_no_trace_in_a_large_one() -> None:
    after = SIZES_NEXT.astype(float)
    after[:, 2] += after[:, 1]
    after[:, 1] = np.nan
    assert not mergers(SIZES, after)


def test_an_heir_that_grew_much_more_is_none() -> None:
    after = SIZES_NEXT.astype(float)
    after[:, 1] = 20 * after[:, 1]
    after[:, 0] = np.nan
    assert not mergers(SIZES, after)


def test_a_masked_cell_of_the_heir_hides_nothing() -> None:
    after = merged()
    after[2, 1] = np.nan
    assert heirs(mergers(SIZES, after)) == {0: 1}


def test_silence_when_a_category_only_vanished() -> None:
    draws = np.random.default_rng(20240930)
    shape = (1_000, 5, 4)
    size, mix = draws.lognormal(3.5, 1.0, (1_000, 5, 1)), draws.lognormal(0, 0.8, (1_000, 1, 4))
    growth = draws.lognormal(0, 0.12, (1_000, 1, 4)) * draws.lognormal(0, 0.1, shape)
    before, after = draws.poisson(size * mix), draws.poisson(size * mix * growth).astype(float)
    after[:, :, 0] = np.nan
    tables, areas, categories = (codes.ravel() for codes in np.indices(shape))
    where = Tables(tables, areas, categories)
    assert len(suggestive(before.ravel(), after.ravel(), where, SPREAD)) <= 3


def test_no_table_gives_nothing() -> None:
    assert not list(merged_categories([], [], Tables([], [], []), SPREAD))


@given(st.permutations(range(5)), st.permutations(range(3)), st.integers(0, 1_000))
def test_neither_order_nor_other_tables_matter(
    areas: list[int], categories: list[int], seed: int
) -> None:
    after, moved, place = merged(), np.ix_(areas, categories), one_table((5, 3))
    other = np.random.default_rng(seed).poisson(30, (2, 4))
    (together,) = suggestive(
        np.r_[other[0], SIZES[moved].ravel()],
        np.r_[other[1], after[moved].ravel()],
        Tables(
            np.repeat([0, 3], [4, 15]),
            np.r_[np.arange(4), np.asarray(areas)[np.asarray(place.areas)]],
            np.r_[np.zeros(4, int), np.asarray(categories)[np.asarray(place.categories)]],
        ),
        SPREAD,
    )
    assert (together.panel, together.vanished, together.heir) == (3, 0, 1)
    assert_allclose(together.margin, mergers(SIZES, after)[0].margin)
