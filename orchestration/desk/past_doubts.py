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


def past_doubts(folders: Folders, *, by_rule: bool = False) -> list[PastDoubt]:
    """Return every doubt that a release still kept held, oldest first.

    Args:
        folders: The station's.
        by_rule: Whether each rule of a doubt is one of its own, which ends when it fails no more:
            what is decided later, of what another rule says of the same cell, does not judge it.
    """
    over: list[PastDoubt] = []
    going_on: dict[tuple[Doubt, str], PastDoubt] = {}
    for release_id in ever_in_force(folders.releases):
        try:
            night = held_by(folders, release_id)
        except UNREADABLE:
            # What it held is not counted: that one is damaged, ``vigie verify`` tells.
            continue
        now = {
            (doubt(finding), rule): finding
            for finding in night.held
            for rule in (finding.rules if by_rule else [""])
        }
        ended = {key for key in going_on.keys() - now.keys() if _is_over(key[0], night)}
        over += [replace(going_on.pop(key), ended=night.at) for key in ended]
        going_on |= {
            key: _followed(going_on.get(key), night, finding, key[1])
            for key, finding in now.items()
        }
    return sorted([*over, *going_on.values()], key=lambda past: past.first_held)


def _is_over(about: Doubt, night: FormerNight) -> bool:
    """Tell whether a release ended what it does not tell: it tells its cell otherwise, or not."""
    return about in night.doubts or not night.leaves_open(about)


def _followed(
    before: PastDoubt | None, night: FormerNight, finding: Finding, rule: str
) -> PastDoubt:
    rules = frozenset({rule} if rule else finding.rules)
    ids = frozenset({finding.finding_id})
    if before is None:
        return PastDoubt(finding.indicator, rules, ids, night.at, finding.headline)
    return replace(before, rules=before.rules | rules, finding_ids=before.finding_ids | ids)
