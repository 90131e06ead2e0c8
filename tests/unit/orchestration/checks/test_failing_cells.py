"""What came of a cell that fails: what nobody has explained is not told as what somebody has."""

from dataclasses import replace

import pytest

from expectations.decisions.decision import Choice, Decision
from expectations.decisions.gate import gate
from expectations.decisions.standings import in_force
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from orchestration.checks.failing_cells import FailingCell, Sequels, Treatment
from tests.unit.expectations.decisions.deciding import cell, decided, found, observed

TONIGHT = observed({"DEP-0": 4, "DEP-1": 2})
DOUBT = found("DEP-0")


def of_the_gate(*findings: Finding, decisions: tuple[Decision, ...] = ()) -> FailingCell:
    held_by = gate(TONIGHT, findings, None, decisions).held_by
    sequels = Sequels(findings, held_by, in_force(decisions, TONIGHT))
    (failing,) = sequels.of("BRK", [{**cell("DEP-0").to_dict(), "severity": "Warning"}])
    return failing


@pytest.mark.parametrize(
    ("choice", "treatment", "clause"),
    [
        (Choice.BREAK, Treatment.EXPLAINED, "expliqué par la décision de Claire Le Goff"),
        (Choice.VALUE, Treatment.EXPLAINED, "expliqué par la décision de Claire Le Goff"),
        (Choice.EXCLUSION, Treatment.EXCLUDED, "exclu par la décision de Claire Le Goff"),
        (Choice.CORRECTION, Treatment.HELD, "retenu par la décision de Claire Le Goff"),
        (Choice.HOLD, Treatment.HELD, "retenu par la décision de Claire Le Goff"),
    ],
)
def test_what_was_decided_is_told_with_who_decided(
    choice: Choice, treatment: Treatment, clause: str
) -> None:
    failing = of_the_gate(DOUBT, decisions=(decided(DOUBT, choice, TONIGHT),))
    assert (failing.treatment, failing.sequel) == (treatment, clause)


@pytest.mark.parametrize(
    ("severity", "treatment", "clause"),
    [
        (Severity.ERROR, Treatment.HELD, "retenu jusqu'à correction"),
        (Severity.WARNING, Treatment.HELD, "retenu jusqu'à ce que l'écart soit expliqué"),
        (Severity.INFORMATION, Treatment.TOLD, "à savoir"),
    ],
)
def test_what_nobody_decided_waits_for_somebody_or_holds_nothing(
    severity: Severity, treatment: Treatment, clause: str
) -> None:
    failing = of_the_gate(replace(DOUBT, severity=severity))
    assert failing.treatment is treatment
    assert failing.sequel.startswith(clause)


def test_a_decision_explains_its_own_finding_only() -> None:
    """Another doubt on the same cell holds it; what this rule said stays explained."""
    other = replace(found("DEP-0", rank=2), rules=("DFC",))
    signed = (decided(DOUBT, Choice.BREAK, TONIGHT),)
    assert of_the_gate(DOUBT, other, decisions=signed).treatment is Treatment.EXPLAINED
    assert of_the_gate(other, decisions=signed).treatment is Treatment.HELD


def test_a_decision_that_was_altered_explains_nothing() -> None:
    altered = replace(decided(DOUBT, Choice.BREAK, TONIGHT), is_altered=True)
    failing = of_the_gate(DOUBT, decisions=(altered,))
    assert failing.treatment is Treatment.HELD
    assert "altérée" in failing.sequel


def test_an_absence_that_was_accepted_is_explained_in_a_wider_doubt_too() -> None:
    absent = TONIGHT.assign(obs_value=float("nan"), obs_status="L")
    signed = (decided(DOUBT, Choice.VALUE, absent),)
    wider = found("DEP-0", "DEP-1", rank=2)
    held_by = gate(absent, [wider], TONIGHT, signed).held_by
    sequels = Sequels([wider], held_by, in_force(signed, absent))
    rows = [{**cell(area).to_dict(), "severity": "Warning"} for area in ("DEP-0", "DEP-1")]
    treatments = [failing.treatment for failing in sequels.of("BRK", rows)]
    assert treatments == [Treatment.EXPLAINED, Treatment.HELD]
