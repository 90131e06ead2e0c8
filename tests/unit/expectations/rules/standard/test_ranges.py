"""VIR: values that cannot be, and values that can."""

from collections.abc import Callable
from typing import Any

import pytest

REG = "REG-52"

Check = Callable[..., Any]


@pytest.mark.parametrize("value", [-0.1, 100.1, float("inf")])
def test_an_impossible_rate_fails(check: Check, value: float) -> None:
    verdicts = check("VIR", (REG, "2023", value), kind="rate")
    assert verdicts.outcome(REG, "2023") == "fail"
    assert "entre 0 et 100" in verdicts.explanation(REG, "2023")


@pytest.mark.parametrize("value", [0.0, 69.1, 100.0])
def test_a_possible_rate_passes(check: Check, value: float) -> None:
    assert check("VIR", (REG, "2023", value), kind="rate").outcome(REG, "2023") == "pass"


def test_a_count_has_no_greatest_value_unless_told(check: Check) -> None:
    assert check("VIR", (REG, "2023", 1e9)).outcome(REG, "2023") == "pass"
    assert check("VIR", (REG, "2023", 1e9), maximum=1e6).outcome(REG, "2023") == "fail"


def test_no_value_is_not_evaluated(check: Check) -> None:
    assert check("VIR", (REG, "2023", "L")).outcome(REG, "2023") == "not_evaluated"
