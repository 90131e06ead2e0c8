"""Follow-ups: what a step needs, and where steps leave a doubt."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.decisions.care import Care, care_of, steps_since
from expectations.decisions.follow_up import (
    FollowUp,
    FollowUpStep,
    checked_day,
    checked_follower,
    checked_note,
)

HELD = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
TODAY = date(2026, 11, 29)
NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def step(rank: int, done: FollowUpStep, author: str = "Anne Lebrun", **changes: object) -> FollowUp:
    until = TODAY + 4 * DAY if done is FollowUpStep.PUT_OFF else None
    said = {"note": "Réponse attendue", "until": until, "noted_at": HELD + rank * DAY, **changes}
    return FollowUp(rank, ("i", "2024", None), done, author, **said)  # type: ignore[arg-type]  # named above


def care(*steps: FollowUp, today: date = TODAY) -> Care:
    return care_of(steps, HELD, today)


def test_a_doubt_that_nobody_took_ages_from_the_day_it_was_held() -> None:
    assert care() == Care(HELD)
    assert care().days_free(NOW) == 9
    assert [care().is_forgotten(NOW, days) for days in (9, 10)] == [True, False]


def test_who_takes_it_last_has_it_until_it_is_given_back() -> None:
    first, second = step(1, FollowUpStep.TAKEN), step(2, FollowUpStep.TAKEN, "Paul Martin")
    assert care(first, second).holder == second
    assert care(second, first).holder == second, "whatever the order in which they are read"
    assert not care(first, second).is_forgotten(NOW, 1)
    given_back = step(3, FollowUpStep.GIVEN_BACK)
    assert care(first, given_back) == Care(given_back.noted_at)
    assert care(first, given_back).days_free(NOW) == 6


def test_what_is_put_off_waits_until_its_day_and_no_more_on_that_day() -> None:
    put_off = step(1, FollowUpStep.PUT_OFF)
    waiting = care(put_off)
    assert (waiting.put_off, waiting.is_free) == (put_off, False)
    assert put_off.until
    assert care(put_off, today=put_off.until) == Care(HELD)
    assert care(put_off, today=put_off.until - DAY).put_off == put_off


@pytest.mark.parametrize("done", [FollowUpStep.TAKEN, FollowUpStep.GIVEN_BACK])
def test_who_takes_it_or_gives_it_back_does_not_wait_any_more(done: FollowUpStep) -> None:
    assert care(step(1, FollowUpStep.PUT_OFF), step(2, done)).put_off is None


def test_who_asks_the_producer_has_what_was_nobodys() -> None:
    taken, asked = step(1, FollowUpStep.TAKEN), step(2, FollowUpStep.ASKED, "Paul Martin")
    assert care(asked).holder == asked
    assert (care(taken, asked).holder, care(taken, asked).asked) == (taken, asked)
    given_back = care(taken, asked, step(3, FollowUpStep.GIVEN_BACK))
    assert (given_back.holder, given_back.asked) == (None, asked)


def test_a_doubt_that_was_settled_and_comes_back_begins_anew() -> None:
    before = step(1, FollowUpStep.TAKEN, noted_at=HELD - DAY)
    assert care(before) == Care(HELD)
    assert steps_since([before], HELD) == []


def test_a_step_that_a_hand_changed_counts_for_nothing() -> None:
    assert care(step(1, FollowUpStep.TAKEN, is_altered=True)) == Care(HELD)


@given(st.lists(st.sampled_from(FollowUpStep), max_size=8))
def test_a_doubt_is_free_when_nothing_was_done_since_it_was_given_back(
    done: list[FollowUpStep],
) -> None:
    found = care(*(step(rank, each) for rank, each in enumerate(done, start=1)))
    since_given_back = (
        done[::-1].index(FollowUpStep.GIVEN_BACK) if FollowUpStep.GIVEN_BACK in done else len(done)
    )
    assert found.is_free == (since_given_back == 0)
    assert (found.days_free(NOW) > 0) <= found.is_free


def test_a_step_has_a_name_and_one_that_puts_off_a_reason_and_a_day_to_come() -> None:
    assert checked_follower("Anne Lebrun") == "Anne Lebrun"
    assert checked_note(FollowUpStep.TAKEN, "") == ""
    assert checked_note(FollowUpStep.PUT_OFF, "Réponse attendue") == "Réponse attendue"
    assert checked_day(FollowUpStep.PUT_OFF, "2026-12-03", TODAY) == date(2026, 12, 3)
    assert checked_day(FollowUpStep.ASKED, "2026-12-03", TODAY) == date(2026, 12, 3)
    assert checked_day(FollowUpStep.TAKEN, "2026-12-03", TODAY) is None


@pytest.mark.parametrize("author", ["", "A", "=1+1", "x" * 101])
def test_a_step_that_nobody_can_have_taken_is_refused(author: str) -> None:
    with pytest.raises(ValueError, match="Il manque un nom"):
        checked_follower(author)


@pytest.mark.parametrize(
    ("done", "note"),
    [
        (FollowUpStep.PUT_OFF, ""),
        (FollowUpStep.PUT_OFF, "ok"),
        (FollowUpStep.TAKEN, "=cmd"),
        (FollowUpStep.ASKED, "x" * 1001),
    ],
)
def test_a_reason_that_says_nothing_is_refused(done: FollowUpStep, note: str) -> None:
    with pytest.raises(ValueError, match="Dites pourquoi"):
        checked_note(done, note)


@pytest.mark.parametrize(
    "typed", ["", "demain", "2026-11-29", "2025-12-03", "2027-12-01", "2026-02-30"]
)
def test_a_day_that_is_not_to_come_within_a_year_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="un jour qui vient"):
        checked_day(FollowUpStep.PUT_OFF, typed, TODAY)
    with pytest.raises(ValueError, match="Une réponse est attendue pour un jour qui vient"):
        checked_day(FollowUpStep.ASKED, typed, TODAY)
