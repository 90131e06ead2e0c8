"""A season of nights through Dagster, and what must hold after each: a short one, and a long one.

Here: living through seasons. Not here: that each promise can be seen broken (``test_invariants``).
What does not hold names its seed and its night; ``SEASON_SEEDS`` lives other seasons.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.commands.stations import DEMO_AS_OF
from tests.readers.believes_nothing import discrepancies
from tests.season.events import ABSENT_AT_FIRST, Decided, Night, draw, founding
from tests.season.invariants import broken
from tests.season.left_behind import LeftBehind
from tests.season.living_station import Calendar, LivingStation, living_station

SEEDS = [int(seed) for seed in os.environ.get("SEASON_SEEDS", "14").split(",")]
"""The seasons of ``make test-slow``; ``SEASON_SEEDS=1,2,3`` asks for others."""


def live(station: LivingStation, seed: int, nights: Sequence[Night]) -> dict[str, str]:
    """Live through a season; return what did not hold, and when it was seen first."""
    found: dict[str, str] = {}
    before: LeftBehind | None = None
    for rank, events in enumerate(nights):
        for moment in _moments(station, events):
            now = station.left_behind()
            told = [f"told: {one}" for one in discrepancies(station.home)]
            for line in [*broken(before, now), *told]:
                found.setdefault(line, f"seed {seed}, night {rank}, {moment}")
            before = now
        station.sleep()
    return found


def _moments(station: LivingStation, events: Night) -> Iterator[str]:
    """Have the events of a day happen; yield each time that the station has said something."""
    for event in events:
        if not isinstance(event, Decided):
            station.happen(event)
    assert station.night(), events
    yield f"the night of {events}"
    for event in events:
        if isinstance(event, Decided) and (is_signed := station.decide(event)) is not None:
            assert is_signed, event
            yield f"once {event} was signed"


def listed(found: dict[str, str]) -> str:
    """Return what did not hold as a text."""
    return "\n".join(f"{moment}: {line}" for line, moment in found.items())


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_a_short_season_keeps_its_promises(station: Path, tmp_path: Path, seed: int) -> None:
    """The founding case accepted, its figures corrected, and the same night again."""
    calendar = Calendar(datetime.now(UTC) + timedelta(days=1), DEMO_AS_OF)
    with living_station(tmp_path, calendar, home=station) as living:
        found = live(living, seed, founding(seed))
    assert not found, listed(found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_season_keeps_its_promises(tmp_path: Path, seed: int) -> None:
    with living_station(tmp_path, Calendar(), absent=ABSENT_AT_FIRST) as living:
        found = live(living, seed, draw(seed))
    assert not found, listed(found)
