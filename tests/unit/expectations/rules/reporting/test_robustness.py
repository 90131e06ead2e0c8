"""One wrong cell holds itself; what changed in most areas is held there; no area holds a column."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.cells.indicator_definition import Breakdown

Table = pd.DataFrame
Held = Callable[..., set[tuple[str, str]]]
AREAS = [f"DEP-{code:02}" for code in range(1, 25)]
CATEGORIES = list("abcdefghijklmnop")
RULES = ("DFC", "BRK")


def ordinary() -> tuple[Table, Table]:
    """Return two periods of a table, area × category, in which nothing happened."""
    draws = np.random.default_rng(20240930)
    mix = np.exp(draws.normal(0, 0.6, len(CATEGORIES)))
    levels = draws.lognormal(5, 0.6, (len(AREAS), 1)) * mix
    levels = levels * draws.lognormal(0, 0.4, levels.shape)
    growth = 1.04 * draws.lognormal(0, 0.05, levels.shape)
    periods = draws.poisson(levels), draws.poisson(levels * growth)
    before, after = (pd.DataFrame(table.astype(float), AREAS, CATEGORIES) for table in periods)
    return before, after


def rows_of(before: Table, after: Table) -> list[tuple[Any, ...]]:
    """Return the cells of both periods, and their totals by area."""
    return [
        (area, period, value, {"breakdown": breakdown, "category": category})
        for period, table in (("2023", before), ("2024", after))
        for breakdown, columns in (("taille", table), ("_T", table.sum(axis=1).to_frame("_T")))
        for category in columns
        for area, value in columns[category].dropna().items()
    ]


@pytest.fixture(scope="module")
def held(
    observe: Callable[..., pd.DataFrame],
    define: Callable[..., Any],
    judge: Callable[..., Any],
) -> Held:
    """Return area and category of the cells that fail some rules, totals left out.

    Those of one severity when it is given.
    """
    parts = (Breakdown(by="category", of="_T", parts="taille"),)

    def failing(
        before: Table, after: Table, *rules: str, severity: str = ""
    ) -> set[tuple[str, str]]:
        rows = rows_of(before, after)
        cells: set[tuple[str, str]] = set()
        for rule in rules or RULES:
            verdicts = judge(rule, observe(*rows), define("a", breakdowns=parts)).rows
            fails = verdicts[(verdicts["outcome"] == "fail") & (verdicts["category"] != "_T")]
            fails = fails[(fails["severity"] == severity) | (severity == "")]
            areas = fails.index.get_level_values("ref_area")
            cells |= set(zip(areas, fails["category"], strict=True))
        return cells

    return failing


def test_an_ordinary_table_is_silent(held: Held) -> None:
    assert held(*ordinary()) == set()


@pytest.mark.parametrize("value", [1000.0, 0.0, np.nan])
def test_one_wrong_cell_holds_neither_its_row_nor_its_column(held: Held, value: float) -> None:
    before, after = ordinary()
    after.loc["DEP-03", "b"] = round(after.loc["DEP-03", "b"] * value, 3)
    assert held(before, after) <= {("DEP-03", "b")}


def test_a_category_that_moved_in_most_areas_is_held_there(held: Held) -> None:
    before, after = ordinary()
    moved = {(area, "c") for area in AREAS[:16]}
    after.loc[AREAS[:16], "c"] = (0.6 * after.loc[AREAS[:16], "c"]).round()
    found = held(before, after)
    assert len(found & moved) >= 15
    assert len(found - moved) <= 1


def test_two_columns_exchanged_in_all_areas_but_one_are_held_but_there(held: Held) -> None:
    before, after = ordinary()
    as_ever = str((before["a"] / before["d"]).idxmax())
    exchanged = [area for area in AREAS if area != as_ever]
    after.loc[exchanged, ["a", "d"]] = after.loc[exchanged, ["d", "a"]].to_numpy()
    found = held(before, after, "DFC")
    assert found == {(area, category) for area in exchanged for category in "ad"}


def test_several_areas_in_another_unit_lend_each_other_no_alibi(held: Held) -> None:
    before, after = ordinary()
    doubled = before["a"].nlargest(4).index
    after.loc[doubled, "a"] = 2 * after.loc[doubled, "a"]
    assert held(before, after) == {(area, "a") for area in doubled}


@pytest.mark.parametrize("value", [0, 10**7])
def test_several_wrong_values_in_one_area_change_nothing_of_another(held: Held, value: int) -> None:
    before, after = ordinary()
    after.loc["DEP-17", ["a", "d", "e"]] = value
    assert {area for area, _ in held(before, after)} == {"DEP-17"}


@pytest.mark.parametrize(
    ("growth_of_largest", "severity"), [(1.01, "Information"), (0.6, "Warning")]
)
def test_what_a_large_category_loses_in_an_ordinary_year_answers_for_no_event(
    held: Held, growth_of_largest: float, severity: str
) -> None:
    before, after = ordinary()
    before["a"] = 60 * before["a"]
    after["a"] = np.rint(growth_of_largest * before["a"])
    after["p"] = 3 * after["p"]
    tripled = {(area, category) for area, category in held(before, after) if category == "p"}
    assert len(tripled) > len(AREAS) / 2
    assert tripled <= held(before, after, severity=severity)


def moved_class() -> tuple[Table, Table, str, str]:
    """Return a table in which four tenths of a class went into the largest, and both classes."""
    before, after = ordinary()
    sizes = before.sum().sort_values()
    small, large = str(sizes.index[6]), str(sizes.index[-1])
    moved = np.rint(0.4 * after[small])
    after[small], after[large] = after[small] - moved, after[large] + moved
    return before, after, small, large


def test_what_one_class_lost_is_held_with_the_larger_one_that_won_it(held: Held) -> None:
    before, after, small, large = moved_class()
    found = held(before, after, "BRK")
    assert {category for _, category in found} == {small, large}
    assert len(found) >= 2 * len(AREAS) - 2


def test_each_of_both_is_told_its_own_chance_and_why_they_go_together(
    observe: Callable[..., pd.DataFrame], define: Callable[..., Any], judge: Callable[..., Any]
) -> None:
    before, after, small, large = moved_class()
    verdicts = judge("BRK", observe(*rows_of(before, after)), define("a")).rows
    told = verdicts[verdicts["outcome"] == "fail"].groupby("category")["explanation"].first()
    assert "retenues ensemble" in told[large]
    assert "retenues ensemble" not in told[small]
    assert told[large].partition("d'un tel écart")[0] != told[small].partition("d'un tel écart")[0]


def test_a_category_that_is_zero_everywhere_is_no_event(held: Held) -> None:
    before, after = ordinary()
    after["f"] = 0.0
    assert {(area, "f") for area in AREAS} <= held(before, after, "BRK", severity="Warning")


def test_one_wrong_detail_makes_no_total_of_another_area_an_alarm(
    observe: Callable[..., pd.DataFrame], define: Callable[..., Any], judge: Callable[..., Any]
) -> None:
    draws = np.random.default_rng(6)
    levels = np.array([6_000, 2_500, 15_000]) * np.exp(draws.normal(0, 0.6, (40, 1)))
    areas = [f"DEP-{number:02}" for number in range(40)]
    rows = []
    for period in range(2018, 2025):
        shared = draws.normal(0.02, 0.012, levels.shape)
        levels = levels * np.exp(shared + draws.normal(0, 0.004, (1, 3)))
        table = pd.DataFrame(levels.round(), areas, list("abc"))
        if period == 2024:
            table.loc["DEP-05", "c"] *= 1000
        table.loc["REG-52"] = table.sum()
        rows += [
            (area, str(period), value, {"breakdown": breakdown, "category": category})
            for breakdown, columns in (("taille", table), ("_T", table.sum(axis=1).to_frame("_T")))
            for category in columns
            for area, value in columns[category].items()
        ]
    parts = (
        Breakdown(by="category", of="_T", parts="taille"),
        Breakdown(by="ref_area", of="REG", parts="DEP"),
    )
    verdicts = judge("BRK", observe(*rows), define("a", breakdowns=parts)).rows
    fails = verdicts[(verdicts["outcome"] == "fail") & (verdicts["severity"] == "Warning")]
    assert set(fails.index.get_level_values("ref_area")) == {"DEP-05", "REG-52"}
