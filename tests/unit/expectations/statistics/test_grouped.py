"""Arrays cut into groups: against the obvious loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from expectations.statistics.grouped import (
    Tables,
    batches,
    codes_of,
    medians,
    medians_of_others,
    sums,
)

pytestmark = pytest.mark.filterwarnings("error")
unhurried = settings(deadline=None)
VALUES = st.floats(-1e6, 1e6) | st.just(np.nan)
GROUPED = st.lists(st.tuples(VALUES, st.integers(0, 4)), min_size=1, max_size=30)


@unhurried
@given(GROUPED)
def test_medians_are_those_of_a_loop(rows: list[tuple[float, int]]) -> None:
    values, groups = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    others, own = medians_of_others(values, groups), medians(values, groups)
    for place, (value, group) in enumerate(rows):
        is_other = (groups == group) & (np.arange(len(rows)) != place) & ~np.isnan(values)
        alone = np.isnan(value) or not is_other.any()
        assert_allclose(others[place], np.nan if alone else np.median(values[is_other]))
        group_median = np.nan if np.isnan(value) else np.nanmedian(values[groups == group])
        assert_allclose(own[place], group_median)


def test_sums_of_empty_groups_are_zero() -> None:
    assert_array_equal(sums([1, 2, 4], np.array([0, 3, 3]), 5), [1, 0, 0, 6, 0])


@pytest.mark.parametrize(("groups", "message"), [([0, -1], "Group code -1"), ([0], "one code")])
def test_bad_codes_are_refused(groups: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        codes_of(groups, (2,))


@unhurried
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(0, 6)), max_size=60))
def test_every_cell_is_in_one_table_at_its_place(cells: set[tuple[int, int, int]]) -> None:
    rows = np.array(sorted(cells), dtype=np.int64).reshape(-1, 3)
    seen = []
    for batch in batches(Tables(*rows.T), rows.shape[:1]):
        table, area, category = np.nonzero(batch.cells >= 0)
        positions = batch.cells[table, area, category]
        seen.extend(positions)
        assert_array_equal(rows[positions, 0], batch.panels[table])
        assert_array_equal(rows[positions, 2], batch.categories[table, category])
        places = set(zip(table, area, rows[positions, 1], strict=True))
        assert len(places) == len({(one, row) for one, row, _ in places})
    assert sorted(seen) == list(range(len(rows)))


def test_a_batch_gives_values_their_places() -> None:
    (batch,) = batches(Tables([0, 0, 0], [4, 4, 9], [2, 7, 7]), (3,))
    assert_array_equal(batch.of(np.array([10.0, 20.0, 30.0])), [[[10, 20], [np.nan, 30]]])
    assert_array_equal(batch.categories, [[2, 7]])
