"""VAD as a suite asks it: do details that a steward lists add up to a total?

The details are cells told one by one, the areas of a type, or the periods within that of the total.
Those that the definition declares as breakdowns need no entry: they are for ``aggregates``, which
also says how a missing detail is read.
"""

from typing import Any

import numpy as np

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.standard.terms import Floats, rows_of, values_of
from expectations.rules.statements import Said
from expectations.subject.series import at_rows
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import Sum, Term
from expectations.verdicts.table import Outcome, Reason, choose


def declared_sum_holds(subject: Subject, control: Sum, rows: Integers) -> Said:
    """Return whether the details of each of some cells add up to their total."""
    cells = subject.observations.take(rows)
    values = cells["obs_value"].to_numpy()
    total = values if control.total is None else np.full(len(rows), control.total)
    tolerance = (
        subject.thresholds("aggregate_tolerance", cells["indicator"])
        if control.tolerance is None
        else np.full(len(rows), control.tolerance)
    )
    known, missing, details = _details(subject, control, rows)
    excess = known - total
    unknown = np.isnan(total) | (missing == details) | ((missing > 0) & (excess < -tolerance))
    outcome = choose(
        [(unknown, Outcome.NOT_EVALUATED), (np.abs(excess) <= tolerance, Outcome.PASS)],
        Outcome.FAIL,
        len(rows),
    )
    reason = choose(
        [
            (unknown & np.isnan(total), Reason.NO_VALUE),
            (unknown & (missing == details), Reason.NO_DETAILS),
            (unknown, Reason.MISSING_DETAILS),
        ],
        None,
        len(rows),
    )

    def tell(at: int) -> str:
        if np.isnan(total[at]):
            return "Le total n'est pas connu."
        lacking = f", dont {missing[at]} sans valeur" if missing[at] else ""
        return (
            f"Total : {french.number(total[at])} ; somme de {details[at]} détails{lacking} : "
            f"{french.number(known[at])}."
        )

    def prove(at: int) -> dict[str, Any]:
        return {
            "total": None if np.isnan(total[at]) else float(total[at]),
            "known": float(known[at]),
            "missing": int(missing[at]),
            "details": int(details[at]),
        }

    return Said(outcome, reason, tell, prove)


def _details(subject: Subject, control: Sum, rows: Integers) -> tuple[Floats, Integers, Integers]:
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
    known = np.bincount(group, weights=given).astype(np.float64)
    missing = np.bincount(group, weights=is_detail & np.isnan(values)).astype(np.int64)
    details = np.bincount(group, weights=is_detail).astype(np.int64)
    return known[group], missing[group], details[group]
