"""The answers that producers owe: who was asked what, and by which day.

Here: one line a cause, and whether its day has passed. Not here: where a doubt stands
(``expectations.decisions.care``), reading the register, layout.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from expectations.decisions.care import Care


@dataclass(frozen=True)
class AwaitedAnswer:
    """An answer that a producer owes.

    Attributes:
        finding_id: The finding that was asked about.
        indicator: Its indicator.
        title: What was found.
        addressee: Who was asked.
        due: The day by which the answer is expected.
        days_overdue: For how many days it has been overdue.
    """

    finding_id: str
    indicator: str
    title: str
    addressee: str
    due: date
    days_overdue: int


class _Found(Protocol):
    """What is told of a finding, be it of the night or a line of its report."""

    @property
    def finding_id(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def addressee(self) -> str: ...


def awaited_answers(found: Iterable[tuple[_Found, Care]], today: date) -> tuple[AwaitedAnswer, ...]:
    """Return the answers that producers owe, those that have been expected the longest first.

    Args:
        found: A finding a cause, and where its doubt stands.
        today: The day of Paris.
    """
    answers = (
        AwaitedAnswer(
            finding_id=finding.finding_id,
            indicator=finding.indicator,
            title=finding.title,
            addressee=finding.addressee,
            due=care.answer_due,
            days_overdue=care.days_overdue(today),
        )
        for finding, care in found
        if care.answer_due
    )
    return tuple(sorted(answers, key=lambda answer: answer.due))
