"""CPY and rounding of whole blocks: who is held, who is not, and what a producer who rounds is."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

Check = Callable[..., Any]
Rows = list[tuple[Any, ...]]
AREAS = [f"DEP-{number:02}" for number in range(1, 41)]


def table(before: Sequence[float], after: Sequence[float], category: str = "_T") -> Rows:
    cell = {"breakdown": "_T" if category == "_T" else "familles", "category": category}
    return [
        (area, period, float(value), cell)
        for period, values in (("2023", before), ("2024", after))
        for area, value in zip(AREAS, values, strict=False)
    ]


def two_years(seed: int, step: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Counts of forty areas that move as chance has it, printed to a step."""
    draws = np.random.default_rng(seed)
    levels = np.exp(draws.uniform(np.log(60), np.log(900), len(AREAS)))
    before, after = (step * np.rint(draws.poisson(levels) / step) for _ in range(2))
    return before, after


def newest(cells: set[tuple[str, str]]) -> set[str]:
    return {area for area, period in cells if period == "2024"}


@pytest.mark.parametrize("step", [1, 3, 5, 10])
def test_numbers_that_chance_made_equal_are_no_copy_whatever_they_are_rounded_to(
    check: Check, step: int
) -> None:
    before, after = two_years(7, step)
    assert newest(check("CPY", *table(before, after)).failing) == set()


def test_only_the_values_that_are_those_of_the_year_before_are_held(check: Check) -> None:
    before, after = two_years(1)
    copied = [*before[:12], *after[12:]]
    verdicts = check("CPY", *table(before, copied))
    same = {area for area, old, new in zip(AREAS, before, copied, strict=True) if old == new}
    assert set(AREAS[:12]) <= newest(verdicts.failing) == same
    assert len(same) <= 14
    assert "12 sont exactement celles" in verdicts.explanation(AREAS[0], "2024") or len(same) > 12


def test_a_producer_who_rounds_and_says_the_same_again_is_still_seen(check: Check) -> None:
    before, _ = two_years(2, 5)
    assert newest(check("CPY", *table(before, before)).failing) == set(AREAS)


def test_two_equal_values_and_a_third_that_moved_are_no_copy(check: Check) -> None:
    verdicts = check("CPY", *table([510, 8_204, 933], [510, 8_204, 1_020]))
    assert newest(verdicts.failing) == set()


def test_an_area_that_says_what_another_one_says_is_held_alone(check: Check) -> None:
    lines = [two_years(seed) for seed in range(4)]
    for _, after in lines:
        after[3] = after[17]
    rows = [row for rank, line in enumerate(lines) for row in table(*line, category=f"c{rank}")]
    verdicts = check("CPY", *rows)
    held = set(verdicts.rows[verdicts.rows["outcome"] == "fail"].index)
    assert held == {(AREAS[3], "2024")}
    told = verdicts.rows.loc[(AREAS[3], "2024"), "explanation"].iloc[0]
    assert "celles du territoire « DEP-18 », 2024" in told.replace("\xa0", " ")


@pytest.mark.parametrize(("is_gone", "held"), [(True, set()), (False, set(AREAS))])
def test_the_total_of_a_single_part_is_no_copy_of_it(
    check: Check, is_gone: bool, held: set[str]
) -> None:
    small, large = two_years(3), two_years(4)
    gone = np.zeros(len(AREAS)) if is_gone else small[1]
    rows = [
        *table(small[0] + large[0], small[1] + large[1]),
        *table(small[0], gone, category="c0"),
        *table(large[0], small[1] + large[1], category="c1"),
    ]
    parts = [{"by": "category", "of": "_T", "parts": "familles"}]
    assert newest(check("CPY", *rows, breakdowns=parts).failing) == held


def test_the_copy_is_held_and_its_model_is_not_though_all_of_it_moved_alike(
    observe: Callable[..., pd.DataFrame], define: Callable[..., Any], judge: Check
) -> None:
    before, after = two_years(5)
    part = np.rint(0.6 * before)
    whole = observe(*table(before, after), indicator="whole")
    copy = observe(*table(part, after), indicator="part")
    verdicts = judge("CPY", pd.concat([whole, copy]), define("whole"), define("part"))
    held = verdicts.rows[verdicts.rows["outcome"] == "fail"]
    assert set(held["indicator"]) == {"part"}
    assert len(held) == len(AREAS)


def test_all_that_one_indicator_took_from_another_says_which_is_the_copy(
    observe: Callable[..., pd.DataFrame], define: Callable[..., Any], judge: Check
) -> None:
    lines = {f"c{seed}": two_years(seed) for seed in range(3)}
    parts = {
        name: np.rint((0.9 if name == "c2" else 0.5) * after) for name, (_, after) in lines.items()
    }
    whole, part = (
        [row for name, (_, after) in lines.items() for row in table(sides[name], after, name)]
        for sides in ({name: before for name, (before, _) in lines.items()}, parts)
    )
    observations = [observe(*whole, indicator="whole"), observe(*part, indicator="part")]
    verdicts = judge("CPY", pd.concat(observations), define("whole"), define("part"))
    held = verdicts.rows[verdicts.rows["outcome"] == "fail"]
    assert set(held["indicator"]) == {"part"}
    assert len(held) == 3 * len(AREAS)


def test_numbers_that_become_round_are_held_and_those_that_stayed_exact_are_not(
    check: Check,
) -> None:
    before, after = two_years(3)
    after[:30] = 10 * np.rint(after[:30] / 10)
    verdicts = check("DFC", *table(before, after))
    assert newest(verdicts.failing) == {
        area for area, value in zip(AREAS, after, strict=True) if value % 10 == 0
    }
    assert "sont soudain arrondies à 10" in verdicts.explanation(AREAS[0], "2024")


def test_a_block_too_small_to_tell_is_rounded_with_its_table(check: Check) -> None:
    sizes = {"a": range(310, 710, 10), "b": range(203, 603, 10), "c": [34, 58, 71]}
    lines = [
        line
        for category, before in sizes.items()
        for values in [[value + 7 for value in before]]
        for after in [[100 * round(value / 100) for value in values]]
        for line in table(before, after, category=category)
    ]
    failing = check("DFC", *lines).rows.query("outcome == 'fail' and category == 'c'")
    assert failing["value_after"].tolist() == [0.0, 100.0, 100.0]


@pytest.mark.parametrize("step", [3, 5, 10])
def test_who_always_rounded_is_not_suddenly_round(check: Check, step: int) -> None:
    for seed in range(3):
        assert newest(check("DFC", *table(*two_years(seed, step))).failing) == set()


def test_a_rounding_that_becomes_coarser_is_seen_beside_a_few_exact_totals(check: Check) -> None:
    before, after = two_years(4, 5)
    before[0], after = 1_853, 50 * np.rint(after / 50)
    assert len(newest(check("DFC", *table(before, after)).failing)) > 30


def test_two_round_thousands_among_ten_are_no_rounding(check: Check) -> None:
    before = [14_235, 16_450, 12_115, 17_345, 11_665, 19_230, 15_470, 13_085, 18_905, 12_785]
    after = [15_000, 16_000, *(value + 155 for value in before[2:])]
    assert newest(check("DFC", *table(before, after)).failing) == set()


def test_a_small_category_that_vanished_may_be_smaller_still_where_numbers_are_rounded(
    check: Check,
) -> None:
    def severity(before: Sequence[float], **declared: float) -> str:
        gone = (AREAS[0], "2023", 20.0, {"breakdown": "familles", "category": "a"})
        lines = [gone, (AREAS[0], "2024", "L", gone[3]), *table(before, before, category="b")]
        rows = check("VAN", *lines, **declared).rows
        return str(rows[rows["outcome"] == "fail"]["severity"].iloc[0])

    exact = np.arange(101, 141)
    assert severity(exact) == "Warning"
    assert severity(5 * exact) == "Information"
    assert severity(exact, printed_step=5) == "Information"


@pytest.mark.parametrize("is_repeated", [False, True])
def test_calm_rates_stay_by_chance_and_all_together_do_not(
    observe: Check, define: Check, judge: Check, *, is_repeated: bool
) -> None:
    rng = np.random.default_rng(16)
    logits = rng.normal(-2, 0.3, (25, 1)) + np.cumsum(rng.normal(0, 0.02, (25, 7)), axis=1)
    rates = np.round(100 / (1 + np.exp(-logits)), 1)
    if is_repeated:
        rates[:, -1] = rates[:, -2]
    rows = [
        (f"ZE2020-{zone}", str(2018 + year), rates[zone, year])
        for zone in range(25)
        for year in range(7)
    ]
    verdicts = judge("CPY", observe(*rows, unit="pct"), define("a", "rate")).rows
    failing = verdicts[verdicts["outcome"] == "fail"].index.get_level_values("time_period")
    assert list(failing) == (["2024"] * 25 if is_repeated else [])
