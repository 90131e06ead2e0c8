"""What came of past alarms: by rule, by producer and by indicator.

Here: counting doubts and decisions, pure. Not here: reading them (``past_doubts``), layout.

Whether an alarm was right is what stewards decided: ``valeur`` says that the figure was right and
compares, so that it rang for nothing; ``rupture``, ``correction`` and ``exclusion`` say that
something had changed or was wrong. ``maintien`` says neither.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from expectations.decisions.decision import Choice, Decision
from expectations.verdicts.table import Cell

DAY = 86_400.0
RIGHT = frozenset({Choice.BREAK, Choice.CORRECTION, Choice.EXCLUSION})


@dataclass(frozen=True)
class PastDoubt:
    """A doubt that held something, from the first release that did to the last.

    Attributes:
        indicator: Its indicator.
        rules: The rules that failed.
        finding_ids: The findings that told it: another one each time that its figures changed.
        first_held: When the first release was made that held it (aware).
        headline: The cell that it is about; None when it is about a period.
        ended: When the first release was made that held it no more (aware); None when the one in
            force does.
    """

    indicator: str
    rules: frozenset[str]
    finding_ids: frozenset[str]
    first_held: datetime
    headline: Cell | None = None
    ended: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the release in force holds it."""
        return self.ended is None

    def is_decided_by(self, decision: Decision) -> bool:
        """Tell whether a decision is on it, or on another finding and let its cell go."""
        if decision.finding_id in self.finding_ids:
            return True
        is_meanwhile = self.ended and self.first_held <= decision.decided_at <= self.ended
        ends = not decision.choice.withholds and self.headline in decision.subject.cells
        return bool(is_meanwhile) and ends


@dataclass(frozen=True)
class TrackRecord:
    """What came of the doubts of one rule, one producer or one indicator.

    Attributes:
        name: The rule, the producer or the indicator.
        n_doubts: How many there were.
        n_decided: How many of them were decided.
        n_left: How many went without a decision on their value: their figures came right.
        n_open: How many are held now, and not decided.
        n_right: How many of those decided rang for something.
        n_false: How many rang for nothing.
        days: Median number of days from the first release that held one to its first decision;
            None when none was decided.
    """

    name: str
    n_doubts: int
    n_decided: int
    n_left: int
    n_open: int
    n_right: int
    n_false: int
    days: float | None

    @property
    def false_share(self) -> float | None:
        """Share of false alarms, in %, among those that were judged; None when none was."""
        judged = self.n_right + self.n_false
        return 100 * self.n_false / judged if judged else None


def track_records(
    doubts: Iterable[PastDoubt],
    decisions: Sequence[Decision],
    names: Callable[[PastDoubt], Iterable[str]],
) -> tuple[TrackRecord, ...]:
    """Return what came of doubts, by a name that they have, the most numerous first.

    Args:
        doubts: Every doubt.
        decisions: The register, oldest first.
        names: What a doubt counts for: its rules, its producer, its indicator.
    """
    groups: dict[str, list[PastDoubt]] = defaultdict(list)
    for doubt in doubts:
        for name in names(doubt):
            groups[name].append(doubt)
    records = [_record(name, group, decisions) for name, group in groups.items()]
    return tuple(sorted(records, key=lambda record: (-record.n_doubts, record.name)))


def _record(name: str, doubts: Sequence[PastDoubt], decisions: Sequence[Decision]) -> TrackRecord:
    decided = [
        (doubt, taken)
        for doubt in doubts
        if (taken := [each for each in decisions if doubt.is_decided_by(each)])
    ]
    last = [taken[-1].choice for _, taken in decided]
    waited = [(taken[0].decided_at - doubt.first_held).total_seconds() for doubt, taken in decided]
    undecided = [doubt for doubt in doubts if all(doubt is not other for other, _ in decided)]
    n_open = sum(doubt.is_open for doubt in undecided)
    return TrackRecord(
        name=name,
        n_doubts=len(doubts),
        n_decided=len(decided),
        n_left=len(undecided) - n_open,
        n_open=n_open,
        n_right=sum(choice in RIGHT for choice in last),
        n_false=sum(choice is Choice.VALUE for choice in last),
        days=statistics.median(waited) / DAY if waited else None,
    )
