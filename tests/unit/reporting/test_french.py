"""French typography of numbers, dates and counts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.reporting import french


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
def test_numbers_are_written_as_in_france(value: float, unit: str, expected: str) -> None:
    assert french.number(value, unit) == expected


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_written_number_reads_back(value: float) -> None:
    text = french.number(float(value)).replace("\u202f", "").replace(",", ".").replace("−", "-")
    assert float(text) == float(value)


def test_growth_has_its_sign() -> None:
    assert french.growth(502, 606) == "+21\u00a0%"
    assert french.growth(43, 4) == "−91\u00a0%"
    assert french.growth(5, 5) == "0\u00a0%"


def test_dates_are_those_of_paris() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert french.date_long(late) == "1er\u00a0décembre 2026"
    assert french.time_short(late) == "0\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2025-04", "avril 2025"),
        ("2022-2023", "2022-2023"),
        ("2024", "2024"),
        ("2024-13", "2024-13"),
    ],
)
def test_periods(code: str, expected: str) -> None:
    assert french.period(code) == expected


def test_zero_and_one_are_singular() -> None:
    assert [french.count(n, "source", "sources") for n in (0, 1, 2)] == [
        "0 source",
        "1 source",
        "2 sources",
    ]


def test_spaces_of_punctuation_do_not_break() -> None:
    assert french.typeset("« oui » ? 3 %") == "«\u00a0oui\u00a0»\u00a0? 3\u00a0%"
