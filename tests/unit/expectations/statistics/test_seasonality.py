"""Is the profile of the latest year that of the years before?"""

import numpy as np

from expectations.statistics.counts import spread_of
from expectations.statistics.seasonality import seasonality_p_values

USUAL = [0.0, 0.3, 0.1, -0.2]


def quarters(years: int, profile: list[float]) -> np.ndarray:
    draws = np.random.default_rng(20240930)
    levels = np.tile(profile, years) + 0.01 * np.arange(4 * years)
    return levels + draws.normal(0, 0.02, 4 * years)


def test_a_profile_that_changes_is_seen_and_one_that_stays_is_not() -> None:
    usual = quarters(9, USUAL)
    changed = usual.copy()
    changed[-4:] = usual[-4:][[2, 0, 3, 1]]
    p_values = seasonality_p_values([usual, changed], 0.1, 4)
    assert p_values[0] > 0.05
    assert p_values[1] < 1e-3


def test_a_crisis_that_moves_all_of_a_year_is_no_change_of_profile() -> None:
    series = quarters(9, USUAL)
    series[-5:] += np.linspace(0, 0.6, 5)
    assert seasonality_p_values([series], 0.1, 4)[0] > 0.05


def test_changed_profiles_are_no_more_than_promised() -> None:
    draws = np.random.default_rng(20240930)
    steps = draws.normal(0, 0.2, (4_000, 41))
    profile = np.tile(draws.normal(0, 0.2, (4_000, 4)), 11)[:, :41]
    p_values = seasonality_p_values(np.cumsum(steps, axis=1) + profile, spread_of(2.0), 4)
    assert (p_values <= 0.01).mean() <= 0.015
    assert (p_values <= 0.1).mean() > 0.01


def test_three_years_are_needed_before_the_latest() -> None:
    series = quarters(9, USUAL)
    for periods in (0, 1, 4, 16):
        assert np.isnan(seasonality_p_values([series[:periods]], 0.1, 4)).all()
    assert np.isfinite(seasonality_p_values([series[:17]], 0.1, 4)).all()


def test_a_year_with_a_hole_is_left_out() -> None:
    series = quarters(9, USUAL)
    holed = series.copy()
    holed[13] = np.nan
    late = series.copy()
    late[-1] = np.nan
    p_values = seasonality_p_values([holed, late], 0.1, 4)
    assert p_values[0] > 0.05
    assert np.isnan(p_values[1])
