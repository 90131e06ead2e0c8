"""Arrays cut into groups: against the obvious loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from expectations.statistics.grouped import Ranked, codes_of, sums, weighted_medians

pytestmark = pytest.mark.filterwarnings("error")
VALUES = st.floats(-1e6, 1e6) | st.just(np.nan)
GROUPED = st.lists(st.tuples(VALUES, st.integers(0, 4)), min_size=1, max_size=30)


@given(GROUPED)
def test_medians_are_those_of_a_loop(rows: list[tuple[float, int]]) -> None:
    values, groups = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    ranked = Ranked.of(values, groups)
    others, own = ranked.medians_of_others(), ranked.medians()
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


def test_a_weighted_median_has_half_the_weight_below_it() -> None:
    values = np.array([5.0, 1.0, 2.0, -2.4, -0.04])
    weights = np.array([1.0, 1.0, 1.0, 0.1, 0.9])
    medians = weighted_medians(values, weights, np.array([0, 0, 0, 2, 2]))
    assert medians[0] == 2.0
    assert np.isnan(medians[1])
    assert medians[2] == -0.04
