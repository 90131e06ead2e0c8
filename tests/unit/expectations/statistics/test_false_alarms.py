"""The control of false alarms over a night."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.counts import break_p_values, spread_of
from expectations.statistics.false_alarms import LEAST_COUNT, adjusted_p_values, may_alarm

THROMBOLYSIS = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
THROMBOLYSIS += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_adjusts_as_benjamini_and_hochberg_do() -> None:
    assert_allclose(adjusted_p_values([0.01, 0.04, 0.03, 0.5]), [0.04, 0.16 / 3, 0.16 / 3, 0.5])


def test_rejects_the_four_hypotheses_of_their_own_example() -> None:
    """Their section 4.1, on a trial of thrombolysis; Bonferroni's rule rejects three."""
    alarms = adjusted_p_values(THROMBOLYSIS) <= 0.05
    assert alarms.tolist() == [True] * 4 + [False] * 11


def test_what_was_not_tested_does_not_count() -> None:
    adjusted = adjusted_p_values([0.01, np.nan, 0.02])
    assert_allclose(adjusted, [0.02, np.nan, 0.02])


def test_a_night_without_test_has_no_alarm() -> None:
    assert np.isnan(adjusted_p_values([np.nan])).all()
    assert np.isnan(adjusted_p_values([np.nan], ["BRK"])).all()
    assert adjusted_p_values([]).size == 0


def test_a_quiet_past_does_not_hide_tonight() -> None:
    p_values = np.concatenate([[0.0004], np.linspace(0.1, 1, 2_000)])
    families = np.array(["tonight"] + ["past"] * 2_000)
    assert adjusted_p_values(p_values)[0] > 0.5
    assert adjusted_p_values(p_values, families)[0] == 0.0004


@given(P_VALUES, P_VALUES)
def test_another_family_changes_nothing(tonight: list[float], past: list[float]) -> None:
    families = ["tonight"] * len(tonight) + ["past"] * len(past)
    together = adjusted_p_values(tonight + past, families)
    assert_allclose(together[: len(tonight)], adjusted_p_values(tonight))
    assert_allclose(together[len(tonight) :], adjusted_p_values(past))


def test_what_moved_in_one_indicator_makes_no_alarm_of_another() -> None:
    p_values = [1e-9] * 100 + [0.002] + [0.5] * 99
    indicators = ["moved"] * 100 + ["as ever"] * 100
    assert adjusted_p_values(p_values)[100] < 0.03
    adjusted = adjusted_p_values(p_values, None, indicators)
    assert (adjusted[:100] < 0.03).all()
    assert adjusted[100] > 0.03


def test_a_small_indicator_has_a_small_share_of_the_rate() -> None:
    adjusted = adjusted_p_values([0.001, 0.1, 0.2, 0.3], None, ["a", "b", "b", "b"])
    assert_allclose(adjusted, [0.004, 0.4, 0.4, 0.4])


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3)), min_size=1, max_size=30))
def test_parts_add_no_alarm(tests: list[tuple[float, int]]) -> None:
    p_values, parts = map(list, zip(*tests, strict=True))
    apart = adjusted_p_values(p_values, None, parts)
    assert (apart >= adjusted_p_values(p_values) * (1 - 1e-12)).all()
    assert (apart <= 1).all()


@pytest.mark.parametrize("pair", [(1, 0), (1, 2), (2, 0), (0, 9), (7, 6)])
def test_small_pairs_never_alarm(pair: tuple[int, int]) -> None:
    assert not may_alarm(*pair)


@pytest.mark.parametrize("pair", [(26, 0), (43, 4), (0, 10), (np.nan, 26)])
def test_larger_ones_may(pair: tuple[float, float]) -> None:
    assert may_alarm(*pair)


def test_the_floor_leaves_out_no_pair_that_could_be_far_from_chance() -> None:
    largest = LEAST_COUNT - 1
    before, after = np.mgrid[0 : largest + 1, 0 : largest + 1]
    assert break_p_values(before, after, 0.03).min() > 0.003
    assert break_p_values(before, after, spread_of(2.0)).min() > 0.009
    assert break_p_values(26, 0, spread_of(2.0)) < 1e-5


def test_a_total_borrows_of_details_and_of_no_total() -> None:
    p_values = [1e-9] * 4 + [0.001] + [0.5] * 45
    adjusted = {
        n_details: adjusted_p_values(p_values, wholes=np.arange(50) % 5 >= n_details)[4]
        for n_details in (0, 1, 4)
    }
    expected = {0: 0.001 * 50, 1: 0.001 * 50 / 2, 4: 0.001 * 50 / 5}
    assert adjusted == pytest.approx(expected)
    details = np.delete(adjusted_p_values(p_values, wholes=np.arange(50) == 4), 4)
    assert_allclose(details, np.delete(adjusted_p_values(p_values), 4))
