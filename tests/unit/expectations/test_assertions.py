"""Verdicts asserted by Great Expectations, for real."""

import math

import pandas as pd
import pytest

from expectations.assertions import CheckResult, assert_verdicts
from expectations.definitions import IndicatorDefinition
from expectations.evaluate import EVERY_RULE, applicable_rules, evaluate
from expectations.rules.named_expectations import EXPECTATIONS
from expectations.verdicts import Severity


@pytest.fixture(scope="module")
def results(
    real_observations: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> dict[tuple[str, str], CheckResult]:
    few = {name: real_definitions[name] for name in ("1A4_pcrh_te", "1C1_pcrh")}
    observations = real_observations[real_observations["indicator"].isin(few)]
    found = assert_verdicts(evaluate(observations, few))
    return {(result.indicator, result.rule): result for result in found}


def test_there_is_one_result_per_indicator_and_rule(
    results: dict[tuple[str, str], CheckResult],
    real_definitions: dict[str, IndicatorDefinition],
) -> None:
    assert set(results) == {
        (name, rule)
        for name in ("1A4_pcrh_te", "1C1_pcrh")
        for rule in applicable_rules(real_definitions[name])
    }


def test_a_failure_names_its_rows(results: dict[tuple[str, str], CheckResult]) -> None:
    result = results["1A4_pcrh_te", "BRK"]
    assert not result.success
    assert result.severity is Severity.WARNING
    assert (result.evaluated, result.not_evaluated) == (3, 9)
    (row,) = result.failing
    assert (row["ref_area"], row["time_period"]) == ("REG-52", "2024")
    assert (row["value_before"], row["value_after"]) == (43, 4)
    assert math.isclose(row["p_value"], 4.5e-5, rel_tol=0.02)
    assert row["explanation"].startswith("43 en 2023, 4 en 2024")


def test_a_missing_value_after_does_not_lose_the_row(
    results: dict[tuple[str, str], CheckResult],
) -> None:
    failing = results["1A4_pcrh_te", "VAN"].failing
    assert [row["ref_area"] for row in failing] == ["DEP-49", "DEP-72", "REG-52"]


def test_a_success_has_no_row(results: dict[tuple[str, str], CheckResult]) -> None:
    for (indicator, _), result in results.items():
        assert result.success == (not result.failing)
        if indicator == "1C1_pcrh":
            assert result.success


def test_every_rule_on_cells_has_its_named_expectation() -> None:
    assert set(EXPECTATIONS) == set(EVERY_RULE)
    for expectation in EXPECTATIONS.values():
        assert expectation().description.endswith(".")
