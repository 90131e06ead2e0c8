"""One night of a corpus, judged by each method: what happened on it, and what became of it.

Here: a night as any corpus makes it, and its counts. Not here: which nights there are (``stations``
for those of a region, ``long_nights`` for panels of many lengths), what counts (``score``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.breaks.code_lists import with_codes_of
from tests.benchmarks.breaks.judges import VIGIE, Alarm, Judge
from tests.benchmarks.breaks.score import Detection, Silence, holding, undeserved
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import Change

UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Happening:
    """A change that is put into a night.

    Attributes:
        kind: What is changed.
        size: How much of it, in words; empty when the kind has one size.
        change: The change.
    """

    kind: str
    size: str
    change: Change


@dataclass(frozen=True)
class Night:
    """What one seed of a corpus makes of one station.

    Attributes:
        seed: The seed.
        panel: Where its numbers are from.
        quiet: The stations on which nothing is wrong, by kind; ``UNCHANGED`` is among them.
        happenings: The changes, each of them alone in the unchanged station.
    """

    seed: int
    panel: str
    quiet: Mapping[str, Station]
    happenings: Sequence[Happening]


def judged(night: Night, judges: Mapping[str, Judge]) -> tuple[list[Detection], list[Silence]]:
    """Return what each judge, by name, caught and rang for on a night."""
    detections, silences = [], []
    codes = max((quiet.observations for quiet in night.quiet.values()), key=len)
    with with_codes_of(codes):
        for name, judge in judges.items():
            rung = {kind: judge(station) for kind, station in night.quiet.items()}
            silences += _silences(night, rung)
            for happening in night.happenings:
                change = happening.change
                alarms = judge(change.station if name == VIGIE else change.concerned)
                detections += _detections(night, happening, alarms, rung[UNCHANGED])
    return detections, silences


def _silences(night: Night, rung: Mapping[str, Mapping[str, list[Alarm]]]) -> list[Silence]:
    return [
        Silence(
            variant,
            night.seed,
            kind,
            len(station.newest),
            undeserved(alarms, station),
            periods,
            night.panel,
        )
        for kind, station in night.quiet.items()
        for periods in [_most_periods(station)]
        for variant, alarms in rung[kind].items()
    ]


def _detections(
    night: Night,
    happening: Happening,
    rung: Mapping[str, list[Alarm]],
    quiet: Mapping[str, list[Alarm]],
) -> list[Detection]:
    """Return what a method, at each of its thresholds, makes of a change."""
    change = happening.change
    periods, cells = _most_periods(change.concerned), len(change.station.newest)
    found = []
    for variant, alarms in rung.items():
        counts = holding(alarms, change, quiet[variant])
        found.append(
            Detection(
                variant,
                night.seed,
                happening.kind,
                change.is_declared,
                counts.is_caught,
                change.story,
                happening.size,
                periods,
                night.panel,
                len(change.touched),
                counts.changed_held,
                counts.innocent,
                counts.together,
                cells,
                counts.is_reported,
            )
        )
    return found


def _most_periods(station: Station) -> int:
    return int(station.observations.groupby("indicator")["time_period"].nunique().max())
