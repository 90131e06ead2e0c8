"""Whose each doubt of the release in force is, as the night and the command line tell it.

Here: the steps of the register beside what former releases held. Not here: where steps leave a
doubt (``expectations.decisions.care``), former releases (``former_nights``), the desk's reading.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from expectations.decisions.care import Care, care_of
from expectations.decisions.follow_up import Doubt, FollowUp, doubt
from expectations.french import PARIS
from orchestration.publication.docket import Docket
from orchestration.publication.former_nights import former_nights, held_since
from orchestration.settings.folders import Folders
from orchestration.station.follow_ups import FollowUps
from orchestration.station.release import made_at

Cares = Mapping[Doubt, Care]


def read_cares(folders: Folders, docket: Docket, now: datetime, days: int | None = None) -> Cares:
    """Return whose each doubt is that holds something.

    Args:
        folders: The station's.
        docket: The findings of the release in force.
        now: The moment (aware).
        days: Where only whether it is forgotten after as long is asked, former releases are not
            read further back than tells it; None for its true age.
    """
    sought = {doubt(finding) for finding in docket.open}
    steps, today = FollowUps(folders.home).by_doubt(), now.astimezone(PARIS).date()
    new = made_at(docket.release.release_id)
    until = None if days is None else _furthest(steps, sought, now - timedelta(days=days))
    former = list(former_nights(folders, docket.release, sought, until))
    return {
        each: care_of(steps.get(each, ()), held_since(each, former) or new, today)
        for each in sought
    }


def forgotten(docket: Docket, cares: Cares, now: datetime, days: int) -> tuple[str, ...]:
    """Return the causes that wait for a decision, and have been nobody's for so many days.

    A cause is told by its first finding of which nothing is decided, as the morning list does.
    """
    leaders = (
        next((finding for finding in group if docket.applied(finding) is None), None)
        for group in docket.causes
    )
    return tuple(
        each.finding_id for each in leaders if each and cares[doubt(each)].is_forgotten(now, days)
    )


def _furthest(
    steps: Mapping[Doubt, Sequence[FollowUp]], sought: set[Doubt], before: datetime
) -> datetime:
    """Return the first step about some doubts, or a moment that is before it."""
    noted = (step.noted_at for each in sought for step in steps.get(each, ()))
    return min([before, *noted])
