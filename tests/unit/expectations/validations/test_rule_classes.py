"""Each type of rule has a class of its own, which Great Expectations knows by its name."""

import pandas as pd
import pytest
from great_expectations.expectations import registry

from expectations.cells.observations import KEY
from expectations.suites.policy import load_policy
from expectations.validations import rule_classes
from expectations.validations.batch import validate
from expectations.validations.rule_classes import (
    EXPECTATIONS,
    SEVERITIES,
    ExpectNoObjection,
    ExpectNoReportingBreak,
)
from expectations.verdicts.rules import RULES


def test_every_type_of_rule_has_its_class() -> None:
    assert set(EXPECTATIONS) == set(RULES)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_class_says_what_its_rule_asks_and_how_grave_a_failure_is(rule: str) -> None:
    expectation = EXPECTATIONS[rule]()
    assert expectation.column == rule
    assert RULES[rule].title in expectation.description.replace("\xa0", " ")
    assert expectation.severity is SEVERITIES[load_policy().severities[rule]]


@pytest.mark.parametrize("named", EXPECTATIONS.values())
def test_a_class_is_found_by_its_name(named: type[ExpectNoObjection]) -> None:
    assert getattr(rule_classes, named.__name__) is named
    assert registry.get_expectation_impl(named.expectation_type) is named


def test_it_fails_on_an_objection_and_only_then() -> None:
    cells = pd.DataFrame([["a", "DEP-44", "2024", "_T", "_T"], ["a", "DEP-49", "2024", "_T", "_T"]])
    cells.columns = pd.Index(KEY)
    table = cells.assign(BRK=[None, "26 en 2023, 0 en 2024."], VIR=[None, None])
    wanted = [EXPECTATIONS["VIR"](), ExpectNoReportingBreak()]
    met, failed = validate(table, wanted, KEY).results
    assert met.success
    assert not failed.success
    (row,) = failed.result["unexpected_index_list"]
    assert (row["ref_area"], row["BRK"]) == ("DEP-49", "26 en 2023, 0 en 2024.")
