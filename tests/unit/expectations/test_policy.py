"""The policy file."""

import pytest
from pydantic import ValidationError

from expectations.policy import Policy, load_policy
from expectations.verdicts import RULES, Severity


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
