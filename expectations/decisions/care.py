"""Where the steps that were taken leave a doubt: whose it is, whether it waits, since when.

Here: reading the steps, pure. Not here: what a step is (``follow_up``), reading the register.

A doubt that was settled and comes back begins anew: what was done before it was held again counts
no more. Whoever asks the producer sees to a doubt that is nobody's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from expectations.decisions.follow_up import FollowUp, FollowUpStep


@dataclass(frozen=True)
class Care:
    """Where a doubt stands.

    Attributes:
        since: When it was first held, or last given back (aware): how long it has waited.
        holder: The step by which somebody sees to it; None when nobody does.
        put_off: The step by which it waits for a day that is to come; None when it does not.
        asked: The last step by which the producer was asked; None when he was not.
    """

    since: datetime
    holder: FollowUp | None = None
    put_off: FollowUp | None = None
    asked: FollowUp | None = None

    @property
    def is_free(self) -> bool:
        """Whether it is nobody's, and does not wait for a day."""
        return self.holder is None and self.put_off is None

    def days_free(self, now: datetime) -> int:
        """Return for how many days it has been nobody's: none when it is somebody's."""
        return (now - self.since).days if self.is_free else 0

    @property
    def answer_due(self) -> date | None:
        """The day by which the producer is to answer; None while the doubt waits for another."""
        return self.asked.until if self.asked and not self.put_off else None

    def days_overdue(self, today: date) -> int:
        """Return for how many days an answer of the producer has been overdue."""
        return max((today - self.answer_due).days, 0) if self.answer_due else 0

    def is_forgotten(self, now: datetime, days: int) -> bool:
        """Tell whether nobody has taken it for a number of days."""
        return self.is_free and now - self.since >= timedelta(days=days)


def care_of(steps: Iterable[FollowUp], held_since: datetime, today: date) -> Care:
    """Return where the steps about one doubt leave it.

    Args:
        steps: All that were ever taken about it; those that were altered count for nothing.
        held_since: When it was first held, without a break until now (aware).
        today: A doubt that was put off to this day, or to one before, waits no more.
    """
    care = Care(held_since)
    for step in steps_since(steps, held_since):
        if not step.is_altered:
            care = _after(care, step, today)
    return care


def steps_since(steps: Iterable[FollowUp], held_since: datetime) -> list[FollowUp]:
    """Return the steps that are about a doubt as it is held now, the oldest first."""
    return sorted(
        (step for step in steps if step.noted_at >= held_since), key=lambda step: step.rank
    )


def _after(care: Care, step: FollowUp, today: date) -> Care:
    match step.step:
        case FollowUpStep.TAKEN:
            return replace(care, holder=step, put_off=None)
        case FollowUpStep.PUT_OFF:
            return replace(care, put_off=step if step.until and step.until > today else None)
        case FollowUpStep.ASKED:
            return replace(care, holder=care.holder or step, asked=step)
        case FollowUpStep.GIVEN_BACK:
            return replace(care, since=step.noted_at, holder=None, put_off=None)
