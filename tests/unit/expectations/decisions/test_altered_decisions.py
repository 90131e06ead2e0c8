"""A decision that was altered in the register: nothing goes out on its word, and it is told."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from expectations.decisions.decision import Choice, Decision
from expectations.decisions.gate import gate
from expectations.decisions.standings import Standing, in_force, standings
from expectations.decisions.tampering import register_troubles
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from tests.unit.expectations.decisions.deciding import decided, found, observed, released

BEFORE = {"DEP-0": 43, "DEP-1": 7}
TONIGHT = observed({"DEP-0": 4, "DEP-1": 7}, BEFORE)
DOUBT = found("DEP-0")


def signed(choice: Choice, rank: int = 1) -> Decision:
    return decided(DOUBT, choice, TONIGHT, rank)


def altered(choice: Choice, rank: int = 1) -> Decision:
    return replace(signed(choice, rank), is_altered=True)


def held(findings: Sequence[Finding], *decisions: Decision) -> list[str]:
    """The areas of 2024 that the gate holds."""
    gated = gate(TONIGHT, findings, None, decisions)
    return sorted(cell.ref_area for cell in gated.held_by if cell.time_period == "2024")


@pytest.mark.parametrize("choice", list(Choice))
@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("is_found", [True, False])
def test_what_it_speaks_of_is_held_whatever_it_says(
    choice: Choice, severity: Severity, is_found: bool
) -> None:
    findings = [found("DEP-0", severity=severity)] if is_found else []
    assert held(findings, altered(choice)) == ["DEP-0"]


@pytest.mark.parametrize("choice", [Choice.BREAK, Choice.VALUE])
def test_the_same_decision_as_it_was_signed_lets_it_out(choice: Choice) -> None:
    assert held([DOUBT], signed(choice)) == []
    assert held([], signed(choice)) == []


def test_the_decision_that_it_replaced_does_not_come_back() -> None:
    assert held([DOUBT], signed(Choice.BREAK), altered(Choice.HOLD, 2)) == ["DEP-0"]


def test_the_decision_that_replaces_it_applies() -> None:
    later = (altered(Choice.HOLD), signed(Choice.BREAK, 2))
    assert held([DOUBT], *later) == []
    assert in_force(later, TONIGHT)[DOUBT.finding_id] == later[1]
    assert [ruling.standing for ruling in standings(later, TONIGHT)] == [
        Standing.ALTERED,
        Standing.IN_FORCE,
    ]


def test_what_was_published_stays_as_it_was() -> None:
    last = released(TONIGHT, [DOUBT], None, [signed(Choice.BREAK)])
    rows = released(TONIGHT, [], last, [altered(Choice.BREAK)])
    (row,) = rows[rows["ref_area"] + rows["time_period"] == "DEP-02024"].to_dict("records")
    assert (row["obs_value"], row["obs_status"], row["publication"]) == (4, "B", "held")


def test_cells_that_nobody_knows_are_not_held() -> None:
    """The cells of an altered record may be anything: only those of the station count."""
    stranger = replace(
        altered(Choice.HOLD), subject=decided(found("DEP-9"), Choice.HOLD, TONIGHT).subject
    )
    assert held([], stranger) == []


def test_each_trouble_is_told_once_in_order_with_what_to_do() -> None:
    first, third = register_troubles([signed(Choice.BREAK, 2), altered(Choice.BREAK, 3)], [1])
    assert "n° 1 n'est plus dans le registre" in first.replace("\xa0", " ")
    assert "n° 3" in third.replace("\xa0", " ")
    assert DOUBT.finding_id in third
    for sentence in (first, third):
        assert "Restaurez le registre" in sentence
    assert register_troubles([signed(Choice.BREAK)], []) == ()
