"""What the tests of findings share: tables of departments, and the findings that verdicts make.

Here: observations, and their findings as a night makes them. Not here: what is asked of a finding.
"""

from collections.abc import Callable

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.findings.code_names import Names
from expectations.findings.roll_up import Finding, roll_up
from expectations.rules.evaluate import evaluate, evaluate_rules
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy

DEPARTMENTS = [f"DEP-{code}" for code in range(40, 52)]
Observe = Callable[..., pd.DataFrame]
Define = Callable[..., IndicatorDefinition]


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def rolled(observations: pd.DataFrame, *definitions: IndicatorDefinition) -> list[Finding]:
    by_id = {definition.id: definition for definition in definitions}
    return roll_up(evaluate(observations, by_id), observations, by_id, Names())


def of_rule(
    rule: str, observations: pd.DataFrame, definition: IndicatorDefinition
) -> list[Finding]:
    """The findings of one rule, the only one that speaks."""
    by_id = {definition.id: definition}
    verdicts = evaluate_rules([rule], Subject.of(observations, by_id, load_policy()))
    return roll_up(verdicts, observations, by_id, Names())


def departments(of_44: float, region: float | None = None) -> list[tuple[str, str, float]]:
    """Return two periods of twelve departments and their region; only DEP-44 moves by much."""
    codes = [f"DEP-{code}" for code in range(44, 56)]
    before, after = (
        {code: 400.0 + 7 * n + moved * (n % 5 + 1) for n, code in enumerate(codes)}
        for moved in range(2)
    )
    after["DEP-44"] = of_44
    sums = (sum(before.values()), sum(after.values()) if region is None else region)
    periods = zip(("2023", "2024"), (before, after), sums, strict=True)
    return [
        row
        for period, values, total in periods
        for row in [("REG-52", period, total), *((area, period, v) for area, v in values.items())]
    ]
