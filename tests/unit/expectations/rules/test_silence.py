"""The check on the checks: evaluated, not evaluated and why, or forgotten."""

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.evaluate import applicable_rules, evaluate
from expectations.rules.silence import NO_CELL, RuleCoverage, RuleState, completeness
from expectations.verdicts.table import Reason

Found = dict[tuple[str, str], RuleCoverage]


@pytest.fixture(scope="module")
def verdicts(
    real_observations: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> pd.DataFrame:
    return evaluate(real_observations, real_definitions)


def by_rule(coverages: list[RuleCoverage]) -> Found:
    return {(item.indicator, item.rule): item for item in coverages}


def test_every_indicator_and_rule_that_applies_is_told_once(
    verdicts: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> None:
    coverages = completeness(verdicts, real_definitions, real_definitions)
    assert [(item.indicator, item.rule) for item in coverages] == [
        (name, rule)
        for name, definition in sorted(real_definitions.items())
        for rule in applicable_rules(definition)
    ]
    assert {item.state for item in coverages} <= {RuleState.EVALUATED, RuleState.NOT_EVALUATED}


def test_a_rule_that_judged_no_cell_says_why(
    verdicts: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> None:
    first = verdicts["time_period"] == "2023"
    found = by_rule(completeness(verdicts[first], real_definitions, real_definitions))
    vanished = found["1A4_pcrh_te", "VAN"]
    assert vanished.state is RuleState.NOT_EVALUATED
    assert vanished.main_reason == Reason.FIRST


def test_a_rule_that_never_spoke_of_a_judged_indicator_is_missing(
    verdicts: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> None:
    silent = (verdicts["rule"] == "BRK") & (verdicts["indicator"] == "1A4_pcrh_te")
    found = by_rule(completeness(verdicts[~silent], real_definitions, real_definitions))
    missing = [key for key, item in found.items() if item.state is RuleState.MISSING]
    assert missing == [("1A4_pcrh_te", "BRK")]


def test_an_indicator_without_a_cell_is_not_forgotten(
    verdicts: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> None:
    others = verdicts[verdicts["indicator"] != "1A4_pcrh_te"]
    judged = set(others["indicator"])
    found = by_rule(completeness(others, real_definitions, judged))
    nothing = [item for (name, _), item in found.items() if name == "1A4_pcrh_te"]
    assert {item.state for item in nothing} == {RuleState.NOT_EVALUATED}
    assert {item.main_reason for item in nothing} == {NO_CELL}
