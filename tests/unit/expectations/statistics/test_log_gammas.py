"""The tails of sums of logarithms of gamma variables: three ways to one number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import special, stats

from expectations.statistics.log_gammas import (
    cornish_fisher_tail,
    cumulants,
    exact_log_tail,
    saddlepoint_tail,
)

SHAPES = st.floats(1.0, 1e5)


@given(SHAPES)
def test_cumulants_are_the_polygamma_functions(shape: float) -> None:
    ours = cumulants(np.array([shape]))
    for order, cumulant in enumerate(ours):
        assert_allclose(cumulant, special.polygamma(order, shape), rtol=1e-6, atol=1e-9)


def test_with_hardly_any_growth_the_tail_is_that_of_a_beta_variable() -> None:
    plus, minus = np.array([1.0, 2.0, 5.0]), np.array([8.0, 12.0, 15.0])
    logs = exact_log_tail(plus, minus, np.zeros(3), np.full(3, 0.02))
    assert_allclose(np.exp(logs), stats.beta.sf(0.5, plus, minus), rtol=0.01)


def pairs_out_in_the_tail() -> tuple[np.ndarray, ...]:
    draws = np.random.default_rng(20240930)
    minus = draws.integers(1, 2_000, 3_000).astype(float)
    plus = 1.0 + draws.binomial(minus.astype(int), draws.uniform(0, 0.8, minus.size))
    spread = draws.uniform(0.05, 0.6, minus.size)
    offset = draws.normal(0, 0.3, minus.size)
    tails = np.exp(exact_log_tail(plus, minus, offset, spread))
    return plus, minus, offset, spread, tails


def test_the_saddlepoint_is_within_a_third_of_a_per_cent_however_far_out() -> None:
    plus, minus, offset, spread, tails = pairs_out_in_the_tail()
    rare = (tails < 0.1) & (tails > 1e-250)
    assert rare.sum() > 1_000
    assert tails[rare].min() < 1e-30
    approximate = saddlepoint_tail([plus[rare]], [minus[rare]], offset[rare], spread[rare])
    assert_allclose(approximate, tails[rare], rtol=0.003)


def test_four_cumulants_are_within_three_per_cent_where_nothing_is_odd() -> None:
    plus, minus, offset, spread, tails = pairs_out_in_the_tail()
    common = (tails > 0.1) & (tails < 0.2)
    assert common.sum() > 50
    a, b = cumulants(plus), cumulants(minus)
    approximate = cornish_fisher_tail(
        a[0] - b[0] - offset, a[1] + b[1] + spread**2, a[2] - b[2], a[3] + b[3]
    )
    assert_allclose(approximate[common], tails[common], rtol=0.03)


@pytest.mark.parametrize("shapes", [(3.0, 20.0, 9.0, 25.0), (1.0, 8.0, 4.0, 9.0)])
def test_the_saddlepoint_of_two_logits_agrees_with_simulation(shapes: tuple[float, ...]) -> None:
    draws = np.random.default_rng(20240930)
    logs = [np.log(draws.gamma(shape, size=1_000_000)) for shape in shapes]
    simulated = np.mean(logs[0] + logs[1] - logs[2] - logs[3] + draws.normal(0, 0.2, 1_000_000) > 0)
    plus, minus = ([np.array([s]) for s in pair] for pair in (shapes[:2], shapes[2:]))
    tail = float(saddlepoint_tail(plus, minus, np.zeros(1), np.full(1, 0.2))[0])
    assert 0.001 < simulated < 0.1
    assert_allclose(tail, simulated, rtol=0.003, atol=4 * np.sqrt(simulated / 1_000_000))
