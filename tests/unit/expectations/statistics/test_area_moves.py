"""What an area does in all its categories, beside the others."""

import numpy as np

from expectations.statistics.area_moves import AreaMoves, are_alike, area_moves
from expectations.statistics.grouped import Floats
from expectations.statistics.panel_past import PanelPast
from expectations.statistics.panel_places import Places, PlacesOfPeriod
from expectations.statistics.panels import PriorSpreads

AREAS = np.repeat(np.arange(10), 5)
NOISE, ORDINARY, MOST = 0.05, 0.04, 0.08


def residuals() -> Floats:
    rng = np.random.default_rng(1)
    return rng.normal(0, NOISE, 50) + np.repeat(rng.normal(0, ORDINARY, 10), 5)


def places_of(areas: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Places:
    rows = np.arange(areas.size)
    one = np.zeros_like(rows)
    return Places(rows, one + 1, rows % 5, one, areas, (), one - 1, one > 0)


def moves_of(
    moves: Floats,
    *,
    noise: float = NOISE,
    ordinary: float = ORDINARY,
    most: float = MOST,
    before: tuple[Floats, ...] = (),
) -> AreaMoves:
    """Return what areas do in common, of which the same was seen before."""
    places = places_of(AREAS)
    past = PanelPast.beginning(places, PriorSpreads(0.3, 0.1, ordinary))
    here = PlacesOfPeriod.of(places, np.arange(AREAS.size))
    for seen in (*before, moves):
        found = area_moves(seen, np.full(AREAS.size, noise**2), here, past, most)
        past.of_each_area.learn(here.names_of_areas, *found.seen)
    return found


def test_members_count_on_what_their_area_does_and_on_no_more_than_areas_do() -> None:
    moves = residuals()
    moves[AREAS == 3] += 0.05
    moves[AREAS == 6] -= 0.43
    found = moves_of(moves)
    assert (found.expected[AREAS == 3] > 0.01).all()
    assert (found.expected[AREAS == 6] > -0.2).all()
    assert found.p_value[AREAS == 6].max() < 1e-3
    assert found.p_value[AREAS != 6].min() > 0.01


def test_a_part_alone_moves_no_area_however_far_it_goes() -> None:
    moves = residuals()
    usual = moves_of(moves)
    moves[0] = 7.0
    found = moves_of(moves)
    assert found.p_value[0] > 0.05
    assert np.abs(found.expected[1:5] - usual.expected[1:5]).max() < 0.05


def test_areas_are_not_all_equally_calm_and_none_less_than_is_known_beforehand() -> None:
    rng = np.random.default_rng(1)
    calm = rng.normal(0, 0.01, 50) + np.repeat(rng.normal(0, 0.01, 10), 5)
    moves = np.where(AREAS == 3, 0.06, calm)
    alike, unlike = (
        moves_of(moves, noise=0.01, ordinary=0.01, most=most).p_value[AREAS == 3]
        for most in (0.01, MOST)
    )
    assert alike.max() < 1e-4
    assert 10 * alike.max() < unlike.min() < 0.01


def test_how_calm_an_area_is_is_learnt_from_what_it_did() -> None:
    rng = np.random.default_rng(1)
    usual = np.where(np.arange(10) == 7, 4 * ORDINARY, ORDINARY)
    before = tuple(np.repeat(rng.normal(0, usual), 5) for _ in range(12))
    moves = np.where((AREAS == 6) | (AREAS == 7), -0.2, residuals())
    new, seen_before = (moves_of(moves, noise=0.01, before=seen) for seen in ((), before))
    assert seen_before.p_value[AREAS == 6].max() < new.p_value[AREAS == 6].max() / 5
    assert seen_before.p_value[AREAS == 7].min() > 10 * new.p_value[AREAS == 7].max()


def test_an_area_of_one_part_is_not_tested() -> None:
    places = places_of(np.zeros(1, dtype=np.int64))
    past = PanelPast.beginning(places, PriorSpreads(0.3, 0.1, ORDINARY))
    here = PlacesOfPeriod.of(places, np.zeros(1, dtype=np.int64))
    found = area_moves(np.array([0.5]), np.array([0.01]), here, past, MOST)
    assert np.isnan(found.p_value[0])
    assert found.expected[0] == 0


def test_who_went_half_as_far_or_cannot_be_told_apart_went_along() -> None:
    moves = np.array([-0.4, -0.25, 0.0, 0.0])
    deviations = np.array([0.05, 0.05, 0.05, 0.3])
    assert are_alike(moves, np.full(4, -0.43), deviations).tolist() == [True, True, False, True]
