"""Findings: what a steward reads of the failing verdicts, one per cause.

Here: the finding, complete by itself so that it can be stored, and the order of those of a night.
Not here: which verdicts go together (``cases``), the French (``wording``), what is held
(``decisions.gate``).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.findings.cases import Case, cases
from expectations.findings.wording import Wording
from expectations.statistics.priority import priority
from expectations.verdicts.table import Cell, Severity


@dataclass(frozen=True)
class Finding:
    """What is wrong with some cells of one indicator and period, and what to ask to whom.

    Attributes:
        finding_id: Twelve hexadecimal digits that change when the numbers change.
        indicator: The indicator.
        time_period: The period in doubt.
        period_before: The period it was compared with, if any.
        severity: The highest severity of its verdicts.
        rules: Codes of the rules that failed, sorted.
        cells: Every cell it holds, details of a total in doubt included, sorted.
        value_before: Value of the headline cell in the period before, if any.
        value_after: Value of the headline cell, if any.
        title: French title.
        explanation: French paragraphs, separated by an empty line.
        question: French question to ask.
        addressee: Whom to ask.
        p_value: Least p-value of the statistical rules that failed on the headline cell, if any.
        priority: What to look at first, from 1 to 0: certainty times the share of the published
            figure that is concerned (``statistics.priority``).
    """

    finding_id: str
    indicator: str
    time_period: str
    period_before: str | None
    severity: Severity
    rules: tuple[str, ...]
    cells: tuple[Cell, ...]
    value_before: float | None
    value_after: float | None
    title: str
    explanation: str
    question: str
    addressee: str
    p_value: float | None
    priority: float = 1.0

    @property
    def holds(self) -> bool:
        """Whether its cells are kept from publication."""
        return self.severity.holds

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON holds it."""
        return {
            **asdict(self),
            "severity": str(self.severity),
            "rules": list(self.rules),
            "cells": [cell.to_dict() for cell in self.cells],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Finding":
        """Return the finding that ``to_dict`` wrote.

        Raises:
            KeyError: Severity, rules or cells are missing.
            TypeError: Another field is missing, or is not one of a finding.
            ValueError: The severity is not one.
        """
        typed = {
            "severity": Severity(content["severity"]),
            "rules": tuple(content["rules"]),
            "cells": tuple(Cell(**cell) for cell in content["cells"]),
        }
        return cls(**{**content, **typed})


def finding_id(*content: str) -> str:
    """Return twelve hexadecimal digits that change when the content of a finding does."""
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:12]


def roll_up(
    verdicts: pd.DataFrame,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    area_names: Mapping[str, str],
) -> list[Finding]:
    """Return the findings of a night.

    When a total is in doubt, so are its details of that period: a part cannot be trusted when its
    whole is not, both come from the same report.

    Args:
        verdicts: The table of ``evaluate``.
        observations: The observations that it speaks of.
        definitions: The indicators, by id.
        area_names: French name of each area; an area without one is shown by its code.

    Returns:
        One finding per indicator, period and cause; most serious first, then by priority.
    """
    findings = [
        _finding(case, Wording(case, definitions, area_names))
        for case in cases(verdicts, observations, definitions)
    ]
    order = list(Severity)
    return sorted(
        findings,
        key=lambda item: (
            order.index(item.severity),
            -round(item.priority, 2),
            item.indicator,
            item.time_period,
        ),
    )


def _finding(case: Case, wording: Wording) -> Finding:
    p_values = [row["p_value"] for row in case.lead if pd.notna(row["p_value"])]
    p_value = min(p_values) if p_values else None
    return Finding(
        finding_id=case.identity(),
        indicator=case.definition.id,
        time_period=case.time_period,
        period_before=case.period_before,
        severity=Severity.highest([row["severity"] for row in case.verdicts]),
        rules=tuple(sorted({row["rule"] for row in case.verdicts})),
        cells=case.cells,
        value_before=case.lead_number("value_before"),
        value_after=case.lead_number("value_after"),
        title=wording.title(),
        explanation=wording.explanation(),
        question=wording.question(),
        addressee=case.definition.contact,
        p_value=p_value,
        priority=float(priority(p_value or 0.0, case.weight())),
    )
