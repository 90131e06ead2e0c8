"""A check on the checks: has every rule that applies to an indicator spoken of it this night?

Here: the coverage of each rule; one that judged nothing because there was nothing to judge says
why, one that never spoke is a defect of ours. Not here: what rules say (``standard``,
``reporting``), which apply (``evaluate``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.evaluate import applicable_rules
from expectations.verdicts.tally import Tally, tally

NO_CELL = "aucune cellule cette nuit"


class RuleState(StrEnum):
    """Whether a rule spoke of an indicator; the values are French, for readers."""

    EVALUATED = "évalué"
    NOT_EVALUATED = "non évalué"
    MISSING = "oublié"


@dataclass(frozen=True)
class RuleCoverage:
    """Whether one rule spoke of one indicator.

    Attributes:
        indicator: The indicator.
        rule: Code of the rule.
        state: Whether it judged a cell, none, or never spoke.
        evaluated: Number of cells that it judged.
        reasons: How many cells it could not judge for each reason, most frequent first.
    """

    indicator: str
    rule: str
    state: RuleState
    evaluated: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def main_reason(self) -> str:
        """The most frequent reason, empty when every cell was judged."""
        return next(iter(self.reasons), "")


def completeness(
    verdicts: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    judged: Collection[str],
) -> list[RuleCoverage]:
    """Return the coverage of every indicator × applicable rule.

    Args:
        verdicts: The table of ``evaluate``.
        definitions: The indicators, by id.
        judged: The indicators that had cells to judge; a rule has nothing to say of the others.
    """
    tallies = tally(verdicts, ["indicator", "rule"])
    return [
        _coverage(name, rule, tallies.get((name, rule)), is_judged=name in judged)
        for name, definition in sorted(definitions.items())
        for rule in applicable_rules(definition)
    ]


def _coverage(indicator: str, rule: str, spoken: Tally | None, *, is_judged: bool) -> RuleCoverage:
    if spoken is not None:
        state = RuleState.EVALUATED if spoken.evaluated else RuleState.NOT_EVALUATED
        return RuleCoverage(indicator, rule, state, spoken.evaluated, spoken.reasons)
    if is_judged:
        return RuleCoverage(indicator, rule, RuleState.MISSING)
    return RuleCoverage(indicator, rule, RuleState.NOT_EVALUATED, reasons={NO_CELL: 0})
