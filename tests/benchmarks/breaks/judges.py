"""What rings on a night: Vigie's own findings, and those that other methods' flags make.

Here: an alarm, and the judge of each method. A baseline flags cells; its findings are one an
indicator, and a flagged total holds its details, as Vigie's own findings do. Not here: the methods
of others (``baselines``), what counts as caught (``score``).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from expectations.findings.code_names import Names
from expectations.findings.roll_up import roll_up
from expectations.rules.evaluate import evaluate
from expectations.suites.policy import Policy, load_policy
from expectations.verdicts.table import Cell
from tests.benchmarks.breaks import baselines
from tests.benchmarks.breaks.station import Station

VIGIE = "Vigie"


@dataclass(frozen=True)
class Alarm:
    """A finding about a newest period.

    Attributes:
        indicator: Its indicator.
        cells: The cells it is about.
        title: What it says, in a few words.
        holds: Whether it holds them, or reports what is published.
    """

    indicator: str
    cells: frozenset[Cell]
    title: str = ""
    holds: bool = True


Judge = Callable[[Station], dict[str, list[Alarm]]]
"""What rings on a night, by the name of the method at each of its thresholds."""


def vigie(night: Station, policy: Policy | None = None) -> list[Alarm]:
    """Return the alarms of Vigie itself: its rules, its false discovery rate, its findings.

    Passing verdicts are not put in words, which decides nothing.

    Args:
        night: What it looks at.
        policy: Severities and thresholds; those of ``policy.yml`` unless given.
    """
    policy = (policy or load_policy()).model_copy(update={"verdicts_kept": 0})
    verdicts = evaluate(night.observations, night.definitions, policy)
    newest = verdicts["indicator"].map(night.newest_periods) == verdicts["time_period"]
    found = roll_up(verdicts[newest], night.observations, night.definitions, Names())
    return [
        Alarm(
            finding.indicator,
            frozenset(finding.cells),
            _said(finding.rules, finding.title),
            finding.holds,
        )
        for finding in found
    ]


def _said(rules: Iterable[str], title: str) -> str:
    return f"{'+'.join(rules)} {title}"


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


def held(alarms: Iterable[Alarm]) -> frozenset[Cell]:
    """Return every cell that some alarms hold."""
    return cells_of(alarm for alarm in alarms if alarm.holds)


def cells_of(alarms: Iterable[Alarm]) -> frozenset[Cell]:
    """Return every cell that some alarms are about, held or not."""
    return frozenset(cell for alarm in alarms for cell in alarm.cells)


def _with_details(indicator: str, flagged: pd.MultiIndex, night: Station) -> frozenset[Cell]:
    """Return flagged cells, and the details of the totals among them."""
    period = night.newest_periods[indicator]
    cells = frozenset(Cell(indicator, area, period, *rest) for area, *rest in flagged)
    return cells.union(*(night.parts.get(cell, frozenset()) for cell in cells))


METHODS: dict[str, Judge] = {
    VIGIE: lambda night: {VIGIE: vigie(night)},
    **{name: baseline(method) for name, method in baselines.METHODS.items()},
}
PUBLISHED = (
    VIGIE,
    *(name for method in baselines.METHODS.values() for name in method.published),
)
"""The methods as their sources set them."""


def judges_of(methods: Collection[str]) -> dict[str, Judge]:
    """Return the judges of some methods, by name."""
    return {name: METHODS[name] for name in methods}
