"""A category that moves everywhere is told and held nowhere, unless another one answers for it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.cells.observations import TOTAL
from expectations.rules.reporting.category_moves import LEAST_CATEGORIES

Make = Callable[..., Any]
SIZES = {"a": 300, "b": 900, "c": 400, "d": 350, "e": 500, "f": 450}
ADDS_UP = (
    {"by": "category", "of": TOTAL, "parts": "age"},
    {"by": "ref_area", "of": "REG", "parts": "DEP"},
)


def rows_of(
    last: dict[str, float], n_periods: int, sizes: dict[str, int], n_areas: int = 12
) -> list[tuple[Any, ...]]:
    """Return counts by department and category, with their totals both ways.

    Args:
        last: What is other than before in the last period, by category.
        n_periods: How many periods.
        sizes: What is counted of each category in a department.
        n_areas: How many departments.
    """
    rng = np.random.default_rng(4)
    areas = [f"DEP-{number:02}" for number in range(n_areas)]
    rows = []
    for period in range(n_periods):
        wanted = {**sizes, **(last if period == n_periods - 1 else {})}
        table = pd.DataFrame({name: rng.poisson(size, n_areas) for name, size in wanted.items()})
        table = table.set_axis(areas)
        table.loc["REG-52"] = table.sum()
        rows += [
            (area, str(2024 - n_periods + period + 1), float(value), _place(category))
            for category, values in table.assign(**{TOTAL: table.sum(axis=1)}).items()
            for area, value in values.items()
        ]
    return rows


def _place(category: object) -> dict[str, str]:
    breakdown = TOTAL if category == TOTAL else "age"
    return {"breakdown": breakdown, "category": str(category)}


@pytest.fixture
def failing(observe: Make, define: Make, judge: Make) -> Callable[..., pd.DataFrame]:
    """Return what fails in the last period, by the rules on numbers."""

    def failures(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
        observations, definition = observe(*rows), define("a", breakdowns=ADDS_UP)
        verdicts = pd.concat(
            judge(rule, observations, definition).rows.reset_index() for rule in ("BRK", "VNO")
        )
        return verdicts[(verdicts["outcome"] == "fail") & (verdicts["time_period"] == "2024")]

    return failures


@pytest.mark.parametrize("n_periods", [2, 4, 8, 14])
def test_what_triples_everywhere_is_told_and_holds_nothing_however_long_the_past(
    failing: Callable[..., pd.DataFrame], n_periods: int
) -> None:
    found = failing(rows_of({"a": 900}, n_periods, SIZES))
    assert set(found["severity"]) == {"Information"}
    assert set(found["category"]) <= {"a", TOTAL}
    assert found["ref_area"].nunique() == 13


@pytest.mark.parametrize("n_periods", [2, 8])
@pytest.mark.parametrize("times", [10, 0.1, 100])
def test_what_is_of_another_order_of_magnitude_everywhere_is_held(
    failing: Callable[..., pd.DataFrame], n_periods: int, times: float
) -> None:
    found = failing(rows_of({"a": 300 * times}, n_periods, SIZES))
    held = found[(found["severity"] == "Warning") & found["ref_area"].str.startswith("DEP")]
    assert set(held["category"]) == {"a"}
    assert held["ref_area"].nunique() == 12


@pytest.mark.parametrize("n_periods", [2, 8])
def test_what_another_category_lost_is_held_with_it(
    failing: Callable[..., pd.DataFrame], n_periods: int
) -> None:
    found = failing(rows_of({"a": 900, "b": 300}, n_periods, SIZES))
    held = found[(found["severity"] == "Warning") & found["ref_area"].str.startswith("DEP")]
    assert {"a", "b"} <= set(held["category"])
    assert held["ref_area"].nunique() == 12


def test_one_area_of_which_a_category_triples_is_held(
    failing: Callable[..., pd.DataFrame],
) -> None:
    rows = rows_of({}, 8, SIZES)
    wrong = [
        (area, period, 3 * value if (area, period, at["category"]) == WRONG else value, at)
        for area, period, value, at in rows
    ]
    found = failing(wrong)
    held = found[found["severity"] == "Warning"]
    assert ("DEP-03", "a") in set(zip(held["ref_area"], held["category"], strict=True))


WRONG = ("DEP-03", "2024", "a")


@pytest.mark.parametrize("n_periods", [2, 8])
def test_what_rises_in_half_of_the_areas_and_falls_in_the_others_is_no_event(
    failing: Callable[..., pd.DataFrame], n_periods: int
) -> None:
    rising = {f"DEP-{number:02}" for number in range(6)}
    rows = [
        (area, period, value * (3 if area in rising else 0.3), at)
        if (period, at["category"]) == ("2024", "a") and area.startswith("DEP")
        else (area, period, value, at)
        for area, period, value, at in rows_of({}, n_periods, SIZES)
    ]
    held = (found := failing(rows))[found["severity"] == "Warning"]
    assert held.loc[held["category"] == "a", "ref_area"].nunique() >= 10


@pytest.mark.parametrize("n_periods", [2, 8])
def test_of_two_categories_the_one_that_stayed_tells_which_moved(
    failing: Callable[..., pd.DataFrame], n_periods: int
) -> None:
    two = {name: SIZES[name] for name in "ab"}
    found = failing(rows_of({"a": 900}, n_periods, two))
    assert "Warning" not in set(found["severity"])


def test_of_two_categories_the_one_that_is_zero_everywhere_is_held(
    failing: Callable[..., pd.DataFrame],
) -> None:
    found = failing(rows_of({"a": 0}, 3, {name: SIZES[name] for name in "ab"}))
    held = found[found["severity"] == "Warning"]
    assert held.loc[held["category"] == "a", "ref_area"].nunique() == 13


def test_totals_that_one_category_moved_are_no_event_of_their_own(
    failing: Callable[..., pd.DataFrame],
) -> None:
    found = failing(rows_of({"a": 1800, "b": 40}, 2, {"a": 600, "b": 40, "c": 20, "d": 30}))
    held = found[found["severity"] == "Warning"]
    assert not held["explanation"].str.contains("prises une à une").any()


def test_where_fewer_than_half_of_the_series_go_along_a_table_did_not_move(
    failing: Callable[..., pd.DataFrame],
) -> None:
    found = failing(rows_of({"a": 320}, 4, {"a": 100, "b": 5, "c": 4}, n_areas=22))
    held = found[found["severity"] == "Warning"]
    assert not held["explanation"].str.contains("prises une à une").any()


def moved(rows: list[tuple[Any, ...]], times: dict[str, float]) -> list[tuple[Any, ...]]:
    """Return rows of which the category « a » is so many times as large, by period; totals follow.

    Args:
        rows: As ``rows_of`` gives them.
        times: By how much « a » is multiplied, by period.
    """
    added = {
        (area, period): round(value * (times.get(period, 1.0) - 1.0))
        for area, period, value, at in rows
        if at["category"] == "a"
    }
    return [
        (area, period, value + added[area, period] * (at["category"] in {"a", TOTAL}), at)
        for area, period, value, at in rows
    ]


@pytest.mark.parametrize("names", ["ab", "abc", "abcdef"])
@pytest.mark.parametrize("n_areas", [5, 12])
def test_what_a_category_never_did_is_reported_and_published(
    failing: Callable[..., pd.DataFrame], names: str, n_areas: int
) -> None:
    calm = rows_of({}, 10, {name: SIZES[name] for name in names}, n_areas)
    assert failing(calm).empty
    found = failing(moved(calm, {"2024": 0.65}))
    assert set(found["severity"]) == {"Information"}
    moved_everywhere = found[found["explanation"].str.contains("Là où elle change")]
    assert set(moved_everywhere["category"]) == {"a"}
    assert moved_everywhere["ref_area"].nunique() == n_areas
    is_by_past = moved_everywhere["explanation"].str.contains("cette catégorie a fait jusque-là")
    assert is_by_past.all() == (len(names) < LEAST_CATEGORIES)


def test_what_a_category_does_now_and_then_is_not_reported(
    failing: Callable[..., pd.DataFrame],
) -> None:
    calm = rows_of({}, 10, {name: SIZES[name] for name in "ab"})
    every_other_year = {str(year): 0.65 for year in range(2016, 2025, 2)}
    assert failing(moved(calm, every_other_year)).empty
    short = rows_of({}, 2, {name: SIZES[name] for name in "ab"})
    assert failing(moved(short, {"2024": 0.85})).empty
