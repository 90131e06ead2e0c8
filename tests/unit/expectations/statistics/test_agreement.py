"""Who agrees with what is said of all, and how much one member may say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.statistics.agreement import agreeing, gains, log_likelihood

pytestmark = pytest.mark.filterwarnings("error")


def of_one_group(*said: float) -> list[bool]:
    return agreeing(np.array(said), np.zeros(len(said), dtype=np.int64)).tolist()


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(0.01, 10), st.floats(0, 100))
def test_whatever_a_member_does_what_it_says_is_bounded(
    moved: float, unmoved: float, variance: float, free: float
) -> None:
    said = np.diff(log_likelihood(np.array([moved, unmoved]), variance, free))
    assert abs(said[0]) <= np.log(20) + np.log1p(free / variance) / 2 + 4.5 + 1e-9


def test_what_broke_on_its_own_speaks_for_nobody() -> None:
    said = gains(np.array([6.9, -0.4, 0.1]), np.full(3, -0.5), np.full(3, 0.03), 1.4)
    assert np.isnan(said[0])
    assert said[1] > 1
    assert said[2] < -1


def test_the_small_go_with_most_and_the_large_alone() -> None:
    assert of_one_group(4, 4, 4, 0.1, -0.1, -4) == [True, True, True, True, True, False]
    assert of_one_group(-4, -4, -4, 0.1, -0.1, 4) == [False, False, False, False, False, True]


def test_who_says_nothing_agrees_with_nothing() -> None:
    assert of_one_group(4, np.nan) == [True, False]
    assert agreeing(np.zeros(0), np.zeros(0, dtype=np.int64)).size == 0


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=8), st.floats(-9, 9))
def test_another_group_changes_nothing(said: list[float], other: float) -> None:
    groups = np.append(np.zeros(len(said), dtype=np.int64), 1)
    assert agreeing(np.array([*said, other]), groups)[:-1].tolist() == of_one_group(*said)
