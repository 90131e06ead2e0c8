"""The rules as expectations: each has its class, all share one judgement, anybody can run them."""

from typing import Any

import great_expectations as gx
import pandas as pd
import pytest
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations import registry

from expectations.cells.observations import KEY
from expectations.rules.evaluate import EVERY_RULE, evaluate
from expectations.suites.policy import load_policy
from expectations.validations import judgement, rule_classes
from expectations.validations.batch import DETAILED, meta_of, validator_of
from expectations.validations.judging_context import JudgingContext, named
from expectations.validations.rule_classes import (
    EXPECTATIONS,
    SEVERITIES,
    ExpectNoReportingBreak,
    ExpectNoVanishedCategory,
    ExpectPartToFollowItsWhole,
    ExpectRuleToHold,
    ExpectSmallRevisions,
)
from expectations.verdicts.rules import RULES

FALLEN = pd.DataFrame({"time_period": ["2023", "2024"], "obs_value": [430, 4]})
STEADY = FALLEN.assign(obs_value=[430, 425])
BOTH = pd.concat([FALLEN.assign(indicator="fallen"), STEADY.assign(indicator="steady")])

Answers = dict[str, ExpectationValidationResult]


def answer(table: pd.DataFrame, expected: ExpectRuleToHold) -> ExpectationValidationResult:
    validator = validator_of(table)
    validator.result_format = DETAILED
    return validator.validate_expectation(expected)


@pytest.fixture(scope="module")
def judged() -> tuple[Answers, list[int]]:
    """What every rule answers of one batch, and how many times it was judged."""
    sizes: list[int] = []

    def counted(observations: pd.DataFrame, *rest: Any, **beside: Any) -> pd.DataFrame:  # noqa: ANN401
        sizes.append(len(observations))
        return evaluate(observations, *rest, **beside)

    asked = {
        "sound": ExpectNoReportingBreak(indicators=["steady"], meta={"as": "sound"}),
        **{code: expected(meta={"as": code}) for code, expected in EXPECTATIONS.items()},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judgement, "evaluate", counted)
        suite = gx.ExpectationSuite("every", expectations=list(asked.values()))
        validator = validator_of(BOTH)
        validator.result_format = DETAILED
        validation = validator.validate_expectation_suite(suite)
    return {str(meta_of(told)["as"]): told for told in validation.results}, sizes


def test_an_indicator_of_which_there_is_nothing_is_an_error() -> None:
    misspelt = answer(BOTH, ExpectNoReportingBreak(indicators=["stedy"]))
    assert not misspelt.success
    assert "Aucune observation de stedy : la table a celles de fallen, steady." in str(
        misspelt.exception_info
    )


def test_every_rule_that_judges_cells_has_its_class_and_no_other() -> None:
    assert set(EXPECTATIONS) == set(EVERY_RULE)


@pytest.mark.parametrize("rule", sorted(EVERY_RULE))
def test_a_class_says_what_its_rule_asks_and_how_grave_a_failure_is(rule: str) -> None:
    named_class = EXPECTATIONS[rule]
    assert getattr(rule_classes, named_class.__name__) is named_class
    assert registry.get_expectation_impl(named_class.expectation_type) is named_class
    configuration = named_class().configuration
    assert RULES[rule].title in str(configuration.description).replace("\xa0", " ")
    assert configuration.severity is SEVERITIES[load_policy().severities[rule]]
    assert named_class(severity="info").configuration.severity.value == "info"


def test_a_failure_names_its_cells_with_their_sentence(judged: tuple[Answers, list[int]]) -> None:
    told = judged[0]["BRK"]
    assert not told.success
    assert told.result["unexpected_index_column_names"] == KEY
    (row,) = told.result["unexpected_index_list"]
    assert [row[column] for column in KEY] == ["fallen", "_T", "2024", "_T", "_T"]
    assert (row["value_before"], row["value_after"]) == (430, 4)
    assert row["explanation"].startswith("430 en 2023, 4 en 2024")
    assert told.result["evaluated"] == 2


def test_nothing_is_said_against_what_is_sound(judged: tuple[Answers, list[int]]) -> None:
    told = judged[0]["sound"]
    assert told.success
    assert told.result["unexpected_index_list"] == []
    assert set(told.result["by_indicator"]) == {"steady"}
    assert told.result["by_indicator"]["steady"]["reasons"] == {"première période connue": 1}


def test_a_batch_is_judged_once_for_all_rules(judged: tuple[Answers, list[int]]) -> None:
    answers, sizes = judged
    assert set(answers) == {"sound", *EVERY_RULE}
    assert sizes == [len(BOTH)]


def test_definitions_are_given_in_plain_words() -> None:
    areas = ["DEP-44", "DEP-49", "REG-52"] * 2
    table = pd.DataFrame({"ref_area": areas, "time_period": ["2023"] * 3 + ["2024"] * 3})
    table["obs_value"] = [400.0, 260.0, 660.0, None, 260.0, 260.0]
    regions = {"missions": {"breakdowns": [{"by": "ref_area", "of": "REG", "parts": "DEP"}]}}
    told = answer(table, ExpectNoVanishedCategory(definitions=regions))
    failing = [row["ref_area"] for row in told.result["unexpected_index_list"]]
    assert failing == ["DEP-44", "REG-52"]


def test_a_part_is_told_of_its_whole() -> None:
    words = {"fallen": {"part_of": "steady"}, "steady": {}}
    assert not answer(BOTH, ExpectPartToFollowItsWhole(definitions=words)).success


def test_a_threshold_is_a_parameter() -> None:
    assert answer(FALLEN, ExpectNoReportingBreak(policy={"croissance_ordinaire": 1000.0})).success


def test_another_table_is_given_by_the_name_of_a_context() -> None:
    published = STEADY.assign(obs_value=[43, 425])
    with named(JudgingContext(published=published)) as beside:
        told = answer(STEADY, ExpectSmallRevisions(beside=beside))
    (row,) = told.result["unexpected_index_list"]
    assert (row["time_period"], row["value_before"], row["value_after"]) == ("2023", 43, 430)


@pytest.mark.parametrize(
    ("table", "beside", "said"),
    [
        (STEADY, "nobody", "Aucun contexte de jugement"),
        (pd.concat([STEADY, STEADY]), "", "clé en double"),
        (STEADY[["time_period"]], "", "Colonnes absentes de la table : obs_value"),
    ],
)
def test_what_cannot_be_judged_is_no_success(table: pd.DataFrame, beside: str, said: str) -> None:
    told = answer(table, ExpectNoReportingBreak(beside=beside))
    assert not told.success
    assert told.result == {}
    assert said in str(told.exception_info)
