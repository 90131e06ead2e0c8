"""BRK on means, on indices, and on what may be negative."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Make = Callable[..., Any]
DEPARTMENTS = ("44", "49", "53", "72", "85")


def rows_of(values: ArrayLike) -> list[tuple[str, str, float]]:
    """Return the rows of a table of departments × years, the last one 2024."""
    return [
        (f"DEP-{area}", str(2025 - len(line) + year), float(value))
        for area, line in zip(DEPARTMENTS, np.asarray(values), strict=True)
        for year, value in enumerate(line)
    ]


def test_a_mean_that_doubles_in_one_department_is_a_break_and_the_others_are_none(
    observe: Make, define: Make, judge: Make
) -> None:
    days = [[30.5, 31.0], [52.0, 52.5], [41.0, 42.0], [12.0, 24.4], [25.0, 25.5]]
    said = judge("BRK", observe(*rows_of(days)), define("a", "mean", unit_measure="journee"))
    assert said.failing == {("DEP-72", "2024")}
    assert said.explanation("DEP-72", "2024").startswith("12 en 2023, 24,4 en 2024")
    assert "%" not in said.explanation("DEP-72", "2024")


def test_means_that_all_grow_alike_are_no_fault_of_one(
    observe: Make, define: Make, judge: Make
) -> None:
    days = [[value, 1.3 * value + 0.1] for value in (30.5, 52.0, 41.0, 12.0, 25.0)]
    said = judge("BRK", observe(*rows_of(days)), define("a", "mean", unit_measure="journee"))
    assert said.failing == set()


def test_a_balance_that_leaves_its_ordinary_moves_is_a_break(
    observe: Make, define: Make, judge: Make
) -> None:
    balances = np.random.default_rng(8).normal(0, 4, (5, 8)).round(1)
    signed = define("a", "mean", minimum=-1000)
    assert judge("BRK", observe(*rows_of(balances)), signed).failing == set()
    balances[3, -1] -= 120
    assert judge("BRK", observe(*rows_of(balances)), signed).failing == {("DEP-72", "2024")}


def test_two_balances_of_one_series_do_not_tell_what_is_ordinary(
    observe: Make, define: Make, judge: Make
) -> None:
    rows = [("REG-52", "2023", 0.1), ("REG-52", "2024", -40.0)]
    said = judge("BRK", observe(*rows), define("a", "mean", minimum=-1000))
    assert said.outcomes == {"not_evaluated"}
