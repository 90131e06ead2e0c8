"""Nights of panels of many lengths: quiet ones, with one change, and crowded ones.

A seed draws one panel of each class of lengths; a third of the kinds are put into it, so that three
seeds in a row try every kind at every length. A crowded night has eight changes or more at once, of
kinds that need no whole table for themselves.

Here: which nights there are. Not here: the panels (``long_panels``), what is put into them
(``changes``, ``sized``), how they are judged (``nights``).
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from tests.benchmarks.breaks import changes, sized
from tests.benchmarks.breaks.long_panels import LENGTHS, LongPanel, long_panel, rounded_again
from tests.benchmarks.breaks.nights import UNCHANGED, Happening, Night
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
PARTS = 3


def long_nights(seed: int, kinds: Collection[str], lengths: Collection[str]) -> Iterator[Night]:
    """Yield the nights of a seed, one a class of lengths."""
    for place, (name_of_length, (shortest, longest)) in enumerate(LENGTHS.items()):
        if name_of_length not in lengths:
            continue
        rng = np.random.default_rng([seed, place])
        panel = long_panel(shortest, longest, rng)
        turn = [name for number, name in enumerate(KINDS) if (number + seed + place) % PARTS == 0]
        made = [
            Happening(name, "", change)
            for name in turn
            if name in kinds
            for change in [_put(name, panel, rng)]
            if change is not None
        ]
        crowd = _crowd(panel, rng) if CROWDED in kinds else None
        if crowd is not None:
            made.append(Happening(CROWDED, "", crowd))
        yield Night(seed, str(panel), {UNCHANGED: panel.station}, made)


def _put(name: str, panel: LongPanel, rng: np.random.Generator) -> Change | None:
    """Return a change of a panel, rounded as its producer does; None where it leaves nothing."""
    if name == "slow_drift" and panel.rounding.base > 1:
        return None
    change = KINDS[name](panel.station, rng)
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
    wanted = int(rng.integers(LEAST_CROWD, MOST_CROWD, endpoint=True))
    station = panel.station
    for name in rng.choice(CROWD, 3 * wanted):
        change = _put(str(name), replace(panel, station=station), rng)
        taken = {cell for former in made for cell in former.touched}
        if change is None or not taken.isdisjoint(change.touched):
            continue
        made.append(change)
        station = change.station
        if len(made) == wanted:
            break
    if len(made) < LEAST_CROWD:
        return None
    touched = made[0].touched.union(*(change.touched for change in made[1:]))
    cells = made[0].cells.union(*(change.cells for change in made[1:]))
    return Change(station, cells, touched, is_declared=False, story=f"{len(made)} changes")
