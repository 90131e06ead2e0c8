"""What a steward finds in the morning: a line for each cause, the most pressing first.

Here: from the night that the report tells, and those before it, to what is to decide, what waits,
what was settled, what changed, what is late or in trouble; and who sees to what. Not here: reading
nights (``station_reader``), how a finding is told (``reporting.compose_findings``), layout.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from expectations.decisions.care import Care, care_of
from expectations.decisions.follow_up import Doubt, FollowUp, doubt
from expectations.decisions.standings import Standing
from expectations.findings.roll_up import Finding
from expectations.french import PARIS
from orchestration.publication.former_nights import FormerNight, held_since
from orchestration.reporting.awaited import awaited_answers
from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.reported_findings import FindingLine
from orchestration.reporting.reported_night import IndicatorLine, ReportedNight
from orchestration.reporting.reported_sources import SourceLine


@dataclass(frozen=True)
class CauseLine:
    """Findings that one cause may explain: one line, one question, one decision.

    Attributes:
        leader: The finding that is told.
        doubt: What it is about.
        others: The other findings of the cause.
        since: When the first release was made that held it (aware).
        is_new: No release of a day before held it.
        n_held: The cells that the cause holds.
        care: Whose it is, and whether it waits.
    """

    leader: FindingLine
    doubt: Doubt
    others: tuple[FindingLine, ...]
    since: datetime
    is_new: bool
    n_held: int
    care: Care


@dataclass(frozen=True)
class SettledLine:
    """A finding that held something the day before, or earlier this day, and holds nothing now.

    Attributes:
        title: What was found then.
        indicator_label: French label of its indicator.
        decision: The decision that was taken of its value, if any.
        is_of_another: It was taken on another finding.
    """

    title: str
    indicator_label: str
    decision: DecisionLine | None
    is_of_another: bool = False

    @property
    def is_by_figures(self) -> bool:
        """Whether the figures settled it, be it that somebody awaited others."""
        return self.decision is None or self.decision.withholds


@dataclass(frozen=True)
class Morning:
    """What a steward finds.

    Attributes:
        night: The night that is told.
        to_decide: The causes of which nothing is decided yet, the most pressing first.
        put_off: Those of them that wait for a day that is to come.
        waiting: Those of which a decision keeps the cells held.
        settled: What was held before and is not any more.
        to_know: What is published and to know since this day, unless it is that of the first night.
        changed: The indicators of which a figure is new.
        late: Those that lack a period that is due.
        troubled: The sources that were refused, failed, or gave nothing.
        held_since: When each doubt was first held, without a break until now (aware).
    """

    night: ReportedNight
    to_decide: tuple[CauseLine, ...]
    put_off: tuple[CauseLine, ...]
    waiting: tuple[CauseLine, ...]
    settled: tuple[SettledLine, ...]
    to_know: tuple[FindingLine, ...]
    changed: tuple[IndicatorLine, ...]
    late: tuple[IndicatorLine, ...]
    troubled: tuple[SourceLine, ...]
    held_since: Mapping[Doubt, datetime]


def compose_morning(
    night: ReportedNight,
    causes: Sequence[Sequence[Finding]],
    former: Sequence[FormerNight],
) -> Morning:
    """Return what a steward finds in the morning.

    A decision makes another release: what was new or settled that day stays so until the next.

    Args:
        night: The night that made the release in force.
        causes: Its findings, those of one cause together, what is to be looked at first the first.
        former: What the releases before it held, the last one first.
    """
    lines = {line.finding_id: line for line in night.findings}
    held = [line for line in (_cause(group, lines, night.at, former) for group in causes) if line]
    held.sort(key=lambda line: not line.is_new)
    tonight = _Tonight(causes, lines)
    this_day = list(takewhile(lambda each: _is_same_day(each.at, night.at), former))
    changed = {line.indicator for line in night.fresh}.union(*(each.changed for each in this_day))
    return Morning(
        night=night,
        to_decide=tuple(line for line in held if line.leader.decision is None),
        put_off=(),
        waiting=tuple(line for line in held if line.leader.decision is not None),
        settled=_settled(night, tonight, former[: len(this_day) + 1]),
        to_know=_to_know(night, former),
        changed=tuple(line for line in night.published if line.indicator in changed),
        late=tuple(line for line in night.indicators if line.late),
        troubled=night.sources_in_trouble,
        held_since={sought: held_since(sought, former) or night.at for sought in tonight.doubts},
    )


def with_care(
    morning: Morning, steps: Mapping[Doubt, Sequence[FollowUp]], now: datetime, days: int
) -> Morning:
    """Return a morning beside what was done about its doubts.

    Args:
        morning: What the release in force tells.
        steps: What was ever done about each doubt.
        now: The moment (aware).
        days: A doubt that nobody has taken for as long is counted as forgotten.
    """
    today = now.astimezone(PARIS).date()

    def cared(lines: Sequence[CauseLine]) -> list[CauseLine]:
        return [
            replace(line, care=care_of(steps.get(line.doubt, ()), line.since, today))
            for line in lines
        ]

    undecided = cared(morning.to_decide)
    waiting = cared(morning.waiting)
    forgotten = tuple(
        line.leader.finding_id for line in undecided if line.care.is_forgotten(now, days)
    )
    return replace(
        morning,
        night=replace(
            morning.night,
            forgotten=forgotten,
            forgotten_days=days,
            awaited=awaited_answers(
                ((line.leader, line.care) for line in [*undecided, *waiting]), today
            ),
        ),
        to_decide=tuple(line for line in undecided if line.care.put_off is None),
        put_off=tuple(line for line in undecided if line.care.put_off is not None),
        waiting=tuple(waiting),
    )


def _cause(
    group: Sequence[Finding],
    lines: Mapping[str, FindingLine],
    at: datetime,
    former: Sequence[FormerNight],
) -> CauseLine | None:
    """Tell a cause by its first finding that waits for a decision, or that holds something."""
    held = [finding for finding in group if lines[finding.finding_id].is_held]
    if not held:
        return None
    leader = min(held, key=lambda finding: lines[finding.finding_id].decision is not None)
    since = held_since(doubt(leader), former) or at
    return CauseLine(
        leader=lines[leader.finding_id],
        doubt=doubt(leader),
        others=tuple(lines[each.finding_id] for each in group if each is not leader),
        since=since,
        is_new=_is_same_day(since, at),
        n_held=len({item.cell for each in group for item in each.numbers if item.is_held}),
        care=Care(since),
    )


def _is_same_day(first: datetime, other: datetime) -> bool:
    return first.astimezone(PARIS).date() == other.astimezone(PARIS).date()


def _to_know(night: ReportedNight, former: Sequence[FormerNight]) -> tuple[FindingLine, ...]:
    """Return what is only to be known, and is so since this day; of a first night all would be."""
    first = former[-1].at if former else night.at
    return tuple(
        line
        for line in night.to_know
        if not line.is_only_late
        and _is_same_day(since := line.since or night.at, night.at)
        and since > first
    )


class _Tonight:
    """What the findings of a night say of what was held before.

    Args:
        causes: The findings.
        lines: How each is told.
    """

    def __init__(
        self, causes: Sequence[Sequence[Finding]], lines: Mapping[str, FindingLine]
    ) -> None:
        findings = [finding for group in causes for finding in group]
        held = [each for each in findings if lines[each.finding_id].is_held]
        self.doubts = set(map(doubt, held))
        self._held_cells = {cell for finding in held for cell in finding.cells}
        self._held_by_rule = {
            (rule, cell) for finding in held for rule in finding.rules for cell in finding.cells
        }
        self._decided = [
            (finding, decision)
            for finding in findings
            if (decision := lines[finding.finding_id].decision) and finding not in held
        ]

    def leaves_open(self, sought: Doubt, found: Finding) -> bool:
        """Tell whether a doubt stands: by itself, or because another finding holds its cell.

        Or because half a correction leaves a part of what was found to the same rule.

        Args:
            sought: The doubt.
            found: How it was last told.
        """
        _, _, headline = sought
        remains = ((rule, cell) for rule in found.rules for cell in found.cells)
        return (
            sought in self.doubts
            or headline in self._held_cells
            or not self._held_by_rule.isdisjoint(remains)
        )

    def decision_on(self, gone: Finding) -> tuple[DecisionLine | None, bool]:
        """Return the decision that lets the cell of a finding go, and whether it is on another."""
        own = [taken for each, taken in self._decided if each.finding_id == gone.finding_id]
        others = [taken for each, taken in self._decided if gone.headline in each.cells]
        return next(iter([*own, *others]), None), not own and bool(others)


def _settled(
    night: ReportedNight, tonight: _Tonight, former: Sequence[FormerNight]
) -> tuple[SettledLine, ...]:
    # Of a value that was taken back, once that is accepted, no finding tells any more.
    signed = {
        line.finding_id: line
        for line in reversed(night.decided.lines)
        if line.withholds or line.standing == Standing.IN_FORCE
    }
    labels = {line.indicator: line.label for line in night.indicators}
    gone = {doubt(finding): finding for each in reversed(former) for finding in each.held}
    settled = []
    for about, finding in gone.items():
        if tonight.leaves_open(about, finding):
            continue
        decision, is_of_another = tonight.decision_on(finding)
        if decision is None:
            decision, is_of_another = _signed_of(finding, gone.values(), signed)
        label = labels.get(finding.indicator, finding.indicator)
        settled.append(SettledLine(finding.title, label, decision, is_of_another))
    return tuple(settled)


def _signed_of(
    gone: Finding, others: Iterable[Finding], signed: Mapping[str, DecisionLine]
) -> tuple[DecisionLine | None, bool]:
    """Return what was signed of a finding that nothing tells any more, and whether of another.

    Of another that is told no more either, and that reached its cell: what lets the one out lets
    the other out.
    """
    if own := signed.get(gone.finding_id):
        return own, False
    reaching = (
        signed[each.finding_id]
        for each in others
        if each.finding_id in signed and gone.headline in each.cells
    )
    taken = next((line for line in reaching if not line.withholds), None)
    return taken, taken is not None
