"""How much an ordinary member moves, shrunk to what is known beforehand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.dispersion import CHI_SQUARE_MEDIAN, modal_variance

PRIOR = 0.354**2


def variance(total: float, noise: float, movements: float, prior: float = PRIOR) -> float:
    arrays = (np.array([value]) for value in (total, noise, movements))
    return float(modal_variance(*arrays, prior)[0])


def test_without_movements_it_is_the_prior() -> None:
    assert_allclose(variance(1.0, 0.0, 0.0), PRIOR, rtol=1e-3)


def test_with_a_thousand_it_is_what_was_seen() -> None:
    assert_allclose(variance(0.06**2, 0.0, 1_000), 0.06**2, rtol=0.03)


def test_as_many_movements_as_the_prior_is_worth_meet_it_halfway() -> None:
    assert_allclose(variance(0.01, 0.0, 5.4, prior=0.09), np.sqrt(0.01 * 0.09), rtol=1e-3)


def test_what_noise_hides_is_left_to_the_prior() -> None:
    clear, hidden = variance(0.01, 0.0, 20), variance(0.01 + 1.0, 1.0, 20)
    assert clear < 0.3 * PRIOR
    assert hidden > 0.8 * PRIOR


def test_noise_alone_never_gives_zero() -> None:
    assert variance(0.5, 1.0, 1e6) > 0


@given(st.floats(1e-4, 10), st.floats(0, 1), st.floats(0, 200), st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(
    total: float, noise: float, movements: float, unit: float
) -> None:
    scaled = variance(total * unit, noise * unit, movements, PRIOR * unit)
    assert_allclose(scaled, unit * variance(total, noise, movements), rtol=1e-2)


@given(st.floats(1e-4, 10), st.floats(1.0, 10), st.floats(0, 1), st.floats(0, 200))
def test_more_movement_is_never_a_smaller_spread(
    total: float, factor: float, noise: float, movements: float
) -> None:
    assert variance(total * factor, noise, movements) >= variance(total, noise, movements) * 0.999


def test_the_logarithm_of_a_squared_scale_read_from_a_median_has_the_variance_assumed() -> None:
    draws = np.random.default_rng(20240930).normal(size=(4_000, 101))
    logs = np.log(np.median(draws**2, axis=1) / CHI_SQUARE_MEDIAN)
    assert_allclose(logs.var(), 5.4 / 101, rtol=0.1)
