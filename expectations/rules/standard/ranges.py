"""VIR: is a value one that can exist?

Here: the interval is the indicator's definition: 0 to 100 for a rate, from 0 for a count, unless
told otherwise; a suite may ask for a narrower one, for some cells. Not here: whether a possible
value is also *likely* (``past``, ``reporting.breaks``, ``reporting.linked``).
"""

from typing import Any

import numpy as np

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.evidence_values import number_or_none
from expectations.rules.statements import EntryJudgement
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import Range
from expectations.verdicts.table import Judgement, Reason, Row, choose, judged


def values_in_range(subject: Subject) -> Judgement:
    """Return VIR for every cell; an empty one cannot be evaluated."""
    observations = subject.observations
    bounds = subject.of_category(observations, lambda item, category: item.range_of(category))
    least, greatest = bounds.reshape(-1, 2).T
    values = observations["obs_value"].to_numpy()
    inside = np.isfinite(values) & (values >= least) & (values <= greatest)
    empty = np.isnan(values)
    cells = observations.assign(
        value_after=subject.finite_values,
        least=least,
        greatest=greatest,
        outcome=judged(inside, empty),
        reason=choose([(empty, Reason.NO_VALUE)], None, len(values)),
    )
    return Judgement("VIR", cells, subject.severities("VIR", cells), _sentence, _evidence)


def values_in_stated_range(subject: Subject, control: Range, rows: Integers) -> EntryJudgement:
    """Return whether each of some cells is in the interval of a suite."""
    values = subject.observations["obs_value"].to_numpy()[rows]
    empty = np.isnan(values)
    inside = (values >= control.least) & (values <= control.most)
    return EntryJudgement(
        judged(inside, empty),
        choose([(empty, Reason.NO_VALUE)], None, len(rows)),
        lambda at: "" if empty[at] else f"Constaté : {_shown(values[at])}.",
        lambda _: {
            "minimum": number_or_none(control.least),
            "maximum": number_or_none(control.most),
        },
    )


def bounds(least: float, greatest: float) -> str:
    """Return an interval in French: ``au moins 3``, ``entre 3 et 5``."""
    if np.isinf(greatest):
        return f"au moins {french.number(least)}"
    if np.isinf(least):
        return f"au plus {french.number(greatest)}"
    return f"entre {french.number(least)} et {french.number(greatest)}"


def _shown(value: float) -> str:
    return french.number(value) if np.isfinite(value) else "un nombre infini"


def _evidence(row: Row) -> dict[str, Any]:
    return {"minimum": number_or_none(row["least"]), "maximum": number_or_none(row["greatest"])}


def _sentence(row: Row) -> str:
    value, least, greatest = row["obs_value"], row["least"], row["greatest"]
    if np.isnan(value):
        return "Valeur absente."
    return french.typeset(
        f"La valeur est {_shown(value)} ; valeurs possibles : {bounds(least, greatest)}."
    )
