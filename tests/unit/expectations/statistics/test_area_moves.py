"""What an area does in all its categories, beside the others."""

import numpy as np

from expectations.statistics.area_moves import are_alike, area_moves

AREAS = np.repeat(np.arange(10), 5)
ONE_TABLE = np.zeros(50, dtype=np.int64)
VARIANCES = np.full(50, 0.05**2)
ORDINARY = np.array([0.04**2])
MOST = 0.08


def residuals() -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.normal(0, 0.05, 50) + np.repeat(rng.normal(0, 0.04, 10), 5)


def test_members_count_on_what_their_area_does_and_on_no_more_than_areas_do() -> None:
    moves = residuals()
    moves[AREAS == 3] += 0.05
    moves[AREAS == 6] -= 0.43
    found = area_moves(moves, VARIANCES, AREAS, ONE_TABLE, ORDINARY, MOST)
    assert (found.expected[AREAS == 3] > 0.01).all()
    assert (found.expected[AREAS == 6] > -0.2).all()
    assert found.p_value[AREAS == 6].max() < 1e-3
    assert found.p_value[AREAS != 6].min() > 0.01


def test_a_part_alone_moves_no_area_however_far_it_goes() -> None:
    moves = residuals()
    usual = area_moves(moves, VARIANCES, AREAS, ONE_TABLE, ORDINARY, MOST)
    moves[0] = 7.0
    found = area_moves(moves, VARIANCES, AREAS, ONE_TABLE, ORDINARY, MOST)
    assert found.p_value[0] > 0.05
    assert np.abs(found.expected[1:5] - usual.expected[1:5]).max() < 0.05


def test_areas_are_not_all_equally_calm_and_none_less_than_is_known_beforehand() -> None:
    rng = np.random.default_rng(1)
    calm = rng.normal(0, 0.01, 50) + np.repeat(rng.normal(0, 0.01, 10), 5)
    moves, ordinary = np.where(AREAS == 3, 0.06, calm), np.array([0.01**2])
    alike, unlike = (
        area_moves(moves, np.full(50, 0.01**2), AREAS, ONE_TABLE, ordinary, most).p_value[
            AREAS == 3
        ]
        for most in (0.01, MOST)
    )
    assert alike.max() < 1e-4
    assert 10 * alike.max() < unlike.min() < 0.01


def test_an_area_of_one_part_is_not_tested() -> None:
    found = area_moves(
        np.array([0.5]), np.array([0.01]), np.zeros(1, int), np.zeros(1, int), ORDINARY, MOST
    )
    assert np.isnan(found.p_value[0])
    assert found.expected[0] == 0


def test_who_went_half_as_far_or_cannot_be_told_apart_went_along() -> None:
    moves = np.array([-0.4, -0.25, 0.0, 0.0])
    deviations = np.array([0.05, 0.05, 0.05, 0.3])
    assert are_alike(moves, np.full(4, -0.43), deviations).tolist() == [True, True, False, True]
