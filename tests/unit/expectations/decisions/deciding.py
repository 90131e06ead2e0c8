"""Findings, observations and decisions made to measure, for tests of the gate and of decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd

from expectations.cells.observations import COLUMNS
from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.declared_breaks import NOTHING_DECLARED, Declarations
from expectations.decisions.gate import gate
from expectations.findings.compared import Basis, Compared, Reading
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell, Severity

AT = datetime(2026, 11, 22, 2, 5, tzinfo=UTC)
AREAS = [f"DEP-{number}" for number in range(4)]
FINDING = Finding(
    finding_id="0123456789ab",
    indicator="a",
    time_period="2024",
    period_before="2023",
    severity=Severity.WARNING,
    rules=("BRK",),
    numbers=(),
    headline=None,
    basis=Basis.PERIOD,
    title="Des choses : 43 en 2023, 4 en 2024",
    explanation="",
    question="",
    addressee="",
    p_value=None,
)


def cell(area: str, period: str = "2024", indicator: str = "a") -> Cell:
    """The total of an area."""
    return Cell(indicator, area, period, "_T", "_T")


def observed(
    now: dict[str, int], before: dict[str, int] | None = None, indicator: str = "a"
) -> pd.DataFrame:
    """Observations of 2024, and of 2023."""
    cells = {cell(area, "2024", indicator): value for area, value in now.items()}
    cells |= {cell(area, "2023", indicator): value for area, value in (before or {}).items()}
    rows = [
        {**dict.fromkeys(COLUMNS), **key.to_dict(), "obs_value": float(value), "obs_status": "A"}
        for key, value in cells.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def found(*areas: str, rank: int = 0, severity: Severity = Severity.WARNING) -> Finding:
    """A finding on the totals of some areas in 2024, compared with 2023."""
    cells = tuple(sorted(cell(area) for area in areas))
    return about(*cells, finding=replace(FINDING, finding_id=f"{rank:012x}", severity=severity))


def about(*cells: Cell, finding: Finding = FINDING) -> Finding:
    """A finding about some cells, whatever they say."""
    numbers = tuple(Compared(Reading(cell, None, "L", "pcrh")) for cell in cells)
    return replace(finding, numbers=numbers, headline=cells[0] if cells else None)


def decided(
    finding: Finding,
    choice: Choice,
    observations: pd.DataFrame,
    decision_id: int = 1,
    motive: str = "Le recueil est devenu national",
) -> Decision:
    """A decision on a finding, signed for the figures of some observations."""
    subject = DecidedFigures.of(finding, observations, choice)
    return Decision(decision_id, subject, choice, "Claire Le Goff", motive, AT)


def released(
    observations: pd.DataFrame,
    findings: Sequence[Finding],
    last: pd.DataFrame | None,
    decisions: Iterable[Decision] = (),
    declared: Declarations = NOTHING_DECLARED,
) -> pd.DataFrame:
    """The rows that the gate lets out."""
    return gate(observations, findings, last, decisions, declared).rows
