"""What came of past alarms, as the decisions judged them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.figures import CellFigures
from orchestration.desk.track_record import PastDoubt, TrackRecord, track_records
from tests.unit.expectations.decisions.deciding import cell

FIRST = datetime(2026, 11, 1, 2, tzinfo=UTC)
A, B = "a" * 12, "b" * 12


def doubted(*finding_ids: str, is_open: bool = True, rules: str = "BRK") -> PastDoubt:
    ended = None if is_open else FIRST + timedelta(days=5)
    return PastDoubt(
        "1A4", frozenset(rules.split()), frozenset(finding_ids), FIRST, cell("DEP-0"), ended
    )


def decided(finding_id: str, choice: Choice, days: float) -> Decision:
    subject = DecidedFigures(finding_id, "1A4", "2024", "2023", "Constat", ())
    return Decision(1, subject, choice, "Anne", "Parce que oui", FIRST + timedelta(days=days))


def of_rule(*doubts: PastDoubt, decisions: tuple[Decision, ...] = ()) -> TrackRecord:
    (record,) = track_records(doubts, decisions, lambda _: ("BRK",))
    return record


@pytest.mark.parametrize(
    ("choice", "right", "false"),
    [
        (Choice.BREAK, 1, 0),
        (Choice.CORRECTION, 1, 0),
        (Choice.EXCLUSION, 1, 0),
        (Choice.VALUE, 0, 1),
        (Choice.HOLD, 0, 0),
    ],
)
def test_an_alarm_is_right_or_false_as_its_decision_says(
    choice: Choice, right: int, false: int
) -> None:
    record = of_rule(doubted(A), decisions=(decided(A, choice, 2),))
    assert (record.n_decided, record.n_right, record.n_false) == (1, right, false)


def test_the_last_decision_judges_and_the_first_one_ends_the_wait() -> None:
    decisions = (decided(A, Choice.HOLD, 1), decided(A, Choice.VALUE, 9))
    record = of_rule(doubted(A), decisions=decisions)
    assert (record.days, record.n_false) == (1, 1)


def test_a_doubt_is_one_whatever_its_figures_became() -> None:
    record = of_rule(doubted(A, B), decisions=(decided(B, Choice.BREAK, 3),))
    assert (record.n_doubts, record.n_decided, record.days) == (1, 1, 3)


def test_what_went_without_a_decision_is_not_what_waits() -> None:
    record = of_rule(doubted(A, is_open=False), doubted(B))
    assert (record.n_left, record.n_open, record.days, record.false_share) == (1, 1, None, None)


@pytest.mark.parametrize(
    ("choice", "days", "n_decided"),
    [(Choice.VALUE, 4, 1), (Choice.EXCLUSION, 4, 1), (Choice.HOLD, 4, 0), (Choice.VALUE, 6, 0)],
)
def test_what_a_decision_on_another_finding_let_go_did_not_come_right_by_itself(
    choice: Choice, days: float, n_decided: int
) -> None:
    on_another = decided(B, choice, days)
    figures = (CellFigures(cell("DEP-0"), "4", "A", None, ""),)
    on_another = replace(on_another, subject=replace(on_another.subject, figures=figures))
    record = of_rule(doubted(A, is_open=False), decisions=(on_another,))
    assert (record.n_decided, record.n_left) == (n_decided, 1 - n_decided)


def test_a_doubt_counts_for_each_of_its_rules() -> None:
    records = track_records([doubted(A, rules="BRK VAN"), doubted(B)], (), lambda past: past.rules)
    assert [(record.name, record.n_doubts) for record in records] == [("BRK", 2), ("VAN", 1)]


def test_the_share_of_false_alarms_is_among_those_judged() -> None:
    decisions = (decided(A, Choice.VALUE, 1), decided(B, Choice.BREAK, 3))
    record = of_rule(doubted(A), doubted(B), doubted("c" * 12), decisions=decisions)
    assert (record.false_share, record.days) == (50, 2)
