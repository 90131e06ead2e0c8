"""The test of two counts: worked examples, accuracy, calibration and invariances."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, special

from expectations.statistics.counts import break_p_values, spread_of

GROWTH = spread_of(2.0)
SHARE = spread_of(1.5)
COUNTS = st.integers(0, 100_000)
EXPOSURES = st.floats(1.0, 1e6)


def p_value(before: float, after: float, *exposures: float, spread: float = GROWTH) -> float:
    return float(break_p_values(before, after, spread, *exposures))


def test_spread_is_the_one_of_19_periods_out_of_20() -> None:
    assert_allclose(spread_of(2.0), np.log(2) / 1.959964, rtol=1e-6)


def test_the_dodder_seeds_of_przyborowski_and_wilenski() -> None:
    """None in the first sample of clover, three in the second: twice one half to the third."""
    assert_allclose(p_value(0, 3, spread=0.001), 2 * 0.5**3, rtol=1e-2)


@pytest.mark.parametrize(("before", "after"), [(43, 4), (26, 0), (4, 43)])
def test_a_reporting_change_stands_out(before: int, after: int) -> None:
    assert p_value(before, after) < 1e-4


@pytest.mark.parametrize(("before", "after"), [(502, 606), (21, 38), (33, 46), (7, 2), (9, 2)])
def test_ordinary_growth_does_not(before: int, after: int) -> None:
    assert p_value(before, after) > 0.05


@pytest.mark.parametrize(("before", "after"), [(1, 0), (0, 1), (1, 2), (7, 6), (0, 0)])
def test_small_numbers_never_do(before: int, after: int) -> None:
    assert p_value(before, after) == 1.0


def test_a_part_that_leaves_its_whole_stands_out_more_than_alone() -> None:
    linked = p_value(43, 4, 502, 606, spread=SHARE)
    assert linked < 1e-6 < p_value(43, 4)


def test_a_part_that_follows_its_whole_is_ordinary() -> None:
    assert p_value(43, 52, 502, 606, spread=SHARE) == 1.0


@pytest.mark.parametrize(
    ("before", "after", "exposure_before", "exposure_after"),
    [(5, np.nan, 1, 1), (-1, 3, 1, 1), (5, 3, 0, 1), (5, 3, 1, np.nan), (np.inf, 3, 1, 1)],
)
def test_what_cannot_be_compared_has_no_p_value(
    before: float, after: float, exposure_before: float, exposure_after: float
) -> None:
    assert np.isnan(p_value(before, after, exposure_before, exposure_after))


def test_each_pair_may_have_its_own_spread() -> None:
    together = break_p_values([43, 43, 43, 43], 4, [SHARE, GROWTH, 0.0, np.nan])
    alone = [p_value(43, 4, spread=SHARE), p_value(43, 4, spread=GROWTH)]
    assert_allclose(together[:2], alone)
    assert np.isnan(together[2:]).all()


def test_a_level_of_several_periods_is_a_count_with_their_number_for_exposure() -> None:
    assert p_value(40 + 45 + 43, 4, 3, 1) < p_value(43, 4)
    assert p_value(40 + 45 + 43, 42, 3, 1) > 0.9


def test_every_pair_of_small_counts_agrees_with_the_long_way_round() -> None:
    for before, after in ((5, 0), (9, 1), (12, 3), (30, 11), (60, 21), (90, 40)):
        expected = by_quadrature_over_growth(before, after, 1.0, GROWTH)
        assert_allclose(p_value(before, after), expected, rtol=0.03 if expected > 0.2 else 1e-5)


def by_quadrature_over_growth(y0: int, y1: int, ratio: float, spread: float) -> float:
    """Return the same p-value the long way round: binomial tails averaged over growth."""
    lower = tail_by_quadrature(y0, y1, np.log(ratio), spread)
    upper = tail_by_quadrature(y1, y0, -np.log(ratio), spread)
    return min(1.0, 2.0 * min(lower, upper))


def tail_by_quadrature(y0: int, y1: int, log_ratio: float, spread: float) -> float:
    if y0 == 0:
        return 1.0

    def integrand(z: float) -> float:
        density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
        return float(density * special.betaincc(y1 + 1, y0, special.expit(log_ratio + spread * z)))

    step = (special.digamma(y1 + 1) - special.digamma(y0) - log_ratio) / spread
    width = np.sqrt(special.polygamma(1, y1 + 1) + special.polygamma(1, y0)) / spread
    around_step = np.clip(step + width * np.linspace(-10, 10, 21), -12, 12)
    knots = np.unique(np.concatenate([np.linspace(-12, 12, 13), around_step]))
    return sum(
        integrate.quad(integrand, low, high, epsabs=0, epsrel=1e-9)[0]
        for low, high in pairwise(knots)
    )


@pytest.mark.parametrize(
    ("before", "after", "ratio", "spread"),
    [
        (43, 4, 1.0, GROWTH),
        (43, 4, 606 / 502, SHARE),
        (26, 0, 1.0, GROWTH),
        (0, 7, 1.0, GROWTH),
        (502, 606, 1.0, GROWTH),
        (1_000, 150, 1.0, GROWTH),
        (27_761, 3_000, 1.0, GROWTH),
        (3_000_000, 600_000, 1.0, GROWTH),
        (1_000_000, 1_010_000, 1.0, SHARE),
        (3_000_000, 3, 1e-5, 0.1),
        (12, 260_000, 5_000.0, 0.6),
    ],
)
def test_the_quadrature_is_exact_far_into_the_tail(
    before: int, after: int, ratio: float, spread: float
) -> None:
    expected = by_quadrature_over_growth(before, after, ratio, spread)
    assert expected > 1e-13
    assert_allclose(p_value(before, after, 1.0, ratio, spread=spread), expected, rtol=1e-3)


def test_false_alarms_are_no_more_than_promised_when_only_ordinary_growth_took_place() -> None:
    draws = np.random.default_rng(20240930)
    levels = draws.choice([1, 5, 30, 500, 20_000], 20_000)
    growth = draws.lognormal(0.0, GROWTH, levels.size)
    p_values = break_p_values(draws.poisson(levels), draws.poisson(levels * growth), GROWTH)
    for threshold in (0.1, 0.01, 0.001):
        promised = threshold * levels.size
        assert (p_values <= threshold).sum() <= promised + 4 * np.sqrt(promised)


def test_it_sees_nine_counts_in_ten_lost() -> None:
    draws = np.random.default_rng(20240930)
    before, after = draws.poisson(40, 2_000), draws.poisson(4, 2_000)
    assert np.mean(break_p_values(before, after, GROWTH) < 0.01) > 0.9


@given(COUNTS, COUNTS, EXPOSURES, EXPOSURES, st.floats(1e-3, 1e3))
def test_the_scale_of_exposures_does_not_matter(
    before: int, after: int, first: float, second: float, factor: float
) -> None:
    scaled = p_value(before, after, first * factor, second * factor)
    assert_allclose(scaled, p_value(before, after, first, second), rtol=1e-6)


@given(COUNTS, COUNTS, EXPOSURES, EXPOSURES)
def test_time_may_run_backwards(before: int, after: int, first: float, second: float) -> None:
    backwards = p_value(after, before, second, first)
    assert_allclose(p_value(before, after, first, second), backwards, rtol=1e-6)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=4))
def test_a_p_value_does_not_depend_on_the_other_series(pairs: list[tuple[int, int]]) -> None:
    before, after = np.array(pairs).T
    alone = [p_value(*pair) for pair in pairs]
    together = break_p_values(before, after, GROWTH)
    assert ((together >= 0) & (together <= 1)).all()
    assert_allclose(together, alone, rtol=1e-6)


@given(st.integers(1, 10_000), st.data())
def test_moving_further_is_never_likelier(before: int, data: st.DataObject) -> None:
    near = data.draw(st.integers(before, 3 * before))
    far = data.draw(st.integers(near, 10 * before))
    assert p_value(before, far) <= p_value(before, near) * (1 + 1e-6)
