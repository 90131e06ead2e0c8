"""What the rules tolerate: the model of ``suites/policy.yml``.

The figures are in that file and nowhere else; why each was chosen is in the rule that uses it.
"""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from expectations.verdicts import RULES, Severity

POLICY_FILE = Path(__file__).parent / "suites" / "policy.yml"


class Policy(BaseModel):
    """Severities and thresholds of the rules.

    Attributes:
        severities: Severity of a failure, by rule.
        false_discovery_rate: Share of false alarms accepted among the alarms of a night.
        ordinary_growth: Factor that an ordinary count stays within, 19 periods out of 20.
        ordinary_share_change: Same, for the share that a part has in its whole.
        printed_step: What a rate without numerator is taken to be rounded to, in points.
        vanished_share: Share of the previous total from which vanished parts put it in doubt.
        aggregate_tolerance: Greatest gap accepted between a total and the sum of its parts.
        rate_tolerance: Greatest gap accepted, in points, between a rate and its own quotient.
        verdicts_kept: Number of verdicts up to which a night keeps them all, in words; beyond, what
            is not a failure is told by an example.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    severities: dict[str, Severity]
    false_discovery_rate: float = Field(gt=0, lt=1)
    ordinary_growth: float = Field(gt=1)
    ordinary_share_change: float = Field(gt=1)
    printed_step: float = Field(gt=0)
    vanished_share: float = Field(gt=0, le=1)
    aggregate_tolerance: float = Field(ge=0)
    rate_tolerance: float = Field(ge=0)
    verdicts_kept: int = Field(ge=0)

    @field_validator("severities")
    @classmethod
    def _every_rule_has_one(cls, severities: dict[str, Severity]) -> dict[str, Severity]:
        if set(severities) != set(RULES):
            message = f"une gravité par règle, ni plus ni moins : {sorted(RULES)}"
            raise ValueError(message)
        return severities

    def severity_of(self, rule: str, indicator: str) -> Severity:
        """Return the severity of a failure of a rule on an indicator."""
        del indicator
        return self.severities[rule]


@cache
def load_policy() -> Policy:
    """Return the policy in force.

    Raises:
        pydantic.ValidationError: The file misses a figure, or holds an impossible one.
    """
    return Policy.model_validate(yaml.safe_load(POLICY_FILE.read_text("utf-8")))
