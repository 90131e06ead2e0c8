"""Every corpus of nights by its name, one seed at a time, so that processes can share them.

Here: ``stations`` are regions and the country as they are, with today's kinds; ``long`` is panels
of 2 to 20 periods, ``quiet`` their quiet nights alone, by Vigie alone, ``weak`` the same panels
with changes down to 5 %, ``elsewhere`` panels of producers that Vigie does not follow, ``unseen``
others that no constant ever saw; in ``left out`` each panel is judged twice, once with constants
that it had no part in.
Not here: their nights (``stations``, ``long_nights``), their commands (``__main__``, ``long``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from tests.benchmarks.breaks import changes, intensity, long_nights, stations
from tests.benchmarks.breaks.constants import policy_without
from tests.benchmarks.breaks.elsewhere import elsewhere, unseen
from tests.benchmarks.breaks.judges import METHODS, VIGIE, Alarm, Judge, judges_of, vigie
from tests.benchmarks.breaks.long_panels import LENGTHS, MADE_UP, REAL, Source
from tests.benchmarks.breaks.nights import Night, judged
from tests.benchmarks.breaks.score import Detection, Silence
from tests.benchmarks.breaks.station import Station

OTHERS = "Vigie, constants of other panels"
LEFT_OUT = "left out"
FEW_LENGTHS = ("2", "4-5", "15-20")


@dataclass(frozen=True)
class Counted:
    """What became of changes, and what rang on quiet nights."""

    detections: Sequence[Detection]
    silences: Sequence[Silence]


@dataclass(frozen=True)
class Asked:
    """What to look at of a corpus.

    Attributes:
        methods: Names of the methods.
        kinds: Kinds of changes; all of the corpus unless given.
        lengths: Classes of lengths.
        rounds: How many changes of each kind in a seed of ``stations``.
    """

    methods: Sequence[str] = tuple(METHODS)
    kinds: Collection[str] = ()
    lengths: Collection[str] = tuple(LENGTHS)
    rounds: int = 1


def _stations(seed: int, asked: Asked) -> Counted:
    night = stations.night(seed, asked.kinds or changes.KINDS, asked.rounds)
    return _counted([night], judges_of(asked.methods))


Nights = Callable[[int, Collection[str], Collection[str], Sequence[Source]], Iterator[Night]]


def _panels(
    nights: Nights,
    kinds: Collection[str],
    sources: Callable[[], Sequence[Source]],
    seed: int,
    asked: Asked,
) -> Counted:
    found = nights(seed, asked.kinds or kinds, asked.lengths, sources())
    return _counted(found, judges_of(asked.methods))


def _quiet(seed: int, asked: Asked) -> Counted:
    found = long_nights.long_nights(seed, (), asked.lengths, _seen())
    return _counted(found, judges_of([VIGIE]))


def _left_out(seed: int, asked: Asked) -> Counted:
    del asked
    found = [
        _counted(
            (
                replace(night, panel=source.name)
                for night in long_nights.long_nights(seed, long_nights.KINDS, FEW_LENGTHS, [source])
            ),
            {VIGIE: METHODS[VIGIE], OTHERS: _with_constants_of_others(source.name)},
        )
        for source in REAL
    ]
    return together(found)


def _with_constants_of_others(panel: str) -> Judge:
    def judge(night: Station) -> dict[str, list[Alarm]]:
        return {OTHERS: vigie(night, policy_without(panel))}

    return judge


def _counted(nights: Iterable[Night], judges: Mapping[str, Judge]) -> Counted:
    return together([Counted(*judged(night, judges)) for night in nights])


def together(parts: Iterable[Counted]) -> Counted:
    """Return the counts of some nights, put together."""
    parts = list(parts)
    return Counted(
        list(chain.from_iterable(part.detections for part in parts)),
        list(chain.from_iterable(part.silences for part in parts)),
    )


def _seen() -> Sequence[Source]:
    return *REAL, MADE_UP


ALL_LONG = (*long_nights.KINDS, long_nights.CROWDED)
CORPORA: Mapping[str, Callable[[int, Asked], Counted]] = {
    "stations": _stations,
    "long": partial(_panels, long_nights.long_nights, ALL_LONG, _seen),
    "quiet": _quiet,
    "weak": partial(_panels, long_nights.weak_nights, intensity.KINDS, _seen),
    "unseen": partial(_panels, long_nights.long_nights, ALL_LONG, unseen),
    "elsewhere": partial(_panels, long_nights.long_nights, ALL_LONG, elsewhere),
    LEFT_OUT: _left_out,
}


def run_seed(corpus: str, asked: Asked, seed: int) -> Counted:
    """Return what each method made of the nights of one seed of a corpus."""
    return CORPORA[corpus](seed, asked)


def run(tasks: Sequence[tuple[str, int]], asked: Asked, processes: int) -> dict[str, Counted]:
    """Return the counts of some seeds, by corpus.

    Args:
        tasks: Names of corpora, and seeds of theirs.
        asked: What to look at of them.
        processes: How many to start.
    """
    names = [corpus for corpus, _ in tasks]
    seeds = [seed for _, seed in tasks]
    with ProcessPoolExecutor(processes) as pool:
        found = list(pool.map(run_seed, names, [asked] * len(tasks), seeds))
    return {
        name: together(part for own, part in zip(names, found, strict=True) if own == name)
        for name in dict.fromkeys(names)
    }
