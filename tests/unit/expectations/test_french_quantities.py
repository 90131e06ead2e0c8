"""French typography of quantities, dates and counts."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from expectations import french
from expectations.cells.indicator_definition import Unit


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1795, "", "1\u202f795"),
        (26.89, "pct", "26,89\u00a0%"),
        (40.5, "pct", "40,5\u00a0%"),
        (38.0, "pct", "38\u00a0%"),
        (606, "pcrh", "606\u00a0PCRH"),
        (-3.5, "", "−3,5"),
        (-0.001, "", "0"),
        (100, "", "100"),
        (1234567.891, "missions", "1\u202f234\u202f567,89\u00a0missions"),
    ],
)
def test_quantities_are_written_as_in_france(value: float, unit: str, expected: str) -> None:
    assert french.quantity(value, unit) == expected


def test_dates_are_those_of_paris() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert french.date_long(late) == "1er\u00a0décembre 2026"
    assert french.time_short(late) == "0\u00a0h\u00a030"


def test_zero_and_one_are_singular() -> None:
    assert [french.count(n, "source", "sources") for n in (0, 1, 2)] == [
        "0 source",
        "1 source",
        "2 sources",
    ]


def test_every_unit_that_an_indicator_may_have_is_written_in_french() -> None:
    assert set(french.UNITS) == set(get_args(Unit))
    assert french.quantity(4792, "salarie") == "4\u202f792\u00a0salariés"
