"""The form by which a steward takes a doubt, puts it off, says it was asked, or gives it back.

Here: what was typed, what is wrong with it, and what the card shows of a doubt. Not here: what a
step is (``expectations.decisions.follow_up``), recording it (``station.follow_ups``), layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from expectations.decisions.care import Care, care_of, steps_since
from expectations.decisions.follow_up import (
    Doubt,
    FollowUp,
    FollowUpStep,
    checked_day,
    checked_follower,
    checked_note,
    doubt,
)
from expectations.french import PARIS, quoted, typeset
from orchestration.desk.station_reader import Desk
from orchestration.reporting.care_words import step_in_words
from orchestration.station.follow_ups import NewStep

TOMORROW = timedelta(days=1)


@dataclass(frozen=True)
class TypedStep:
    """What a steward typed.

    Attributes:
        step: What is done, in the word of the register.
        author: Who does it.
        note: Why, or whatever is to be known.
        until: The day to which it is put off, as browsers send it.
        answer: The day by which the producer who was asked is to answer, likewise.
        view: What the card showed of the doubt (``FollowedDoubt.view``); empty when unknown.
    """

    step: str = ""
    author: str = ""
    note: str = ""
    until: str = ""
    answer: str = ""
    view: str = ""


NOTHING_TYPED = TypedStep()


@dataclass(frozen=True)
class FollowedDoubt:
    """A doubt as its card shows it.

    Attributes:
        doubts: It, and the others of the same cause: what is done is done about all of them.
        since: When it was first held, without a break until now (aware).
        all_since: When the last of them was, likewise.
        care: Where it stands.
        steps: What was done about it since it was held, the oldest first.
        at: The moment at which it is shown (aware).
        typed: What was typed so far.
        wrong: French: what keeps it from being recorded; empty when nothing does.
    """

    doubts: tuple[Doubt, ...]
    since: datetime
    all_since: datetime
    care: Care
    steps: tuple[FollowUp, ...]
    at: datetime
    typed: TypedStep = NOTHING_TYPED
    wrong: str = ""

    @property
    def view(self) -> str:
        """What is shown of it, as a form brings it back: the rank of the last step, or 0."""
        return str(self.steps[-1].rank if self.steps else 0)

    @property
    def soonest(self) -> str:
        """The first day to which it can be put off, as browsers want it."""
        return str(self.at.astimezone(PARIS).date() + TOMORROW)


def typed_step(form: Mapping[str, str]) -> TypedStep:
    """Return what was typed."""
    return TypedStep(
        step=form.get("suivi", ""),
        author=form.get("auteur", "").strip(),
        note=" ".join(form.get("note", "").split()),
        until=form.get("jusqu_au", "").strip(),
        answer=form.get("reponse", "").strip(),
        view=form.get("vu", ""),
    )


def followed_doubt(
    desk: Desk, finding_id: str, typed: TypedStep = NOTHING_TYPED
) -> FollowedDoubt | None:
    """Return the doubt that a finding tells; None when it holds nothing, so that nobody waits.

    Args:
        desk: What the desk shows.
        finding_id: The finding.
        typed: What was typed so far.
    """
    found = {finding.finding_id: doubt(finding) for finding in desk.docket.open}
    own = found.get(finding_id)
    since = desk.morning.held_since.get(own) if own else None
    if own is None or since is None:
        return None
    steps, today = desk.steps.get(own, ()), desk.at.astimezone(PARIS).date()
    doubts = tuple(dict.fromkeys(found[each] for each in desk.docket.cause_of(finding_id)))
    return FollowedDoubt(
        doubts=doubts,
        since=since,
        all_since=max(desk.morning.held_since.get(each, since) for each in doubts),
        care=care_of(steps, since, today),
        steps=tuple(steps_since(steps, since)),
        at=desk.at,
        typed=typed,
    )


def new_step(followed: FollowedDoubt, typed: TypedStep, due: date) -> NewStep:
    """Return the step that was typed.

    Args:
        followed: The doubt.
        typed: What was typed.
        due: The day by which the producer is to answer, when none was typed.

    Raises:
        ValueError: It is none that can be taken; the message, in French, says what to do.
    """
    if typed.step not in list(FollowUpStep):
        message = (
            "Rien n'est choisi : prenez ce doute, remettez-le, ou dites que vous avez demandé au "
            "producteur."
        )
        raise ValueError(message)
    step, today = FollowUpStep(typed.step), followed.at.astimezone(PARIS).date()
    waited = typed.until if step is FollowUpStep.PUT_OFF else typed.answer or str(due)
    if step is FollowUpStep.GIVEN_BACK and followed.care.is_free:
        message = "Ce doute n'est à personne : il n'y a rien à rendre."
        raise ValueError(message)
    new = NewStep(
        step=step,
        author=checked_follower(typed.author),
        note=checked_note(step, typed.note),
        until=checked_day(step, waited, today),
    )
    # A form is sent twice more often than it seems.
    is_repeated = bool(followed.steps) and new.repeats(followed.steps[-1])
    if typed.view not in {"", followed.view} and not is_repeated:
        raise ValueError(_noted_since(followed))
    return new


def _noted_since(followed: FollowedDoubt) -> str:
    if not followed.steps:
        return (
            "Depuis que cette page a été ouverte, ce doute a cessé puis est revenu : rien n'a été "
            "noté. Relisez, et recommencez s'il le faut."
        )
    return typeset(
        "Depuis que cette page a été ouverte, autre chose a été noté de ce doute "
        f"({quoted(step_in_words(followed.steps[-1]))}) : rien n'a été noté de plus. Relisez, et "
        "recommencez s'il le faut."
    )
