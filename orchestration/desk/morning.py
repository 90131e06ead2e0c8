"""What a steward finds in the morning: a line for each cause, the most pressing first.

Here: from the night that the report tells, and those before it, to what is to decide, what waits,
what was settled, what changed, what is late or in trouble. Not here: reading nights
(``station_reader``), how a finding is told (``reporting.compose_findings``), layout.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell
from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.reported_night import (
    FindingLine,
    IndicatorLine,
    ReportedNight,
    SourceLine,
)

Doubt = tuple[str, str, Cell | None]
"""What a finding is about, whatever its figures become: an indicator, a period, a cell."""


@dataclass(frozen=True)
class FormerNight:
    """What a former release asked of the steward.

    Attributes:
        at: When it was made (aware).
        held: The findings that it held something for.
    """

    at: datetime
    held: tuple[Finding, ...]


@dataclass(frozen=True)
class CauseLine:
    """Findings that one cause may explain: one line, one question, one decision.

    Attributes:
        leader: The finding that is told.
        others: The other findings of the cause.
        since: When the first release was made that held it (aware).
        is_new: No former release held it.
        n_held: The cells that the cause holds.
    """

    leader: FindingLine
    others: tuple[FindingLine, ...]
    since: datetime
    is_new: bool
    n_held: int


@dataclass(frozen=True)
class SettledLine:
    """A finding that held something in the release before, and holds nothing now.

    Attributes:
        title: What was found then.
        indicator_label: French label of its indicator.
        decision: The decision that settled it; None when the figures did.
    """

    title: str
    indicator_label: str
    decision: DecisionLine | None


@dataclass(frozen=True)
class Morning:
    """What a steward finds.

    Attributes:
        night: The night that is told.
        to_decide: The causes of which nothing is decided yet, the most pressing first.
        waiting: Those of which a decision keeps the cells held.
        settled: What was held before and is not any more.
        changed: The indicators of which a figure is new.
        late: Those that lack a period that is due.
        troubled: The sources that were refused, failed, or gave nothing.
    """

    night: ReportedNight
    to_decide: tuple[CauseLine, ...]
    waiting: tuple[CauseLine, ...]
    settled: tuple[SettledLine, ...]
    changed: tuple[IndicatorLine, ...]
    late: tuple[IndicatorLine, ...]
    troubled: tuple[SourceLine, ...]


def compose_morning(
    night: ReportedNight,
    causes: Sequence[Sequence[Finding]],
    former: Sequence[FormerNight],
) -> Morning:
    """Return what a steward finds in the morning.

    Args:
        night: The night that made the release in force.
        causes: Its findings, those of one cause together, what is to be looked at first the first.
        former: What the releases before it held, the last one first.
    """
    told = {line.finding_id: line for line in night.findings}
    held = [line for line in (_cause(group, told, night.at, former) for group in causes) if line]
    held.sort(key=lambda line: not line.is_new)
    still = {doubt(each) for group in causes for each in group if told[each.finding_id].is_held}
    return Morning(
        night=night,
        to_decide=tuple(line for line in held if line.leader.decision is None),
        waiting=tuple(line for line in held if line.leader.decision is not None),
        settled=_settled(night, still, former),
        changed=night.fresh,
        late=tuple(line for line in night.indicators if line.late),
        troubled=night.sources_in_trouble,
    )


def doubt(finding: Finding) -> Doubt:
    """Return what a finding is about: its id is of its figures, and changes when they do."""
    return finding.indicator, finding.time_period, finding.headline


def _cause(
    group: Sequence[Finding],
    told: Mapping[str, FindingLine],
    at: datetime,
    former: Sequence[FormerNight],
) -> CauseLine | None:
    """Tell a cause by its first finding that waits for a decision, or that holds something."""
    held = [finding for finding in group if told[finding.finding_id].is_held]
    if not held:
        return None
    leader = min(held, key=lambda finding: told[finding.finding_id].decision is not None)
    since = _since(doubt(leader), former)
    return CauseLine(
        leader=told[leader.finding_id],
        others=tuple(told[each.finding_id] for each in group if each is not leader),
        since=since or at,
        is_new=since is None,
        n_held=sum(item.is_held for finding in group for item in finding.numbers),
    )


def _since(sought: Doubt, former: Sequence[FormerNight]) -> datetime | None:
    """Return when something was first held without a break until now; None when it is new."""
    since = None
    for night in former:
        if sought not in {doubt(finding) for finding in night.held}:
            break
        since = night.at
    return since


def _settled(
    night: ReportedNight, held: Set[Doubt], former: Sequence[FormerNight]
) -> tuple[SettledLine, ...]:
    if not former:
        return ()
    decided = {line.finding_id: line.decision for line in night.settled}
    labels = {line.indicator: line.label for line in night.indicators}
    return tuple(
        SettledLine(
            finding.title,
            labels.get(finding.indicator, finding.indicator),
            decided.get(finding.finding_id),
        )
        for finding in former[0].held
        if doubt(finding) not in held
    )
