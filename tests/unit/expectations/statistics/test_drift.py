"""Drifts away from a panel: worked examples, what is no drift, calibration and invariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import ArrayLike

from expectations.statistics.drift import SHORTEST_STRETCH, Drifts, drifts_over
from expectations.statistics.grouped import Floats

pytestmark = pytest.mark.filterwarnings("error")

SPREAD = 0.05
MEMBERS, PERIODS, STRETCH = 20, 12, 8


def panel(level: float = 5_000, members: int = MEMBERS, copies: int = 1) -> Floats:
    draws = np.random.default_rng(20240930)
    shape = (copies, members, PERIODS)
    common = np.cumsum(draws.normal(0, 0.08, (copies, 1, PERIODS)), axis=2)
    own = np.cumsum(draws.normal(0, 0.02, shape), axis=2)
    sizes = draws.lognormal(np.log(level), 0.7, (copies, members, 1))
    return draws.poisson(sizes * np.exp(common + own)).astype(float).reshape(-1, PERIODS)


def losing(values: Floats, share: float) -> Floats:
    """Return the panel whose first member forgets a share more each period of the stretch."""
    kept = (1 - share) ** np.maximum(np.arange(PERIODS) - (PERIODS - 1 - STRETCH), 0)
    changed = values.copy()
    changed[0] = (changed[0] * kept).round()
    return changed


def drifts(
    values: Floats,
    codes: ArrayLike,
    spread: float = SPREAD,
    stretch: int = SHORTEST_STRETCH,
    *,
    are_counts: bool = True,
) -> Drifts:
    """Return what is found over one stretch."""
    (found,) = drifts_over([stretch], values, codes, spread, are_counts=are_counts)
    return found


def last(values: Floats) -> Floats:
    codes = np.zeros(len(values), int)
    return drifts(values, codes, SPREAD, STRETCH).p_value[:, -1]


def test_a_member_that_forgets_some_more_each_period_drifts() -> None:
    p_values = last(losing(panel(), 0.08))
    assert p_values[0] < 1e-3
    assert p_values[1:].min() > 0.01


def test_how_far_it_went_is_told() -> None:
    steady = np.tile(1_000 * 1.1 ** np.arange(PERIODS), (6, 1))
    gone = drifts(losing(steady, 0.1), np.zeros(6, int), SPREAD, STRETCH).departure[0, -1]
    assert_allclose(gone, STRETCH * np.log(0.9), rtol=0.01)


def test_a_common_trend_is_no_drift() -> None:
    trend = 0.85 ** np.arange(PERIODS)
    assert last((panel() * trend).round()).min() > 0.01


def test_a_jump_is_no_drift() -> None:
    jumped = panel()
    jumped[0, -3:] *= 0.3
    assert last(jumped)[0] > 0.01


def test_a_decline_that_one_step_makes_up_for_is_no_drift() -> None:
    steady = np.full((6, PERIODS), 1e5)
    steady[0] *= 0.8 ** np.arange(PERIODS)
    steady[0, -1] *= 20
    assert last(steady)[0] == 1.0


def test_a_zigzag_is_no_drift() -> None:
    zigzag = panel()
    zigzag[0, -1] *= 0.5
    zigzag[0, -3] *= 0.5
    assert last(zigzag)[0] > 0.01


def test_a_member_that_always_wandered_is_judged_by_its_own_past() -> None:
    values = np.c_[panel(), panel()]
    values[0] *= np.exp(0.5 * np.sin(np.arange(2 * PERIODS) / 3))
    calm, restless = losing(np.c_[panel()], 0.08), values
    assert last(calm)[0] < 1e-3
    assert drifts(restless, np.zeros(MEMBERS, int), SPREAD, 4).p_value[0, -1] > 0.01


def test_a_member_that_always_grew_faster_is_no_drift_and_a_growth_that_began_is_one() -> None:
    growing, began = panel(), panel()
    growing[0] *= 1.08 ** np.arange(PERIODS)
    began[0] *= 1.08 ** np.maximum(np.arange(PERIODS) - 6, 0)
    codes = np.zeros(MEMBERS, int)
    assert drifts(growing, codes, SPREAD, 4).p_value[0, -1] == 1.0
    assert drifts(began, codes, SPREAD, 5).p_value[0, -1] < 1e-3


def test_of_whom_nothing_else_is_known_less_is_said() -> None:
    values = panel(level=1e6)
    values[0] *= 1.08 ** np.maximum(np.arange(PERIODS) - (PERIODS - 5), 0)
    codes = np.zeros(MEMBERS, int)
    with_past, alone = (
        drifts(table, codes, SPREAD, 4).p_value[0, -1] for table in (values, values[:, -5:])
    )
    assert with_past < alone / 10
    assert alone < 0.05


@pytest.mark.parametrize(("members", "periods"), [(2, PERIODS), (1, PERIODS), (5, 4), (5, 1)])
def test_short_or_small_panels_are_not_evaluated(members: int, periods: int) -> None:
    values = panel()[:members, :periods]
    assert np.isnan(drifts(values, np.zeros(members, int), SPREAD).p_value).all()


def test_five_periods_are_enough_to_be_evaluated() -> None:
    evaluated = np.isfinite(drifts(panel()[:5, :5], np.zeros(5, int), SPREAD).p_value)
    assert evaluated.tolist() == [[False] * 4 + [True]] * 5


@pytest.mark.parametrize("hole", [np.nan, 0.0, -4.0])
def test_a_hole_in_the_stretch_leaves_the_others_evaluated(hole: float) -> None:
    values = panel()
    values[0, -2] = hole
    p_values = last(values)
    assert np.isnan(p_values[0])
    assert np.isfinite(p_values[1:]).all()


def test_small_counts_are_silent() -> None:
    years = [[7, 6, 7, 5, 5, 4], [26, 24, 27, 22, 25, 26], [1, 2, 1, 1, 2, 1], [9, 9, 8, 10, 7, 9]]
    assert np.nanmin(drifts(years, np.zeros(4, int), 0.1).p_value) > 0.2


@pytest.mark.parametrize(("values", "stretch"), [([[1.0] * 9], 3), ([1.0] * 9, 4)])
def test_a_stretch_or_a_table_that_is_none_is_refused(values: list[object], stretch: int) -> None:
    with pytest.raises(ValueError, match=f"Stretch {stretch}"):
        drifts(values, [0], SPREAD, stretch)


@pytest.mark.parametrize("level", [50, 5_000])
@pytest.mark.parametrize("members", [5, 50])
def test_chance_makes_no_more_drifts_than_promised(level: float, members: int) -> None:
    copies = 4_000 // members
    codes = np.repeat(np.arange(copies), members)
    p_values = drifts(panel(level, members, copies), codes, SPREAD, 4).p_value
    tested = p_values[np.isfinite(p_values)]
    assert tested.size > 30_000
    for threshold in (0.1, 0.01, 0.001):
        assert (tested <= threshold).mean() <= threshold


@given(st.permutations(range(MEMBERS)), st.floats(0.01, 1e4))
def test_neither_order_nor_unit_nor_other_panels_matter(order: list[int], unit: float) -> None:
    values = losing(panel(), 0.05)
    alone = drifts(values, np.zeros(MEMBERS, int), SPREAD, STRETCH, are_counts=False).p_value
    together = drifts(
        np.r_[unit * values[order], panel()[:3]],
        np.r_[np.full(MEMBERS, 4), np.zeros(3, int)],
        SPREAD,
        STRETCH,
        are_counts=False,
    ).p_value
    assert_allclose(together[:MEMBERS], alone[order], rtol=1e-6)
