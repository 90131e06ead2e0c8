"""A producer who rounds for secrecy is read as he is: his small numbers accuse nobody."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

AREAS = [f"DEP-{code:02}" for code in range(1, 13)]
CATEGORIES = list("abcd")
PERIODS = [str(year) for year in range(2017, 2025)]
RULES = ("BRK", "DFC", "LNK")
Table = np.ndarray
Held = Callable[[Table, Table], set[tuple[str, str]]]


def rounded(numbers: Table, step: int, draws: np.random.Generator, *, at_random: bool) -> Table:
    """Return counts rounded to a step."""
    up = draws.random(numbers.shape) if at_random else 0.5
    printed: Table = np.floor(numbers / step + up) * step
    return printed


def quiet(seed: int, step: int, *, at_random: bool) -> tuple[Table, Table]:
    """Return small counts, period × area × category, and a part of each, both rounded."""
    draws = np.random.default_rng(seed)
    means = draws.lognormal(np.log(step), 0.6, (len(AREAS), len(CATEGORIES)))
    counts = draws.poisson(means, (len(PERIODS), *means.shape))
    parts = draws.binomial(counts, 0.4)
    whole, part = (rounded(each, step, draws, at_random=at_random) for each in (counts, parts))
    return whole, part


@pytest.fixture(scope="module")
def held(
    observe: Callable[..., pd.DataFrame],
    define: Callable[..., Any],
    judge: Callable[..., Any],
) -> Held:
    """Return the rule and area of the newest cells that fail, of a whole and its parts."""

    def failing(whole: Table, part: Table) -> set[tuple[str, str]]:
        observations = pd.concat(
            [observe(*_rows(table), indicator=name) for name, table in _named(whole, part)]
        )
        definitions = define("whole"), define("part", part_of="whole")
        return {
            (rule, area)
            for rule in RULES
            for area, period in judge(rule, observations, *definitions).failing
            if period == PERIODS[-1]
        }

    return failing


def _named(whole: Table, part: Table) -> list[tuple[str, Table]]:
    return [("whole", whole), ("part", part)]


def _rows(table: Table) -> list[tuple[Any, ...]]:
    return [
        (AREAS[area], PERIODS[period], float(value), {"breakdown": "age", "category": code})
        for (period, area, column), value in np.ndenumerate(table)
        for code in (CATEGORIES[column],)
    ]


@pytest.mark.parametrize("at_random", [True, False])
@pytest.mark.parametrize("step", [5, 10])
@pytest.mark.parametrize("seed", range(3))
def test_quiet_nights_are_quiet(held: Held, seed: int, step: int, *, at_random: bool) -> None:
    assert held(*quiet(seed, step, at_random=at_random)) == set()


def test_what_rounding_cannot_have_done_is_held(held: Held) -> None:
    whole, part = quiet(0, 10, at_random=True)
    whole[:, 4, 1] = 400.0
    whole[-1, 4, 1] = 60.0
    assert held(whole, part) == {("BRK", AREAS[4])}


def test_a_part_beyond_its_whole_by_more_than_both_are_rounded_to_is_an_error(held: Held) -> None:
    whole, part = quiet(0, 10, at_random=True)
    whole[-1, 4, 1], part[-1, 4, 1] = 40.0, 50.0
    assert held(whole, part) == set()
    part[-1, 4, 1] = 70.0
    assert ("LNK", AREAS[4]) in held(whole, part)


def test_rates_of_rounded_numbers_are_round_for_no_reason_of_theirs(
    observe: Callable[..., pd.DataFrame], define: Callable[..., Any], judge: Callable[..., Any]
) -> None:
    def failing(*, rounded_too: bool) -> set[tuple[str, str]]:
        draws = np.random.default_rng(0)
        numbers = {
            "2023": (draws.integers(1_000, 4_000, 24), draws.integers(100, 900, 24)),
            "2024": (np.full(24, 20), draws.choice([10, 20], 24)),
        }
        if rounded_too:
            numbers["2024"] = (numbers["2023"][0] + 7, numbers["2023"][1] + 2)
        rows = [
            (f"DEP-{area:02}", period, _rate(n, k, period, rounded_too), _parts(n, k))
            for period, (out_of, some) in numbers.items()
            for area, (n, k) in enumerate(zip(out_of, some, strict=True))
        ]
        found: set[tuple[str, str]] = judge("DFC", observe(*rows), define("a", "rate")).failing
        return found

    assert failing(rounded_too=False) == set()
    assert len(failing(rounded_too=True)) > 20


def _rate(out_of: int, some: int, period: str, rounded_too: bool) -> float:
    rate = 100.0 * some / out_of
    return float(round(rate)) if rounded_too and period == "2024" else round(rate, 2)


def _parts(out_of: int, some: int) -> dict[str, float]:
    return {"numerator": float(some), "denominator": float(out_of)}
