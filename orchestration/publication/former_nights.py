"""What former releases held and told, and since when a doubt has been held without a break.

Here: reading them, each once, for as long as it matters. Not here: what came of past doubts
(``desk.track_record``), who sees to one (``expectations.decisions.care``).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from expectations.decisions.follow_up import Doubt, doubt
from expectations.findings.roll_up import Finding
from expectations.french import PARIS
from expectations.verdicts.table import Cell, Severity
from orchestration.publication.states import IndicatorStatus
from orchestration.settings.folders import Folders
from orchestration.station.findings import read_findings
from orchestration.station.release import Release, made_at

KEPT_IN_MEMORY = 1000
"""Releases whose findings are kept: a page of history reads them all."""
MOST_FORMER = 400
"""Former releases that are looked at for the age of a doubt: a year of nights, and more."""
FRESH = {IndicatorStatus.NEW, IndicatorStatus.CHANGED}
UNREADABLE = (FileNotFoundError, LookupError, TypeError, ValueError)
"""What reading a release comes to that is damaged, or of which retention took a part."""


@dataclass(frozen=True)
class FormerNight:
    """What a former release asked of the steward.

    Attributes:
        at: When it was made (aware).
        held: The findings that it held something for.
        changed: The indicators that it published new or changed.
        held_cells: The cells that it held, whichever finding did.
    """

    at: datetime
    held: tuple[Finding, ...]
    changed: frozenset[str] = frozenset()
    held_cells: frozenset[Cell] = frozenset()

    @cached_property
    def doubts(self) -> frozenset[Doubt]:
        """What they are about."""
        return frozenset(map(doubt, self.held))

    def leaves_open(self, sought: Doubt) -> bool:
        """Tell whether a doubt stood, be it told or not: another finding may hold its cell."""
        _, _, headline = sought
        return sought in self.doubts or headline in self.held_cells


@lru_cache(maxsize=KEPT_IN_MEMORY)
def held_by(folders: Folders, release_id: str) -> FormerNight:
    """Return what a release held: it never changes.

    Raises:
        FileNotFoundError: It is not kept any more.
    """
    release = Release(folders.releases / release_id)
    held, states = release.held, release.manifest.get("indicators", {})
    findings = tuple(
        finding
        for finding in read_findings(folders, release_id)
        if finding.severity is not Severity.INFORMATION and not held.isdisjoint(finding.cells)
    )
    changed = frozenset(name for name, state in states.items() if state["state"] in FRESH)
    return FormerNight(made_at(release_id), findings, changed, held)


def former_nights(
    folders: Folders, release: Release, sought: set[Doubt], until: datetime | None = None
) -> Iterator[FormerNight]:
    """Give what former releases held, the last first, while one of some doubts was there.

    And at least as far as the last release of a day before: decisions make several a day.

    Args:
        folders: The station's.
        release: The release before which they are.
        sought: The doubts.
        until: The first release that is as old as this is the last that is read; None for all.
    """
    before, day = release.previous, _day(made_at(release.release_id))
    for _ in range(MOST_FORMER):
        if before is None:
            return
        try:
            night, earlier = held_by(folders, before.release_id), before.previous
        except UNREADABLE:
            # ``vigie verify`` tells it: the age of a doubt is not worth a night that fails.
            return
        yield night
        sought = set(filter(night.leaves_open, sought))
        if _day(night.at) < day and (not sought or (until and night.at <= until)):
            return
        before = earlier


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


def held_since(sought: Doubt, former: Iterable[FormerNight]) -> datetime | None:
    """Return when a doubt was first held without a break until now; None when it is new.

    Args:
        sought: The doubt.
        former: What the releases before held, the last one first.
    """
    since = None
    for night in former:
        if not night.leaves_open(sought):
            break
        since = night.at if sought in night.doubts else since
    return since


def hidden_findings(
    folders: Folders, release: Release, first_releases: Mapping[str, str]
) -> Iterator[str]:
    """Give the findings of which a release says nothing, for something of their period is held.

    A withdrawal has the rules look at what was published: what they said of what was received is
    not settled, and is as old as it was when it is told again.

    Args:
        folders: The station's.
        release: The release.
        first_releases: The release that told each of some findings first.
    """
    periods = {(cell.indicator, cell.time_period) for cell in release.held}
    for first in sorted({*first_releases.values()}):
        with suppress(*UNREADABLE):
            for finding in read_findings(folders, first):
                place = (finding.indicator, finding.time_period)
                if first_releases.get(finding.finding_id) == first and place in periods:
                    yield finding.finding_id
