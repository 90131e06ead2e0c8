"""Means and indices: logarithms of what is above 0, differences of what may be negative."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.statistics.amounts import (
    innovations_of_amounts,
    innovations_of_signed_amounts,
    logarithms_of_amounts,
    ordinary_differences,
)
from expectations.statistics.grouped import Floats
from expectations.statistics.panel_places import Places
from expectations.statistics.panels import PriorSpreads

PRIOR = PriorSpreads(own=0.2, common=0.2, of_areas=0.1)


def pairs_of(values: Floats) -> tuple[Floats, Floats, Places]:
    """Return the pairs of a table of series × periods, all of one column."""
    series, periods = values.shape
    size = series * (periods - 1)
    places = Places(
        series=np.repeat(np.arange(series), periods - 1),
        rank=np.tile(np.arange(1, periods), series),
        columns=np.zeros(size, dtype=np.int64),
        tables=np.zeros(size, dtype=np.int64),
        areas=np.repeat(np.arange(series), periods - 1),
        circles=(),
        circle=np.full(size, -1),
        restarts=np.zeros(size, dtype=bool),
    )
    return values[:, :-1].ravel(), values[:, 1:].ravel(), places


def p_values_of_amounts(values: Floats) -> Floats:
    """Return the p-values of a table of series × periods."""
    before, after, places = pairs_of(values)
    _, p_values = innovations_of_amounts(before, after, places, PRIOR, np.nan)
    return p_values.reshape(values.shape[0], -1)


def p_values_of_signed(values: Floats) -> Floats:
    """Return the p-values of a table of series × periods."""
    _, p_values = innovations_of_signed_amounts(*pairs_of(values))
    return p_values.reshape(values.shape[0], -1)


def test_a_mean_that_doubles_alone_is_odd_and_the_others_are_not() -> None:
    values = np.array([[30.0, 31.0], [52.0, 52.5], [41.0, 42.0], [12.0, 24.4], [25.0, 25.5]])
    p_values = p_values_of_amounts(values)[:, 0]
    assert p_values[3] < 1e-3
    assert p_values[[0, 1, 2, 4]].min() > 0.2


def test_two_periods_of_one_series_are_enough() -> None:
    assert p_values_of_amounts(np.array([[30.0, 31.0]]))[0, 0] > 0.5
    assert p_values_of_amounts(np.array([[30.0, 90.0]]))[0, 0] < 1e-3


@given(unit=st.floats(1e-6, 1e6))
def test_amounts_are_judged_alike_in_any_unit(unit: float) -> None:
    values = np.array([[30.0, 31.0, 29.0], [52.0, 70.0, 53.0], [41.0, 42.0, 43.0]])
    np.testing.assert_allclose(
        p_values_of_amounts(values * unit), p_values_of_amounts(values), rtol=1e-6
    )


def test_nothing_has_no_logarithm_and_a_coarse_step_makes_noise() -> None:
    levels, noise = logarithms_of_amounts([0.0, -1.0, 10.0], 1.0)
    np.testing.assert_array_equal(np.isnan(levels), [True, True, False])
    assert noise[2] == pytest.approx(1 / 1200)
    assert np.isnan(p_values_of_amounts(np.array([[0.0, 31.0]]))[0, 0])


def test_a_balance_that_leaves_its_ordinary_differences_is_odd_whatever_its_sign() -> None:
    values = np.random.default_rng(4).normal(0, 5, (4, 8)).cumsum(axis=1)
    quiet = p_values_of_signed(values)
    assert quiet.min() > 0.005
    values[2, -1] -= 80.0
    p_values = p_values_of_signed(values)
    assert p_values[2, -1] < 1e-4
    assert p_values[[0, 1, 3]].min() > 0.005


def test_signed_amounts_are_judged_alike_in_any_unit_and_from_any_origin() -> None:
    values = np.random.default_rng(5).normal(0, 5, (4, 8)).cumsum(axis=1)
    np.testing.assert_allclose(
        p_values_of_signed(1000 * values - 7e4), p_values_of_signed(values), rtol=1e-6
    )


def test_too_few_differences_tell_no_scale_and_a_fault_hardly_moves_it() -> None:
    one = np.zeros(4, dtype=np.int64)
    assert np.isnan(ordinary_differences(np.array([1.0, -2.0, 1.5, np.nan]), one, one)).all()
    differences = np.array([1.0, -2.0, 1.5, -1.0, 2.0, 1.0, 1.2])
    series = np.zeros(7, dtype=np.int64)
    scale = ordinary_differences(differences, series, series)[0]
    differences[0] = 500.0
    assert ordinary_differences(differences, series, series)[0] < 1.4 * scale
    assert np.isnan(ordinary_differences(np.zeros(7), series, series)).all()
