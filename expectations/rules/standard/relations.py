"""VCO and VMP as a suite asks them: do numbers of several cells agree?

Here: a relation compares two formulas on the cell and others; a mirror compares the cell with the
same fact told elsewhere. Either can be judged only where every number is there. Not here: whether a
cell agrees with itself (``coherence``), whether details add up (``sums``).
"""

from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.evidence_values import number_or_none
from expectations.rules.standard.terms import values_of
from expectations.rules.statements import EntryJudgement
from expectations.statistics.grouped import Floats
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import Mirror, Relation
from expectations.verdicts.table import Mask, Reason, choose, judged

ROUNDING = 1e-6
"""Numbers have six decimals: two that differ by less are the same."""


def relation_holds(subject: Subject, control: Relation, rows: Integers) -> EntryJudgement:
    """Return whether two formulas compare as told, for each of some cells."""
    terms = {name: values_of(subject, term, rows) for name, term in control.terms.items()}
    left, right = (
        np.broadcast_to(formula.of(terms), len(rows))
        for formula in (control.left_formula, control.right_formula)
    )
    unknown = ~(np.isfinite(left) & np.isfinite(right))
    holds = _compare(left, right, control)
    sign = {"<=": "≤", ">=": "≥"}.get(control.operator, control.operator)
    expected = f"{control.left} {sign} {control.right}"

    def tell(at: int) -> str:
        if unknown[at]:
            return f"Non comparé : il manque une valeur à « {expected} »."
        numbers = " ; ".join(
            f"{name} = {french.number(values[at])}" for name, values in terms.items()
        )
        sides = f" ({french.number(left[at])} d'un côté, {french.number(right[at])} de l'autre)"
        shown = sides if control.is_worked_out else ""
        return f"Constaté : {numbers}. Attendu : {expected}{shown}.".replace("_", " ")

    def prove(at: int) -> dict[str, Any]:
        return {
            "termes": {name: number_or_none(values[at]) for name, values in terms.items()},
            "attendu": expected,
            "gauche": number_or_none(left[at]),
            "droite": number_or_none(right[at]),
        }

    return EntryJudgement(judged(holds, unknown), why_unknown(subject, rows, unknown), tell, prove)


def mirror_agrees(subject: Subject, control: Mirror, rows: Integers) -> EntryJudgement:
    """Return whether the same fact told elsewhere agrees, for each of some cells."""
    cells = subject.observations.take(rows)
    value, other = cells["obs_value"].to_numpy(), values_of(subject, control.other, rows)
    tolerance = subject.thresholds("mirror_tolerance", cells["indicator"])
    unknown = ~(np.isfinite(value) & np.isfinite(other))
    gap = np.abs(value - other)
    agrees = gap <= tolerance * np.maximum(np.abs(value), np.abs(other)) + ROUNDING

    def tell(at: int) -> str:
        if unknown[at]:
            return "Non comparé : l'une des deux sources n'a pas de valeur."
        return (
            f"Ici {french.number(value[at])}, là {french.number(other[at])} ; "
            f"écart admis : {french.percent(100 * tolerance[at])}."
        )

    def prove(at: int) -> dict[str, Any]:
        return {
            "ici": number_or_none(value[at]),
            "la": number_or_none(other[at]),
            "tolerance": tolerance[at],
        }

    return EntryJudgement(judged(agrees, unknown), why_unknown(subject, rows, unknown), tell, prove)


def why_unknown(subject: Subject, rows: Integers, unknown: Mask) -> "pd.Categorical[str]":
    """Return why some cells could not be compared: their own value is missing, or another."""
    empty = np.isnan(subject.observations["obs_value"].to_numpy()[rows])
    return choose(
        [(unknown & empty, Reason.NO_VALUE), (unknown, Reason.NOT_COMPARED)], None, len(rows)
    )


def _compare(left: Floats, right: Floats, control: Relation) -> Mask:
    with np.errstate(invalid="ignore"):
        gap = left - right
        slack = control.tolerance + control.relative_tolerance * np.abs(right)
        compared: dict[str, Mask] = {
            "=": np.abs(gap) <= slack + ROUNDING,
            "<=": gap <= slack + ROUNDING,
            ">=": gap >= -slack - ROUNDING,
            "<": gap < slack,
            ">": gap > -slack,
        }
    return compared[control.operator]
