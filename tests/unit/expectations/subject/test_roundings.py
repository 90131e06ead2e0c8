"""Whose numbers are read together to learn what they are rounded to."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy

Observe = Callable[..., pd.DataFrame]
Define = Callable[..., IndicatorDefinition]
AREAS = [f"DEP-{number:02}" for number in range(1, 31)]
PERIODS = ("2022", "2023")


def steps_by_breakdown(
    observations: pd.DataFrame, definition: IndicatorDefinition
) -> dict[str, set[float]]:
    subject = Subject.of(observations, {definition.id: definition}, load_policy())
    steps = pd.Series(subject.printed_steps)
    breakdowns = subject.pairs["breakdown"].astype(str)
    return {str(name): set(found) for name, found in steps.groupby(breakdowns)}


def rows(values: Mapping[str, Callable[[int], float]]) -> list[tuple[Any, ...]]:
    """Give each area and period a value in each breakdown, of a number that never comes twice."""
    return [
        (area, period, value(17 + 7 * (2 * place + later)), {"breakdown": name, "category": name})
        for name, value in values.items()
        for place, area in enumerate(AREAS)
        for later, period in enumerate(PERIODS)
    ]


def test_details_are_rounded_beside_exact_totals(observe: Observe, define: Define) -> None:
    observations = observe(*rows({"details": lambda n: 5 * n, "exact": lambda n: n}))
    assert steps_by_breakdown(observations, define("a")) == {"details": {5.0}, "exact": {1.0}}


def test_a_table_too_small_to_tell_is_read_with_the_others(
    observe: Observe, define: Define
) -> None:
    many = rows({"details": lambda n: 5 * n})
    few = rows({"few": lambda n: 5 * n + 10})[:4]
    exact = rows({"exact": lambda n: 5 * n + 1})[:2]
    assert steps_by_breakdown(observe(*many, *few, *exact), define("a")) == {
        "details": {5.0},
        "few": {5.0},
        "exact": {1.0},
    }


def test_a_series_that_stands_still_proves_nothing(observe: Observe, define: Define) -> None:
    capacity = [(area, period, 30.0) for area in AREAS[:8] for period in ("2020", *PERIODS)]
    assert steps_by_breakdown(observe(*capacity), define("a")) == {"_T": {1.0}}


def test_what_is_declared_is_not_learnt(observe: Observe, define: Define) -> None:
    observations = observe(*rows({"details": lambda n: 10 * n}))
    assert steps_by_breakdown(observations, define("a", printed_step=3)) == {"details": {3.0}}
    assert np.isnan(define("a", other_units={"b": "pct"}, printed_step=3).printed_step_of("b"))
