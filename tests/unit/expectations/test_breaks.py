"""BRK: jumps, and ordinary years."""

from collections.abc import Callable
from typing import Any

REG = "REG-52"
D44 = "DEP-44"
D49 = "DEP-49"

Check = Callable[..., Any]


def test_the_founding_case_fails_and_ordinary_years_do_not(check: Check) -> None:
    rows = [(REG, "2023", 43), (REG, "2024", 4), (D44, "2023", 7), (D44, "2024", 6)]
    verdicts = check("BRK", *rows)
    assert verdicts.outcome(REG, "2024") == "fail"
    assert verdicts.outcome(D44, "2024") == "pass"
    assert "43 en 2023, 4 en 2024 : environ 1 chance sur" in verdicts.explanation(REG, "2024")
    assert verdicts.evidence(REG, "2024")["p_adjusted"] < 0.01


def test_a_fall_to_a_declared_zero_fails(check: Check) -> None:
    assert check("BRK", (D49, "2023", 26), (D49, "2024", 0)).outcome(D49, "2024") == "fail"


def test_only_consecutive_periods_are_compared(check: Check) -> None:
    rows = [(REG, "2022", 43), (REG, "2023", "L"), (REG, "2024", 4)]
    verdicts = check("BRK", *rows)
    assert verdicts.outcomes == {"not_evaluated"}
    assert verdicts.explanation(REG, "2024") == "Pas de valeur en 2023."
    assert "Première période" in verdicts.explanation(REG, "2022")


def test_a_negative_count_is_not_compared(check: Check) -> None:
    verdicts = check("BRK", (REG, "2023", -43), (REG, "2024", 4))
    assert verdicts.outcome(REG, "2024") == "not_evaluated"


def test_rates_are_not_counts(check: Check) -> None:
    assert check("BRK", (REG, "2023", 43), (REG, "2024", 4), kind="rate").outcomes == set()
