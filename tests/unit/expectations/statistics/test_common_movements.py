"""How odd a movement of a whole group is, by what it did before."""

import numpy as np
import pytest
from scipy import stats

from expectations.statistics.common_movements import IMAGINARY_MOVES, CommonMovements

ONE = np.array([0])


def after(movements: list[float], spread: float = 0.15) -> CommonMovements:
    """Return what is known of one group after some movements, of three groups."""
    learnt = CommonMovements.beginning(3, spread)
    for movement in movements:
        learnt.learn(ONE, np.array([movement]))
    return learnt


def p_value(learnt: CommonMovements, movement: float, error: float = 0.0) -> float:
    return float(learnt.p_values(ONE, np.array([movement]), np.array([error]))[0])


def test_the_law_is_student_s_with_as_many_degrees_as_movements_were_read() -> None:
    expected = 2 * stats.t.sf(0.3 / np.hypot(0.15, 0.1), IMAGINARY_MOVES)
    assert p_value(after([]), -0.3, 0.01) == pytest.approx(expected)


def test_a_calm_past_makes_a_movement_odd_and_a_restless_one_does_not() -> None:
    odds = [p_value(after([0.02, -0.02] * years), 0.4) for years in range(1, 11)]
    assert odds == sorted(odds, reverse=True)
    assert odds[-1] < 1e-4
    assert p_value(after([0.4, -0.4] * 10), 0.4) > 0.2


def test_one_old_fault_does_not_make_the_next_ordinary() -> None:
    calm = [0.02] * 10
    assert p_value(after([*calm, 5.0, *calm]), 0.6) < 1e-3


def test_a_group_learns_nothing_of_another() -> None:
    learnt = after([0.4] * 5)
    assert learnt.variance[1:] == pytest.approx(0.15**2)
    assert learnt.number.tolist() == [IMAGINARY_MOVES + 5, IMAGINARY_MOVES, IMAGINARY_MOVES]
