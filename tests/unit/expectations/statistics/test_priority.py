"""What a steward should look at first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.priority import certainty, priority, weight

P_VALUES = st.floats(0, 1)


@pytest.mark.parametrize(("p_value", "nothing"), [(0.05, 0.289), (0.01, 0.111), (0.001, 0.0184)])
def test_certainty_is_what_sellke_bayarri_and_berger_leave(p_value: float, nothing: float) -> None:
    assert_allclose(certainty(p_value), 1 - nothing, atol=5e-4)


def test_logic_is_certain_and_a_large_p_value_tells_nothing() -> None:
    assert_allclose(certainty([0.0, 0.5, 1.0]), [1.0, 0.5, 0.5])
    assert np.isnan(certainty(np.nan))


def test_a_part_that_vanished_concerns_what_it_was() -> None:
    assert_allclose(weight([26, 0, 26], [np.nan, 30, 13], 100, 100), [0.26, 0.3, 0.26])


def test_without_a_total_a_cell_concerns_all_of_itself() -> None:
    assert_allclose(weight([5, 5], [6, 6], [np.nan, 0], [np.nan, 0]), [1.0, 1.0])


def test_a_part_is_never_more_than_its_whole() -> None:
    assert weight(150, 90, 100, 100) == 1.0


@given(P_VALUES, P_VALUES, st.floats(0, 1), st.floats(0, 1))
def test_more_certain_and_more_concerned_comes_first(
    p_value: float, other: float, share: float, larger: float
) -> None:
    low, high = sorted((p_value, other))
    small, large = sorted((share, larger))
    assert 0 <= priority(high, small) <= priority(low, large) <= 1
