"""A cell that fails under a rule, and what came of it: held, published, or ruled on by a decision.

Here: telling apart what waits for somebody from what somebody has explained. Not here: which cells
fail (``expectations.verdicts``), what is held (``expectations.decisions``), showing it
(``checks.evidence``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from expectations.decisions.consequences import UNTIL
from expectations.decisions.decision import Decision
from expectations.decisions.standings import (
    ALTERED_BECAUSE,
    accepted_absences,
    exclusion_of,
    explanation_of,
)
from expectations.findings.roll_up import Finding
from expectations.verdicts.proofs import MOVED_EVERYWHERE, evidence_of
from expectations.verdicts.table import Cell, Severity

Row = Mapping[str, Any]


class Treatment(IntEnum):
    """What came of a cell that fails, what calls for somebody first."""

    HELD = 0
    TOLD = 1
    EXCLUDED = 2
    EXPLAINED = 3

    @property
    def word(self) -> str:
        """The French word for it."""
        return ("retenu", "à savoir : rien n'est retenu", "exclu", "expliqué")[self]


@dataclass(frozen=True)
class FailingCell:
    """A cell that fails under a rule.

    Attributes:
        rule: Code of the rule.
        row: What the rule said of it.
        treatment: What came of it.
        sequel: The same in a French clause, which names who decided.
    """

    rule: str
    row: Row
    treatment: Treatment
    sequel: str

    @property
    def event(self) -> str:
        """What its category did in all its areas at once, in French; empty when it did not."""
        evidence = evidence_of(self.row) if self.row.get("evidence") else {}
        return str(evidence.get(MOVED_EVERYWHERE, {}).get("sentence", ""))

    @property
    def place(self) -> tuple[str, ...]:
        """Which cell it is."""
        return Cell.of(self.row).key


class Sequels:
    """What came of each cell that fails.

    Args:
        findings: The findings of the night, gravest first.
        held_by: The findings that hold each cell that is held.
        ruled: The decisions in force, by finding.
    """

    def __init__(
        self,
        findings: Sequence[Finding],
        held_by: Mapping[Cell, Collection[str]],
        ruled: Mapping[str, Decision],
    ) -> None:
        self._held_by, self._ruled = held_by, ruled
        self._findings: dict[tuple[str, Cell], Finding] = {}
        for finding in findings:
            for rule in finding.rules:
                for cell in finding.cells:
                    self._findings.setdefault((rule, cell), finding)

    def of(self, rule: str, rows: Sequence[Row]) -> Iterator[FailingCell]:
        """Yield the cells that fail under a rule with what came of them."""
        for row in rows:
            cell = Cell.of(row)
            finding = self._findings.get((rule, cell))
            treatment, sequel = (
                self._of_finding(finding, cell)
                if finding
                else self._alone(cell, Severity(row["severity"]))
            )
            yield FailingCell(rule, row, treatment, sequel)

    def _of_finding(self, finding: Finding, cell: Cell) -> tuple[Treatment, str]:
        decision = self._ruled.get(finding.finding_id)
        if finding.finding_id in self._held_by.get(cell, ()):
            return Treatment.HELD, _held(finding.severity, decision)
        if exclusion := exclusion_of(finding, self._ruled):
            return Treatment.EXCLUDED, f"exclu par la décision de {exclusion.author}"
        accepted = accepted_absences(finding, self._ruled).get(cell)
        if explanation := explanation_of(finding, self._ruled) or accepted:
            return Treatment.EXPLAINED, f"expliqué par la décision de {explanation.author}"
        if finding.holds:
            return Treatment.EXCLUDED, "exclu par des décisions"
        return Treatment.TOLD, Treatment.TOLD.word

    def _alone(self, cell: Cell, severity: Severity) -> tuple[Treatment, str]:
        """Return what came of a cell of no finding: its period is held for what was withdrawn."""
        if cell in self._held_by:
            return Treatment.HELD, _held(severity, None)
        return Treatment.TOLD, Treatment.TOLD.word


def _held(severity: Severity, decision: Decision | None) -> str:
    if decision is None or not decision.choice.withholds:
        return f"retenu {UNTIL[severity]}"
    if decision.is_altered:
        return f"retenu, {ALTERED_BECAUSE}"
    return f"retenu par la décision de {decision.author}"
