"""Numbers and periods are read in French text as a reader reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations import french
from expectations.printed.numbers import (
    Number,
    Period,
    column_period,
    numbers_in,
    periods_in,
    read_number,
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 791 vœux sur 6 793 candidatures", [1791, 6793]),
        ("5518 jeunes, 62% de la liste", [5518, 62]),
        ("69.1% en 2021", [69.1, 2021]),
        ("57 ;5%", [57, 5]),
        ("de 65,30% à 66,90%", [65.3, 66.9]),
        ("en 2023 264 PCRH", [2023, 264]),
        ("aucun", []),
    ],
)
def test_numbers_are_read(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers_in(text)] == values


@given(st.decimals(0, 10**9, places=2))
def test_a_number_written_in_french_is_read_back(value: object) -> None:
    number = float(str(value))
    assert read_number(french.number(number)).value == pytest.approx(number)


def test_two_printings_agree_when_both_can_be_roundings_of_one_quantity() -> None:
    assert Number(27, 1).agrees_with(Number(26.9, 0.1))
    assert Number(27, 1).agrees_with(Number(26.5, 0.1))
    assert not Number(27, 1).agrees_with(Number(26.4, 0.1))
    assert not Number(3, 1).agrees_with(Number(43, 1))


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("en 2021 et 2022", [(2021, 2022)]),
        ("Entre 2023 et 2024, puis 2025", [(2023, 2024), (2025, 2025)]),
        ("année scolaire 2022-2023", [(2022, 2023)]),
        ("la rentrée 2024/2025", [(2024, 2025)]),
        ("à date (avril 2025)", [(2025, 2025)]),
        ("au 27/06/2025 : hors OPCO", []),
        ("32 000 scolaires, 2 628 lycéens", []),
    ],
)
def test_periods_are_read(text: str, periods: list[tuple[int, int]]) -> None:
    assert [(period.first, period.last) for period in periods_in(text)] == periods


def test_a_column_without_a_year_overlaps_with_any_period() -> None:
    assert column_period("2023-2024").overlaps(Period(2024, 2024, "2024"))
    assert not column_period("2023").overlaps(Period(2021, 2021, "2021"))
    assert column_period("Total").overlaps(Period(2021, 2021, "2021"))
