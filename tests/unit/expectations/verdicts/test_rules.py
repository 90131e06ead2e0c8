"""One record a rule: what would be forgotten of a rule is asked for when it is written."""

from typing import Any

import pytest

from expectations.rules.evaluate import EVERY_RULE
from expectations.suites.policy import load_policy
from expectations.verdicts.rules import RULES, RuleType, Theme
from tests.conftest import PROJECT

RECORD: dict[str, Any] = {
    "code": "NEW",
    "title": "Ce qui est demandé",
    "level": 1,
    "is_standard": False,
    "expectation": "ExpectSomethingNew",
    "theme": Theme.LEVEL,
}


def test_a_record_says_all_that_nothing_else_can() -> None:
    assert RuleType(**RECORD).code == "NEW"
    for forgotten in RECORD:
        with pytest.raises(TypeError, match=forgotten):
            RuleType(**{name: value for name, value in RECORD.items() if name != forgotten})


@pytest.mark.parametrize(
    "other",
    [
        {"theme": None},
        {"expectation": None},
        {"theme": None, "expectation": None},
        {"judged_elsewhere": "what reads an extract refuses it"},
    ],
)
def test_a_rule_that_judges_no_cell_says_who_judges_instead(other: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="NEW: a theme and an expectation when it judges cells"):
        RuleType(**{**RECORD, **other})


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_is_known_everywhere(rule: RuleType) -> None:
    assert rule.title
    assert rule.code in load_policy().severities
    assert (rule.code in EVERY_RULE) != bool(rule.judged_elsewhere)


def test_no_two_rules_are_called_alike() -> None:
    for names in (
        [rule.title for rule in RULES.values()],
        [rule.expectation for rule in RULES.values() if rule.expectation],
    ):
        assert len(set(names)) == len(names)


def test_a_question_is_about_a_period() -> None:
    questions = [rule.question for rule in RULES.values() if rule.question]
    assert all(text.format(period="2024") != text for text in questions)


def test_as_many_rules_of_our_own_are_announced_as_judge_cells() -> None:
    own = [rule for rule in RULES.values() if not rule.is_standard and rule.expectation]
    assert len(own) == 8
    suites = PROJECT / "expectations" / "suites" / "README.md"
    assert "eight of our own" in (PROJECT / "README.md").read_text("utf-8")
    assert "les huit de Vigie" in suites.read_text("utf-8")
