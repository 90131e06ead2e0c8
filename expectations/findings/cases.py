"""A case: the failing verdicts of one indicator and period that share one cause.

Here: which verdicts go together, which cells their cause reaches and which of them to show first.
What is only an information is never mixed with what holds: it joins a case that holds the same
cells, or makes one of its own. Not here: the words (``wording``), what a steward receives
(``roll_up``).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from expectations.cells.hierarchy import WHOLE_KEY, parts_of_wholes
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import FRACTION, KEY, normalise
from expectations.cells.statuses import ABSENT
from expectations.findings.compared import Basis
from expectations.findings.spans import periods_and_causes
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats
from expectations.statistics.priority import weight
from expectations.statistics.remainders import (
    is_carried,
    is_rest_of_rate_ordinary,
    is_rest_ordinary,
)
from expectations.suites.policy import load_policy
from expectations.verdicts.proofs import (
    ENTERED_EVERYWHERE,
    MEANT_PERIOD,
    MOVED_EVERYWHERE,
    SUMS,
    Verdict,
    evidence_of,
    period_before_of,
)
from expectations.verdicts.rules import RULES, Cause
from expectations.verdicts.table import Cell, Outcome, Severity


@dataclass(frozen=True)
class Case:
    """The failing verdicts of one cause.

    Attributes:
        verdicts: The failing verdicts, rows of the verdict table.
        cause: Whether the numbers contradict themselves, or the reporting seems to have changed.
        definition: The indicator.
        details: The parts of each whole of that indicator and its periods.
        numbers: Value and status of each observed cell of that indicator, its periods and those
            that they are compared with.
        fractions: Numerator and denominator of the cells of a rate, in all periods.
    """

    verdicts: Sequence[Verdict]
    cause: Cause
    definition: IndicatorDefinition
    details: Mapping[Cell, frozenset[Cell]]
    numbers: Mapping[Cell, tuple[str | None, str]]
    fractions: Mapping[Cell, tuple[float, float]]

    @property
    def holds(self) -> bool:
        """Whether its cells are kept from publication."""
        return any(Severity(row["severity"]).holds for row in self.verdicts)

    @property
    def time_period(self) -> str:
        """The period in doubt, the newest when there are several."""
        return str(self.verdicts[0]["time_period"])

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods that its verdicts are about, oldest first."""
        return tuple(sorted({str(row["time_period"]) for row in self.verdicts}))

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
    def wholes(self) -> frozenset[Cell]:
        """The totals in doubt as such: whatever is wrong with them reaches their details.

        A value that cannot be (VIR), or that does not agree with its own status (FDM, VCO), says
        nothing of the details; nor does a total that moved for what some of its details did, these
        being in doubt themselves.
        """
        doubtful = {Cell.of(row) for row in self.verdicts if RULES[row["rule"]].spreads}
        wholes = doubtful & self.details.keys()
        return frozenset(whole for whole in wholes if not self._is_explained(whole))

    @cached_property
    def _moves(self) -> Mapping[Cell, tuple[float, float]]:
        """The value before and after of each cell in doubt; none after is nothing."""
        return {
            Cell.of(row): (float(row["value_before"]), float(np.nan_to_num(row["value_after"])))
            for row in self.verdicts
            if pd.notna(row["value_before"])
        }

    def _is_explained(self, whole: Cell) -> bool:
        """Tell whether a total, but for details in doubt, moved as a table ordinarily does."""
        if self.cause == Cause.INCOHERENCE or whole not in self._moves:
            return False
        doubtful = [part for part in self.details[whole] if part in self._moves]
        same_area = [part for part in doubtful if part.ref_area == whole.ref_area]
        elsewhere = [part for part in doubtful if part.ref_area != whole.ref_area]
        return any(self._is_rest_ordinary(whole, parts) for parts in (same_area, elsewhere))

    def _is_rest_ordinary(self, whole: Cell, parts: Sequence[Cell]) -> bool:
        policy = load_policy().of(self.definition.id)
        if not parts:
            return False
        if self.definition.kind_of(whole.category) == "rate":
            ends = np.sum([self._fractions_of(part) for part in parts], axis=0)
            spread = spread_of(policy.ordinary_share_change)
            return is_rest_of_rate_ordinary(self._fractions_of(whole), ends, spread)
        return is_rest_ordinary(
            np.array(self._moves[whole]),
            np.sum([self._moves[part] for part in parts], axis=0),
            spread_of(policy.ordinary_common_growth),
            are_counts=self.definition.kind_of(whole.category) == "count",
        )

    def _fractions_of(self, cell: Cell) -> Floats:
        """Return the numerator and the denominator of a rate, before and after; NaN if unknown.

        What is no longer there is of nobody.
        """
        before = replace(cell, time_period=self._own_periods_before.get(cell, ""))
        value, _ = self.numbers.get(cell, (None, ABSENT))
        unknown = (np.nan, np.nan)
        now = self.fractions.get(cell, (0.0, 0.0) if value is None else unknown)
        return np.array([self.fractions.get(before, unknown), now])

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell that the cause reaches, sorted."""
        return tuple(sorted(self._doubtful | self.carried))

    @cached_property
    def _doubtful(self) -> frozenset[Cell]:
        """What fails, and the details of the totals that do."""
        failing = frozenset(Cell.of(row) for row in self.verdicts)
        return failing.union(*map(self._reached_details, self.wholes))

    @property
    def reached(self) -> frozenset[Cell]:
        """The details that are held for their totals alone: nothing else is said of them."""
        return self._doubtful - set(map(Cell.of, self.verdicts))

    @cached_property
    def carried(self) -> frozenset[Cell]:
        """The totals that moved beyond the ordinary for what their details in doubt did.

        Each may carry a total in turn.
        """
        if self.cause != Cause.REPORTING or not self.holds:
            return frozenset()
        carried: frozenset[Cell] = frozenset()
        while added := {
            whole
            for whole in self.details.keys() - self._doubtful - carried
            if self._is_carried(whole, self._doubtful | carried)
        }:
            carried |= added
        return carried

    def _is_carried(self, whole: Cell, doubtful: frozenset[Cell]) -> bool:
        parts = self.details[whole] & doubtful
        if not parts or self.definition.kind_of(whole.category) != "count":
            return False
        spread = spread_of(load_policy().of(self.definition.id).ordinary_common_growth)
        by_breakdown: dict[str, list[Cell]] = {}
        for part in parts:
            by_breakdown.setdefault(_breakdown(part, whole), []).append(part)
        return any(
            is_carried(
                self._ends_of(whole),
                np.sum([np.nan_to_num(self._ends_of(cell)) for cell in cells], axis=0),
                spread,
            )
            for cells in by_breakdown.values()
        )

    def _ends_of(self, cell: Cell) -> Floats:
        """Return the value of a cell one period before and now, NaN without one."""
        before = replace(cell, time_period=self._previous.get(cell.time_period, ""))
        values = (self.numbers.get(end, (None, ABSENT))[0] for end in (before, cell))
        return np.array([np.nan if value is None else float(value) for value in values])

    @cached_property
    def _previous(self) -> Mapping[str, str]:
        """The period that each period is compared with."""
        return {
            str(row["time_period"]): before
            for row in self.verdicts
            if basis_of(row) is Basis.PERIOD and (before := period_before_of(row))
        }

    def _reached_details(self, whole: Cell) -> frozenset[Cell]:
        """Return the details that what is wrong with a total reaches.

        A total that is not the sum of its categories may well be that of its areas; where the past
        of its details tells which of them may be wrong, the others are not reached.
        """
        rows = [
            row for row in self.verdicts if Cell.of(row) == whole and RULES[row["rule"]].spreads
        ]
        sums = [evidence_of(row).get(SUMS, []) for row in rows]
        if not all(sums):
            return self.details[whole]
        wrong = [
            summed for of_row in sums for summed in of_row if summed["outcome"] == Outcome.FAIL
        ]
        return frozenset(
            part
            for part in self.details[whole]
            if any(_may_be_wrong(part, whole, item) for item in wrong)
        )

    @cached_property
    def verdicts_of_headline(self) -> list[Verdict]:
        """The verdicts on the cell to show first: a total in doubt, else the greatest before."""
        verdicts: dict[Cell, list[Verdict]] = {}
        for row in self.verdicts:
            verdicts.setdefault(Cell.of(row), []).append(row)
        return verdicts[min(verdicts, key=lambda cell: self._rank(cell, verdicts[cell]))]

    @property
    def headline(self) -> Cell:
        """The cell to show first."""
        return Cell.of(self.verdicts_of_headline[0])

    @cached_property
    def lead(self) -> Verdict:
        """The one verdict that a title is made of: the gravest that compares two values."""
        ranks = list(Severity)
        return min(
            self.verdicts_of_headline,
            key=lambda row: (
                ranks.index(Severity(row["severity"])),
                basis_of(row) is Basis.NOTHING,
            ),
        )

    @property
    def basis(self) -> Basis:
        """What its title compares the value with."""
        return basis_of(self.lead)

    def weight(self) -> float:
        """Return the share of the published figure that the headline cell carries, from 0 to 1.

        The figure is the largest count of the period; of rates, which do not add up, all are alike.
        """
        values = [
            float(value)
            for cell, (value, _) in self.numbers.items()
            if value is not None and cell.time_period == self.time_period
        ]
        if self.definition.kind_of(self.headline.category) != "count" or not values:
            return 1.0
        before, after = (self._number_of_headline(name) for name in ("value_before", "value_after"))
        figure = max(values)
        return float(weight(before, after, max(figure, np.nan_to_num(before)), figure))

    def _number_of_headline(self, column: str) -> float:
        numbers = [float(row[column]) for row in self.verdicts_of_headline]
        return next((number for number in numbers if not np.isnan(number)), np.nan)

    @property
    def period_before(self) -> str | None:
        """The period that the headline cell is compared with by a rule that compares periods."""
        return next(filter(None, map(period_before_of, self.verdicts_of_headline)), None)

    @cached_property
    def periods_before(self) -> Mapping[Cell, str]:
        """The period that each cell is compared with, of those that are compared with one.

        What a verdict says of the cell itself; for a detail that its whole reaches, what is said of
        the whole.
        """
        here = self.period_before
        reached = {
            cell: here for cell in self.cells if here and cell.time_period == self.time_period
        }
        return {**reached, **self._own_periods_before}

    @cached_property
    def _own_periods_before(self) -> Mapping[Cell, str]:
        return {Cell.of(row): before for row in self.verdicts if (before := period_before_of(row))}

    def identity(self) -> str:
        """Return twelve hexadecimal digits that change when cells or numbers change.

        Publishing the numbers changes none: what then fails no more is not told from what does.
        """
        absent, lasting = (None, ABSENT), replace(self, verdicts=self._lasting_verdicts())
        befores = {
            (*Cell.of(row).key, _six_decimals(row["value_before"]))
            for row in lasting.verdicts
            if pd.notna(row["value_before"])
        }
        content = [
            self.cause,
            [[*cell.key, *self.numbers.get(cell, absent)] for cell in lasting.cells],
            sorted(befores),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def _lasting_verdicts(self) -> list[Verdict]:
        """Return those that last as long as what holds the longest; all of them when none does."""
        lasting = {code: rule.lasting for code, rule in RULES.items()}
        holding = [row for row in self.verdicts if Severity(row["severity"]).holds]
        longest = min(lasting[row["rule"]] for row in holding or self.verdicts)
        return [row for row in self.verdicts if not holding or lasting[row["rule"]] <= longest]

    def _rank(
        self, cell: Cell, verdicts: Sequence[Verdict]
    ) -> tuple[bool, bool, bool, float, float, bool, Cell]:
        before, after = (
            max((abs(row[side]) for row in verdicts if pd.notna(row[side])), default=0.0)
            for side in ("value_before", "value_after")
        )
        is_old, is_part = cell.time_period != self.time_period, cell not in self.wholes
        is_of_one = self._is_of_one_detail(cell)
        return (is_old, is_part, is_of_one, -before, -after, cell not in self.details, cell)

    def _is_of_one_detail(self, cell: Cell) -> bool:
        """Tell whether a total moved for what one of its details did, which says where to look."""
        if cell in self.wholes or cell not in self.details:
            return False
        return sum(part in self._moves for part in self.details[cell]) == 1


def basis_of(verdict: Verdict) -> Basis:
    """Return what a verdict compares its value with."""
    if RULES[verdict["rule"]].compares_releases:
        return Basis.RELEASE
    return Basis.PERIOD if period_before_of(verdict) else Basis.NOTHING


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
        whole = Case(
            verdicts=rows.sort_values("time_period", ascending=False, kind="stable").to_dict(
                "records"
            ),
            cause=Cause(str(cause)),
            definition=definitions[name],
            details=_of_places(details, places),
            numbers=_of_places(numbers, [(name, period) for period in {*periods, *before}]),
            fractions=fractions.get(name, {}),
        )
        yield from _split(whole)


Known = TypeVar("Known")


def _of_places(
    by_place: Mapping[tuple[str, str], Mapping[Cell, Known]], places: Sequence[tuple[str, str]]
) -> Mapping[Cell, Known]:
    """Return what is known of the cells of some indicators and periods, together."""
    first, *others = (by_place.get(place, {}) for place in places)
    return first if not others else {**first, **{k: v for some in others for k, v in some.items()}}


def _split(whole: Case) -> Iterator[Case]:
    """Give what holds, with what is known of the cells it holds, and what is only to be known.

    What enters or moves everywhere is an event by itself, with the totals that it moved, not one of
    the small things around it.
    """
    holding = [row for row in whole.verdicts if Severity(row["severity"]).holds]
    held = set(replace(whole, verdicts=holding).cells) if holding else set()
    others = [row for row in whole.verdicts if not Severity(row["severity"]).holds]
    beside = [row for row in others if Cell.of(row) in held]
    harmless = [row for row in others if Cell.of(row) not in held]
    entered = [row for row in harmless if ENTERED_EVERYWHERE in evidence_of(row)]
    of_moved = _reached_by_moves(whole, harmless)
    others = [row for row in harmless if ENTERED_EVERYWHERE not in evidence_of(row)]
    moved = [row for row in others if Cell.of(row) in of_moved]
    others = [row for row in others if Cell.of(row) not in of_moved]
    for together in ([*holding, *beside] if holding else [], entered, moved, others):
        if together:
            yield replace(whole, verdicts=together)


def _reached_by_moves(whole: Case, verdicts: Sequence[Verdict]) -> set[Cell]:
    """Return the cells of the categories that moved everywhere, and the totals of these."""
    reached = {Cell.of(row) for row in verdicts if MOVED_EVERYWHERE in evidence_of(row)}
    for _ in ("totals", "totals of totals"):
        reached |= {total for total, parts in whole.details.items() if reached & parts}
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


def _may_be_wrong(part: Cell, whole: Cell, summed: Mapping[str, Any]) -> bool:
    """Tell whether a detail may be what is wrong with a sum."""
    suspects = summed.get("suspects")
    if _breakdown(part, whole) != summed["parts"]:
        return False
    return suspects is None or [part.ref_area, part.category] in suspects


def _breakdown(part: Cell, whole: Cell) -> str:
    """Return the breakdown that makes a cell a part: the type of its area, or its categories."""
    is_category = part.ref_area == whole.ref_area
    return part.breakdown if is_category else part.area_type


def _six_decimals(value: float) -> str:
    return f"{value:.6f}"
