"""Categories in another unit than their indicator's: judged for what they are, rule by rule."""

from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[..., Any]
REG = "REG-52"
SHARES = {"small": "pct"}


def share(value: float, unit: str = "pct") -> tuple[float, dict[str, str]]:
    return value, {"breakdown": "taille", "category": "small", "unit_measure": unit}


@pytest.mark.parametrize(("unit", "outcome"), [("pct", "pass"), ("pcrh", "fail")])
def test_vco_asks_for_the_unit_of_the_category(check: Check, unit: str, outcome: str) -> None:
    verdicts = check("VCO", (REG, "2023", *share(27, unit)), other_units=SHARES)
    assert verdicts.outcome(REG, "2023") == outcome


@pytest.mark.parametrize(("unit", "outcome"), [("pct", "fail"), ("pcrh", "pass")])
def test_vco_asks_no_category_for_the_unit_of_the_total(
    check: Check, unit: str, outcome: str
) -> None:
    verdicts = check("VCO", (REG, "2023", *share(27, unit)), other_units={"_T": "pct"})
    assert verdicts.outcome(REG, "2023") == outcome


@pytest.mark.parametrize(("value", "outcome"), [(100, "pass"), (101, "fail")])
def test_vir_keeps_a_share_within_a_hundred(check: Check, value: float, outcome: str) -> None:
    verdicts = check("VIR", (REG, "2023", *share(value)), other_units=SHARES)
    assert verdicts.outcome(REG, "2023") == outcome


def test_brk_judges_a_share_as_a_rate_and_the_count_as_a_count(check: Check) -> None:
    shares = [(REG, "2023", *share(90)), (REG, "2024", *share(2))]
    counts = [("DEP-44", "2023", 90), ("DEP-44", "2024", 2)]
    verdicts = check("BRK", *shares, *counts, other_units=SHARES)
    assert verdicts.outcome("DEP-44", "2024") == "fail"
    assert "90 % en 2023, 2 % en 2024" in verdicts.explanation(REG, "2024")
    as_counts = [
        (area, period, value, {**cell, "unit_measure": "pcrh"})
        for area, period, value, cell in shares
    ]
    assert check("BRK", *as_counts).outcome(REG, "2024") == "fail"
