"""Areas that carry their neighbour's numbers; silence when each carries its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from expectations.statistics.crosstables import Tables
from expectations.statistics.departures import CONVINCING
from expectations.statistics.shifted_rows import DOWN, UP, ShiftedRows, shifted_rows

pytestmark = pytest.mark.filterwarnings("error")

SPREAD = 0.2
SIZES = np.array(
    [[120, 40, 300], [80, 35, 180], [30, 9, 70], [450, 20, 110], [90, 250, 160], [700, 12, 33]]
)
SIZES_NEXT = np.array(
    [[131, 38, 322], [84, 39, 171], [27, 11, 75], [490, 17, 118], [97, 270, 150], [680, 14, 31]]
)


def stretches(before: np.ndarray, after: np.ndarray) -> list[ShiftedRows]:
    areas, categories = np.indices(before.shape)
    tables = Tables(np.zeros(areas.size, int), areas.ravel(), categories.ravel())
    return list(shifted_rows(before.ravel(), after.ravel(), tables, SPREAD))


def moved(numbers: np.ndarray, rows: slice, step: int) -> np.ndarray:
    result = numbers.copy()
    result[rows] = np.roll(numbers[rows], -step, axis=0)
    return result


@pytest.mark.parametrize("step", [UP, DOWN])
def test_rows_that_slid_are_found_with_whose_numbers_they_carry(step: int) -> None:
    (found,) = stretches(SIZES, moved(SIZES_NEXT, slice(0, 6), step))
    assert (found.step, found.margin >= CONVINCING) == (step, True)
    areas, carried = found.cells // 3, found.carries // 3
    assert set(carried - areas) == {step}
    assert found.cells.size >= 3 * 4


def test_rows_before_the_one_that_was_deleted_are_not_accused() -> None:
    sizes, sizes_next = np.tile(SIZES, (2, 1)), np.tile(SIZES_NEXT, (2, 1))
    (found,) = stretches(sizes, moved(sizes_next, slice(5, 12), UP))
    assert found.cells.min() // 3 == 5
    assert found.areas == 6  # the last one has no next


def test_rows_in_place_are_silent() -> None:
    assert stretches(SIZES, SIZES_NEXT) == []


def test_two_areas_that_repeat_their_neighbours_are_no_stretch() -> None:
    repeated = SIZES_NEXT.copy()
    repeated[1] = SIZES_NEXT[2]
    assert stretches(SIZES, repeated) == []


def test_areas_that_grew_alone_are_no_stretch() -> None:
    grown = SIZES_NEXT * np.array([[1], [3], [1], [5], [1], [2]])
    assert stretches(SIZES, grown) == []


def test_areas_that_could_be_confused_are_silent() -> None:
    draws = np.random.default_rng(20190930)
    for mean in (3, 40, 2000):
        before, after = draws.poisson(mean, (100, 4)), draws.poisson(mean, (100, 4))
        assert stretches(before, after) == []


def test_one_column_is_enough_for_very_different_areas() -> None:
    column = np.array([[9000], [120], [2500], [14], [700], [60], [4100], [35]])
    assert stretches(column, np.roll(column, -1, axis=0))[0].areas == 7


@given(
    arrays.arrays(float, (2, 7, 3), elements=st.floats(0, 1e6)),
    arrays.arrays(bool, (2, 7, 3)),
)
def test_whatever_the_numbers_each_cell_is_named_once_and_has_a_neighbour(
    numbers: np.ndarray, is_missing: np.ndarray
) -> None:
    before, after = np.where(is_missing, np.nan, numbers)
    for found in stretches(before, after):
        assert np.unique(found.cells).size == found.cells.size
        assert set(found.carries // 3 - found.cells // 3) == {found.step}
