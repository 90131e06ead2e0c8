"""Which cells the cause of some failing verdicts reaches.

Here: what fails; below a total in doubt, the details that may be what is wrong; above details in
doubt, the totals that they moved. Not here: which verdicts go together (``cases``), which of the
cells to show first (``headline``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.statuses import ABSENT
from expectations.findings.compared import Basis
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats
from expectations.statistics.remainders import (
    is_carried,
    is_rest_of_rate_ordinary,
    is_rest_ordinary,
    made_by,
)
from expectations.suites.policy import load_policy
from expectations.verdicts.proofs import (
    GROWTH,
    SPREAD,
    SUMS,
    Verdict,
    evidence_of,
    period_before_of,
)
from expectations.verdicts.rules import RULES, Cause
from expectations.verdicts.table import Cell, Outcome, Severity


@dataclass(frozen=True)
class Surroundings:
    """What is known of the indicator of some failing verdicts, around them.

    Attributes:
        definition: The indicator.
        details: The parts of each whole of that indicator and its periods.
        numbers: Value and status of each observed cell of that indicator, its periods and those
            that they are compared with.
        fractions: Numerator and denominator of the cells of a rate, in all periods.
    """

    definition: IndicatorDefinition
    details: Mapping[Cell, frozenset[Cell]]
    numbers: Mapping[Cell, tuple[str | None, str]]
    fractions: Mapping[Cell, tuple[float, float]]


@dataclass(frozen=True)
class Reach:
    """The cells that one cause reaches.

    Attributes:
        verdicts: The failing verdicts.
        cause: What they come from.
        around: What is known around them.
    """

    verdicts: Sequence[Verdict]
    cause: Cause
    around: Surroundings

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell that the cause reaches, sorted."""
        return tuple(sorted(self._doubtful | self.carried))

    @cached_property
    def wholes(self) -> frozenset[Cell]:
        """The totals in doubt as such: whatever is wrong with them reaches their details.

        A value that cannot be (VIR), or that does not agree with its own status (FDM, VCO), says
        nothing of the details; nor does a total that moved for what some of its details did, these
        being in doubt themselves.
        """
        doubtful = {Cell.of(row) for row in self.verdicts if RULES[row["rule"]].spreads}
        wholes = doubtful & self.around.details.keys()
        return frozenset(whole for whole in wholes if not self._is_explained(whole))

    @cached_property
    def carried(self) -> frozenset[Cell]:
        """The totals that moved beyond the ordinary for what their details in doubt did.

        Each may carry a total in turn.
        """
        if self.cause != Cause.REPORTING or not any(map(holds, self.verdicts)):
            return frozenset()
        carried: frozenset[Cell] = frozenset()
        while added := {
            whole
            for whole in self.around.details.keys() - self._doubtful - carried
            if self._is_carried(whole, self._doubtful | carried)
        }:
            carried |= added
        return carried

    @property
    def reached(self) -> frozenset[Cell]:
        """The details that are held for their totals alone: nothing else is said of them."""
        return self._doubtful - set(map(Cell.of, self.verdicts))

    @cached_property
    def moves(self) -> Mapping[Cell, tuple[float, float]]:
        """The value before and after of each cell in doubt; none after is nothing."""
        return {
            Cell.of(row): (float(row["value_before"]), float(np.nan_to_num(row["value_after"])))
            for row in self.verdicts
            if pd.notna(row["value_before"])
        }

    @cached_property
    def periods_before(self) -> Mapping[Cell, str]:
        """The period that each cell that fails is compared with, if any."""
        return {Cell.of(row): before for row in self.verdicts if (before := period_before_of(row))}

    @cached_property
    def _doubtful(self) -> frozenset[Cell]:
        """What fails, and the details of the totals that do."""
        failing = frozenset(map(Cell.of, self.verdicts))
        return failing.union(*map(self._reached_details, self.wholes))

    def _reached_details(self, whole: Cell) -> frozenset[Cell]:
        """Return the details that what is wrong with a total reaches."""
        rows = [
            row for row in self.verdicts if Cell.of(row) == whole and RULES[row["rule"]].spreads
        ]
        return frozenset().union(*(self._details_behind(row, whole) for row in rows))

    def _details_behind(self, row: Verdict, whole: Cell) -> frozenset[Cell]:
        """Return the details that may be what one verdict says of their total.

        A total that is not the sum of its categories may well be that of its areas; where the past
        of its details tells which of them may be wrong, the others are not reached.
        """
        details, evidence = self.around.details[whole], evidence_of(row)
        if sums := evidence.get(SUMS):
            wrong = [item for item in sums if item["outcome"] == Outcome.FAIL]
            return frozenset(
                part for part in details if any(_may_be_wrong(part, whole, item) for item in wrong)
            )
        if GROWTH in evidence and self.around.definition.kind_of(whole.category) == "count":
            return self._makers(whole, evidence[SPREAD], evidence[GROWTH])
        return details

    def _makers(self, whole: Cell, spread: float, growth: float) -> frozenset[Cell]:
        """Return the details that made a total depart from the growth expected, by breakdown."""
        makers: set[Cell] = set()
        for parts in _by_breakdown(self.around.details[whole], whole):
            ends = np.transpose([np.nan_to_num(self._ends_of(part)) for part in parts])
            made = made_by(self._ends_of(whole), ends, spread, growth)
            makers.update(part for part, is_maker in zip(parts, made, strict=True) if is_maker)
        return frozenset(makers)

    def _is_explained(self, whole: Cell) -> bool:
        """Tell whether a total, but for details in doubt, moved as a table ordinarily does."""
        if self.cause == Cause.INCOHERENCE or whole not in self.moves:
            return False
        doubtful = [part for part in self.around.details[whole] if part in self.moves]
        same_area = [part for part in doubtful if part.ref_area == whole.ref_area]
        elsewhere = [part for part in doubtful if part.ref_area != whole.ref_area]
        return any(self._is_rest_ordinary(whole, parts) for parts in (same_area, elsewhere))

    def _is_rest_ordinary(self, whole: Cell, parts: Sequence[Cell]) -> bool:
        definition = self.around.definition
        policy = load_policy().of(definition.id)
        if not parts:
            return False
        if definition.kind_of(whole.category) == "rate":
            ends = np.sum([self._fractions_of(part) for part in parts], axis=0)
            spread = spread_of(policy.ordinary_share_change)
            return is_rest_of_rate_ordinary(self._fractions_of(whole), ends, spread)
        return is_rest_ordinary(
            np.array(self.moves[whole]),
            np.sum([self.moves[part] for part in parts], axis=0),
            spread_of(policy.ordinary_common_growth),
            are_counts=definition.kind_of(whole.category) == "count",
        )

    def _fractions_of(self, cell: Cell) -> Floats:
        """Return the numerator and the denominator of a rate, before and after; NaN if unknown.

        What is no longer there is of nobody.
        """
        before = replace(cell, time_period=self.periods_before.get(cell, ""))
        value, _ = self.around.numbers.get(cell, (None, ABSENT))
        unknown = (np.nan, np.nan)
        now = self.around.fractions.get(cell, (0.0, 0.0) if value is None else unknown)
        return np.array([self.around.fractions.get(before, unknown), now])

    def _is_carried(self, whole: Cell, doubtful: frozenset[Cell]) -> bool:
        definition = self.around.definition
        parts = self.around.details[whole] & doubtful
        if not parts or definition.kind_of(whole.category) != "count":
            return False
        spread = spread_of(load_policy().of(definition.id).ordinary_common_growth)
        return any(
            is_carried(
                self._ends_of(whole),
                np.sum([np.nan_to_num(self._ends_of(cell)) for cell in cells], axis=0),
                spread,
            )
            for cells in _by_breakdown(parts, whole)
        )

    def _ends_of(self, cell: Cell) -> Floats:
        """Return the value of a cell one period before and now, NaN without one."""
        before = replace(cell, time_period=self._previous.get(cell.time_period, ""))
        values = (self.around.numbers.get(end, (None, ABSENT))[0] for end in (before, cell))
        return np.array([np.nan if value is None else float(value) for value in values])

    @cached_property
    def _previous(self) -> Mapping[str, str]:
        """The period that each period is compared with."""
        return {
            str(row["time_period"]): before
            for row in self.verdicts
            if Basis.of(row) is Basis.PERIOD and (before := period_before_of(row))
        }


def holds(verdict: Verdict) -> bool:
    """Tell whether a verdict keeps its cell from publication."""
    return Severity(verdict["severity"]).holds


def _may_be_wrong(part: Cell, whole: Cell, summed: Mapping[str, Any]) -> bool:
    """Tell whether a detail may be what is wrong with a sum."""
    suspects = summed.get("suspects")
    if _breakdown(part, whole) != summed["parts"]:
        return False
    return suspects is None or [part.ref_area, part.category] in suspects


def _by_breakdown(parts: Iterable[Cell], whole: Cell) -> Iterable[list[Cell]]:
    """Return the parts of a total, those of one breakdown together."""
    found: dict[str, list[Cell]] = {}
    for part in sorted(parts):
        found.setdefault(_breakdown(part, whole), []).append(part)
    return found.values()


def _breakdown(part: Cell, whole: Cell) -> str:
    """Return the breakdown that makes a cell a part: the type of its area, or its categories."""
    return part.breakdown if part.ref_area == whole.ref_area else part.area_type
