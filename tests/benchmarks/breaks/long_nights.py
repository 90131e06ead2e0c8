"""Nights of panels of many lengths: quiet ones, with one change, and crowded ones.

A seed draws one panel of each class of lengths; a third of the kinds are put into it, so that three
seeds in a row try every kind at every length, and four every kind at every one of its sizes. A
crowded night has eight changes or more at once, of kinds that need no whole table for themselves.

Here: which nights there are. Not here: the panels (``long_panels``), what is put into them
(``changes``, ``sized``), how they are judged (``nights``).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from expectations.verdicts.table import Cell
from tests.benchmarks.breaks import changes, genuine, intensity, sized, targets
from tests.benchmarks.breaks.long_panels import (
    LENGTHS,
    LongPanel,
    Source,
    long_panel,
    rounded_again,
)
from tests.benchmarks.breaks.nights import UNCHANGED, Happening, Night
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import Change

SIZES = {
    "cell": (0.6, 0.8, 1.25, 2.0, 1000.0),
    "area": (0.65, 0.8, 1.25, 1000.0),
    "category": (0.6, 0.8, 1.25, 2.0),
}
MULTIPLIED = {
    f"{where} × {factor:g}": sized.of_size(sized.WHERE[where], factor)
    for where, factors in SIZES.items()
    for factor in factors
}
LOST = {
    kind.__name__: kind for kind in (sized.line_lost, sized.lines_lost, sized.small_cells_hidden)
}
KINDS = {**MULTIPLIED, **LOST, **changes.KINDS}
CROWD = [
    *("cell × 0.6", "cell × 2", "cell × 1000", "area × 0.65", "area × 1.25"),
    *("line_lost", "lines_lost", "missing_as_zero", "double_count", "copied"),
]
CROWDED = "crowded"
LEAST_CROWD, MOST_CROWD = 8, 12
CRISIS = "crisis_everywhere"
"""No quiet night of a panel: a table that falls by a third alone is what Vigie must ask about."""
PARTS = 3


def long_nights(
    seed: int, kinds: Collection[str], lengths: Collection[str], sources: Sequence[Source]
) -> Iterator[Night]:
    """Yield the nights of a seed: one a class of lengths, with a third of the kinds, at full size.

    Args:
        seed: The seed.
        kinds: The kinds to try; ``CROWDED`` is one of them.
        lengths: The classes of lengths.
        sources: Where the numbers are from.
    """
    for turn, panel, rng in _panels(seed, lengths, sources):
        names = [name for place, name in enumerate(KINDS) if (place + turn) % PARTS == 0]
        made = [
            Happening(name, "", change)
            for name in names
            if name in kinds and _fits(name, panel)
            for change in [_put(KINDS[name], panel, rng)]
            if change is not None
        ]
        crowd = _crowd(panel, rng) if CROWDED in kinds else None
        if crowd is not None:
            made.append(Happening(CROWDED, "", crowd))
        yield Night(seed, str(panel), _quiet(panel, rng), made)


def weak_nights(
    seed: int, kinds: Collection[str], lengths: Collection[str], sources: Sequence[Source]
) -> Iterator[Night]:
    """Yield the nights of a seed: one a class of lengths, every kind at one size, each in turn."""
    for turn, panel, rng in _panels(seed, lengths, sources):
        made = [
            Happening(kind, intensity.in_words(kind, size), change)
            for place, kind in enumerate(intensity.KINDS)
            if kind in kinds and _fits(kind, panel)
            for sizes in [intensity.sizes_of(kind)]
            for size in [sizes[(place + turn) % len(sizes)]]
            for change in [_put(intensity.of_size(kind, size), panel, rng)]
            if change is not None
        ]
        yield Night(seed, str(panel), _quiet(panel, rng), made)


def _panels(
    seed: int, lengths: Collection[str], sources: Sequence[Source]
) -> Iterator[tuple[int, LongPanel, np.random.Generator]]:
    """Yield a panel of each class of lengths, with whose turn it is, and what draws from it."""
    for place, (name, (shortest, longest)) in enumerate(LENGTHS.items()):
        rng = np.random.default_rng([seed, place])
        panel = long_panel(shortest, longest, rng, sources) if name in lengths else None
        if panel is not None:
            yield seed + place, panel, rng


def _quiet(panel: LongPanel, rng: np.random.Generator) -> dict[str, Station]:
    """Return a panel as it is, and after what really happens, rounded as its producer does."""
    happened = {
        name: kind(panel.station, rng) for name, kind in genuine.KINDS.items() if name != CRISIS
    }
    rounded = {name: rounded_again(panel, station) for name, station in happened.items()}
    return {UNCHANGED: panel.station, **rounded}


def _fits(kind: str, panel: LongPanel) -> bool:
    """Tell whether a kind leaves the past of a panel as its producer rounds it."""
    return kind != intensity.DRIFT or panel.rounding.base == 1


def _put(kind: sized.Kind, panel: LongPanel, rng: np.random.Generator) -> Change | None:
    """Return a change of a panel, rounded as its producer does; None where it leaves nothing."""
    change = kind(panel.station, rng)
    if change is None or panel.rounding.base == 1:
        return change
    after = rounded_again(panel, change.station)
    differing = after.differing(panel.station)
    touched = change.touched & differing
    if not touched:
        return None
    return replace(change, station=after, cells=change.cells | differing, touched=touched)


def _crowd(panel: LongPanel, rng: np.random.Generator) -> Change | None:
    """Return many changes at once, each of cells that no other one touches."""
    made: list[Change] = []
    taken: set[Cell] = set()
    wanted = int(rng.integers(LEAST_CROWD, MOST_CROWD, endpoint=True))
    for name in rng.choice(CROWD, 3 * wanted):
        if len(made) == wanted:
            break
        change = _put(KINDS[str(name)], panel, rng)
        if change is not None and taken.isdisjoint(change.touched):
            made.append(change)
            taken |= change.touched
    if len(made) < LEAST_CROWD:
        return None
    rows = pd.concat([intensity.touched_rows(panel.station, change) for change in made])
    return targets.changed(panel.station, rows["after"], rows, f"{len(made)} changes", rng)
