"""Decisions: for how long they stand, what may be decided, and in which words."""

import pytest

from expectations.decisions.admissible import (
    BLANK_AUTHOR,
    BLANK_MOTIVE,
    allowed,
    checked_author,
    checked_motive,
    refusal,
)
from expectations.decisions.decision import Choice, DecidedFigures
from expectations.decisions.figures import figures_of
from expectations.decisions.standings import Standing, holding, in_force, standings
from expectations.verdicts.table import Severity
from tests.unit.expectations.decisions.deciding import cell, decided, found, observed

NOW, BEFORE = {"DEP-0": 4, "DEP-1": 2}, {"DEP-0": 43, "DEP-1": 7}
TONIGHT = observed(NOW, BEFORE)
FINDING = found("DEP-0", "DEP-1")
BREAK = decided(FINDING, Choice.BREAK, TONIGHT)


def test_a_decision_stands_while_its_figures_are_the_same() -> None:
    (ruling,) = standings([BREAK], TONIGHT.sample(frac=1, random_state=1))
    assert ruling.standing is Standing.IN_FORCE
    assert in_force([BREAK], TONIGHT) == {FINDING.finding_id: BREAK}


@pytest.mark.parametrize(
    ("period", "column", "value"),
    [
        ("2024", "obs_value", 5.0),
        ("2024", "obs_value", 4.000001),
        ("2024", "obs_status", "P"),
        ("2023", "obs_value", 44.0),
        ("2023", "obs_status", "P"),
    ],
)
def test_it_lapses_when_a_value_a_status_or_the_value_before_changes(
    period: str, column: str, value: object
) -> None:
    changed = TONIGHT.copy()
    place = (changed["ref_area"] == "DEP-0") & (changed["time_period"] == period)
    changed.loc[place, column] = value
    (ruling,) = standings([BREAK], changed)
    assert ruling.standing is Standing.LAPSED
    assert in_force([BREAK], changed) == {}
    assert DecidedFigures.of(FINDING, changed, Choice.BREAK).sha256 != BREAK.subject.sha256


def test_it_lapses_when_a_cell_goes_away() -> None:
    (ruling,) = standings([BREAK], TONIGHT[TONIGHT["ref_area"] == "DEP-0"])
    assert ruling.standing is Standing.LAPSED


def test_what_it_does_not_speak_of_changes_nothing() -> None:
    more = observed({**NOW, "DEP-2": 1}, {**BEFORE, "DEP-2": 9})
    assert standings([BREAK], more)[0].standing is Standing.IN_FORCE
    assert DecidedFigures.of(FINDING, more, Choice.BREAK).sha256 == BREAK.subject.sha256


def test_it_stands_again_when_its_figures_come_back() -> None:
    assert standings([BREAK], observed({"DEP-0": 5, "DEP-1": 2}, BEFORE))[0].standing is (
        Standing.LAPSED
    )
    assert standings([BREAK], observed(NOW, BEFORE))[0].standing is Standing.IN_FORCE


def test_an_indicator_that_could_not_be_built_says_nothing_of_its_decisions() -> None:
    other = observed({"DEP-0": 1}, indicator="b")
    assert standings([BREAK], other)[0].standing is Standing.IN_FORCE


def test_the_last_decision_on_a_finding_replaces_those_before_and_both_stay() -> None:
    later = decided(FINDING, Choice.HOLD, TONIGHT, decision_id=2)
    rulings = standings([later, BREAK], TONIGHT)
    assert [it.standing for it in rulings] == [Standing.SUPERSEDED, Standing.IN_FORCE]
    assert in_force([later, BREAK], TONIGHT)[FINDING.finding_id].choice is Choice.HOLD


def test_a_decision_that_lapsed_does_not_give_way_to_the_one_it_replaced() -> None:
    elsewhere = observed({"DEP-0": 9, "DEP-1": 9}, BEFORE)
    later = decided(FINDING, Choice.HOLD, elsewhere, decision_id=2)
    assert in_force([BREAK, later], TONIGHT) == {}


def test_figures_tell_absent_from_zero() -> None:
    (figure,) = figures_of([cell("DEP-9")], "2023", TONIGHT)
    assert (figure.value, figure.status, figure.status_before) == (None, "L", "L")
    (zero,) = figures_of([cell("DEP-9")], None, observed({"DEP-9": 0}))
    assert (zero.value, zero.status, zero.status_before) == ("0.000000", "A", "")


@pytest.mark.parametrize("choice", [Choice.BREAK, Choice.VALUE])
def test_an_error_cannot_be_accepted_and_it_is_said_why(choice: Choice) -> None:
    reason = refusal(choice, Severity.ERROR, "2023")
    assert reason is not None
    assert "aucune explication ne la remplace" in reason
    assert choice not in allowed(Severity.ERROR, "2023")


def test_a_break_needs_two_periods() -> None:
    assert refusal(Choice.BREAK, Severity.WARNING, None) is not None
    assert refusal(Choice.VALUE, Severity.WARNING, None) is None
    assert allowed(Severity.WARNING, "2023") == tuple(Choice)


def test_a_decision_on_fewer_cells_than_the_finding_settles_nothing() -> None:
    wider = found("DEP-0", "DEP-1", "DEP-2")
    assert holding([wider], in_force([BREAK], TONIGHT)) == [wider]


@pytest.mark.parametrize(
    "author", ["", "A", "=cmd", "7 nains", "@x y", "-x y", "a" * 101], ids=range(7)
)
def test_a_name_that_cannot_sign_is_refused(author: str) -> None:
    with pytest.raises(ValueError, match="signée"):
        checked_author(author)


@pytest.mark.parametrize(
    "motive", ["", "parce que", "=HYPERLINK a b c", "+ 1 2 3", "mot " * 300], ids=range(5)
)
def test_a_motive_that_says_nothing_is_refused(motive: str) -> None:
    with pytest.raises(ValueError, match="motivée"):
        checked_motive(motive)


def test_what_stands_where_one_types_signs_nothing() -> None:
    with pytest.raises(ValueError, match="« auteur » n'a pas été rempli"):
        checked_author(BLANK_AUTHOR)
    with pytest.raises(ValueError, match="« motif » n'a pas été rempli"):
        checked_motive(BLANK_MOTIVE)


def test_a_name_and_a_motive_are_kept_as_they_are() -> None:
    assert checked_author("Élodie d'Arc") == "Élodie d'Arc"
    assert checked_motive("« Connus » devient « suivis »") == "« Connus » devient « suivis »"
