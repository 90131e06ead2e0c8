"""Revisions between two vintages: worked examples, the sign test and invariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from expectations.statistics.revisions import group_revisions, revision_sizes

pytestmark = pytest.mark.filterwarnings("error")

NUMBERS = st.lists(
    st.tuples(st.integers(0, 500) | st.none(), st.integers(0, 500) | st.none()), min_size=1
)


def test_sizes_are_relative_to_what_was_published() -> None:
    sizes = revision_sizes([10, 10, 6893, 0, 0, -4, np.nan, 3], [8, 10, 6793, 5, 0, -2, 3, np.nan])
    expected = [-0.2, 0, -100 / 6893, np.inf, 0, 0.5, np.nan, np.nan]
    assert_allclose(sizes, expected)


def test_what_became_of_each_cell_is_counted() -> None:
    published = [43, 7, 26, 1, np.nan, np.nan, 502]
    current = [43, 8, np.nan, np.nan, 9, np.nan, 502]
    found = group_revisions(published, current, [0, 0, 0, 0, 0, 0, 2])
    assert_array_equal(found.cells, [5, 0, 1])
    assert_array_equal([found.revised[0], found.appeared[0], found.vanished[0]], [1, 1, 2])
    assert_allclose(found.share, [0.8, np.nan, 0])
    assert_allclose(found.mean, [1 / 50, np.nan, 0])


def test_ups_and_downs_cancel_in_the_mean_only() -> None:
    found = group_revisions([100, 200], [110, 190], [0, 0])
    assert (found.mean[0], found.upward[0], found.revised[0]) == (0, 1, 2)
    assert_allclose(found.mean_absolute, 20 / 300)


def test_the_sign_test_is_that_of_the_book() -> None:
    published = np.full(10, 100.0)
    changes = np.array([3, 2, 5, 1, 4, 2, 6, 1, 3, -1])
    found = group_revisions(published, published + changes, np.zeros(10, int))
    assert_allclose(found.one_sided, 2 * 11 / 1024)  # 9 or 10 of 10 one way: 11 cases of 1 024


def test_eight_revisions_one_way_are_needed() -> None:
    for number, enough in ((7, False), (8, True)):
        published = np.full(number, 50.0)
        found = group_revisions(published, published - 2, np.zeros(number, int))
        assert (found.one_sided[0] < 0.01) == enough


def test_nothing_revised_has_no_direction() -> None:
    found = group_revisions([5, 6], [5, 6], [0, 0])
    assert np.isnan(found.one_sided[0])
    assert found.share[0] == 0


def test_a_rounding_is_no_revision() -> None:
    found = group_revisions([69.1, 51.5], [69.14, 52.9], [0, 0], tolerance=0.051)
    assert found.revised[0] == 1


def test_nothing_gives_nothing() -> None:
    assert group_revisions([], [], []).share.size == 0


def test_revisions_either_way_are_seldom_called_one_sided() -> None:
    draws = np.random.default_rng(20240930)
    published = draws.poisson(200, 60_000)
    groups = np.repeat(np.arange(3_000), 20)
    p_values = group_revisions(published, published + draws.integers(-5, 6, 60_000), groups)
    assert np.mean(p_values.one_sided <= 0.01) <= 0.01


@given(NUMBERS, st.integers(0, 1_000))
def test_cells_are_either_kept_revised_appeared_or_vanished(
    rows: list[tuple[int | None, int | None]], seed: int
) -> None:
    published, current = np.array(rows, dtype=float).T
    found = group_revisions(published, current, np.zeros(len(rows), int))
    kept = (published == current).sum()
    assert found.cells[0] == kept + found.revised[0] + found.appeared[0] + found.vanished[0]
    order = np.random.default_rng(seed).permutation(len(rows))
    moved = group_revisions(
        np.r_[1, published[order]], np.r_[2, current[order]], np.r_[0, np.ones(len(rows), int)]
    )
    for name in ("share", "upward", "mean", "mean_absolute", "one_sided"):
        assert_allclose(getattr(moved, name)[1], getattr(found, name)[0])


@given(NUMBERS, st.sampled_from([0.01, 0.5, 8.0, 1_000.0]))
def test_the_unit_does_not_matter(rows: list[tuple[int | None, int | None]], unit: float) -> None:
    published, current = np.array(rows, dtype=float).T
    assert_allclose(
        revision_sizes(unit * published, unit * current), revision_sizes(published, current)
    )
