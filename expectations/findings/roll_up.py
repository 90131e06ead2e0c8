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
from expectations.findings.code_names import Names
from expectations.findings.compared import Basis, Compared, Readings
from expectations.findings.wording import Wording
from expectations.statistics.priority import priority
from expectations.verdicts.table import Cell, Severity

WITHDRAWAL_RULE = "VAN"
"""The rule of a finding about published values that are not given any more."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with some cells of one indicator and period, and what to ask to whom.

    Attributes:
        finding_id: Twelve hexadecimal digits that change when the numbers change.
        indicator: The indicator.
        time_period: The period in doubt.
        period_before: The period that a break would be counted from, if any.
        severity: The highest severity of its verdicts.
        rules: Codes of the rules that failed, sorted.
        numbers: Every cell it is about, details of a total in doubt included, sorted by cell.
        headline: The cell to show first; None when it is about no cell in particular.
        basis: What the headline cell is compared with.
        title: French title.
        explanation: French paragraphs, separated by an empty line.
        question: French question to ask.
        addressee: Whom to ask.
        p_value: Least p-value of the statistical rules that failed on the headline cell, if any.
        priority: What to look at first, from 1 to 0: certainty times the share of the published
            figure that is concerned (``statistics.priority``).
        consequence: French: what came of its cells at the gate; empty before it.
    """

    finding_id: str
    indicator: str
    time_period: str
    period_before: str | None
    severity: Severity
    rules: tuple[str, ...]
    numbers: tuple[Compared, ...]
    headline: Cell | None
    basis: Basis
    title: str
    explanation: str
    question: str
    addressee: str
    p_value: float | None
    priority: float = 1.0
    consequence: str = ""

    @property
    def holds(self) -> bool:
        """Whether its cells are kept from publication."""
        return self.severity.holds

    @property
    def is_withdrawal(self) -> bool:
        """Whether it is about published values that are not given any more."""
        return self.headline is None and self.rules == (WITHDRAWAL_RULE,)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells it is about, sorted."""
        return tuple(compared.cell for compared in self.numbers)

    @property
    def explained_cells(self) -> tuple[Cell, ...]:
        """The cells that are to be explained: of a withdrawal, those that were taken back.

        The rest of their period only waits with them.
        """
        if not self.is_withdrawal:
            return self.cells
        return tuple(item.cell for item in self.numbers if item.is_withdrawn)

    @property
    def compared(self) -> Compared | None:
        """The numbers of the headline cell."""
        return next((item for item in self.numbers if item.cell == self.headline), None)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What is said of it, its consequence last."""
        return tuple(filter(None, (*self.explanation.split("\n\n"), self.consequence)))

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON holds it."""
        return {**asdict(self), "severity": str(self.severity), "rules": list(self.rules)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Finding":
        """Return the finding that ``to_dict`` wrote.

        Raises:
            KeyError: Severity, rules or numbers are missing.
            TypeError: Another field is missing, or is not one of a finding.
            ValueError: The severity is not one.
        """
        headline = content["headline"]
        typed = {
            "severity": Severity(content["severity"]),
            "rules": tuple(content["rules"]),
            "numbers": tuple(map(Compared.from_dict, content["numbers"])),
            "headline": Cell(**headline) if headline else None,
            "basis": Basis(content["basis"]),
        }
        return cls(**{**content, **typed})


def finding_id(*content: str) -> str:
    """Return twelve hexadecimal digits that change when the content of a finding does."""
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:12]


def roll_up(
    verdicts: pd.DataFrame,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    names: Names,
    published: pd.DataFrame | None = None,
) -> list[Finding]:
    """Return the findings of a night.

    When a total is in doubt, so are its details of that period: a part cannot be trusted when its
    whole is not, both come from the same report.

    Args:
        verdicts: The table of ``evaluate``.
        observations: The observations that it speaks of.
        definitions: The indicators, by id.
        names: What codes are called; a code without a name is shown as it is.
        published: Rows of the last release; None before the first.

    Returns:
        One finding per indicator, period and cause; most serious first, then by priority.
    """
    readings = Readings(observations, published, definitions)
    findings = [
        _finding(case, readings, definitions, names)
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


def _finding(
    case: Case,
    readings: Readings,
    definitions: Mapping[str, IndicatorDefinition],
    names: Names,
) -> Finding:
    p_values = [row["p_value"] for row in case.headline.verdicts if pd.notna(row["p_value"])]
    p_value = min(p_values) if p_values else None
    numbers = tuple(
        readings.compared(cell, case.periods_before.get(cell)) for cell in case.reach.cells
    )
    wording = Wording(case, numbers, definitions, names)
    return Finding(
        finding_id=case.identity(),
        indicator=case.definition.id,
        time_period=case.time_period,
        period_before=case.headline.period_before,
        severity=Severity.highest([row["severity"] for row in case.verdicts]),
        rules=tuple(sorted({row["rule"] for row in case.verdicts})),
        numbers=numbers,
        headline=case.headline.cell,
        basis=case.headline.basis,
        title=wording.title(),
        explanation=wording.explanation(),
        question=wording.question(),
        addressee=case.definition.contact,
        p_value=p_value,
        priority=float(priority(p_value or 0.0, case.headline.weight(case.time_period))),
    )
