"""A case: the failing verdicts of one indicator and period that share one cause.

Here: which verdicts go together, and what tells a case from another. What is only an information is
never mixed with what holds: it joins a case that holds the same cells, or makes one of its own. Not
here: which cells the cause reaches (``reached_cells``) and which of them to show first
(``headline``), the words (``wording``), what a steward receives (``roll_up``).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import TypeVar

import numpy as np
import pandas as pd

from expectations.cells.hierarchy import WHOLE_KEY, parts_of_wholes
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import FRACTION, KEY, normalise
from expectations.cells.statuses import ABSENT
from expectations.findings.headline import Headline
from expectations.findings.reached_cells import Reach, Surroundings, holds
from expectations.findings.spans import periods_and_causes
from expectations.verdicts.proofs import (
    ENTERED_EVERYWHERE,
    EVENT,
    MEANT_PERIOD,
    MOVED_EVERYWHERE,
    Verdict,
    evidence_of,
)
from expectations.verdicts.rules import RULES, Cause
from expectations.verdicts.table import Cell, Outcome

Fact = TypeVar("Fact")


@dataclass(frozen=True)
class Case:
    """The failing verdicts of one cause.

    Attributes:
        verdicts: The failing verdicts, rows of the verdict table.
        cause: Whether the numbers contradict themselves, or the reporting seems to have changed.
        around: What is known around them.
        is_event_apart: Whether what their table did as a whole is told by another one.
    """

    verdicts: Sequence[Verdict]
    cause: Cause
    around: Surroundings
    is_event_apart: bool = False

    @property
    def definition(self) -> IndicatorDefinition:
        """The indicator."""
        return self.around.definition

    @property
    def holds(self) -> bool:
        """Whether its cells are kept from publication."""
        return any(map(holds, self.verdicts))

    @property
    def time_period(self) -> str:
        """The period in doubt, the newest when there are several."""
        return str(self.verdicts[0]["time_period"])

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods that its verdicts are about, oldest first."""
        return tuple(sorted({str(row["time_period"]) for row in self.verdicts}))

    @cached_property
    def reach(self) -> Reach:
        """The cells that the cause reaches."""
        return Reach(self.verdicts, self.cause, self.around)

    @cached_property
    def headline(self) -> Headline:
        """The cell to show first."""
        return Headline.of(self.reach, self.time_period)

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """What each period that is spelt another way seems to mean."""
        spelt = {
            str(row["time_period"]): str(meant)
            for row in self.verdicts
            if (meant := evidence_of(row).get(MEANT_PERIOD))
        }
        return dict(sorted(spelt.items(), key=itemgetter(1, 0)))

    @cached_property
    def periods_before(self) -> Mapping[Cell, str]:
        """The period that each cell is compared with, of those that are compared with one.

        What a verdict says of the cell itself; for a detail that its whole reaches, what is said of
        the whole.
        """
        before = self.headline.period_before
        reached = {
            cell: before
            for cell in self.reach.cells
            if before and cell.time_period == self.time_period
        }
        return {**reached, **self.reach.periods_before}

    def identity(self) -> str:
        """Return twelve hexadecimal digits that change when cells or numbers change.

        Publishing the numbers changes none: what then fails no more is not told from what does.
        """
        absent, verdicts = (None, ABSENT), self._lasting_verdicts()
        befores = {
            (*Cell.of(row).key, _six_decimals(row["value_before"]))
            for row in verdicts
            if pd.notna(row["value_before"])
        }
        content = [
            self.cause,
            [
                [*cell.key, *self.around.numbers.get(cell, absent)]
                for cell in replace(self.reach, verdicts=verdicts).cells
            ],
            sorted(befores),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def _lasting_verdicts(self) -> list[Verdict]:
        """Return those that last as long as what holds the longest; all of them when none does."""
        lasting = {code: rule.lasting for code, rule in RULES.items()}
        holding = [row for row in self.verdicts if holds(row)]
        longest = min(lasting[row["rule"]] for row in holding or self.verdicts)
        return [row for row in self.verdicts if not holding or lasting[row["rule"]] <= longest]


def cases(
    verdicts: pd.DataFrame,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> Iterator[Case]:
    """Give the cases of a night: one per indicator, period and cause; see ``spans`` for periods.

    Args:
        verdicts: The table of ``evaluate``.
        observations: The observations that it speaks of.
        definitions: The indicators, by id.
    """
    failing = verdicts[verdicts["outcome"] == Outcome.FAIL]
    numbers = _numbers(normalise(observations))
    fractions = _fractions(observations, failing, definitions)
    cells = pd.concat([observations[KEY], failing[KEY]]).drop_duplicates(ignore_index=True)
    details = _details(cells, failing, definitions)
    under = periods_and_causes(failing, observations)
    for (indicator, _, cause), rows in failing.groupby(
        [failing["indicator"], under["period"], under["cause"]]
    ):
        name = str(indicator)
        periods = rows["time_period"].astype("str").unique()
        before = rows["period_before"].dropna().astype("str").unique()
        places = [(name, period) for period in periods]
        around = Surroundings(
            definition=definitions[name],
            details=_of_places(details, places),
            numbers=_of_places(numbers, [(name, period) for period in {*periods, *before}]),
            fractions=fractions.get(name, {}),
        )
        newest_first = rows.sort_values("time_period", ascending=False, kind="stable")
        yield from _split(Case(newest_first.to_dict("records"), Cause(str(cause)), around))


def _of_places(
    by_place: Mapping[tuple[str, str], Mapping[Cell, Fact]], places: Sequence[tuple[str, str]]
) -> Mapping[Cell, Fact]:
    """Return what is known of the cells of some indicators and periods, together."""
    together: dict[Cell, Fact] = {}
    for place in places:
        together |= by_place.get(place, {})
    return together


def _split(whole: Case) -> Iterator[Case]:
    """Give what holds, with what is known of the cells it holds, and what is only to be known.

    What enters or moves everywhere is an event by itself, with the totals that it moved, not one of
    the small things around it.
    """
    holding = [row for row in whole.verdicts if holds(row)]
    held = set(replace(whole.reach, verdicts=holding).cells) if holding else set()
    others = [row for row in whole.verdicts if not holds(row)]
    beside = [row for row in others if Cell.of(row) in held]
    harmless = [row for row in others if Cell.of(row) not in held]
    entered = [row for row in harmless if ENTERED_EVERYWHERE in evidence_of(row)]
    of_moved = _reached_by_moves(whole, harmless)
    others = [row for row in harmless if ENTERED_EVERYWHERE not in evidence_of(row)]
    moved = [row for row in others if Cell.of(row) in of_moved]
    others = [row for row in others if Cell.of(row) not in of_moved]
    if holding:
        is_apart = any(EVENT in evidence_of(row) for row in others)
        yield replace(whole, verdicts=[*holding, *beside], is_event_apart=is_apart)
    for together in (entered, moved, others):
        if together:
            yield replace(whole, verdicts=together)


def _reached_by_moves(whole: Case, verdicts: Sequence[Verdict]) -> set[Cell]:
    """Return the cells of the categories that moved everywhere, and the totals of these."""
    reached = {Cell.of(row) for row in verdicts if MOVED_EVERYWHERE in evidence_of(row)}
    for _ in ("totals", "totals of totals"):
        reached |= {total for total, parts in whole.around.details.items() if reached & parts}
    return reached


def _numbers(
    observations: pd.DataFrame,
) -> dict[tuple[str, str], dict[Cell, tuple[str | None, str]]]:
    numbers: dict[tuple[str, str], dict[Cell, tuple[str | None, str]]] = {}
    columns = observations[[*KEY, "obs_value", "obs_status"]]
    for *key, value, status in columns.itertuples(index=False, name=None):
        cell = Cell(*key)
        here = numbers.setdefault((cell.indicator, cell.time_period), {})
        here[cell] = (None if pd.isna(value) else _six_decimals(value), str(status))
    return numbers


def _fractions(
    observations: pd.DataFrame,
    failing: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> dict[str, dict[Cell, tuple[float, float]]]:
    """Return numerator and denominator of the cells of the rates that fail, by indicator."""
    names = failing["indicator"].unique()
    rates = [name for name in names if definitions[name].value_kind == "rate"]
    rows = observations[observations["indicator"].isin(rates)].dropna(subset=[*FRACTION])
    fractions: dict[str, dict[Cell, tuple[float, float]]] = {}
    for *key, numerator, denominator in rows[[*KEY, *FRACTION]].itertuples(index=False, name=None):
        fractions.setdefault(key[0], {})[Cell(*key)] = (float(numerator), float(denominator))
    return fractions


def _details(
    cells: pd.DataFrame, failing: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> dict[tuple[str, str], dict[Cell, frozenset[Cell]]]:
    """Return the parts of each whole that fails, or is one of a part that does, and so on up."""
    parts = parts_of_wholes(cells, definitions)
    parts = parts[parts["whole_row"] >= 0]
    of_part, of_whole = (parts[name].to_numpy() for name in ("part_row", "whole_row"))
    failing_keys = set(failing[KEY].itertuples(index=False, name=None))
    keys = cells[KEY].itertuples(index=False, name=None)
    is_wanted = np.array([key in failing_keys for key in keys], dtype=bool)
    while not is_wanted[added := of_whole[is_wanted[of_part]]].all():
        is_wanted[added] = True
    parts = parts[is_wanted[of_whole]]
    details: dict[tuple[str, str], dict[Cell, frozenset[Cell]]] = {}
    for key, rows in parts.groupby(WHOLE_KEY, observed=True):
        whole = Cell(*map(str, key))
        found = frozenset(Cell(*part) for part in rows[KEY].itertuples(index=False, name=None))
        here = details.setdefault((whole.indicator, whole.time_period), {})
        here[whole] = here.get(whole, frozenset()) | found
    return details


def _six_decimals(value: float) -> str:
    return f"{value:.6f}"
