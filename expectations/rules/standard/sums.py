"""VAD as a suite asks it: do details that a steward lists add up to a total?

Here: details that are cells told one by one, the areas of a type, or the periods within that of the
total. Not here: those that the definition declares as breakdowns, which need no entry
(``aggregates``, which also says how a missing detail is read).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.standard.terms import rows_of, values_of
from expectations.rules.statements import EntryJudgement
from expectations.statistics.grouped import Floats
from expectations.subject.series import at_rows
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import Sum, Term
from expectations.verdicts.table import Mask, Reason, choose, judged


@dataclass(frozen=True)
class _Sums:
    """What the details of each of some cells make, beside its total.

    Attributes:
        total: The totals; NaN where there is none.
        known: Sum of the details that have a value.
        missing: How many details have none.
        details: How many there are.
        tolerance: Greatest gap accepted.
    """

    total: Floats
    known: Floats
    missing: Integers
    details: Integers
    tolerance: Floats

    def outcome(self) -> "pd.Categorical[str]":
        matches = np.abs(self.known - self.total) <= self.tolerance
        return judged(matches, self._unknown())

    def reason(self) -> "pd.Categorical[str]":
        unknown = self._unknown()
        return choose(
            [
                (unknown & np.isnan(self.total), Reason.NO_VALUE),
                (unknown & (self.missing == self.details), Reason.NO_DETAILS),
                (unknown, Reason.MISSING_DETAILS),
            ],
            None,
            len(self.total),
        )

    def sentence(self, at: int) -> str:
        if np.isnan(self.total[at]):
            return "Le total n'est pas connu."
        if self.missing[at] == self.details[at]:
            return f"Total : {french.number(self.total[at])} ; aucun détail n'a de valeur."
        lacking = f", dont {self.missing[at]} sans valeur" if self.missing[at] else ""
        return (
            f"Total : {french.number(self.total[at])} ; somme de {self.details[at]} "
            f"détails{lacking} : {french.number(self.known[at])}."
        )

    def evidence(self, at: int) -> dict[str, Any]:
        return {
            "total": None if np.isnan(self.total[at]) else float(self.total[at]),
            "known": float(self.known[at]),
            "missing": int(self.missing[at]),
            "details": int(self.details[at]),
        }

    def _unknown(self) -> Mask:
        falls_short = (self.missing > 0) & (self.known - self.total < -self.tolerance)
        unknown: Mask = np.isnan(self.total) | (self.missing == self.details) | falls_short
        return unknown


def declared_sum_holds(subject: Subject, control: Sum, rows: Integers) -> EntryJudgement:
    """Return whether the details of each of some cells add up to their total."""
    cells = subject.observations.take(rows)
    total = (
        cells["obs_value"].to_numpy()
        if control.total is None
        else np.full(len(rows), control.total)
    )
    tolerance = (
        subject.thresholds("aggregate_tolerance", cells["indicator"])
        if control.tolerance is None
        else np.full(len(rows), control.tolerance)
    )
    tolerance = tolerance + control.relative_tolerance * np.abs(total)
    sums = _Sums(total, *_summed(subject, control, rows), tolerance)
    return EntryJudgement(sums.outcome(), sums.reason(), sums.sentence, sums.evidence)


def _summed(subject: Subject, control: Sum, rows: Integers) -> tuple[Floats, Integers, Integers]:
    """Return, for each cell, the sum of the known details, how many are missing, and how many."""
    if control.area_type is not None:
        return _over_areas(subject, control.area_type, rows)
    columns = [
        _at_suffix(subject, term, rows, suffix)
        for term in control.details.values()
        for suffix in control.suffixes or ("",)
    ]
    values = np.array(columns).reshape(len(columns), len(rows))
    missing = np.isnan(values).sum(axis=0)
    return np.nansum(values, axis=0), missing, np.full(len(rows), len(columns))


def _at_suffix(subject: Subject, term: Term, rows: Integers, suffix: str) -> Floats:
    if not suffix:
        return values_of(subject, term, rows)
    periods = subject.index.categories["time_period"]
    within = periods.get_indexer(periods + suffix).astype(np.int64)
    codes = within[subject.index.codes["time_period"][rows]]
    found = rows_of(subject, term, rows, time_period=codes)
    return at_rows(subject.observations["obs_value"], found).to_numpy()


def _over_areas(
    subject: Subject, area_type: str, rows: Integers
) -> tuple[Floats, Integers, Integers]:
    """Sum cells over their areas: those that differ by their area only are details together."""
    keys = [
        subject.index.codes[name][rows]
        for name in ("indicator", "time_period", "breakdown", "category")
    ]
    group = np.unique(np.array(keys), axis=1, return_inverse=True)[1].ravel()
    areas = subject.observations["ref_area"].cat
    is_detail = areas.categories.str.startswith(f"{area_type}-")[areas.codes.to_numpy()[rows]]
    values = subject.observations["obs_value"].to_numpy()[rows]
    given = np.where(is_detail, np.nan_to_num(values), 0.0)
    sums = np.bincount(group, weights=given).astype(np.float64)
    missing = np.bincount(group, weights=is_detail & np.isnan(values)).astype(np.int64)
    details = np.bincount(group, weights=is_detail).astype(np.int64)
    return sums[group], missing[group], details[group]
