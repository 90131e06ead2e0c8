"""Is the latest value in line with its own past?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.counts import break_p_values, spread_of
from expectations.statistics.history import (
    history_of_bare_rates,
    history_of_counts,
    history_of_shares,
    mad_bounds,
)

ORDINARY = spread_of(2.0)


def walks(series: int, periods: int, own: float, season: int = 1) -> np.ndarray:
    draws = np.random.default_rng(20240930)
    levels = draws.lognormal(5, 1, (series, 1))
    profile = draws.normal(0, 0.2, (series, season))[:, np.arange(periods) % season]
    steps = draws.normal(0.02, own, (series, periods))
    seasonal = profile if season > 1 else 0.0
    return draws.poisson(levels * np.exp(np.cumsum(steps, axis=1) + seasonal)).astype(float)


def latest_p_value(series: list[float], season: int = 1) -> float:
    return float(history_of_counts([series], ORDINARY, season).p_value[0])


STEADY = [500, 520, 508, 530, 541, 533, 552, 560, 549, 571, 580]


def test_a_steady_past_makes_an_ordinary_fall_odd() -> None:
    assert latest_p_value([*STEADY, 330]) < 0.01
    assert break_p_values(580, 330, ORDINARY) > 0.05
    assert latest_p_value([*STEADY, 575]) > 0.5


def test_two_points_are_judged_as_without_a_past() -> None:
    assert_allclose(latest_p_value([43, 4]), break_p_values(43, 4, ORDINARY), rtol=0.01)


def test_one_point_has_no_past() -> None:
    assert np.isnan(latest_p_value([43]))
    assert history_of_counts(np.empty((0, 5)), ORDINARY).p_value.size == 0


def test_what_grows_each_year_is_expected_to_grow() -> None:
    doubling = [10 * 2**year for year in range(9)]
    assert latest_p_value([*doubling, 5_120]) > 0.9
    assert latest_p_value([*doubling, 2_560]) < latest_p_value([*doubling, 5_120])


def test_a_value_that_comes_back_after_a_fault_is_not_a_second_fault() -> None:
    assert latest_p_value([*STEADY, 40]) < 1e-6
    assert latest_p_value([*STEADY, 40, 585]) > 0.2
    assert latest_p_value([*STEADY, 40, 42]) > 0.2


def test_the_latest_value_is_not_in_its_own_baseline() -> None:
    usual = history_of_counts([[*STEADY, 575]], ORDINARY)
    odd = history_of_counts([[*STEADY, 5]], ORDINARY)
    assert_allclose(odd.growth, usual.growth)
    assert_allclose(odd.spread, usual.spread)


def test_a_season_is_compared_with_the_same_season() -> None:
    year = np.array([100, 400, 120, 90])
    series = [*np.concatenate([year * growth for growth in (10, 11, 12, 12, 13)])]
    assert latest_p_value([*series, 1_350, 5_300], season=4) > 0.3
    assert latest_p_value([*series, 1_350, 1_400], season=4) < 1e-3


def test_three_years_are_needed_before_a_season_can_be_judged() -> None:
    series = walks(5, 12, 0.1, season=4)
    assert np.isnan(history_of_counts(series, ORDINARY, 4).p_value).all()


@pytest.mark.parametrize(("periods", "season"), [(4, 1), (10, 1), (30, 1), (21, 4), (61, 12)])
@pytest.mark.parametrize("own", [0.1, 0.354])
def test_false_alarms_are_no_more_than_promised(periods: int, season: int, own: float) -> None:
    series = walks(4_000, periods, own, season)
    p_values = history_of_counts(series, ORDINARY, season).p_value
    for threshold in (0.1, 0.01):
        promised = threshold * series.shape[0]
        assert (p_values <= threshold).sum() <= promised + 4 * np.sqrt(promised)


def test_holes_of_the_past_are_left_out() -> None:
    holed = [*STEADY, 330]
    holed[3] = np.nan
    assert latest_p_value(holed) < 0.02
    assert np.isnan(latest_p_value([*STEADY, np.nan]))
    assert latest_p_value([*STEADY, np.nan, 575]) > 0.5
    assert np.isnan(latest_p_value([np.nan, np.nan, np.nan, 5]))


def test_a_bare_rate_that_jumps_out_of_a_steady_past_is_odd() -> None:
    past = [9.8, 9.6, 9.9, 10.1, 9.7, 9.5, 9.4, 9.6, 9.9, 10.0]
    found = history_of_bare_rates([[*past, 14.0], [*past, 10.2]], spread_of(1.5), 0.1)
    assert found.p_value[0] < 0.01
    assert found.p_value[1] > 0.3


@given(st.lists(st.integers(0, 2_000), min_size=3, max_size=12), st.integers(0, 2_000))
def test_another_series_changes_nothing(series: list[int], other: int) -> None:
    matrix = [series, [other] * len(series)]
    together = history_of_counts(matrix, ORDINARY).p_value[0]
    assert_allclose(together, latest_p_value([float(value) for value in series]), rtol=1e-6)


def test_moving_further_is_never_likelier() -> None:
    p_values = [latest_p_value([*STEADY, latest]) for latest in range(549, 0, -9)]
    assert (np.diff(p_values) <= 1e-9).all()


def test_each_series_may_have_the_prior_of_its_panel() -> None:
    matrix = [[500, 520, 300], [500, 520, 300]]
    p_values = history_of_counts(matrix, [0.05, ORDINARY]).p_value
    assert p_values[0] < 1e-6 < p_values[1]


def test_the_european_interval_by_hand() -> None:
    """Median of 10, 12, 11, 15, 13 is 12; distances 2, 0, 1, 3, 1 have median 1."""
    lower, upper = mad_bounds([[99, 10, 12, 11, 15, 13, 40]])
    assert (lower[0], upper[0]) == (10, 14)


def test_the_european_interval_of_a_season_takes_the_same_quarter() -> None:
    series = np.full(24, 1_000.0)
    series[3::4] = [10, 12, 11, 15, 13, 40]
    lower, upper = mad_bounds([series], season=4)
    assert (lower[0], upper[0]) == (10, 14)


def test_the_european_interval_wants_five_past_values() -> None:
    assert np.isnan(mad_bounds([[10, 12, 11, 15, 40]])).all()
    assert np.isnan(mad_bounds([[10, 12, np.nan, 11, 15, 40]])).all()


def test_the_european_interval_leaves_out_two_ordinary_values_in_five() -> None:
    values = np.random.default_rng(20240930).normal(size=(20_000, 6))
    lower, upper = mad_bounds(values)
    outside = (values[:, -1] < lower) | (values[:, -1] > upper)
    assert_allclose(outside.mean(), 0.4, atol=0.02)


@pytest.mark.parametrize("base", [15, 40])
@pytest.mark.parametrize("step", [1, 5, 10])
def test_shares_of_rounded_numbers_are_no_odder_than_chance_makes_them(
    step: int, base: float
) -> None:
    draws = np.random.default_rng(4)

    def rounded(counts: np.ndarray) -> np.ndarray:
        return step * np.floor(counts / step + draws.random(counts.shape))

    parts = draws.poisson(base * np.exp(np.cumsum(draws.normal(0, 0.05, (8_000, 8)), axis=1)))
    wholes = parts + draws.poisson(4 * base, parts.shape)
    p_values = history_of_shares(rounded(parts), rounded(wholes), 0.1).p_value
    assert np.mean(p_values < 0.01) <= 0.01
    assert np.mean(p_values < 0.001) <= 0.001


def test_a_share_that_leaves_its_past_is_odd() -> None:
    wholes = [[1_000.0] * 8]
    as_ever, fallen = ([[200.0, 205, 198, 202, 207, 199, 203, last]] for last in (201.0, 120.0))
    assert history_of_shares(as_ever, wholes, 0.1).p_value[0] > 0.5
    assert history_of_shares(fallen, wholes, 0.1).p_value[0] < 0.001
