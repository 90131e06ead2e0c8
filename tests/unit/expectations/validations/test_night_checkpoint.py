"""The checkpoint of a night, for real: it answers what the rules say, and blinding it shows."""

from collections.abc import Callable

import pandas as pd
import pytest
from great_expectations.core import ExpectationValidationResult
from great_expectations.validator.validator import Validator

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.evaluate import EVERY_RULE, applicable_rules, evaluate
from expectations.validations import judgement
from expectations.validations.batch import rule_of
from expectations.validations.judging_context import JudgingContext
from expectations.validations.night_checkpoint import ask_every_rule, by_fiche
from expectations.validations.suite_result import SuiteResult
from expectations.verdicts.rule_answers import (
    BatchIdentity,
    RuleAnswer,
    UntrustedAnswerError,
    failures,
    trusted,
)
from expectations.verdicts.table import Outcome

FEW = ("1A4_pcrh_te", "1C1_pcrh", "2B4_acces_emploi_publics_prioritaires")
Definitions = dict[str, IndicatorDefinition]


@pytest.fixture(scope="module")
def definitions(real_definitions: Definitions) -> Definitions:
    return {name: real_definitions[name] for name in FEW}


@pytest.fixture(scope="module")
def observations(real_observations: pd.DataFrame) -> pd.DataFrame:
    return real_observations[real_observations["indicator"].isin(FEW)]


@pytest.fixture(scope="module")
def context(definitions: Definitions) -> JudgingContext:
    return JudgingContext(definitions)


@pytest.fixture(scope="module")
def suite(observations: pd.DataFrame, context: JudgingContext) -> SuiteResult:
    return ask_every_rule(observations, context, "ab12")


@pytest.fixture(scope="module")
def verdicts(observations: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    return evaluate(observations, definitions)


def read(
    suite: SuiteResult, observations: pd.DataFrame, definitions: Definitions
) -> list[RuleAnswer]:
    asked = {code: set() for code in EVERY_RULE} | {
        code: {name for name in FEW if code in applicable_rules(definitions[name])}
        for code in EVERY_RULE
    }
    told = suite.validation.to_json_dict()["results"]
    return trusted(told, BatchIdentity.of(observations), asked)


def test_what_is_answered_is_what_the_rules_say(
    suite: SuiteResult, observations: pd.DataFrame, verdicts: pd.DataFrame, definitions: Definitions
) -> None:
    answers = read(suite, observations, definitions)
    failing = verdicts[verdicts["outcome"] == Outcome.FAIL].reset_index(drop=True)
    pd.testing.assert_frame_equal(failures(answers), failing)
    for answer in answers:
        for indicator, counted in answer.tallies.items():
            of_rule = (verdicts["rule"] == answer.rule) & (verdicts["indicator"] == indicator)
            unknown = of_rule & (verdicts["outcome"] == Outcome.NOT_EVALUATED)
            assert counted.evaluated == of_rule.sum() - unknown.sum()
            assert counted.reasons == verdicts.loc[unknown, "reason"].value_counts().to_dict()


def test_the_whole_table_of_verdicts_is_left_in_the_context(
    suite: SuiteResult, context: JudgingContext, verdicts: pd.DataFrame
) -> None:
    assert suite.name == "regles"
    (table,) = context.verdicts
    pd.testing.assert_frame_equal(table, verdicts)


def test_a_fiche_has_what_each_rule_says_of_its_indicators(
    suite: SuiteResult, definitions: Definitions
) -> None:
    first, second = by_fiche(suite, dict(zip(FEW, ("1.A", "1.A", "2.B"), strict=True)))
    assert (first.name, first.title, first.data_sha256) == ("fiche_1a", "Fiche 1.A", "ab12")
    assert (second.name, second.title) == ("fiche_2b", "Fiche 2.B")
    assert [rule_of(answer) for answer in first.validation.results] == sorted(
        {code for name in FEW[:2] for code in applicable_rules(definitions[name])}
    )
    for answer in first.validation.results:
        assert {row["indicator"] for row in answer.result["unexpected_index_list"]} <= set(FEW[:2])
        assert answer.success == (not answer.result["unexpected_index_list"])
    assert not first.validation.success


Answers = list[ExpectationValidationResult]


def emptied(answers: Answers) -> Answers:
    return [
        ExpectationValidationResult(success=True, expectation_config=answer.expectation_config)
        for answer in answers
    ]


def all_made_successes(answers: Answers) -> Answers:
    for answer in answers:
        answer.success = True
    return answers


def one_gone(answers: Answers) -> Answers:
    return [answer for answer in answers if rule_of(answer) != "BRK"]


@pytest.fixture
def blinded(monkeypatch: pytest.MonkeyPatch, verdicts: pd.DataFrame) -> Callable[..., None]:
    """Make Great Expectations answer otherwise than it would."""
    answers_of = Validator.graph_validate
    monkeypatch.setattr(judgement, "evaluate", lambda *_, **__: verdicts)

    def blind(how: Callable[[Answers], Answers]) -> None:
        def graph_validate(self: Validator, *asked: object, **words: object) -> Answers:
            return how(answers_of(self, *asked, **words))

        monkeypatch.setattr(Validator, "graph_validate", graph_validate)

    return blind


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (emptied, "est vide"),
        (all_made_successes, "se contredit"),
        (one_gone, "n'a pas répondu.*règle BRK"),
    ],
)
def test_a_blind_great_expectations_is_seen(
    how: Callable[[Answers], Answers],
    said: str,
    blinded: Callable[..., None],
    observations: pd.DataFrame,
    definitions: Definitions,
) -> None:
    blinded(how)
    suite = ask_every_rule(observations, JudgingContext(definitions), "ab12")
    with pytest.raises(UntrustedAnswerError, match=said):
        read(suite, observations, definitions)


def test_a_judgement_that_fails_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, observations: pd.DataFrame, definitions: Definitions
) -> None:
    def evaluate_nothing(*_: object, **__: object) -> pd.DataFrame:
        message = "plus de mémoire"
        raise MemoryError(message)

    monkeypatch.setattr(judgement, "evaluate", evaluate_nothing)
    suite = ask_every_rule(observations, JudgingContext(definitions), "ab12")
    assert not suite.validation.success
    with pytest.raises(UntrustedAnswerError, match=r"est une erreur.*plus de mémoire"):
        read(suite, observations, definitions)


def test_a_judgement_without_a_verdict_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
    verdicts: pd.DataFrame,
    observations: pd.DataFrame,
    definitions: Definitions,
) -> None:
    monkeypatch.setattr(judgement, "evaluate", lambda *_, **__: verdicts.head(0))
    suite = ask_every_rule(observations, JudgingContext(definitions), "ab12")
    with pytest.raises(UntrustedAnswerError, match="ne dit rien de"):
        read(suite, observations, definitions)
