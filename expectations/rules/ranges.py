"""VIR: is a value one that can exist?

The interval is the indicator's definition: 0 to 100 for a rate, from 0 for a count, unless told
otherwise. Whether a possible value is also *likely* is for ``breaks`` and ``linked``.
"""

from typing import Any

import numpy as np

from expectations import french
from expectations.subject import Subject
from expectations.verdicts import Judgement, Outcome, Reason, Row, choose


def values_in_range(subject: Subject) -> Judgement:
    """Return VIR for every cell; an empty one cannot be evaluated."""
    observations = subject.observations
    bounds = subject.of_category(observations, lambda item, category: item.range_of(category))
    least, greatest = bounds.reshape(-1, 2).T
    values = observations["obs_value"].to_numpy()
    inside = np.isfinite(values) & (values >= least) & (values <= greatest)
    empty = np.isnan(values)
    cells = observations.assign(
        value_after=np.where(np.isinf(values), np.nan, values),
        least=least,
        greatest=greatest,
        outcome=choose(
            [(empty, Outcome.NOT_EVALUATED), (inside, Outcome.PASS)], Outcome.FAIL, len(values)
        ),
        reason=choose([(empty, Reason.NO_VALUE)], None, len(values)),
    )
    return Judgement("VIR", cells, subject.severities("VIR", cells), _sentence, _evidence)


def _evidence(row: Row) -> dict[str, Any]:
    greatest = row["greatest"]
    return {"minimum": row["least"], "maximum": None if np.isinf(greatest) else greatest}


def _sentence(row: Row) -> str:
    value, least, greatest = row["obs_value"], row["least"], row["greatest"]
    if np.isnan(value):
        return "Valeur absente."
    expected = (
        f"au moins {french.number(least)}"
        if np.isinf(greatest)
        else f"entre {french.number(least)} et {french.number(greatest)}"
    )
    shown = french.number(value) if np.isfinite(value) else "un nombre infini"
    return french.typeset(f"La valeur est {shown} ; valeurs possibles : {expected}.")
