"""What happens in a season: nights drawn from a seed, each with its events.

Here: a pure model, drawn the same for the same seed. Not here: making the events happen
(``living_station``).

A season is made of stories: what one partner, one portal or one steward does, step after step. The
steps of different stories meet on the same nights, those of one story never do; the other nights
are quiet. Of these, the station runs those that could tell something (``nights_to_run``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.season.deposited_tables import DEPARTMENTS, Line

PCRH, ORDERS = "dreets_pcrh_2024", "transition_ecologique"
LATE, LATE_INDICATOR = "dares_indicateurs", "1B1_etablissements_apprentissage"
STEADY, STEADY_INDICATOR = "cariforef_indicateurs", "2A2_professionnels_orientation_formes"
CARELESS = "agora_indicateurs"
TOTAL = ("total", "total")
ABSENT_AT_FIRST = frozenset({LATE})
"""The deposits that are not there when a season begins."""

NEVER_WORKED = (
    ("parcoursup_2018", "html"),
    ("france_travail_acces_emploi", "jeton_refuse"),
)
"""The portals that answer badly when a season begins, and well after weeks."""

BUSY_NIGHTS = 6
NEW_YEAR_NIGHT = 27
"""The first night of January: a season begins on the fifth of December."""
PORTAL_FAULTS = (
    ("parcoursup_2019", "html"),
    ("parcoursup_2019", "panne"),
    ("inserjeunes_cfa", "tronque"),
    ("insee_emploi_communes", "panne"),
)


@dataclass(frozen=True)
class Deposit:
    """A partner deposits a table, as it was recorded but for some lines."""

    source: str
    why: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A partner deposits something that is no table."""

    source: str


@dataclass(frozen=True)
class PortalFault:
    """A portal begins to answer badly, and goes on until ``PortalBack``."""

    source: str
    fault: str


@dataclass(frozen=True)
class PortalBack:
    """A portal answers well again."""

    source: str


@dataclass(frozen=True)
class Decided:
    """A steward signs a decision, once the night is over.

    Attributes:
        choice: What is decided, in the words that are typed.
        rank: Which of the findings that hold something and may be decided so, counted around.
        indicator: Only those of this indicator; all of them when empty.
    """

    choice: str
    rank: int = 0
    indicator: str = ""


@dataclass(frozen=True)
class Redefined:
    """The definition of an indicator changes, from a period on."""

    indicator: str
    since: str


@dataclass(frozen=True)
class Rebuilt:
    """The record of the last build is lost: the night makes everything again."""


Event = Deposit | Unreadable | PortalFault | PortalBack | Decided | Redefined | Rebuilt
Night = tuple[Event, ...]
Story = Sequence[Night]


FOUNDING: Sequence[Night] = (
    (Decided("rupture", indicator="1A4_pcrh_te"),),
    (
        Deposit(
            PCRH,
            "correction",
            tuple(
                Line(("2024", area, ORDERS), value)
                for area, value in (("49", "24"), ("53", "12"), ("72", "1"), ("total", "41"))
            ),
        ),
    ),
    (),
)
"""The case that Vigie was made for: accepted, then corrected by its producer, and a night more."""


def draw(seed: int, nights: int = 40) -> list[Night]:
    """Return the nights of a season; on the first one, some sources have not worked yet.

    Args:
        seed: The same seed gives the same season.
        nights: How many nights, forty at least for every story to go to its end.
    """
    random = Random(seed)  # noqa: S311 a season is no secret
    busy = sorted(random.sample(range(1, nights - 1), BUSY_NIGHTS))
    season: list[list[Event]] = [[] for _ in range(nights)]
    season[0].extend(PortalFault(source, fault) for source, fault in NEVER_WORKED)
    season[random.choice(busy[BUSY_NIGHTS // 2 :])].extend(
        PortalBack(source) for source, _ in NEVER_WORKED
    )
    for story in _stories(random):
        for night, events in zip(_places(random, busy, len(story)), story, strict=True):
            season[night].extend(events)
    _add_after_new_year(random, season)
    for night, events in zip(_decided_nights(random, season), _decisions(random), strict=True):
        season[night].extend(events)
    return [tuple(events) for events in season]


def nights_to_run(season: Sequence[Night]) -> list[int]:
    """Return the nights on which the station runs: the others follow one that changed nothing.

    They are those on which something happens, the one after each, and the first of a year.
    """
    return [
        rank
        for rank, events in enumerate(season)
        if events or rank == NEW_YEAR_NIGHT or (rank and season[rank - 1])
    ]


def _places(random: Random, busy: Sequence[int], steps: int) -> list[int]:
    return sorted(random.sample(busy, steps))


def _stories(random: Random) -> list[Story]:
    return [
        _pcrh(random),
        _late_producer(random),
        [(_steady(random, "correction"),), (Redefined(STEADY_INDICATOR, "2025"),)],
        [(Unreadable(CARELESS),), (Deposit(CARELESS, "le même fichier, lisible"),)],
        _portal(random),
        [(Rebuilt(),)],
    ]


def _pcrh(random: Random) -> Story:
    """A collection that moves under a decision: it lapses, applies again, and lapses."""
    given_again = Deposit(PCRH, "les premiers chiffres, de nouveau")
    steps = [
        Deposit(PCRH, "correction", _pcrh_lines(random)),
        Deposit(PCRH, "correction de la correction", _pcrh_lines(random)),
        given_again,
        Deposit(PCRH, "détails corrigés, total oublié", _pcrh_lines(random, is_summed=False)),
    ]
    return [(step,) for step in steps]


def _pcrh_lines(random: Random, *, is_summed: bool = True) -> tuple[Line, ...]:
    parts = {code: random.randint(1, 80) for code in DEPARTMENTS}
    lines = [Line(("2024", code, ORDERS), str(value)) for code, value in parts.items()]
    if is_summed:
        lines.append(Line(("2024", "total", ORDERS), str(sum(parts.values()))))
    return tuple(lines)


def _late_producer(random: Random) -> Story:
    """A producer who is late, gives a new year, takes a value back, and gives it again."""
    year = _new_year(random)
    taken_back = Line(_late_key(random.choice(list(DEPARTMENTS)), "2023"), None)
    return [
        (Deposit(LATE, "premier dépôt, en retard"),),
        (Deposit(LATE, "une année de plus", year),),
        (Deposit(LATE, "une valeur reprise", (*year, taken_back)),),
        (Deposit(LATE, "la valeur reprise, rendue", year),),
    ]


def _new_year(random: Random) -> tuple[Line, ...]:
    before = {"44": 12265, "49": 7433, "53": 2842, "72": 4212, "85": 6517}
    parts = {code: round(value * random.uniform(0.95, 1.05)) for code, value in before.items()}
    lines = [Line(_late_key(code, "2024"), str(value)) for code, value in parts.items()]
    return (*lines, Line(_late_key("52", "2024"), str(sum(parts.values()))))


def _late_key(area: str, period: str) -> tuple[str, ...]:
    return (LATE_INDICATOR, area, period, *TOTAL)


def _steady(random: Random, why: str, period: str = "2024") -> Deposit:
    value = round(1361 * random.uniform(0.9, 1.1))
    return Deposit(STEADY, why, (Line((STEADY_INDICATOR, "52", period, *TOTAL), str(value)),))


def _portal(random: Random) -> Story:
    source, fault = random.choice(PORTAL_FAULTS)
    return [(PortalFault(source, fault),), (PortalBack(source),)]


def _add_after_new_year(random: Random, season: list[list[Event]]) -> None:
    """Have the steady producer give the year that has ended, once it has."""
    if len(season) > NEW_YEAR_NIGHT + 1:
        night = random.randrange(NEW_YEAR_NIGHT, len(season) - 1)
        season[night].append(_steady(random, "l'année qui vient de finir", period="2025"))


def _decided_nights(random: Random, season: Sequence[Night]) -> list[int]:
    """Return when decisions are signed: the founding one first, the rest once a night was run."""
    after = nights_to_run(season[:-1])[1:]
    return [0, *sorted(random.sample(after, 5))]


def _decisions(random: Random) -> list[Night]:
    others = ["valeur", "correction", "maintien", "exclusion", "rupture"]
    random.shuffle(others)
    return [
        (Decided("rupture", indicator="1A4_pcrh_te"),),
        *((Decided(choice, random.randrange(20)),) for choice in others),
    ]
