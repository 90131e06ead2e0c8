"""The doubts of all releases that are kept, one after the other.

Here: reading them, each release once. Not here: what came of them (``track_record``).

Another release is taken for the end of a doubt when nothing in it has the same indicator, period
and cell: it may come back, and is then another one.
"""

from dataclasses import replace
from functools import lru_cache

from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from orchestration.desk.morning import Doubt, FormerNight, doubt
from orchestration.desk.track_record import PastDoubt
from orchestration.settings import Folders
from orchestration.station.findings import read_findings
from orchestration.station.release import Release, ever_in_force, made_at

KEPT_IN_MEMORY = 1000
"""Releases whose findings are kept: a page of history reads them all."""


@lru_cache(maxsize=KEPT_IN_MEMORY)
def held_by(folders: Folders, release_id: str) -> FormerNight:
    """Return what a release held: it never changes.

    Raises:
        FileNotFoundError: It is not kept any more.
    """
    held = Release(folders.releases / release_id).held
    findings = tuple(
        finding
        for finding in read_findings(folders, release_id)
        if finding.severity is not Severity.INFORMATION and not held.isdisjoint(finding.cells)
    )
    return FormerNight(made_at(release_id), findings)


def past_doubts(folders: Folders) -> list[PastDoubt]:
    """Return every doubt that a release still kept held, oldest first."""
    over: list[PastDoubt] = []
    going_on: dict[Doubt, PastDoubt] = {}
    for release_id in ever_in_force(folders.releases):
        try:
            night = held_by(folders, release_id)
        except FileNotFoundError:
            # Retention took it away: what it held is not counted.
            continue
        now = {doubt(finding): finding for finding in night.held}
        over += [replace(past, is_open=False) for key, past in going_on.items() if key not in now]
        going_on = {
            key: _followed(going_on.get(key), night, finding) for key, finding in now.items()
        }
    return sorted([*over, *going_on.values()], key=lambda past: past.first_held)


def _followed(before: PastDoubt | None, night: FormerNight, finding: Finding) -> PastDoubt:
    rules, ids = frozenset(finding.rules), frozenset({finding.finding_id})
    if before is None:
        return PastDoubt(finding.indicator, rules, ids, night.at, is_open=True)
    return replace(before, rules=before.rules | rules, finding_ids=before.finding_ids | ids)
