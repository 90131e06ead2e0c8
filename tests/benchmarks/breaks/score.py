"""What was caught, what was not, what rang for nothing, and which cells were held.

**A change is detected** when the night holds, in the newest period, at least one cell that the
change concerns and that the same night without the change would not have held: an alarm that would
have rung anyway detects nothing. Held is what a finding of severity Error or Warning covers.

**A change is reported** when it is detected, or when an Information is about such a cell of which
no finding was on the same night without the change.

**Innocent** is a number that the night with the change holds, that the same night without it does
not, that was not changed and does not follow from a changed one; of a cell without a value there is
nothing to release. Parts of a held total that moved
go together with it: they are counted apart.

**A false finding** is a holding finding about the newest period of a night on which nothing was
changed, or on which what changed is genuine; indicators whose real numbers have a known fault do
not count. Findings with one cause (``findings.causes``: one file, the same places) are one
false alarm. False cells are the cells that such findings hold.

Here: one change, one night, counted. Not here: what rings (``judges``), shares and intervals of
many (``shares``), which nights are looked at (``stations``, ``long_panels``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.findings.causes import by_cause
from tests.benchmarks.breaks.judges import Alarm, cells_of, held
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import Change

TUNING_SEEDS = range(100)
HELD_OUT_SEEDS = range(1050, 1150)


@dataclass(frozen=True)
class Detection:
    """What one method made of one change.

    Attributes:
        method: Its name.
        seed: The seed of the night.
        kind: What was changed.
        size: How much of it, in words; empty when the kind has one size.
        periods: How many periods the changed indicator has.
        panel: Where its numbers are from.
        is_declared: Whether the columns beside the numbers say it.
        is_caught: Whether a cell concerned is held for it.
        story: What was done.
        changed: How many details were changed.
        changed_held: How many of these are held.
        innocent: How many other cells are held for it.
        together: How many of these are parts of a held total that moved.
        cells: How many newest cells the night has.
        is_reported: Whether a cell concerned is held for it, or reported and published.
    """

    method: str
    seed: int
    kind: str
    is_declared: bool
    is_caught: bool
    story: str
    size: str = ""
    periods: int = 0
    panel: str = ""
    changed: int = 0
    changed_held: int = 0
    innocent: int = 0
    together: int = 0
    cells: int = 0
    is_reported: bool = False


@dataclass(frozen=True)
class Silence:
    """How often one method rang on a night where nothing was wrong."""

    method: str
    seed: int
    kind: str
    cells: int
    alarms: Sequence[Alarm]
    periods: int = 0
    panel: str = ""

    @property
    def false_cells(self) -> int:
        """How many cells are held for nothing."""
        return len(held(self.alarms))


@dataclass(frozen=True)
class Holding:
    """Which cells a night holds for one change.

    Attributes:
        is_caught: Whether a cell concerned is held for it.
        changed_held: How many changed details are held.
        innocent: How many values that it does not concern are held for it.
        together: How many of these are parts of a held total that moved.
        is_reported: Whether a cell concerned is held for it, or reported and published.
    """

    is_caught: bool
    changed_held: int
    innocent: int
    together: int
    is_reported: bool


def holding(alarms: Sequence[Alarm], change: Change, quiet: Sequence[Alarm]) -> Holding:
    """Return which cells some alarms hold for a change.

    Args:
        alarms: What rang on the night with the change.
        change: The change.
        quiet: What rang on the same night without it.
    """
    all_held = held(alarms)
    anew = all_held - held(quiet)
    innocent = (anew - change.cells) & change.station.valued
    parts = change.station.parts
    moved = [whole for whole in change.cells & all_held if whole in parts]
    together = innocent & frozenset(part for whole in moved for part in parts[whole])
    reported = anew | (cells_of(alarms) - cells_of(quiet))
    return Holding(
        is_caught=bool(anew & change.cells),
        changed_held=len(all_held & change.touched),
        innocent=len(innocent),
        together=len(together),
        is_reported=bool(reported & change.cells),
    )


def undeserved(alarms: list[Alarm], night: Station) -> list[Alarm]:
    """Return one alarm a cause, of those that hold in indicators without a known fault.

    It holds the cells of all of them.
    """
    files: dict[str, set[str]] = {}
    for file, indicators in night.files.items():
        for indicator in indicators:
            files.setdefault(indicator, set()).add(file)
    wrong = [alarm for alarm in alarms if alarm.holds and alarm.indicator not in night.deserved]
    return [
        Alarm(leader.indicator, held([leader, *others]), leader.title)
        for leader, *others in by_cause(wrong, files)
    ]
