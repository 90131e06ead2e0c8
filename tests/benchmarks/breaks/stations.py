"""Nights of a station: one region or the country, its real panels, and all that happens to them.

Here: what one seed draws. Not here: the numbers (``panels``), what is put into them (``changes``,
``genuine``), how they are judged (``nights``).
"""

from collections.abc import Iterable

import numpy as np

from tests.benchmarks.breaks import changes, genuine
from tests.benchmarks.breaks.nights import UNCHANGED, Happening, Night
from tests.benchmarks.breaks.panels import REGIONS, station

YEARS = (2009, 2024)
REAL_EVENT = "nursing_schools"
GENUINE = (UNCHANGED, REAL_EVENT, *genuine.KINDS)


def night(seed: int, kinds: Iterable[str], rounds: int) -> Night:
    """Return the night of one seed.

    Args:
        seed: Draws the station, and what happens to it.
        kinds: The reporting changes to try; the genuine ones are always tried.
        rounds: How many changes of each kind.
    """
    rng = np.random.default_rng(seed)
    region, year = str(rng.choice(REGIONS)), int(rng.integers(*YEARS, endpoint=True))
    usual = station(region, year)
    quiet = {
        UNCHANGED: usual,
        REAL_EVENT: station(region, year, with_event=True),
        **{name: kind(usual, rng) for name, kind in genuine.KINDS.items()},
    }
    made = [
        Happening(name, "", change)
        for name in kinds
        for _ in range(rounds)
        for change in [changes.KINDS[name](usual, rng)]
        if change is not None
    ]
    return Night(seed, f"station {region}", quiet, made)
