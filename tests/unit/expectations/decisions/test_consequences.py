"""What a finding says of its cells is what the gate made of them."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd
import pytest

from expectations.decisions.consequences import gated_findings
from expectations.decisions.decision import Choice, Decision
from expectations.decisions.gate import gate
from expectations.decisions.standings import in_force
from expectations.findings.compared import PublicationStatus
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from tests.unit.expectations.decisions.deciding import decided, found, observed

TONIGHT = observed({"DEP-0": 4, "DEP-1": 2})
DOUBT = found("DEP-0", rank=1)


def _gated(
    *findings: Finding, decisions: Iterable[Decision] = (), last: pd.DataFrame | None = None
) -> list[Finding]:
    signed = list(decisions)
    night = gate(TONIGHT, findings, last, signed)
    ruled = in_force(signed, TONIGHT)
    return gated_findings(findings, night.rows, night.held_by, ruled)


@pytest.mark.parametrize(
    ("severity", "until"),
    [(Severity.ERROR, "jusqu'à correction."), (Severity.WARNING, "ou la donnée corrigée.")],
)
def test_a_value_that_may_be_accepted_does_not_wait_for_a_correction(
    severity: Severity, until: str
) -> None:
    (finding,) = _gated(found("DEP-0", severity=severity))
    assert finding.consequence.endswith(until)
    assert [item.publication for item in finding.numbers] == [PublicationStatus.HELD]


@pytest.mark.parametrize(
    ("choice", "sentence", "publication"),
    [
        (Choice.BREAK, "marqué comme rupture", PublicationStatus.PUBLISHED),
        (Choice.VALUE, "une décision l'explique", PublicationStatus.PUBLISHED),
        (Choice.EXCLUSION, "l'exclut", PublicationStatus.EXCLUDED),
        (Choice.HOLD, "La cellule reste", PublicationStatus.HELD),
    ],
)
def test_what_was_decided_is_what_is_told(
    choice: Choice, sentence: str, publication: PublicationStatus
) -> None:
    (finding,) = _gated(DOUBT, decisions=[decided(DOUBT, choice, TONIGHT)])
    assert sentence in finding.consequence
    assert [item.publication for item in finding.numbers] == [publication]


def test_an_information_on_a_cell_that_another_finding_holds_does_not_say_it_is_out() -> None:
    known = found("DEP-0", "DEP-1", rank=2, severity=Severity.INFORMATION)
    _, information = _gated(DOUBT, known)
    assert "1 cellule reste retenue par un autre constat" in information.consequence
    assert [item.publication for item in information.numbers] == [
        PublicationStatus.HELD,
        PublicationStatus.PUBLISHED,
    ]


def test_nothing_is_said_of_other_findings_when_there_are_none() -> None:
    (finding,) = _gated(found("DEP-0", severity=Severity.INFORMATION))
    assert finding.consequence == "Ce constat ne retient rien\xa0: c'est à savoir."


def test_what_a_decision_keeps_out_is_held_by_no_other_finding() -> None:
    other = found("DEP-0", rank=2)
    kept_out, beside = _gated(
        DOUBT, other, decisions=[decided(DOUBT, Choice.EXCLUSION, TONIGHT)], last=TONIGHT
    )
    for finding in (kept_out, beside):
        assert finding.consequence == "Une décision l'exclut de la publication."
        assert [item.publication for item in finding.numbers] == [PublicationStatus.EXCLUDED]


def test_what_is_explained_and_held_by_another_finding_is_not_said_to_be_out() -> None:
    signed = decided(DOUBT, Choice.VALUE, TONIGHT)
    explained, _ = _gated(DOUBT, found("DEP-0", "DEP-1", rank=2), decisions=[signed])
    assert "publié" not in explained.consequence
    assert "1 cellule reste retenue par un autre constat" in explained.consequence


def test_what_could_not_be_built_and_never_was_is_not_said_to_hold_nothing() -> None:
    unbuilt = replace(found(severity=Severity.ERROR), numbers=(), headline=None)
    (finding,) = _gated(unbuilt)
    assert finding.consequence == "Rien de cet indicateur n'est publié, jusqu'à correction."
