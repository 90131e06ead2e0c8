"""What moves everywhere is an event; what moves in one place is a fault."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from expectations.statistics.counts import break_p_values, spread_of
from expectations.statistics.panels import Panel, panel_of, panel_of_counts

PRIOR = spread_of(2.0)
Arrays = tuple[np.ndarray, np.ndarray]


def departments(members: int, growth: float, own: float, level: float = 150) -> Arrays:
    draws = np.random.default_rng(20240930)
    levels = level * draws.lognormal(0, 1, members)
    before = draws.poisson(levels)
    return before, draws.poisson(levels * growth * draws.lognormal(0, own, members))


def judged(before: np.ndarray, after: np.ndarray) -> tuple[Panel, np.ndarray]:
    return panel_of_counts(before, after, np.zeros(len(before), dtype=int), PRIOR)


def test_a_department_that_doubles_while_a_hundred_move_by_five_per_cent_is_caught() -> None:
    before, after = departments(101, 1.05, 0.06)
    suspect = int(np.argsort(before)[50])
    after[suspect] = 2 * before[suspect]
    _, p_values = judged(before, after)
    assert p_values[suspect] < 1e-4
    assert np.argmin(p_values) == suspect
    assert np.delete(p_values, suspect).min() > 1e-3
    assert break_p_values(before[suspect], after[suspect], PRIOR) > 0.01


def test_a_crisis_everywhere_is_the_movement_of_all_and_no_fault() -> None:
    before, after = departments(101, 0.7, 0.06)
    panel, p_values = judged(before, after)
    assert_allclose(panel.growth, np.log(0.7), atol=0.03)
    assert p_values.min() > 1e-3


def test_nursing_schools_entering_parcoursup_are_no_fault() -> None:
    before = np.zeros(18)
    after = np.array([3_020, 2_410, 1_340, 980, 760, 2_800, 1_720, 410, 3_900]) // 2
    after = np.concatenate([after, after[::-1] // 3])
    _, p_values = judged(before, after)
    assert p_values.min() > 0.01


def test_two_members_are_left_to_the_prior() -> None:
    panel, p_values = judged(np.array([43, 502]), np.array([4, 606]))
    assert_allclose(panel.spread, PRIOR, rtol=0.15)
    assert_allclose(panel.growth, 0.0)
    assert p_values[0] < 1e-3
    assert p_values[1] > 0.5


def test_a_member_alone_is_judged_as_without_a_panel() -> None:
    _, p_values = judged(np.array([43]), np.array([4]))
    assert_allclose(p_values, break_p_values([43], [4], PRIOR), rtol=0.01)


@pytest.mark.parametrize("members", [3, 4, 5])
def test_a_suspect_does_not_hide_behind_itself_in_a_small_panel(members: int) -> None:
    before, after = np.full(members, 200), np.full(members, 210)
    after[0] = 20
    _, p_values = judged(before, after)
    assert p_values[0] < 1e-5
    assert p_values[1:].min() > 0.3


def test_the_spread_of_a_large_panel_is_its_own_and_that_of_a_small_one_the_prior() -> None:
    spreads = [
        np.median(judged(*departments(members, 1.0, 0.06, level=20_000))[0].spread)
        for members in (3, 30, 1_000)
    ]
    assert spreads[0] > 0.7 * PRIOR
    assert 0.06 < spreads[1] < spreads[0]
    assert_allclose(spreads[2], 0.06, rtol=0.15)


def test_false_alarms_are_no_more_than_promised_in_a_panel() -> None:
    draws = np.random.default_rng(20240930)
    panels, members = 800, 50
    codes = np.repeat(np.arange(panels), members)
    levels = draws.choice([5, 30, 500, 5_000], codes.size)
    growth = draws.lognormal(0, 0.2, panels)[codes] * draws.lognormal(0, 0.2, codes.size)
    before, after = draws.poisson(levels), draws.poisson(levels * growth)
    _, p_values = panel_of_counts(before, after, codes, PRIOR)
    for threshold in (0.1, 0.01, 0.001):
        promised = threshold * codes.size
        assert (p_values <= threshold).sum() <= promised + 4 * np.sqrt(promised)
    assert (p_values <= 0.1).sum() > 0.03 * codes.size


def test_what_is_not_there_is_left_out() -> None:
    before, after = departments(20, 1.0, 0.1)
    holes = before.astype(float)
    holes[3] = np.nan
    panel, p_values = judged(holes, after)
    assert np.isnan(p_values[3])
    assert np.isnan(panel.growth[3])
    assert panel.members[0] == 19
    _, kept = judged(np.delete(before, 3), np.delete(after, 3))
    assert_allclose(np.delete(p_values, 3), kept)


def test_a_panel_may_have_no_member() -> None:
    panel = panel_of([0.1, np.nan], [0.01, 0.01], [0, 1], PRIOR)
    assert panel.members.tolist() == [1, 0]
    empty = panel_of([], [], [], PRIOR)
    assert empty.members.size == 0


COUNTS = st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), min_size=1, max_size=12)


@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(
    pairs: list[tuple[int, int]], chance: "np.random.Generator"
) -> None:
    before, after = np.array(pairs).T
    order = list(range(len(pairs)))
    chance.shuffle(order)
    _, straight = judged(before, after)
    _, shuffled = judged(before[order], after[order])
    assert_allclose(shuffled, straight[order], rtol=1e-6)


@given(COUNTS, COUNTS)
def test_an_unrelated_panel_changes_nothing(
    pairs: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    before, after = np.array(pairs + others).T
    codes = np.repeat([0, 1], [len(pairs), len(others)])
    panel, together = panel_of_counts(before, after, codes, PRIOR)
    alone, p_values = judged(before[codes == 0], after[codes == 0])
    assert_allclose(panel.growth[codes == 0], alone.growth, rtol=1e-6)
    assert_allclose(together[codes == 0], p_values, rtol=1e-6)


@given(COUNTS)
def test_time_may_run_backwards(pairs: list[tuple[int, int]]) -> None:
    before, after = np.array(pairs).T
    forwards, p_values = judged(before, after)
    backwards, reverse = judged(after, before)
    assert_allclose(backwards.growth, -forwards.growth, atol=1e-9)
    assert_allclose(reverse, p_values, rtol=1e-5)


def test_what_many_small_counts_did_together_is_theirs_though_each_says_little() -> None:
    draws = np.random.default_rng(20190930)
    before, after = draws.poisson(4, 100), draws.poisson(4 * 2.6, 100)
    calm = spread_of(1.1)
    panel, p_values = panel_of_counts(before, after, np.zeros(100, dtype=int), calm)
    assert_allclose(panel.growth, np.log(2.6), atol=0.2)
    assert p_values.min() > 1e-3


@pytest.mark.parametrize("member", range(3, 30))
def test_moving_further_from_the_others_is_never_likelier(member: int) -> None:
    # Large counts weigh alike: where some say less than others, what one lost changes what the
    # others are read to weigh, and a median may step from one value to the next.
    before, after = (10 * counts for counts in departments(40, 1.1, 0.1))
    moved = after.copy()
    p_values = []
    for count in range(min(after[member], before[member]), -1, -before[member] // 60):
        moved[member] = count
        p_values.append(judged(before, moved)[1][member])
    assert len(p_values) > 40
    assert (np.diff(p_values) <= 1e-9).all()


def test_a_calm_panel_of_large_and_small_counts_is_seen_as_calm_as_it_is() -> None:
    draw = np.random.default_rng(1)
    level, spread = np.exp(draw.normal(5, 1.5, 4000)), 0.07
    before, after = (
        draw.poisson(level * np.exp(draw.normal(0, spread / np.sqrt(2), level.size)))
        for _ in range(2)
    )
    panel, p_values = panel_of_counts(before, after, np.zeros(level.size, dtype=np.int64), 0.354)
    assert np.nanmedian(panel.spread) == pytest.approx(spread, rel=0.1)
    assert np.nanmean(p_values < 0.01) == pytest.approx(0.01, abs=0.004)
