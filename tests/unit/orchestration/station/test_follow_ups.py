"""The follow-ups of doubts: what was done about each is there for ever, as it was recorded."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations.decisions.care import care_of
from expectations.decisions.follow_up import Doubt, FollowUpStep
from expectations.verdicts.table import Cell
from orchestration.station.follow_ups import FollowUps, NewStep
from sources.storage.register_server import is_on_server
from sources.storage.register_store import RegisterError
from tests.postgresql import change, take_guard_away

DOUBT: Doubt = (
    "1A4_pcrh_te", "2024", Cell("1A4_pcrh_te", "REG-52", "2024", "total", "TOTAL")
)  # fmt: skip
OTHER: Doubt = ("1C1_pcrh", "2024", None)
TAKEN = NewStep(FollowUpStep.TAKEN, "Anne Lebrun")
ASKED = NewStep(FollowUpStep.ASKED, "Anne Lebrun", until=date(2026, 12, 12))
PUT_OFF = NewStep(FollowUpStep.PUT_OFF, "Anne Lebrun", "Réponse attendue", date(2026, 12, 3))


def test_a_step_comes_back_as_it_was_recorded_of_each_doubt(register_home: Path) -> None:
    FollowUps(register_home).add([DOUBT, OTHER], PUT_OFF)
    steps = FollowUps(register_home).steps()
    assert [each.doubt for each in steps] == [DOUBT, OTHER]
    assert [each.rank for each in steps] == [1, 2]
    assert {NewStep(each.step, each.author, each.note, each.until) for each in steps} == {PUT_OFF}
    assert not any(each.is_altered for each in steps)
    assert all(each.noted_at.tzinfo for each in steps)
    assert FollowUps(register_home).by_doubt()[OTHER] == steps[1:]


def test_the_day_of_an_answer_is_kept_and_only_such_steps_have_one(register_home: Path) -> None:
    follow_ups = FollowUps(register_home)
    for new in (ASKED, NewStep(FollowUpStep.ASKED, "Anne Lebrun")):
        follow_ups.add([DOUBT], new)
    assert [each.until for each in follow_ups.steps()] == [ASKED.until, None]
    for new in (replace(TAKEN, until=ASKED.until), replace(PUT_OFF, until=None)):
        with pytest.raises(RegisterError):
            follow_ups.add([DOUBT], new)


def test_the_very_same_step_is_recorded_once_until_another_is(register_home: Path) -> None:
    follow_ups = FollowUps(register_home)
    for new in (TAKEN, TAKEN, PUT_OFF, TAKEN):
        follow_ups.add([DOUBT], new)
    assert [each.step for each in follow_ups.steps()] == [
        FollowUpStep.TAKEN,
        FollowUpStep.PUT_OFF,
        FollowUpStep.TAKEN,
    ]


def test_a_doubt_that_came_back_is_taken_anew_by_who_had_taken_it(register_home: Path) -> None:
    follow_ups = FollowUps(register_home)
    follow_ups.add([DOUBT], TAKEN)
    (former,) = follow_ups.steps()
    held_again = former.noted_at + timedelta(microseconds=1)
    for _ in range(2):
        follow_ups.add([DOUBT], TAKEN, held_again)
    steps = follow_ups.steps()
    assert len(steps) == 2
    assert care_of(steps, held_again, date(2026, 12, 3)).holder == steps[1]


def test_no_step_is_ever_changed_or_deleted(register_home: Path) -> None:
    FollowUps(register_home).add([DOUBT], TAKEN)
    before = FollowUps(register_home).steps()
    in_place_of = (
        ["INSERT INTO follow_up SELECT * FROM follow_up ON CONFLICT (id) DO UPDATE SET note = ''",
         "TRUNCATE follow_up"]
        if is_on_server(register_home)
        else ["INSERT OR REPLACE INTO follow_up SELECT * FROM follow_up"]
    )  # fmt: skip
    for statement in ("UPDATE follow_up SET note = '-'", "DELETE FROM follow_up", *in_place_of):
        with pytest.raises(RegisterError, match="append-only"):
            change(register_home, statement)
    assert FollowUps(register_home).steps() == before


@pytest.mark.parametrize(
    "tampering",
    ["author = 'Quelqu''un d''autre'", "step = 'rendue'", "noted_at = 'hier'", "cell = '[1]'"],
)
def test_a_step_that_a_hand_changed_is_marked_so(register_home: Path, tampering: str) -> None:
    follow_ups = FollowUps(register_home)
    for new in (TAKEN, NewStep(FollowUpStep.ASKED, "Anne Lebrun")):
        follow_ups.add([DOUBT], new)
    take_guard_away(register_home, "changed", "follow_up")
    change(register_home, f"UPDATE follow_up SET {tampering} WHERE id = 1")
    assert [each.is_altered for each in follow_ups.steps()] == [True, False]


def test_a_step_that_a_hand_took_out_is_missed(register_home: Path) -> None:
    follow_ups = FollowUps(register_home)
    for new in (TAKEN, PUT_OFF, TAKEN):
        follow_ups.add([DOUBT], new)
    assert follow_ups.missing() == ()
    take_guard_away(register_home, "deleted", "follow_up")
    change(register_home, "DELETE FROM follow_up WHERE id = 2")
    assert follow_ups.missing() == (2,)
