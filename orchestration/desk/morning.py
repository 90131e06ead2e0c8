"""What a steward finds in the morning: a line for each cause, the most pressing first.

Here: from the night that the report tells, and those before it, to what is to decide, what waits,
what was settled, what changed, what is late or in trouble. Not here: reading nights
(``station_reader``), how a finding is told (``reporting.compose_findings``), layout.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.reported_night import (
    FindingLine,
    IndicatorLine,
    ReportedNight,
    SourceLine,
)

REGION = "REG-"


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
        causes: Its findings, those of one cause together, the one that leads it first.
        former: What the releases before it held, the last one first.
    """
    told = {line.finding_id: line for line in night.findings}
    lines = [_cause(group, told, night.at, former) for group in causes]
    held = [line for line in lines if line.leader.is_held]
    ranks = {group[0].finding_id: _rank(group) for group in causes}
    held.sort(key=lambda line: (not line.is_new, *ranks[line.leader.finding_id]))
    return Morning(
        night=night,
        to_decide=tuple(line for line in held if line.leader.decision is None),
        waiting=tuple(line for line in held if line.leader.decision is not None),
        settled=_settled(night, former),
        changed=night.fresh,
        late=tuple(line for line in night.indicators if line.late),
        troubled=night.sources_in_trouble,
    )


def _cause(
    group: Sequence[Finding],
    told: dict[str, FindingLine],
    at: datetime,
    former: Sequence[FormerNight],
) -> CauseLine:
    """Tell a cause by its first finding that holds something, or by its first."""
    lines = [told[finding.finding_id] for finding in group]
    leader = next((line for line in lines if line.is_held and not line.decision), None)
    leader = leader or next((line for line in lines if line.is_held), lines[0])
    since = _since(leader.finding_id, former)
    return CauseLine(
        leader=leader,
        others=tuple(line for line in lines if line is not leader),
        since=since or at,
        is_new=since is None,
        n_held=sum(item.is_held for finding in group for item in finding.numbers),
    )


def _since(finding_id: str, former: Sequence[FormerNight]) -> datetime | None:
    """Return when a finding was first held without a break until now; None when it is new."""
    since = None
    for night in former:
        if finding_id not in {finding.finding_id for finding in night.held}:
            break
        since = night.at
    return since


def _rank(group: Sequence[Finding]) -> tuple[bool, bool, int]:
    """Rank a cause: what cannot be right first, then what a region's figure is made of."""
    cells = [cell for finding in group for cell in finding.cells]
    return (
        all(finding.severity is not Severity.ERROR for finding in group),
        not any(cell.ref_area.startswith(REGION) for cell in cells),
        -len(cells),
    )


def _settled(night: ReportedNight, former: Sequence[FormerNight]) -> tuple[SettledLine, ...]:
    if not former:
        return ()
    held = {line.finding_id for line in night.findings if line.is_held}
    decided = {line.finding_id: line.decision for line in night.settled}
    labels = {line.indicator: line.label for line in night.indicators}
    return tuple(
        SettledLine(
            finding.title,
            labels.get(finding.indicator, finding.indicator),
            decided.get(finding.finding_id),
        )
        for finding in former[0].held
        if finding.finding_id not in held
    )
