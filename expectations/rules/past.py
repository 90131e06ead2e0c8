"""VNO: is the latest value in line with the past of its own series?

From six points up; the latest value is never part of what it is judged by
(``statistics.history``). It must be odd beside its siblings too, and more than ordinary growth
allows where it has none: what happens to all is no fault of one, and a crisis is no fault at all.
The European default (median of the five periods before ± 2 MAD) is told as evidence: on small
samples it leaves out two ordinary values in five. Two consecutive periods are for ``breaks``.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.movements import COUNT, movements
from expectations.policy import Policy
from expectations.statistics.counts import spread_of
from expectations.statistics.history import (
    History,
    history_of_bare_rates,
    history_of_counts,
    mad_bounds,
)
from expectations.subject import Subject
from expectations.verdicts import Judgement, Outcome, Reason, Row, choose

LEAST_POINTS = 6
Floats = NDArray[np.float64]


def value_follows_its_past(subject: Subject) -> Judgement:
    """Return VNO for the latest period of every series."""
    cells = latest_cells(subject)
    beside = np.maximum(cells["past_p_value"].to_numpy(), cells["p_value"].to_numpy())
    unknown = np.isnan(beside)
    cells = cells.assign(
        p_value=np.where(cells["is_tested"], beside, np.nan),
        outcome=choose([(unknown, Outcome.NOT_EVALUATED)], Outcome.PASS, len(cells)),
        reason=choose(
            [
                (unknown & cells["value_after"].isna(), Reason.NO_VALUE),
                (unknown, Reason.TOO_SHORT),
            ],
            None,
            len(cells),
        ),
    )
    return Judgement("VNO", cells, subject.severities("VNO", cells), _sentence, _evidence)


def latest_cells(subject: Subject) -> pd.DataFrame:
    """Return the latest period of every series, beside what its past says.

    Returns:
        The rows of ``movements`` of the last period of each indicator, with ``past_p_value`` (NaN
        without enough past), ``past_spread``, and the bounds of the European default, ``mad_low``
        and ``mad_high``.
    """
    return subject.remember("latest cells", _latest_cells)


def past_p_values(subject: Subject, pairs: pd.DataFrame) -> Floats:
    """Return, for every pair of periods, what the past of its series says; NaN where nothing."""
    latest = latest_cells(subject)
    told = np.full(len(pairs), np.nan)
    told[latest["pair"].to_numpy()] = latest["past_p_value"].to_numpy()
    return told


def _latest_cells(subject: Subject) -> pd.DataFrame:
    pairs = movements(subject)
    grid, rows = subject.grid, pairs["row_after"].to_numpy()
    last = np.zeros(len(pairs), dtype=bool)
    present = rows >= 0
    last[present] = (grid.rank == grid.lengths - 1)[rows[present]]
    latest = pairs[last].assign(pair=np.flatnonzero(last)).reset_index(drop=True)
    told = {name: np.full(len(latest), np.nan) for name in _TOLD}
    lengths = grid.lengths[latest["row_after"]] if len(latest) else np.array([], dtype=np.int64)
    for length in np.unique(lengths[lengths >= LEAST_POINTS]):
        chosen = np.flatnonzero(lengths == length)
        values = value_matrix(subject, latest["row_after"].to_numpy()[chosen], int(length))
        for name, numbers in _judged(subject, latest.take(chosen), values).items():
            told[name][chosen] = numbers
    return latest.assign(**told)


_TOLD = ("past_p_value", "past_spread", "mad_low", "mad_high")


def value_matrix(subject: Subject, rows: NDArray[np.int64], length: int) -> Floats:
    """Return the values of the series of some rows, one row a series, one column a period."""
    grid = subject.grid
    place = np.full(grid.series.max(initial=0) + 1, -1)
    place[grid.series[rows]] = np.arange(len(rows))
    mine = np.flatnonzero(place[grid.series] >= 0)
    values = np.full((len(rows), length), np.nan)
    observed = subject.observations["obs_value"].to_numpy()
    values[place[grid.series[mine]], grid.rank[mine]] = observed[mine]
    return values


def _judged(subject: Subject, latest: pd.DataFrame, values: Floats) -> dict[str, Floats]:
    told = dict(zip(("mad_low", "mad_high"), mad_bounds(values), strict=True))
    told |= {name: np.full(len(values), np.nan) for name in ("past_p_value", "past_spread")}
    is_count = (latest["kind"] == COUNT).to_numpy()
    for kind, judge in ((is_count, _of_counts), (~is_count, _of_rates)):
        for policy, rows in subject.by_policy(latest, kind):
            history = judge(policy, values[rows])
            told["past_p_value"][rows] = history.p_value
            told["past_spread"][rows] = history.spread
    return told


def _of_counts(policy: Policy, values: Floats) -> History:
    return history_of_counts(values, spread_of(policy.ordinary_growth))


def _of_rates(policy: Policy, values: Floats) -> History:
    ordinary = spread_of(policy.ordinary_share_change)
    return history_of_bare_rates(values, ordinary, policy.printed_step)


def _evidence(row: Row) -> dict[str, Any]:
    if np.isnan(row["past_p_value"]):
        return {}
    bounds = [row["mad_low"], row["mad_high"]]
    return {"spread": row["past_spread"], "mad": None if np.isnan(bounds).any() else bounds}


def _sentence(row: Row) -> str:
    if np.isnan(row["value_after"]):
        return "Valeur absente."
    if np.isnan(row["past_p_value"]):
        return "La série est trop courte pour que son passé dise ce qui est ordinaire."
    shown = french.number if row["kind"] == COUNT else french.percent
    text = f"{shown(row['value_after'])} en {french.period(row['time_period'])}"
    if not np.isnan(row["p_value"]):
        text += f" : {french.chance(row['p_value'])} d'un tel écart, d'après le passé de la série"
    if not np.isnan(row["mad_low"]):
        low, high = shown(row["mad_low"]), shown(row["mad_high"])
        text += f" (médiane des cinq périodes précédentes ± 2 MAD : de {low} à {high})"
    return french.typeset(f"{text}.")
