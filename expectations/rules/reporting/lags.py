"""LAG: is a number about the period it is shown for?

Here: the reference period that an observation carries, laid beside the period it is published
under. One that does not overlap it is told; when the shift is the same all along the series,
comparisons in time hold and it is an information; when it is not, or there is nothing to compare
with, it is to be explained. A period that is due and has not come holds no number: it is an
information too. Not here: which periods are late (``cells.timeliness``).
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells.periods import months_of
from expectations.cells.statuses import CANNOT_EXIST
from expectations.rules.evidence_values import text_or_none
from expectations.statistics.grouped import Floats
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Outcome, Reason, Row, Severity, choose, regraded


def about_its_period(subject: Subject) -> Judgement:
    """Return LAG for every cell."""
    cells = subject.observations.assign(value_after=subject.observations["obs_value"])
    shifts = _shifts(cells)
    # What cannot exist, in a period of which other cells are due, is not awaited.
    is_late = late_cells(subject, cells) & ~subject.has_status(CANNOT_EXIST)
    empty = cells["obs_value"].isna().to_numpy() & ~is_late
    unknown = empty | (np.isnan(shifts) & ~is_late)
    cells = cells.assign(
        shift=shifts,
        is_late=is_late,
        outcome=choose(
            [
                (is_late, Outcome.FAIL),
                (unknown, Outcome.NOT_EVALUATED),
                (shifts == 0, Outcome.PASS),
            ],
            Outcome.FAIL,
            len(cells),
        ),
        reason=choose([(empty, Reason.NO_VALUE), (unknown, Reason.NOT_TOLD)], None, len(cells)),
    )
    harmless = is_late | _is_constant(subject, shifts)
    severity = regraded(subject.severities("LAG", cells), harmless, Severity.INFORMATION)
    return Judgement("LAG", cells, severity, _sentence, _evidence)


def _shifts(cells: pd.DataFrame) -> Floats:
    """Return by how many months each number is off its period; 0 when both overlap."""
    shown, about = cells["time_period"].cat, cells["reference_period"].cat
    width = len(about.categories) + 1
    numbers = shown.codes.to_numpy().astype(np.int64) * width + about.codes + 1  # 0 where untold
    place, distinct = pd.factorize(numbers)
    shifts = [
        _shift(str(shown.categories[number // width]), str(about.categories[number % width - 1]))
        if number % width
        else np.nan
        for number in distinct.tolist()
    ]
    return np.array(shifts, dtype=np.float64)[place] if len(distinct) else np.array([])


def _shift(shown: str, about: str) -> float:
    period, reference = months_of(shown), months_of(about)
    if period is None or reference is None:
        return np.nan
    (first, last), (start, end) = period, reference
    return 0.0 if start <= last and end >= first else float(start - first)


def _is_constant(subject: Subject, shifts: Floats) -> NDArray[np.bool_]:
    """Tell which cells belong to a series of several values that are all shifted alike."""
    series = subject.grid.series
    dated = ~np.isnan(shifts) & subject.observations["obs_value"].notna().to_numpy()
    codes, of_dated = series[dated], shifts[dated]
    size = int(series.max(initial=-1)) + 1
    first, last = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(first, codes, of_dated)
    np.maximum.at(last, codes, of_dated)
    of_series = (first == last) & (np.bincount(codes, minlength=size) > 1)
    is_constant: NDArray[np.bool_] = of_series[series]
    return is_constant


def late_cells(subject: Subject, cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which cells are of a period that is due, of which nothing has come."""
    late = subject.late_periods
    return subject.of_code(
        cells, "time_period", lambda item, period: period in late.get(item.id, ())
    ).astype(bool)


def _sentence(row: Row) -> str:
    shown = french.period(row["time_period"])
    if row["is_late"]:
        return f"Attendue pour {shown}, aucune valeur n'est encore arrivée."
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"Rien à dire : {row['reason']}."
    if row["outcome"] == Outcome.PASS:
        return "Le chiffre parle de la période sous laquelle il est publié."
    return french.typeset(
        f"Publié sous {shown}, le chiffre parle de {french.period(row['reference_period'])} : "
        f"{abs(int(row['shift']))} mois {'plus tard' if row['shift'] > 0 else 'plus tôt'}."
    )


def _evidence(row: Row) -> dict[str, Any]:
    return {"reference_period": text_or_none(row["reference_period"])}
