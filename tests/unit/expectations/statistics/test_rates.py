"""The test of two rates: worked examples, calibration and invariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from expectations.statistics.counts import break_p_values, spread_of
from expectations.statistics.rates import (
    Rates,
    logits_of_points,
    rate_p_values,
)

ORDINARY = spread_of(1.5)
NO_CHANGE = 0.001


@st.composite
def rates(draw: st.DrawFn) -> tuple[int, int]:
    denominator = draw(st.integers(1, 5_000))
    return draw(st.integers(0, denominator)), denominator


def p_value(
    before: tuple[float, float], after: tuple[float, float], spread: float = ORDINARY
) -> float:
    return float(rate_p_values(Rates(*before), Rates(*after), spread))


@pytest.mark.parametrize(
    ("before", "after", "one_sided"),
    [
        pytest.param((3, 4), (1, 4), 17 / 70, id="Fisher's tea tasting, 1935"),
        pytest.param((10, 13), (2, 17), 619 / 1_330_665, id="Fisher's convict twins, 1934"),
    ],
)
def test_without_ordinary_change_it_is_fishers_exact_test(
    before: tuple[int, int], after: tuple[int, int], one_sided: float
) -> None:
    assert_allclose(p_value(before, after, NO_CHANGE), 2 * one_sided, rtol=1e-3)


def test_fishers_test_far_into_the_tail() -> None:
    table = [[120, 380], [30, 570]]
    exact = stats.fisher_exact(table, alternative="greater").pvalue
    assert exact < 1e-15
    assert_allclose(p_value((120, 500), (30, 600), NO_CHANGE), 2 * exact, rtol=0.01)


def test_small_rates_are_counts_with_exposures() -> None:
    counted = break_p_values(43, 4, ORDINARY, 502e6, 606e6)
    assert_allclose(p_value((43, 502e6), (4, 606e6)), counted, rtol=0.01)


@pytest.mark.parametrize(
    ("before", "after"), [((3, 4), (2, 4)), ((0, 1), (1, 1)), ((5, 5), (4, 5))]
)
def test_small_denominators_say_nothing(before: tuple[int, int], after: tuple[int, int]) -> None:
    assert p_value(before, after) > 0.5


def test_a_large_denominator_says_what_a_small_one_cannot() -> None:
    assert p_value((3_000, 4_000), (1_000, 4_000)) < 1e-12
    assert p_value((3, 4), (1, 4)) > 0.3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((5, 4), (1, 4)),
        ((-1, 4), (1, 4)),
        ((0, 0), (1, 4)),
        ((1, np.nan), (1, 4)),
        ((1, 4), (5, 4)),
    ],
)
def test_what_is_no_rate_has_no_p_value(
    before: tuple[float, float], after: tuple[float, float]
) -> None:
    assert np.isnan(p_value(before, after))


def test_an_expected_change_is_no_finding() -> None:
    before, after = Rates(500, 1_000), Rates(880, 1_000)
    change = np.log(880 / 120)
    assert float(rate_p_values(before, after, ORDINARY)) < 1e-10
    assert float(rate_p_values(before, after, ORDINARY, change)) > 0.9


def test_false_alarms_are_no_more_than_promised() -> None:
    draws = np.random.default_rng(20240930)
    size = 40_000
    logit = draws.normal(0, 1.5, size)
    out_of = draws.choice([5, 40, 400, 20_000], (2, size))
    before = draws.binomial(out_of[0], 1 / (1 + np.exp(-logit)))
    changed = logit + draws.normal(0, ORDINARY, size)
    after = draws.binomial(out_of[1], 1 / (1 + np.exp(-changed)))
    p_values = rate_p_values(Rates(before, out_of[0]), Rates(after, out_of[1]), ORDINARY)
    for threshold in (0.1, 0.01, 0.001):
        promised = threshold * size
        assert (p_values <= threshold).sum() <= promised + 4 * np.sqrt(promised)
    assert (p_values <= 0.1).sum() > 0.05 * size


PAIRS = st.lists(st.tuples(rates(), rates()), min_size=1, max_size=20)


def p_values(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> np.ndarray:
    before, after = np.array(pairs).swapaxes(0, 1)
    return rate_p_values(Rates(*before.T), Rates(*after.T), ORDINARY)


@given(PAIRS)
def test_time_may_run_backwards(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    backwards = [(second, first) for first, second in pairs]
    assert_allclose(p_values(backwards), p_values(pairs), rtol=1e-5)


@given(PAIRS)
def test_those_who_do_not_are_as_good_as_those_who_do(
    pairs: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    others = [((n0 - k0, n0), (n1 - k1, n1)) for (k0, n0), (k1, n1) in pairs]
    assert_allclose(p_values(others), p_values(pairs), rtol=1e-5)


@pytest.mark.parametrize("before", [0, 1, 7, 60, 500])
def test_moving_further_is_never_likelier(before: int) -> None:
    further = np.arange(before, 1_001)
    p = rate_p_values(Rates(before, 1_000), Rates(further, 1_000), ORDINARY)
    assert (np.diff(p) <= 1e-9).all()
    assert p[0] == 1.0
    assert p[-1] < 1e-20


def test_a_rate_printed_zero_or_a_hundred_has_a_logit_and_one_beyond_has_none() -> None:
    logits, noise = logits_of_points([0.0, 100.0, 101.0, -1.0, np.nan], 0.1)
    assert np.isfinite(logits[:2]).all()
    assert (noise[:2] > 0.1).all()
    assert np.isnan(logits[2:]).all()
