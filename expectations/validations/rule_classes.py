"""What each rule asks, said to Great Expectations: one named class a type of rule.

Here: expectations that anybody can put in a suite, on a batch of uniform observations; each reads
its part of the one judgement of the batch. Not here: the judgement (``judgement``), what a rule
computes (``rules``), what it asks in French (``verdicts.rules``).
"""

import types
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from great_expectations.core import ExpectationValidationResult

from expectations import french
from expectations.rules.evaluate import EVERY_RULE
from expectations.suites.policy import load_policy
from expectations.validations.french_rendering import FrenchRendering
from expectations.validations.judgement import BESIDE, JUDGEMENT, BatchJudgement
from expectations.validations.undocumented import BatchExpectation, FailureSeverity
from expectations.verdicts.rule_answers import restricted
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Severity

SEVERITIES = {
    Severity.ERROR: FailureSeverity.CRITICAL,
    Severity.WARNING: FailureSeverity.WARNING,
    Severity.INFORMATION: FailureSeverity.INFO,
}


class ExpectRuleToHold(FrenchRendering, BatchExpectation):
    """No cell of a batch of uniform observations fails under a rule.

    The result names the cells that fail by their key, each with both its values, the chance of it,
    its severity and a French sentence; it says how many cells the rule judged of each indicator,
    how many it could not, and why.

    Args:
        definitions: By indicator, the words of its definition that matter: ``value_kind``,
            ``breakdowns``, ``part_of``… ; a count without anything particular unless told.
        policy: Thresholds that differ, by their name in ``suites/policy.yml``.
        beside: Name of a ``JudgingContext``, when the batch is judged beside other tables.
        indicators: The indicators that are asked about; all of them unless told.
    """

    definitions: Mapping[str, Any] = {}
    policy: Mapping[str, Any] = {}
    beside: str = ""
    indicators: Sequence[str] = ()

    rule: ClassVar[str] = ""
    words: ClassVar[Mapping[str, Any]] = {}
    """Description and severity unless told: Great Expectations forgets those that are defaults of a
    field, in the configuration that a result carries."""
    metric_dependencies: ClassVar[tuple[str, ...]] = (JUDGEMENT,)
    success_keys: ClassVar[tuple[str, ...]] = (*BESIDE, "indicators")

    def __init__(self, **parameters: Any) -> None:  # noqa: ANN401 those of the class
        super().__init__(**{**self.words, **parameters})

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 asked of it
        execution_engine: object = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """Return what the judgement says under this rule.

        The result is put together here: Great Expectations' own complete one costs several times
        the judgement.

        Raises:
            ValueError: The batch has none of the observations of an indicator that is asked about.
        """
        judgement: BatchJudgement = metrics[JUDGEMENT]
        result = judgement.answer(self.rule)
        if unknown := sorted(set(self.indicators) - judgement.indicators):
            given = ", ".join(sorted(judgement.indicators))
            message = f"Aucune observation de {', '.join(unknown)} : la table a celles de {given}."
            raise ValueError(message)
        if self.indicators:
            result = restricted(result, self.indicators)
        return {"success": not result["unexpected_count"], "result": result}

    @classmethod
    def counted(cls, result: ExpectationValidationResult) -> tuple[int, Mapping[str, int]]:
        """Return how many cells were judged, and how many could not be, for each reason."""
        reasons: dict[str, int] = {}
        for tally in result.result.get("by_indicator", {}).values():
            for reason, cells in tally["reasons"].items():
                reasons[reason] = reasons.get(reason, 0) + cells
        frequent = dict(sorted(reasons.items(), key=lambda item: -item[1]))
        return result.result.get("evaluated", 0), frequent


def _class_of(code: str) -> type[ExpectRuleToHold]:
    """Return the class of a rule; Great Expectations registers it under its name."""
    rule = RULES[code]
    content = {
        "__module__": __name__,
        "__doc__": f"{rule.code}.",
        "rule": code,
        "words": {
            "description": french.typeset(f"{rule.title} ({code})."),
            "severity": SEVERITIES[load_policy().severities[code]],
        },
    }
    return types.new_class(
        str(rule.expectation), (ExpectRuleToHold,), exec_body=lambda body: body.update(content)
    )


EXPECTATIONS = {code: _class_of(code) for code in EVERY_RULE}
# Each can be imported from the module that it says it is of.
globals().update({named.__name__: named for named in EXPECTATIONS.values()})
