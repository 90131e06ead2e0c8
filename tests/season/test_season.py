"""A season of nights through Dagster, and what must hold after each: a short one, and a long one.

Here: living through seasons. Not here: that each promise can be seen broken (``test_invariants``).
What does not hold names its seed and its night; ``SEASON_SEEDS`` lives other seasons.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.commands.stations import DEMO_AS_OF
from tests.readers.believes_nothing import discrepancies
from tests.season.events import (
    ABSENT_AT_FIRST,
    FOUNDING,
    Decided,
    Event,
    Night,
    draw,
    nights_to_run,
)
from tests.season.invariants import broken
from tests.season.left_behind import LeftBehind
from tests.season.living_station import Calendar, LivingStation, living_station

pytestmark = pytest.mark.slow

SEEDS = [int(seed) for seed in os.environ.get("SEASON_SEEDS", "14").split(",")]
"""The seasons of ``make test-slow``; ``SEASON_SEEDS=1,2,3`` asks for others."""

Look = Callable[[int, LeftBehind], None]
OF_WHAT_NEVER_WORKED = {"2A3_part_filles_voeux", "2B4_acces_emploi_publics_prioritaires"}


def live(
    station: LivingStation, name: str, nights: Sequence[Night], look: Look = lambda *_: None
) -> dict[str, str]:
    """Live through a season; return what did not hold, and when it was seen first.

    Args:
        station: The station.
        name: What the nights were drawn from.
        nights: What happens.
        look: What else is looked at, given the rank of the night and what it left.
    """
    found: dict[str, str] = {}
    before: LeftBehind | None = None
    awake = nights_to_run(nights)
    for rank, events in enumerate(nights):
        for moment in _moments(station, events) if rank in awake else ():
            now = station.left_behind()
            told = discrepancies(station.home) if _says_anything(before, now) else []
            for line in [*broken(before, now), *(f"told: {one}" for one in told)]:
                found.setdefault(line, f"{name}, night {rank}, {moment}")
            look(rank, now)
            before = now
        station.sleep()
    return found


def _moments(station: LivingStation, events: Night) -> Iterator[str]:
    """Have the events of a day happen; yield each time that the station has said something."""
    for event in events:
        if not isinstance(event, Decided):
            station.happen(event)
    assert station.night(), events
    yield f"the night of {', '.join(map(_short, events)) or 'nothing new'}"
    for event in events:
        if isinstance(event, Decided) and (is_signed := station.decide(event)) is not None:
            assert is_signed, event
            yield f"once {_short(event)} was signed"


def _short(event: Event) -> str:
    """Name an event, without the lines of a deposit: the seed gives them again."""
    words = [str(value) for value in vars(event).values() if isinstance(value, str) and value]
    return " ".join([type(event).__name__, *words])


def _says_anything(before: LeftBehind | None, now: LeftBehind) -> bool:
    """Tell whether there is something new to read: to read it all takes seconds."""
    return before is None or (before.release_id, before.inputs) != (now.release_id, now.inputs)


def listed(found: dict[str, str]) -> str:
    """Return what did not hold as a text."""
    return "\n".join(f"{moment}: {line}" for line, moment in found.items())


def the_decision_lapsed(rank: int, now: LeftBehind) -> None:
    """See that the corrected figures are told to have taken the decision away."""
    standings = {decision["standing"] for decision in now.manifest["decisions"]}
    assert standings <= {"caduque"} if rank else standings <= {"en vigueur"}
    assert ("Décisions caduques" in now.report) == bool(rank)


def others_are_published(rank: int, now: LeftBehind) -> None:
    """See that sources that never worked leave the others published, and nothing in their place."""
    if rank == 0:
        published = set(now.rows["indicator"])
        assert "1C1_pcrh" in published
        assert not published & OF_WHAT_NEVER_WORKED


def test_a_short_season_keeps_its_promises(station: Path, tmp_path: Path) -> None:
    """The founding case accepted, its figures corrected, and the same night again."""
    calendar = Calendar(datetime.now(UTC), DEMO_AS_OF)
    with living_station(tmp_path, calendar, home=station) as living:
        found = live(living, "founding case", FOUNDING, the_decision_lapsed)
    assert not found, listed(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_season_keeps_its_promises(tmp_path: Path, seed: int) -> None:
    with living_station(tmp_path, Calendar(), absent=ABSENT_AT_FIRST) as living:
        found = live(living, f"seed {seed}", draw(seed), others_are_published)
    assert not found, listed(found)
