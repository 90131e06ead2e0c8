"""VNO, for a long series that stands alone: has it moved to another level, and stayed there?

Here: series without siblings to tell what is common, and without parts that do, of twelve points or
more, judged at their newest one; since when is told, for the first values at the new level may be
published already. What came before a break that was accepted is another series. Not here: the test
(``statistics.level_shifts``), one value that is odd (``past``), series beside others
(``reporting.breaks``, ``reporting.shapes``).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from expectations import french
from expectations.rules.standard.past import latest_cells, value_matrix
from expectations.rules.supplements import supplement
from expectations.statistics.amounts import logarithms_of_amounts
from expectations.statistics.dispersion import medians
from expectations.statistics.grouped import Floats
from expectations.statistics.level_shifts import level_shifts
from expectations.statistics.rates import logits_of_points
from expectations.subject.movements import BARE_RATE, COUNT, LEAST_SIBLINGS, RATE, SIGNED
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import QUESTION
from expectations.verdicts.table import Judgement, Mask, Row

_OF_SHIFT = ("shift_p_value", "points", "back", "former", "latest")
"""``back`` is how many periods ago the new level began."""
MOST_DECIMALS = 6
_WRITTEN_WHOLE = 100.0
_UNIFORM = 12.0
"""The square of a step over the variance of what is rounded to it."""


def level_is_kept(subject: Subject) -> Judgement:
    """Return VNO for the newest period of every lone series that is long enough."""
    latest = latest_cells(subject)
    cells = latest[_stands_alone(subject, latest)].reset_index(drop=True)
    columns = {name: np.full(len(cells), np.nan) for name in _OF_SHIFT}
    for (season, length, kind), among in _of_one_shape(subject, cells):
        values = value_matrix(subject, cells["row_after"].to_numpy()[among], length)
        steps = _steps(subject, cells.take(among), values)
        for name, numbers in _shifts(values, kind, steps, season).items():
            columns[name][among] = numbers
    cells = cells.assign(**columns, since=_since(subject, cells, columns["back"]))
    p_values = np.where(cells["is_tested"], cells["shift_p_value"], np.nan)
    return supplement(subject, "VNO", cells.assign(p_value=p_values), _sentence, _evidence)


def _stands_alone(subject: Subject, cells: pd.DataFrame) -> Mask:
    """Tell which series have too few siblings to tell what is common, and no parts that would."""
    wholes = subject.observed_links["whole_row"].to_numpy()
    has_siblings = (cells["members"] >= LEAST_SIBLINGS).to_numpy()
    alone: Mask = ~has_siblings & ~np.isin(cells["row_after"].to_numpy(), wholes)
    return alone


def _of_one_shape(
    subject: Subject, cells: pd.DataFrame
) -> Iterator[tuple[tuple[int, int, str], NDArray[np.int64]]]:
    """Give the series of one season, length and kind together; the short ones have no season."""
    season, kind = cells["season"].to_numpy(), cells["kind"].to_numpy(dtype=object)
    length = subject.grid.lengths[cells["row_after"].to_numpy()]
    shapes = pd.DataFrame({"season": season, "length": length, "kind": kind}).dropna()
    for periods, points, name in shapes.drop_duplicates().itertuples(index=False, name=None):
        same = (season == periods) & (length == points) & (kind == name)
        yield (int(periods), int(points), str(name)), np.flatnonzero(same)


def _steps(subject: Subject, cells: pd.DataFrame, values: Floats) -> Floats:
    """Return what each series is printed to; rates as usual, others to their decimals, if unknown.

    A constant says too little for its step to be learnt, and must not alarm at its first move.
    """
    usual = subject.thresholds("printed_step", cells["indicator"])
    are_rates = cells["kind"].isin([RATE, BARE_RATE]).to_numpy()
    steps = cells["printed_step"].to_numpy()
    return np.where(np.isnan(steps), np.where(are_rates, usual, _decimals(values)), steps)


def _decimals(values: Floats) -> Floats:
    """Return the largest of 1, 0.1, 0.01… of which all values of each series are multiples."""
    steps = np.full(values.shape[0], 10.0**-MOST_DECIMALS)
    for decimals in range(MOST_DECIMALS - 1, -1, -1):
        is_whole = (np.isnan(values) | (np.round(values, decimals) == values)).all(axis=1)
        steps[is_whole] = 10.0**-decimals
    return steps


def _shifts(values: Floats, kind: str, steps: Floats, season: int) -> dict[str, Floats]:
    """Return how the level of some series of one kind moved, in the unit of their values."""
    levels, variances = _levels(values, kind, steps[:, None])
    found = level_shifts(levels, medians(variances)[0], season)
    former, latest = _values(np.stack([found.former, found.latest]), kind)
    back = _periods_back(levels, found.points)
    numbers = found.p_value, found.points.astype(np.float64), back, former, latest
    return dict(zip(_OF_SHIFT, numbers, strict=True))


def _levels(values: Floats, kind: str, steps: Floats) -> tuple[Floats, Floats]:
    """Return series on the scale where they are compared, and the variance they have in any case.

    It is at least the square of a printed step: a constant that moves by one says nothing.
    """
    if kind == SIGNED:
        return values, steps**2 + np.zeros(values.shape)
    if kind in {RATE, BARE_RATE}:
        logits, noise = logits_of_points(values, steps)
        return logits, _UNIFORM * noise
    counted = np.where(values >= 0, values, np.nan) + 0.5 if kind == COUNT else values
    logarithms, noise = logarithms_of_amounts(counted, steps)
    return logarithms, np.fmax(_UNIFORM * noise, 1 / counted if kind == COUNT else 0.0)


def _values(levels: Floats, kind: str) -> Floats:
    """Return levels in the unit of the values."""
    if kind == SIGNED:
        return levels
    if kind in {RATE, BARE_RATE}:
        return 100 * special.expit(levels)
    return np.exp(levels) - (0.5 if kind == COUNT else 0.0)


def _periods_back(levels: Floats, points: NDArray[np.int64]) -> Floats:
    """Return how many periods ago the newest points began; NaN where there are none."""
    from_newest = np.cumsum(~np.isnan(levels[:, ::-1]), axis=1)
    back = np.argmax(from_newest == np.maximum(points, 1)[:, None], axis=1).astype(np.float64)
    return np.where(points > 0, back, np.nan)


def _since(subject: Subject, cells: pd.DataFrame, back: Floats) -> NDArray[np.str_]:
    """Return the period in which each new level began; empty where there is none."""
    grid, rows = subject.grid, cells["row_after"].to_numpy()
    began = grid.indicator_periods[rows] - np.nan_to_num(back).astype(np.int64)
    names = subject.observations["time_period"].cat.categories.to_numpy(dtype=str)
    return np.where(np.isnan(back), "", names[grid.periods[began]])


def _evidence(row: Row) -> dict[str, Any]:
    if np.isnan(row["p_value"]):
        return {}
    since = french.period(row["since"])
    return {
        "shift": {
            "since": row["since"],
            "points": int(row["points"]),
            "former": row["former"],
            "latest": row["latest"],
        },
        QUESTION: (
            f"Qu'est-ce qui a changé en {since} dans ce qui est compté ou dans son recueil ? Les "
            "valeurs données depuis sont-elles à corriger, ou à signer comme une rupture ?"
        ),
    }


def _shown(row: Row, level: float) -> str:
    """Write a level: it was worked out, not given, so that few digits say enough."""
    decimals = 0 if abs(level) >= _WRITTEN_WHOLE else 2
    if row["kind"] in {RATE, BARE_RATE}:
        return french.percent(level, decimals)
    return french.number(level, decimals)


def _sentence(row: Row) -> str:
    if np.isnan(row["p_value"]):
        return "La série est trop courte pour qu'un changement de niveau s'y voie."
    former, latest = _shown(row, row["former"]), _shown(row, row["latest"])
    return french.typeset(
        f"Depuis {french.period(row['since'])}, {int(row['points'])} valeurs de suite, la série "
        f"est à un autre niveau : de l'ordre de {latest} en moyenne, quand ce qui précède faisait "
        f"attendre {former} : {french.chance(row['p_value'])} d'un tel changement, si rien n'a "
        "changé. Ce qui est déjà publié depuis est à revoir aussi."
    )
