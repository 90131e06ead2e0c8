"""Every cell of tables of all sizes is at its place, once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from expectations.statistics.crosstables import Tables, batches

pytestmark = pytest.mark.filterwarnings("error")


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
