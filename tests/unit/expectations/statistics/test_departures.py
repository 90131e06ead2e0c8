"""What is ordinary in a table of areas × categories, and what no few areas can say for all."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from expectations.statistics.departures import (
    ordinary_spreads,
    stabilised,
    without_extremes,
)

pytestmark = pytest.mark.filterwarnings("error")

ASKED = 0.2


def tables(growth: float, size: float = 5000) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(20190930)
    means = draws.lognormal(np.log(size), 0.5, (4, 40, 5))
    return draws.poisson(means), draws.poisson(means * draws.lognormal(0, growth, means.shape))


def test_a_calm_table_is_read_as_calm_down_to_half_of_what_is_asked() -> None:
    assert_allclose(ordinary_spreads(*tables(0.02), ASKED, 1.0).ravel(), ASKED / 2)
    between = ordinary_spreads(*tables(0.15), ASKED, 1.0)
    assert (between > ASKED / 2).all()
    assert (between < ASKED).all()


def test_a_restless_table_or_one_of_small_counts_has_what_is_asked_and_no_more() -> None:
    assert_allclose(ordinary_spreads(*tables(0.6), ASKED, 1.0).ravel(), ASKED)
    assert (ordinary_spreads(*tables(0.02, size=3), ASKED, 1.0) > 0.8 * ASKED).all()


def test_two_areas_say_nothing_of_what_is_ordinary() -> None:
    before, after = tables(0.02)
    assert (ordinary_spreads(before[:, :2], after[:, :2], ASKED, 1.0) > 0.95 * ASKED).all()


def test_a_quarter_of_the_areas_makes_no_account() -> None:
    gains = np.where(np.arange(20) < 5, 100.0, -0.1)
    assert without_extremes(gains[None])[0] < 0


def test_what_all_areas_gain_a_little_is_not_lost_with_the_best_of_them() -> None:
    gains = 0.1 + np.linspace(-1.0, 1.0, 40)
    assert_allclose(without_extremes(gains[None])[0], 20 * 0.1)


def test_one_area_is_all_that_there_is() -> None:
    assert without_extremes(np.array([[7.0, np.nan]]))[0] == 7


@pytest.mark.parametrize("step", [1, 5, 10])
@pytest.mark.parametrize("mean", [4, 30, 400])
def test_counts_are_stabilised_whatever_their_size_and_the_step_they_are_rounded_to(
    mean: int, step: int
) -> None:
    draws = np.random.default_rng(20240930)
    counts = draws.poisson(mean * draws.lognormal(0, ASKED / np.sqrt(2), 200_000))
    rounded = step * (counts // step + (draws.random(counts.size) < counts % step / step))
    assert 0.7 < stabilised(rounded, ASKED, step).var() < 1.1


def test_exact_counts_are_stabilised_as_the_negative_binomial_ones_are() -> None:
    counts, phi = np.arange(2_000.0), ASKED**2 / 2
    known = 2 / np.sqrt(phi) * np.arcsinh(np.sqrt(phi * (counts + 0.375)))
    assert_allclose(stabilised(counts, ASKED, 1.0), known)
