"""The policy file."""

import re

import pytest
from pydantic import ValidationError

from expectations.suites.policy import POLICY_FILE, Policy, load_policy
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Severity


def test_the_file_gives_every_rule_its_severity() -> None:
    policy = load_policy()
    assert set(policy.severities) == set(RULES)
    assert policy.severities["VIR"] is Severity.ERROR
    assert policy.severities["BRK"] is Severity.WARNING


@pytest.mark.parametrize(
    "fault",
    [{"severities": {"BRK": "Warning"}}, {"ordinary_growth": 1.0}, {"false_discovery_rate": 0}],
)
def test_refuses_an_impossible_policy(fault: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({**load_policy().model_dump(), **fault})


LOOSER = {
    "indicateurs": ["a"],
    "gravites": {"BRK": "Information"},
    "seuils": {"croissance_ordinaire": 3.0},
    "depuis": "2026-01-31",
    "raison": "Un dispositif qui ouvre double chaque année.",
}


def with_derogations(*derogations: dict[str, object]) -> Policy:
    """Return the policy in force, with some derogations."""
    return Policy.model_validate({**load_policy().model_dump(), "derogations": derogations})


def test_a_derogation_is_of_its_indicators_only() -> None:
    policy = with_derogations(LOOSER)
    assert policy.severity_of("BRK", "a") is Severity.INFORMATION
    assert policy.severity_of("VAN", "a") is load_policy().severities["VAN"]
    assert policy.of("a").ordinary_growth == 3.0
    assert policy.of("a").vanished_share == load_policy().vanished_share
    assert policy.severity_of("BRK", "b") is Severity.WARNING
    assert policy.of("b") is policy


@pytest.mark.parametrize(
    "fault",
    [
        {"raison": "parce que"},
        {"raison": None},
        {"depuis": None},
        {"depuis": "un jour"},
        {"gravites": {"BRQ": "Error"}, "seuils": {}},
        {"seuils": {"croissance_ordinair": 3.0}},
        {"seuils": {"croissance_ordinaire": 0.5}},
        {"seuils": {"part_de_fausses_alertes": 0.5}},
        {"gravites": {}, "seuils": {}},
        {"indicateurs": []},
        {"par": "quelqu'un"},
    ],
)
def test_a_derogation_says_what_since_when_and_why(fault: dict[str, object]) -> None:
    told = {name: value for name, value in {**LOOSER, **fault}.items() if value is not None}
    with pytest.raises(ValidationError):
        with_derogations(told)


def test_two_derogations_do_not_say_the_same_thing() -> None:
    with pytest.raises(ValidationError, match="disent la même chose : a et BRK"):
        with_derogations(LOOSER, {**LOOSER, "seuils": {}})


def test_the_file_names_each_rule_as_its_record_does() -> None:
    """Its comments are what a steward reads beside a severity."""
    commented = dict(
        re.findall(r"^  ([A-Z]{3}): \w+ +# (.+)$", POLICY_FILE.read_text("utf-8"), re.M)
    )
    assert commented.keys() == RULES.keys()
    for code, comment in commented.items():
        title = RULES[code].title
        assert comment.startswith(title[0].lower() + title[1:]), code
