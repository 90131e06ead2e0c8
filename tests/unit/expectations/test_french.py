"""Numbers, chances, periods, quantities, dates and counts as a French reader writes them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations import french

THIN = "\N{NARROW NO-BREAK SPACE}"


def _plain(text: str) -> str:
    return text.replace(french.NBSP, " ").replace(THIN, " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1795, "1 795"), (26.887, "26,89"), (51.5, "51,5"), (-3, "−3"), (-0.001, "0"), (100, "100")],
)
def test_number(value: float, text: str) -> None:
    assert _plain(french.number(value)) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_written_number_reads_back(value: float) -> None:
    text = french.number(float(value)).replace(THIN, "").replace(",", ".").replace("−", "-")
    assert float(text) == float(value)


def test_percentages() -> None:
    assert french.percent(26.887) == f"26,89{french.NBSP}%"
    assert french.change(502, 606) == f"+20,7{french.NBSP}%"
    assert french.change(43, 4) == f"−90,7{french.NBSP}%"
    assert french.change(502, 606, decimals=0) == f"+21{french.NBSP}%"
    assert french.change(43, 43) == f"0{french.NBSP}%"


@pytest.mark.parametrize(
    ("p_value", "text"),
    [
        (1.0, "plus de 1 chance sur 2"),
        (0.5, "environ 1 chance sur 2"),
        (0.09, "environ 1 chance sur 11"),
        (1 / 12_345, "environ 1 chance sur 12 000"),
        (1 / 1_000_000, "environ 1 chance sur 1 million"),
        (4.1e-8, "environ 1 chance sur 24 millions"),
        (1e-9, "environ 1 chance sur un milliard"),
        (1e-12, "moins de 1 chance sur un milliard"),
        (0.0, "moins de 1 chance sur un milliard"),
    ],
)
def test_chance(p_value: float, text: str) -> None:
    assert _plain(french.chance(p_value)) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("2024", "2024"),
        ("2022-2023", "2022-2023"),
        ("2025-04", "avril 2025"),
        ("2024-13", "2024-13"),
    ],
)
def test_period(code: str, text: str) -> None:
    assert french.period(code) == text


def test_span() -> None:
    assert french.span(["2019", "2020", "2024-04"]) == "2019 à avril 2024"
    assert french.span(["2024"]) == "2024"


def test_a_figure_has_its_unit_where_it_is_a_percentage() -> None:
    assert _plain(french.figure(26.887, "pct")) == "26,89 %"
    assert _plain(french.figure(1795, "pcrh")) == "1 795"


def test_quotes_inside_quotes_are_the_inner_ones() -> None:
    assert french.quoted("PCRH, volet « transition »") == "«\xa0PCRH, volet “transition”\xa0»"


def test_typeset_keeps_punctuation_with_its_word() -> None:
    assert french.typeset("« Qui ? » : moi.") == "«\xa0Qui\xa0?\xa0»\xa0: moi."


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


def test_the_hour_that_clocks_show_twice_says_which_it_is() -> None:
    summer, winter = (datetime(2026, 10, 25, hour, 5, tzinfo=UTC) for hour in (0, 1))
    assert french.time_short(summer) == "2\u00a0h\u00a005 (heure d'été)"
    assert french.moment_short(winter) == "25/10/2026 02:05 (heure d'hiver)"
    assert french.moment_precise(summer) == "25/10/2026 à 02:05:00 (heure d'été)"
    around = (summer - timedelta(hours=1), winter + timedelta(hours=1))
    assert [french.moment_short(each)[-5:] for each in around] == ["01:05", "03:05"]


def test_zero_and_one_are_singular() -> None:
    assert [french.count(n, "source", "sources") for n in (0, 1, 2)] == [
        "0 source",
        "1 source",
        "2 sources",
    ]


def test_a_unit_is_written_in_french() -> None:
    assert french.quantity(4792, "salarie") == "4\u202f792\u00a0salariés"


def test_what_is_listed_no_more_is_counted() -> None:
    names = ["Mayenne", "Sarthe", "Vendée"]
    assert french.listing(names, 3) == french.listing(names) == "Mayenne, Sarthe, Vendée"
    assert french.listing(names, 2) == "Mayenne, Sarthe et 1 autre"
    assert french.listing(names, 1) == "Mayenne et 2 autres"


def test_a_sentence_goes_on_after_a_colon_without_its_capital() -> None:
    assert french.after_colon("La valeur était 3.") == "la valeur était 3."
    assert french.after_colon("À ce jour, rien.") == "à ce jour, rien."
    assert french.after_colon("L'extrait n'a plus de ligne.") == "l'extrait n'a plus de ligne."
    assert french.after_colon("PCRH en baisse.") == "PCRH en baisse."
    assert french.after_colon("43 en 2023.") == "43 en 2023."
    assert french.after_colon("France Travail donne 3.") == "France Travail donne 3."


def test_a_unit_is_in_the_plural_from_two_on() -> None:
    said = [french.quantity(value, "reunion") for value in (0, 1, 1.5, 2, -8)]
    assert [text.split("\N{NO-BREAK SPACE}")[1] for text in said] == [
        "réunion",
        "réunion",
        "réunion",
        "réunions",
        "réunions",
    ]
    assert set(french.OF_ONE) == set(french.UNITS)
