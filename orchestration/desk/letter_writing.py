"""The letter about a finding as the desk writes it: to which address, by which day, asked before.

Here: what the station knows that a letter needs. Not here: its words (``producer_letter``), the
form by which it is said to be sent (``follow_up_form``).
"""

import contextlib
from datetime import date, timedelta
from functools import cache

from expectations.decisions.follow_up import FollowUpStep, checked_day
from expectations.french import PARIS
from orchestration.desk.follow_up_form import FollowedDoubt
from orchestration.desk.producer_letter import ProducerLetter, producer_letter
from orchestration.desk.station_reader import Desk
from orchestration.reporting.reported_findings import FindingLine
from orchestration.settings.settings import Settings
from sources.registry import sources


def letter_about(
    settings: Settings, desk: Desk, finding: FindingLine, followed: FollowedDoubt | None
) -> ProducerLetter:
    """Return the letter about a finding.

    Args:
        settings: The station's.
        desk: What the desk shows.
        finding: The finding.
        followed: The doubt that it tells, and the day that was chosen; None when it holds nothing.
    """
    return producer_letter(
        finding,
        due=_due(settings, desk, followed),
        to=settings.partners.get(_producer_ids().get(finding.producer.casefold(), ""), ""),
        asked=_asked_before(desk, followed),
    )


def _asked_before(desk: Desk, followed: FollowedDoubt | None) -> date | None:
    """Return when the producer was asked, on a day before this one."""
    asked = followed.care.asked if followed else None
    day = asked.noted_at.astimezone(PARIS).date() if asked else None
    return day if day and day < desk.at.astimezone(PARIS).date() else None


def _due(settings: Settings, desk: Desk, followed: FollowedDoubt | None) -> date:
    """Return the day that was chosen, or is waited for, or the one that the settings give."""
    today = desk.at.astimezone(PARIS).date()
    typed = followed.typed.answer if followed else ""
    with contextlib.suppress(ValueError):
        if chosen := checked_day(FollowUpStep.ASKED, typed, today):
            return chosen
    waited = followed.care.answer_due if followed else None
    return waited if waited and waited > today else today + timedelta(days=settings.answer_days)


@cache
def _producer_ids() -> dict[str, str]:
    """Return the id of each producer by the name that reports give it."""
    return {each.producer.name.casefold(): each.producer.id for each in sources().values()}
