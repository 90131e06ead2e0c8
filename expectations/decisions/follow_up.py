"""Follow-ups: who sees to a doubt, until when it may wait, whether its producer was asked.

Here: the steps in the words that are typed, what each needs, and what a doubt is. Not here: where
the steps leave a doubt (``care``), the table of them (``orchestration.station.follow_ups``).

A step decides nothing of the figures: what is held stays held.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from expectations import french
from expectations.decisions.admissible import LONGEST_AUTHOR, LONGEST_MOTIVE, is_name
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell

Doubt = tuple[str, str, Cell | None]
"""What a finding is about, whatever its figures become: an indicator, a period, a cell."""

SHORTEST_NOTE = 3
LONGEST_WAIT = timedelta(days=366)


class FollowUpStep(StrEnum):
    """What a steward does about a doubt, in the words of the register."""

    TAKEN = "prise"
    PUT_OFF = "remise"
    ASKED = "demandée"
    GIVEN_BACK = "rendue"


AWAITED = {
    FollowUpStep.PUT_OFF: "Un doute est remis à",
    FollowUpStep.ASKED: "Une réponse est attendue pour",
}
"""The steps that wait for a day, and what is said of one that cannot be it."""


@dataclass(frozen=True)
class FollowUp:
    """A step that was taken about a doubt.

    Attributes:
        rank: Its rank in the register.
        doubt: The doubt.
        step: What was done.
        author: Who did it.
        note: Why, or whatever is to be known; empty when nothing was said.
        until: The day on which a doubt that is put off comes back, or by which the producer who was
            asked is to answer; None for other steps.
        noted_at: When it was recorded, in UTC.
        is_altered: Whether the register says something else than what was recorded.
    """

    rank: int
    doubt: Doubt
    step: FollowUpStep
    author: str
    note: str
    until: date | None
    noted_at: datetime
    is_altered: bool = False


def doubt(finding: Finding) -> Doubt:
    """Return what a finding is about: its id is of its figures, and changes when they do."""
    return finding.indicator, finding.time_period, finding.headline


def checked_follower(author: str) -> str:
    """Return the name of who takes a step.

    Raises:
        ValueError: It is too short, too long, or does not begin with a letter.
    """
    if is_name(author):
        return author
    message = (
        "Il manque un nom : donnez le vôtre, de 2 à 100 caractères, qui commence par une lettre ; "
        f"reçu {french.quoted(author[:LONGEST_AUTHOR])}."
    )
    raise ValueError(french.typeset(message))


def checked_note(step: FollowUpStep, note: str) -> str:
    """Return what is said of a step.

    Raises:
        ValueError: It is too long, begins like a formula of a spreadsheet, or does not say why a
            doubt is put off.
    """
    if not note and step is not FollowUpStep.PUT_OFF:
        return note
    is_said = SHORTEST_NOTE <= len(note) <= LONGEST_MOTIVE
    if is_said and (note[0].isalnum() or note[0] == "«"):
        return note
    message = (
        f"Dites pourquoi, de {SHORTEST_NOTE} à {LONGEST_MOTIVE} caractères qui commencent par une "
        f"lettre ou un chiffre ; reçu {french.quoted(note[:80])} ({len(note)} caractères)."
    )
    raise ValueError(french.typeset(message))


def checked_day(step: FollowUpStep, typed: str, today: date) -> date | None:
    """Return the day that a step waits for; None for those that wait for none.

    Raises:
        ValueError: It is no day, is not to come, or is too far.
    """
    if step not in AWAITED:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    if today < day <= today + LONGEST_WAIT:
        return day
    message = (
        f"{AWAITED[step]} un jour qui vient, dans l'année, de la forme "
        f"{today + timedelta(days=7)} ; reçu {french.quoted(typed[:20])}."
    )
    raise ValueError(french.typeset(message))
