"""A level that moved and stays is found at its newest points; what is quiet is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from expectations.statistics.level_shifts import LEAST_BASELINE, LENGTHS, level_shifts

ALARM = 0.03
Series = NDArray[np.float64]
QUIET = np.random.default_rng(16).normal(size=(40, 30))


def shifted(series: Series, points: int, size: float) -> Series:
    """Return series of which the newest points are at another level."""
    moved = series.copy()
    moved[:, -points:] += size
    return moved


@pytest.mark.parametrize("points", [2, 4, 8])
def test_a_large_shift_that_stays_is_found_with_its_beginning(points: int) -> None:
    found = level_shifts(shifted(QUIET, points, 8.0))
    assert (found.p_value <= ALARM).mean() > 0.95
    assert np.median(found.points) == points
    assert np.median(found.latest - found.former) == pytest.approx(8.0, abs=0.5)


def test_the_size_does_not_depend_on_the_unit() -> None:
    first, second = level_shifts(shifted(QUIET, 3, 5.0)), level_shifts(shifted(QUIET, 3, 5.0) * 1e6)
    np.testing.assert_allclose(first.p_value, second.p_value, rtol=1e-6)


def test_one_value_that_is_off_is_no_shift_neither_at_once_nor_when_it_has_come_back() -> None:
    off = QUIET.copy()
    off[:, -3] += 12.0
    for newest in (28, 29, 30):
        assert (level_shifts(off[:, :newest]).p_value > ALARM).mean() > 0.95


def test_two_values_that_are_off_are_forgotten_when_the_next_has_come_back() -> None:
    off = QUIET.copy()
    off[:, -3:-1] += 12.0
    assert (level_shifts(off[:, :-1]).p_value <= ALARM).mean() > 0.9
    assert (level_shifts(off).p_value > ALARM).mean() > 0.95


@pytest.mark.parametrize("slope", [0.1, 1.0, 20.0])
def test_a_steady_trend_is_no_shift(slope: float) -> None:
    assert (level_shifts(QUIET + slope * np.arange(30)).p_value > ALARM).mean() > 0.95


def test_a_shift_is_found_on_a_trend() -> None:
    found = level_shifts(shifted(QUIET + 2.0 * np.arange(30), 4, 10.0))
    assert (found.p_value <= ALARM).mean() > 0.9


def test_a_random_walk_with_drift_is_no_shift() -> None:
    assert (level_shifts(np.cumsum(QUIET + 0.3, axis=1)).p_value > ALARM).mean() > 0.95


@pytest.mark.parametrize("season", [4, 12])
def test_a_season_is_no_shift_and_hides_none(season: int) -> None:
    profile = 10.0 * np.random.default_rng(1).normal(size=season)
    noise = np.random.default_rng(2).normal(size=(20, 6 * season))
    seasonal = noise + np.tile(profile, 6)
    assert (level_shifts(seasonal, season=season).p_value > ALARM).mean() > 0.9
    found = level_shifts(shifted(seasonal, 4, 10.0), season=season)
    assert (found.p_value <= ALARM).mean() > 0.9


def test_what_the_newest_values_are_changes_nothing_in_what_was_expected_of_them() -> None:
    near, far = (level_shifts(shifted(QUIET, 2, size)) for size in (20.0, 40.0))
    both_two = (near.points == 2) & (far.points == 2)
    np.testing.assert_allclose(near.former[both_two], far.former[both_two], atol=1e-9)


def test_a_hole_is_left_out() -> None:
    holed = shifted(QUIET, 4, 8.0)
    holed[:, [5, 11]] = np.nan
    assert (level_shifts(holed).p_value <= ALARM).mean() > 0.9


def test_without_enough_points_or_a_newest_value_nothing_is_said() -> None:
    short = level_shifts(QUIET[:, : LEAST_BASELINE + min(LENGTHS) - 1])
    assert np.isnan(short.p_value).all()
    assert (short.points == 0).all()
    ends = QUIET.copy()
    ends[:, -1] = np.nan
    assert np.isnan(level_shifts(ends).p_value).all()
    assert level_shifts(np.empty((0, 20))).p_value.size == 0


def test_a_constant_that_moves_by_what_a_level_has_in_any_case_is_no_shift() -> None:
    steps = np.full((1, 20), 7.3)
    steps[:, -3:] = 7.4
    assert level_shifts(steps, floor=0.01).p_value[0] > ALARM
    steps[:, -3:] = 9.3
    assert level_shifts(steps, floor=0.01).p_value[0] <= ALARM


@given(
    seed=st.integers(0, 2**32 - 1),
    length=st.integers(12, 24),
    persistence=st.sampled_from([0.0, 0.5]),
    trend=st.floats(-1.0, 1.0),
)
def test_quiet_series_give_few_alarms_and_p_values_between_0_and_1(
    seed: int, length: int, persistence: float, trend: float
) -> None:
    shocks = np.random.default_rng(seed).normal(size=(100, length))
    noise = np.zeros(shocks.shape)
    noise[:, 0] = shocks[:, 0] / np.sqrt(1 - persistence**2)
    for period in range(1, length):
        noise[:, period] = persistence * noise[:, period - 1] + shocks[:, period]
    p_values = level_shifts(noise + trend * np.arange(length)).p_value
    assert ((p_values >= 0) & (p_values <= 1)).all()
    assert (p_values <= ALARM).sum() <= 7
