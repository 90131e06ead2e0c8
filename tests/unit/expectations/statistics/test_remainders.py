"""Whether what is left of a total is ordinary, once its doubtful parts are taken out."""

import numpy as np
import pytest

from expectations.statistics.counts import spread_of
from expectations.statistics.remainders import (
    is_carried,
    is_rest_of_rate_ordinary,
    is_rest_ordinary,
    made_by,
    stays_apart,
)

SPREAD = spread_of(1.35)


@pytest.mark.parametrize(
    ("total", "doubtful", "expected"),
    [
        ((1_000, 700), (300, 10), True),
        ((1_000, 100), (300, 10), False),
        ((1_000, 310), (700, 10), True),
        ((1_000, 450), (700, 300), False),
        ((1_000, 506), (993, 500), False),
        ((1_000, 300), (300, 400), False),
        ((1_000, 1_000), (-5, -3), True),
    ],
    ids=[
        "most of it stayed",
        "most of it fell too",
        "a third stayed while the others fell to nothing",
        "a third fell half as much",
        "a handful that stayed a handful",
        "less than its parts",
        "parts below nothing say nothing of the rest",
    ],
)
def test_a_rest_is_ordinary(
    total: tuple[float, float], doubtful: tuple[float, float], *, expected: bool
) -> None:
    ends = np.array(total, dtype=float), np.array(doubtful, dtype=float)
    assert is_rest_ordinary(*ends, SPREAD, are_counts=True) is expected


@pytest.mark.parametrize(
    ("total", "doubtful", "expected"),
    [
        (((500, 1_000), (360, 1_000)), ((150, 300), (10, 300)), True),
        (((500, 1_000), (100, 1_000)), ((150, 300), (10, 300)), False),
        (((500, 1_000), (150, 1_000)), ((400, 800), (50, 800)), True),
        (((500, 1_000), (350, 1_000)), ((400, 900), (360, 900)), False),
        (((500, 1_000), (350, 1_000)), ((np.nan, np.nan), (10, 300)), False),
    ],
    ids=[
        "most of it stayed",
        "most of it fell too",
        "a fifth stayed while the others fell to nothing",
        "more than its parts",
        "parts of which the numbers are not known",
    ],
)
def test_the_rest_of_a_rate_is_ordinary(
    total: tuple[tuple[float, float], ...],
    doubtful: tuple[tuple[float, float], ...],
    *,
    expected: bool,
) -> None:
    ends = np.array(total, dtype=float), np.array(doubtful, dtype=float)
    assert is_rest_of_rate_ordinary(*ends, SPREAD) is expected


def test_a_part_stays_apart_from_a_whole_that_went_elsewhere() -> None:
    parts = np.array([[400.0, 400.0, 3.0, 400.0, 400.0], [430.0, 900.0, 4.0, 900.0, 430.0]])
    wholes = 5_000 * np.array([[1.0, 1.0, 1.0, 1.0, 1.0], [5.0, 5.0, 5.0, 2.2, 1.2]])
    stayed = stays_apart(parts, wholes, np.full(5, SPREAD))
    assert stayed.tolist() == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("total", "doubtful", "expected"),
    [
        ((1_000, 500), (600, 100), True),
        ((1_000, 790), (300, 100), False),
        ((1_000, 790), (200, 0), True),
        ((1_000, 985), (10, 0), False),
        ((1_000, 1_010), (200, 0), False),
        ((1_000, 880), (700, 0), False),
        ((1_000, 500), (600, 500), False),
    ],
    ids=[
        "it halved for them",
        "it moved as tables ordinarily do",
        "of what came to nothing it is short",
        "not beyond what counting does",
        "it counts them all the same",
        "others won most of what they lost",
        "it halved for others",
    ],
)
def test_a_total_goes_with_the_details_that_moved_it(
    total: tuple[float, float], doubtful: tuple[float, float], expected: bool
) -> None:
    assert is_carried(np.array(total), np.array(doubtful), SPREAD) is expected


MANY = np.array([3100.0, 2800, 2500, 1900, 1600, 1400, 1200, 900, 600, 400])


def moved(growth: float, **factors: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a total and its parts, all of which grew, those of some ranks by more."""
    after = MANY * np.exp(growth)
    for rank, factor in factors.items():
        after[int(rank[1:])] *= factor
    parts = np.stack([MANY, np.round(after)])
    return parts.sum(axis=1), parts


@pytest.mark.parametrize("growth", [-0.2, 0.0, 0.3])
@pytest.mark.parametrize("factors", [{"_1": 0.4}, {"_1": 2.5}, {"_0": 0.5, "_4": 0.3}])
def test_the_parts_that_made_a_total_depart_are_found(
    growth: float, factors: dict[str, float]
) -> None:
    makers = made_by(*moved(growth, **factors), 0.03, growth)
    assert np.flatnonzero(makers).tolist() == [int(rank[1:]) for rank in factors]


@pytest.mark.parametrize("factor", [0.6, 0.85, 1.3])
def test_parts_that_moved_together_all_made_it(factor: float) -> None:
    parts = np.stack([MANY, np.round(MANY * factor)])
    assert made_by(parts.sum(axis=1), parts, 0.03, 0.0).all()


def test_parts_that_do_not_make_the_total_are_all_in_doubt() -> None:
    parts = np.stack([MANY, MANY])
    assert made_by(np.array([MANY.sum(), 0.5 * MANY.sum()]), parts, 0.03, 0.0).all()


@pytest.mark.parametrize("number", [1, 2])
def test_of_one_or_two_parts_none_is_cleared_by_the_other(number: int) -> None:
    parts = np.stack([MANY[:number], MANY[:number] * [0.1, 1.0][:number]])
    assert made_by(parts.sum(axis=1), parts, 0.03, 0.0).all()
