"""FDM and VCO: a cell that contradicts itself, and one that does not."""

from collections.abc import Callable
from typing import Any

import pytest

REG = "REG-52"


def rate(value: float, numerator: float, denominator: float) -> tuple[float, dict[str, float]]:
    return value, {"numerator": numerator, "denominator": denominator}


Check = Callable[..., Any]


@pytest.mark.parametrize("status", ["L", "O", "Q", "M"])
def test_a_status_may_say_why_there_is_no_value(check: Check, status: str) -> None:
    assert check("FDM", (REG, "2023", status)).outcome(REG, "2023") == "pass"


@pytest.mark.parametrize("status", ["A", "P", "E"])
def test_no_value_under_an_ordinary_status_fails(check: Check, status: str) -> None:
    verdicts = check("FDM", (REG, "2023", status))
    assert verdicts.outcome(REG, "2023") == "fail"
    assert f"« {status} » ne dit pas pourquoi" in verdicts.explanation(REG, "2023")


def test_no_value_and_no_status_fails(check: Check) -> None:
    assert check("FDM", (REG, "2023", None, {"obs_status": None})).outcome(REG, "2023") == "fail"


def test_a_zero_is_a_value(check: Check) -> None:
    assert check("FDM", (REG, "2023", 0.0)).outcome(REG, "2023") == "pass"


def test_a_value_that_claims_to_be_missing_fails(check: Check) -> None:
    verdicts = check("VCO", (REG, "2023", 3, {"obs_status": "L"}))
    assert verdicts.outcome(REG, "2023") == "fail"
    assert "mais elle vaut 3" in verdicts.explanation(REG, "2023")


def test_another_unit_fails(check: Check) -> None:
    verdicts = check("VCO", (REG, "2023", 3, {"unit_measure": "etablissement"}))
    assert "« établissements » au lieu de « PCRH »" in verdicts.explanation(REG, "2023")


def test_a_rate_is_its_own_quotient(check: Check) -> None:
    verdicts = check(
        "VCO",
        (REG, "2018", *rate(26.0, 1795, 6893)),
        (REG, "2019", *rate(26.9, 1795, 6893)),
        kind="rate",
    )
    assert verdicts.outcome(REG, "2018") == "pass"
    assert verdicts.outcome(REG, "2019") == "fail"
    assert "26,9 %" in verdicts.explanation(REG, "2019")


def test_a_period_of_another_kind_fails(check: Check) -> None:
    verdicts = check("VCO", (REG, "2022-2023", 3), (REG, "2024", 3), period_kind="school_year")
    assert verdicts.outcome(REG, "2022-2023") == "pass"
    assert "« 2024 » n'est pas une année scolaire" in verdicts.explanation(REG, "2024")


def test_what_is_not_yet_available_says_why_it_is_empty(check: Check) -> None:
    row = (REG, "2023", "Y")
    assert check("FDM", row).outcome(REG, "2023") == "pass"
    assert "pas encore disponible" in check("FDM", row).explanation(REG, "2023")
    assert check("VCO", (REG, "2023", 3, {"obs_status": "Y"})).outcome(REG, "2023") == "fail"
