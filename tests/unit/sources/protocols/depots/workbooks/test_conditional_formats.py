"""The areas that conditional formats are for, as XLSX and ODS write them."""

import pytest

from sources.protocols.depots.workbooks.conditional_formats import (
    EVERYWHERE,
    MOST_RANGES,
    NOTHING,
    UNKNOWN_CODE,
    Conditions,
    areas,
    ods_areas,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("E2:E9 $G$2", [(2, 9, 5, 5), (2, 2, 7, 7)]),
        ("E:E", [(1, EVERYWHERE[1], 5, 5)]),
        ("2:3", [(2, 3, 1, EVERYWHERE[3])]),
        ("une plage", [EVERYWHERE, EVERYWHERE]),
    ],
)
def test_areas_of_xlsx(written: str, read: list[object]) -> None:
    assert list(areas(written)) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("F.E2:F.E9", [(2, 9, 5, 5)]),
        ("$'Une feuille'.$E$2:.$E$9 'Une feuille'.G2", [(2, 9, 5, 5), (2, 2, 7, 7)]),
    ],
)
def test_areas_of_ods(written: str, read: list[object]) -> None:
    assert list(ods_areas(written)) == read


def test_a_code_may_be_in_force_where_its_area_meets_the_cell() -> None:
    conditions = Conditions.of([((2, 9, 5, 5), NOTHING)])
    assert conditions.within((9, 9, 5, 5)) == (NOTHING,)
    assert conditions.within((1, 4, 1, 7)) == (NOTHING,)
    assert conditions.within((10, 10, 5, 5)) == ()


def test_of_too_many_areas_none_is_believed() -> None:
    many = [((row, row, 1, 1), NOTHING) for row in range(MOST_RANGES + 1)]
    assert Conditions.of(many).within((999, 999, 9, 9)) == (UNKNOWN_CODE,)
