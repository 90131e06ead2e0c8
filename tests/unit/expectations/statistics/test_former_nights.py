"""A panel whose quiet periods would have rung is not rung for; a calm one keeps its p-values."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given
from numpy.typing import NDArray
from scipy import special

from expectations.statistics.former_nights import beside_former_ones, p_values_in_tails

Floats = NDArray[np.float64]
PERIODS, MEMBERS = 12, 80
RANKS = np.repeat(np.arange(1, PERIODS + 1), MEMBERS)
ONE_TABLE = np.zeros(RANKS.size, dtype=np.int64)


def p_values(seed: int, tails: float) -> Floats:
    """Return the p-values of a normal test of numbers whose variances differ by as much."""
    rng = np.random.default_rng(seed)
    spreads = np.exp(rng.normal(0, np.sqrt(tails), RANKS.size) / 2)
    return 2 * special.ndtr(-np.abs(rng.normal(0, spreads)))


def test_in_heavy_tails_rare_numbers_are_rare_again() -> None:
    panels = [p_values(seed, 1.0) for seed in range(20)]
    newest = RANKS > PERIODS - 4
    read = np.concatenate([beside_former_ones(p, ONE_TABLE, RANKS)[newest] for p in panels])
    assert np.mean([p[newest] < 0.001 for p in panels]) > 0.01
    assert np.mean(read < 0.001) < 0.003


def test_a_calm_panel_keeps_its_p_values() -> None:
    panels = np.array([p_values(seed, 0.0) for seed in range(40)])
    panels[:, -1] = 1e-4
    read = np.array([beside_former_ones(p, ONE_TABLE, RANKS)[-1] for p in panels])
    assert np.mean(read == 1e-4) > 0.7
    assert read.max() < 0.001


def test_one_fault_of_old_is_no_excuse() -> None:
    p = p_values(1, 0.0)
    p[[5, -1]] = 1e-30, 1e-6
    assert beside_former_ones(p, ONE_TABLE, RANKS)[-1] == 1e-6


def test_faults_of_one_night_are_no_alibi_of_one_another() -> None:
    p = p_values(2, 0.0)
    p[-20:] = 1e-6
    assert (beside_former_ones(p, ONE_TABLE, RANKS)[-20:] == 1e-6).all()


def test_a_table_knows_nothing_of_another_nor_before_its_second_period() -> None:
    loud, calm = p_values(3, 2.0), p_values(4, 0.0)
    calm[:3] = 1e-4
    tables = np.concatenate([ONE_TABLE, ONE_TABLE + 1])
    read = beside_former_ones(np.concatenate([loud, calm]), tables, np.tile(RANKS, 2))
    assert np.array_equal(read[:MEMBERS], loud[:MEMBERS])
    assert np.array_equal(
        read[RANKS.size :], beside_former_ones(calm, ONE_TABLE, RANKS), equal_nan=True
    )


@given(st.lists(st.floats(1e-12, 1.0) | st.just(np.nan), max_size=60), st.integers(1, 6))
def test_no_p_value_gets_smaller_and_their_order_stays(numbers: list[float], size: int) -> None:
    p = np.array(numbers)
    ranks = np.arange(p.size) // size
    read = beside_former_ones(p, np.zeros(p.size, dtype=np.int64), ranks)
    assert np.array_equal(np.isnan(read), np.isnan(p))
    known = ~np.isnan(p)
    assert (read[known] >= p[known]).all()
    assert (read[known] <= 1).all()
    for rank in np.unique(ranks):
        here = known & (ranks == rank)
        assert (np.diff(read[here][np.argsort(p[here])]) >= -1e-12).all()


@given(st.floats(0, 2), st.floats(1e-12, 0.01), st.floats(1e-12, 0.01))
def test_tails_keep_the_order_of_p_values(tails: float, first: float, second: float) -> None:
    read = p_values_in_tails(np.array([first, second]), np.full(2, tails))
    assert (read[0] <= read[1]) == (first <= second) or np.isclose(*read)
