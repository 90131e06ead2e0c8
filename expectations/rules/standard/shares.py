"""VNO, on what a part weighs in its whole: is the latest share in line with its own past?

Here: categories, from six periods up. A crisis moves a whole and its parts together; a threshold
that moved, or a part that is counted elsewhere, moves shares only. Areas do not live through one
crisis alike, and are compared with one another (``reporting.breaks``, ``reporting.shapes``). One
part that falls to nothing or is multiplied moves the shares of all the others: a share must be odd
too in what its whole is without the other part that moved most. Not here: two consecutive periods
(``reporting.shapes``, ``reporting.linked``), the value itself (``past``).
"""

from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import NO_ROW, Integers
from expectations.rules.standard.past import by_length, latest_cells, value_matrix
from expectations.rules.supplements import supplement
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats
from expectations.statistics.history import history_of_shares
from expectations.subject.movements import COUNT, movements
from expectations.subject.subject import Subject, category_breakdowns
from expectations.verdicts.table import Judgement, Row

ODD_WHOLE, ORDINARY_PART = 0.01, 0.001
"""P-values of the movements of a whole and of its part from which a share says something of the
whole alone: one part in thousands changes the share of all the others."""


def share_follows_its_past(subject: Subject) -> Judgement:
    """Return VNO for the latest period of every category that makes up a total."""
    cells = _latest_parts(subject)
    p_values = np.full(len(cells), np.nan)
    for season, chosen, length in by_length(subject, cells):
        parts, wholes, others = (
            _values(subject, cells[name].to_numpy()[chosen], length)
            for name in ("row_after", "whole_row_after", "other_row_after")
        )
        others[:, -1] = np.nan_to_num(others[:, -1])
        for policy, rows in subject.by_policy(cells.take(chosen)):
            spread = spread_of(policy.ordinary_share_change)
            p_values[chosen[rows]] = np.fmax(
                history_of_shares(parts[rows], wholes[rows], spread, season).p_value,
                history_of_shares(parts[rows], (wholes - others)[rows], spread, season).p_value,
            )
    is_of_the_whole = (cells["whole_p_value"] < ODD_WHOLE) & (cells["p_value"] > ORDINARY_PART)
    p_values[~cells["is_tested"].to_numpy() | is_of_the_whole.to_numpy()] = np.nan
    return supplement(subject, "VNO", cells.assign(p_value=p_values), _sentence, _evidence)


def _latest_parts(subject: Subject) -> pd.DataFrame:
    """Return the latest counts that are a part, with where their whole is and what it is worth."""
    latest, links, pairs = latest_cells(subject), subject.links, subject.pairs
    place = pd.Series(np.arange(len(latest)), index=latest["pair"].to_numpy())
    links = links[links["parts"].isin(category_breakdowns(subject))]
    links = links[(links["whole_row"] >= 0) & links["part_row"].isin(place.index)]
    wholes = pairs.take(links["whole_row"].to_numpy())
    cells = latest.take(place[links["part_row"]].to_numpy()).assign(
        whole_row_after=wholes["row_after"].to_numpy(),
        whole_before=wholes["value_before"].to_numpy(),
        whole_after=wholes["value_after"].to_numpy(),
        whole_p_value=movements(subject)["p_value"].to_numpy()[links["whole_row"].to_numpy()],
    )
    of_whole = links.groupby(["whole_row", "parts"], observed=True, sort=False)
    codes = np.asarray(of_whole.ngroup(), dtype=np.int64)
    cells = cells.assign(other_row_after=_worst_others(cells, codes))
    is_kept = (cells["kind"] == COUNT) & (cells["whole_row_after"] >= 0)
    return cells[is_kept].reset_index(drop=True)


def _worst_others(cells: pd.DataFrame, wholes: Integers) -> Integers:
    """Return the row of the part that moved most of the others of the same whole.

    ``NO_ROW`` of a whole of two parts, of which either moves the share of the other.
    """
    is_gone = (cells["value_before"] > 0) & cells["value_after"].isna()
    oddness = np.where(is_gone, 0.0, cells["p_value"].fillna(1.0))
    order = np.lexsort((oddness, wholes))
    first = np.flatnonzero(np.diff(wholes[order], prepend=-1))[wholes]
    worst, second = (order[np.minimum(first + place, len(order) - 1)] for place in (0, 1))
    other = np.where(worst == np.arange(len(cells)), second, worst)
    several = np.bincount(wholes)[wholes] > 2
    return np.where(several, cells["row_after"].to_numpy()[other], NO_ROW)


def _values(subject: Subject, rows: Integers, length: int) -> Floats:
    """Return the values of the series of some rows, NaN of none; several parts have one whole."""
    is_there = rows != NO_ROW
    values = np.full((rows.size, length), np.nan)
    distinct, places = np.unique(rows[is_there], return_inverse=True)
    values[is_there] = value_matrix(subject, distinct, length)[places]
    return values


def _evidence(row: Row) -> dict[str, Any]:
    return {
        "share_before": _share(row["value_before"], row["whole_before"]),
        "share": _share(row["value_after"], row["whole_after"]),
    }


def _sentence(row: Row) -> str:
    period = french.period(row["time_period"])
    share = _share(row["value_after"], row["whole_after"])
    before = _share(row["value_before"], row["whole_before"])
    moved = "" if before is None else f", contre {french.percent(before)} avant"
    weight = "sa part" if share is None else french.percent(share)
    return french.typeset(
        f"{weight} du total en {period}{moved} : {french.chance(row['p_value'])} d'un tel écart, "
        "d'après ce que cette part a fait jusque-là."
    )


def _share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole > 0 and not np.isnan(part) else None
