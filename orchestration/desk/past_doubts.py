"""The doubts of all releases that are kept, one after the other.

Here: putting them together. Not here: what came of them (``track_record``).

Another release is taken for the end of a doubt when nothing in it has the same indicator, period
and cell, nor holds that cell for another reason: it may come back, and is then another one.
"""

from dataclasses import replace

from expectations.decisions.follow_up import Doubt, doubt
from expectations.findings.roll_up import Finding
from orchestration.desk.track_record import PastDoubt
from orchestration.publication.former_nights import UNREADABLE, FormerNight, held_by
from orchestration.settings.folders import Folders
from orchestration.station.releases_in_force import ever_in_force


def past_doubts(folders: Folders) -> list[PastDoubt]:
    """Return every doubt that a release still kept held, oldest first."""
    over: list[PastDoubt] = []
    going_on: dict[Doubt, PastDoubt] = {}
    for release_id in ever_in_force(folders.releases):
        try:
            night = held_by(folders, release_id)
        except UNREADABLE:
            # What it held is not counted: that one is damaged, ``vigie verify`` tells.
            continue
        now = {doubt(finding): finding for finding in night.held}
        ended = {key for key in going_on if not night.leaves_open(key)}
        over += [replace(going_on.pop(key), ended=night.at) for key in ended]
        going_on |= {
            key: _followed(going_on.get(key), night, finding) for key, finding in now.items()
        }
    return sorted([*over, *going_on.values()], key=lambda past: past.first_held)


def _followed(before: PastDoubt | None, night: FormerNight, finding: Finding) -> PastDoubt:
    rules, ids = frozenset(finding.rules), frozenset({finding.finding_id})
    if before is None:
        return PastDoubt(finding.indicator, rules, ids, night.at, finding.headline)
    return replace(before, rules=before.rules | rules, finding_ids=before.finding_ids | ids)
