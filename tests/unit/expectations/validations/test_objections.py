"""Verdicts asserted by Great Expectations, for real."""

import math

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY
from expectations.rules.evaluate import applicable_rules, evaluate
from expectations.validations.batch import rule_of
from expectations.validations.objections import (
    CheckResult,
    assert_verdicts,
    check_results,
    objections,
)
from expectations.validations.suite_result import SuiteResult
from expectations.verdicts.table import Severity

FEW = ("1A4_pcrh_te", "1C1_pcrh")
Results = dict[tuple[str, str], CheckResult]


@pytest.fixture(scope="module")
def verdicts(
    real_observations: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> pd.DataFrame:
    few = {name: real_definitions[name] for name in FEW}
    return evaluate(real_observations[real_observations["indicator"].isin(FEW)], few)


@pytest.fixture(scope="module")
def suites(
    verdicts: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> list[SuiteResult]:
    return assert_verdicts(verdicts, real_definitions, "ab12")


@pytest.fixture(scope="module")
def results(verdicts: pd.DataFrame, suites: list[SuiteResult]) -> Results:
    return {(result.indicator, result.rule): result for result in check_results(verdicts, suites)}


def test_there_is_one_suite_a_fiche_with_one_expectation_a_rule(
    verdicts: pd.DataFrame, suites: list[SuiteResult]
) -> None:
    (suite,) = suites
    assert (suite.name, suite.title, suite.data_sha256) == ("fiche_1a", "Fiche 1.A", "ab12")
    assert not suite.validation.success
    assert [rule_of(answer) for answer in suite.validation.results] == sorted(
        verdicts["rule"].unique()
    )


def test_there_is_one_result_per_indicator_and_rule(
    results: Results, real_definitions: dict[str, IndicatorDefinition]
) -> None:
    assert set(results) == {
        (name, rule) for name in FEW for rule in applicable_rules(real_definitions[name])
    }


def test_a_failure_names_its_rows(results: Results) -> None:
    result = results["1A4_pcrh_te", "BRK"]
    assert not result.success
    assert result.tally.severity is Severity.WARNING
    row = next(row for row in result.failing if row["ref_area"] == "REG-52")
    assert row["time_period"] == "2024"
    assert (row["value_before"], row["value_after"]) == (43, 4)
    assert math.isclose(row["p_value"], 4.5e-5, rel_tol=0.02)
    assert row["explanation"].startswith("43 en 2023, 4 en 2024")


def test_a_missing_value_after_does_not_lose_the_row(results: Results) -> None:
    failing = results["1A4_pcrh_te", "VAN"].failing
    assert [row["ref_area"] for row in failing] == ["DEP-49", "DEP-72", "REG-52"]


def test_what_could_not_be_judged_is_counted_with_its_reason(
    verdicts: pd.DataFrame, results: Results
) -> None:
    for (indicator, rule), result in results.items():
        rows = verdicts[(verdicts["indicator"] == indicator) & (verdicts["rule"] == rule)]
        unknown = rows[rows["outcome"] == "not_evaluated"]
        assert result.tally.evaluated == len(rows) - len(unknown)
        assert result.tally.reasons == unknown["reason"].value_counts().to_dict()
        assert result.judged_something == (len(unknown) < len(rows))


def test_great_expectations_fails_what_the_verdicts_fail_and_nothing_else(
    verdicts: pd.DataFrame, results: Results
) -> None:
    failing = verdicts.loc[verdicts["outcome"] == "fail", ["rule", *KEY]]
    named = [
        (result.rule, *(row[part] for part in KEY))
        for result in results.values()
        for row in result.failing
    ]
    assert sorted(named) == sorted(failing.itertuples(index=False, name=None))
    assert all(result.success == (not result.failing) for result in results.values())


def test_an_objection_is_the_sentence_of_the_verdict(verdicts: pd.DataFrame) -> None:
    table = objections(verdicts).set_index(KEY)
    assert len(table) == len(verdicts[KEY].drop_duplicates())
    for row in verdicts.to_dict("records"):
        objection = table.at[tuple(row[part] for part in KEY), row["rule"]]
        assert objection == row["explanation"] if row["outcome"] == "fail" else pd.isna(objection)
