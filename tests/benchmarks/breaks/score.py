"""What was caught, what was not, and what rang for nothing.

**A change is detected** when the night holds, in the newest period, at least one cell that the
change concerns and that the same night without the change would not have held: an alarm that would
have rung anyway detects nothing. Held is what a finding of severity Error or Warning covers.

**A false finding** is a holding finding about the newest period of a night on which nothing was
changed, or on which what changed is genuine; indicators whose real numbers have a known fault do
not count. Findings with one cause (``findings.causes``: one file, the same places) are one
false alarm, per thousand cells of the newest periods.

A baseline flags cells; its findings are one an indicator, put together by cause, and a flagged
total holds its details, as Vigie's own findings do.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from expectations.findings.causes import by_cause
from expectations.findings.code_names import Names
from expectations.findings.roll_up import roll_up
from expectations.rules.evaluate import evaluate
from expectations.suites.policy import load_policy
from expectations.verdicts.table import Cell
from tests.benchmarks.breaks import baselines, changes, genuine
from tests.benchmarks.breaks.code_lists import with_codes_of
from tests.benchmarks.breaks.panels import REGIONS, station
from tests.benchmarks.breaks.station import Station

TUNING_SEEDS = range(100)
HELD_OUT_SEEDS = range(1030, 1100)
YEARS = (2009, 2024)
VIGIE = "Vigie"
UNCHANGED = "unchanged"
REAL_EVENT = "nursing_schools"
GENUINE = (UNCHANGED, REAL_EVENT, *genuine.KINDS)


@dataclass(frozen=True)
class Alarm:
    """A holding finding about a newest period.

    Attributes:
        indicator: Its indicator.
        cells: The cells it holds.
        told: What it says, in a few words.
    """

    indicator: str
    cells: frozenset[Cell]
    told: str = ""


Judge = Callable[[Station], dict[str, list[Alarm]]]
"""What rings on a night, by the name of the method at each of its thresholds."""


@dataclass(frozen=True)
class Detection:
    """Whether one method caught one change."""

    method: str
    seed: int
    kind: str
    is_told: bool
    is_caught: bool
    story: str


@dataclass(frozen=True)
class Silence:
    """How often one method rang on a night where nothing was wrong."""

    method: str
    seed: int
    kind: str
    cells: int
    alarms: Sequence[Alarm]


def vigie(night: Station) -> list[Alarm]:
    """Return the alarms of Vigie itself: its rules, its false discovery rate, its findings.

    Passing verdicts are not put in words, which decides nothing.
    """
    policy = load_policy().model_copy(update={"verdicts_kept": 0})
    verdicts = evaluate(night.observations, night.definitions, policy)
    newest = verdicts["indicator"].map(night.newest_periods) == verdicts["time_period"]
    found = roll_up(verdicts[newest], night.observations, night.definitions, Names())
    return [
        Alarm(it.indicator, frozenset(it.cells), f"{'+'.join(it.rules)} {it.title}")
        for it in found
        if it.holds
    ]


def baseline(method: baselines.Method) -> Judge:
    """Return the judge of a method that scores the newest values of series."""

    def judge(night: Station) -> dict[str, list[Alarm]]:
        scores = {name: method.score(wide.to_numpy()) for name, wide in night.series.items()}
        return {
            variant: [
                Alarm(name, _with_details(name, night.series[name].index[flagged], night))
                for name, odd in scores.items()
                for flagged in [odd > threshold]
                if flagged.any()
            ]
            for variant, threshold in method.thresholds.items()
        }

    return judge


METHODS: dict[str, Judge] = {
    VIGIE: lambda night: {VIGIE: vigie(night)},
    **{name: baseline(method) for name, method in baselines.METHODS.items()},
}
PUBLISHED = (VIGIE, *(name for it in baselines.METHODS.values() for name in it.published))
"""The methods as their sources set them."""


def run_seed(
    seed: int, kinds: Iterable[str], rounds: int, methods: Collection[str]
) -> tuple[list[Detection], list[Silence]]:
    """Return what each method caught, and rang for, on the nights of one seed.

    Args:
        seed: Draws the station, and what happens to it.
        kinds: The reporting changes to try; the genuine ones are always tried.
        rounds: How many changes of each kind.
        methods: Names of the methods.
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
        (name, change)
        for name in kinds
        for _ in range(rounds)
        for change in [changes.KINDS[name](usual, rng)]
        if change is not None
    ]
    detections, silences = [], []
    with with_codes_of(quiet[REAL_EVENT].observations):
        for method in methods:
            judge = METHODS[method]
            nights = {name: judge(night) for name, night in quiet.items()}
            silences += [
                Silence(variant, seed, name, len(quiet[name].newest), _undeserved(alarms, usual))
                for name, told in nights.items()
                for variant, alarms in told.items()
            ]
            for kind, change in made:
                told = judge(change.station if method == VIGIE else change.concerned)
                detections += [
                    Detection(variant, seed, kind, change.is_told, caught, change.story)
                    for variant, alarms in told.items()
                    for already in [_held(nights[UNCHANGED][variant])]
                    for caught in [is_caught(alarms, change.cells, already)]
                ]
    return detections, silences


def _held(alarms: Iterable[Alarm]) -> frozenset[Cell]:
    return frozenset(cell for alarm in alarms for cell in alarm.cells)


def is_caught(alarms: Iterable[Alarm], changed: frozenset[Cell], already: frozenset[Cell]) -> bool:
    """Tell whether alarms hold a changed cell that was not held already."""
    return any(alarm.cells & changed - already for alarm in alarms)


def _undeserved(alarms: list[Alarm], night: Station) -> list[Alarm]:
    """Return one alarm a cause, of those that ring in indicators without a known fault."""
    files: dict[str, set[str]] = {}
    for file, indicators in night.files.items():
        for indicator in indicators:
            files.setdefault(indicator, set()).add(file)
    undeserved = [alarm for alarm in alarms if alarm.indicator not in night.deserved]
    return [leader for leader, *_ in by_cause(undeserved, files)]


def _with_details(indicator: str, flagged: pd.MultiIndex, night: Station) -> frozenset[Cell]:
    """Return flagged cells, and the details of the totals among them."""
    period = night.newest_periods[indicator]
    cells = frozenset(Cell(indicator, area, period, *rest) for area, *rest in flagged)
    return cells.union(*(night.parts.get(cell, frozenset()) for cell in cells))


def recalls(detections: Sequence[Detection], methods: Sequence[str] = PUBLISHED) -> pd.DataFrame:
    """Return the share of changes caught: a row a kind and one for all, a column a method."""
    table = pd.DataFrame(detections)
    table = table[table["method"].isin(methods)]
    by_kind = table.pivot_table("is_caught", "kind", "method", sort=False)
    untold = table[~table["is_told"]]
    by_kind.loc["numbers alone"] = untold.groupby("method")["is_caught"].mean()
    by_kind.loc["all"] = table.groupby("method")["is_caught"].mean()
    return by_kind[[method for method in methods if method in by_kind]]


def false_findings(silences: Sequence[Silence], methods: Sequence[str] = PUBLISHED) -> pd.DataFrame:
    """Return the false findings per thousand cells: a row a kind of night and one for all."""
    table = pd.DataFrame(
        [(it.method, it.kind, it.cells, len(it.alarms)) for it in silences],
        columns=["method", "kind", "cells", "alarms"],
    )
    table = table[table["method"].isin(methods)]
    measured = ["cells", "alarms"]
    sums = table.groupby(["kind", "method"], sort=False)[measured].sum()
    rates = (1000 * sums["alarms"] / sums["cells"]).unstack("method")
    whole = table.groupby("method")[measured].sum()
    rates.loc["all"] = 1000 * whole["alarms"] / whole["cells"]
    return rates[[method for method in methods if method in rates]]


def as_silent(
    detections: Sequence[Detection], silences: Sequence[Silence], most: float
) -> list[str]:
    """Return Vigie, and each other method at the threshold where it catches most.

    Args:
        detections: What became of the changes.
        silences: What rang on the nights where nothing was wrong.
        most: False findings per thousand cells that are allowed; a method that rings more at every
            threshold is left out.
    """
    known = {it.method for it in silences}
    chosen = [VIGIE]
    for method in baselines.METHODS.values():
        rates = false_findings(silences, [name for name in method.thresholds if name in known])
        quiet = [str(name) for name in rates if rates.loc["all", name] <= most]
        if quiet:
            chosen.append(str(recalls(detections, quiet).loc["all"].idxmax()))
    return chosen
