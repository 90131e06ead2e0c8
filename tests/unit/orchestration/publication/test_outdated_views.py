"""A decision taken on a page that is out of date: refused where more is there than was seen."""

from dataclasses import replace

import pytest

from expectations.decisions.decision import Choice, Decision
from expectations.verdicts.table import Severity
from orchestration.publication.docket import Docket, UndecidableError
from orchestration.publication.outdated_views import refuse_outdated, view_of
from tests.unit.expectations.decisions.deciding import decided
from tests.unit.orchestration.publication.test_deciding import (
    BREAK,
    OTHER,
    TONIGHT,
    docket,
    of_one_cause,
)

MINE = (Choice.VALUE, "Claire Le Goff", "Le chiffre est juste")


def signed_by_anne(choice: Choice = Choice.HOLD) -> Decision:
    return replace(decided(BREAK, choice, TONIGHT), decision_id=7, author="Anne Lebrun")


def refuse(now: Docket, view: str, *, is_of_cause: bool = False) -> None:
    refuse_outdated(now, BREAK.finding_id, view, MINE, is_of_cause=is_of_cause)


def test_a_decision_that_was_signed_meanwhile_is_not_replaced_unseen() -> None:
    seen = view_of(docket(), BREAK.finding_id)
    now = docket(signed_by_anne())
    with pytest.raises(UndecidableError, match=r"Anne Lebrun .*n° 7, maintien") as no:
        refuse(now, seen)
    assert signed_by_anne().motive in str(no.value)
    assert "rien n'a été signé" in str(no.value)
    refuse(now, view_of(now, BREAK.finding_id))


def test_a_decision_that_lapsed_meanwhile_is_told() -> None:
    with pytest.raises(UndecidableError, match="ne s'applique plus"):
        refuse(docket(), "7")


def test_the_same_decision_sent_twice_is_not_refused() -> None:
    again = replace(signed_by_anne(), choice=MINE[0], author=MINE[1], motive=MINE[2])
    refuse(docket(again), "0")


def test_who_typed_without_a_page_is_not_asked_what_it_showed() -> None:
    refuse(docket(signed_by_anne()), "")


@pytest.mark.parametrize("view", ["0", "0 0123456789ab"])
def test_a_finding_that_joined_the_cause_is_not_decided_unseen(view: str) -> None:
    now = of_one_cause(Severity.WARNING)
    refuse(now, view)
    with pytest.raises(UndecidableError, match="d'autres constats ont rejoint cette cause"):
        refuse(now, view, is_of_cause=True)


def test_a_finding_that_left_the_cause_stops_nothing() -> None:
    seen = view_of(of_one_cause(Severity.WARNING), BREAK.finding_id)
    assert seen == f"0 {OTHER.finding_id}"
    refuse(docket(), seen, is_of_cause=True)


@pytest.mark.parametrize("view", ["<b>", "0\x00", "-1", "9" * 400])
def test_whatever_is_sent_as_a_view_is_but_compared(view: str) -> None:
    with pytest.raises(UndecidableError):
        refuse(docket(), view)
