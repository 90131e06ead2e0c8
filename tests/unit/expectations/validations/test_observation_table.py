"""The suite on the table of observations: silent on a sound one, and each clause shown failing."""

from collections.abc import Callable

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import normalise
from expectations.validations.batch import rule_of
from expectations.validations.observation_table import check_table
from expectations.validations.suite_result import SuiteResult

Spoil = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def mart(real_observations: pd.DataFrame) -> pd.DataFrame:
    return normalise(real_observations)


@pytest.fixture(scope="module")
def check(
    mart: pd.DataFrame, real_definitions: dict[str, IndicatorDefinition]
) -> Callable[[pd.DataFrame], list[SuiteResult]]:
    columns = ("ref_area", "breakdown", "category", "unit_measure", "obs_status", "conf_status")
    lists = {column: set(mart[column].dropna()) for column in columns}
    return lambda table: check_table(table, real_definitions, lists, "ab12")


def failed(suites: list[SuiteResult]) -> set[str]:
    return {
        rule_of(answer)
        for suite in suites
        for answer in suite.validation.results
        if not answer.success
    }


def test_a_sound_table_has_nothing_against_it(
    mart: pd.DataFrame, check: Callable[[pd.DataFrame], list[SuiteResult]]
) -> None:
    suites = check(mart)
    assert [suite.name for suite in suites] == ["fct_observation", "fct_observation_periodes"]
    assert failed(suites) == set()
    answers = [answer for suite in suites for answer in suite.validation.results]
    configs = [answer.expectation_config for answer in answers]
    assert all(config and config.description for config in configs)


def test_a_column_that_holds_nothing_has_no_wrong_type(
    mart: pd.DataFrame, check: Callable[[pd.DataFrame], list[SuiteResult]]
) -> None:
    assert failed(check(mart.assign(comment=None))) == set()


def _with(column: str, value: object) -> Spoil:
    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        spoiled = table.copy()
        spoiled.loc[spoiled.index[0], column] = value
        return spoiled

    return spoil


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        (lambda table: table[table.columns[::-1]], {"FLF"}),
        (lambda table: table.assign(reporters=1.5), {"FDT"}),
        (_with("obs_status", None), {"FDM"}),
        (lambda table: pd.concat([table, table.head(1)]), {"RWD", "RNR"}),
        (_with("unit_measure", "<b>francs</b>"), {"COV"}),
        (_with("indicator", "9Z9_inconnu"), {"COV"}),
        (_with("obs_value", -1.0), {"VIR"}),
        (lambda table: table.drop(index=0), {"RNR"}),
    ],
)
def test_each_fault_is_seen(
    mart: pd.DataFrame,
    check: Callable[[pd.DataFrame], list[SuiteResult]],
    spoil: Spoil,
    rules: set[str],
) -> None:
    assert rules <= failed(check(spoil(mart)))
