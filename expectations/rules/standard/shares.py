"""VNO, on what a part weighs in its whole: is the latest share in line with its own past?

Here: categories, from six periods up. A crisis moves a whole and its parts together; a threshold
that moved, or a part that is counted elsewhere, moves shares only. Areas do not live through one
crisis alike, and are compared with one another (``reporting.breaks``, ``reporting.shapes``). A part
that falls to nothing or is multiplied moves the shares of all the others: a share must be odd too
in what its whole is without the parts that moved, unless it is one of those. What a category does
everywhere, while no other one answers for it, is told and holds nothing. Not here: two
consecutive periods (``reporting.shapes``, ``reporting.linked``), the value itself (``past``).
"""

from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import NO_ROW, Integers
from expectations.rules.reporting.category_moves import but_for_events, events
from expectations.rules.standard.past import by_length, latest_cells, value_matrix
from expectations.rules.supplements import supplement
from expectations.statistics.compositions import Compositions, changed_compositions
from expectations.statistics.counts import spread_of
from expectations.statistics.grouped import Floats
from expectations.statistics.history import history_of_shares
from expectations.subject.movements import COUNT, movements
from expectations.subject.subject import Subject, category_breakdowns
from expectations.verdicts.table import Judgement, Mask, Row

ODD_WHOLE, ORDINARY_PART = 0.01, 0.001
"""P-values of the movements of a whole and of its part from which a share says something of the
whole alone: one part in thousands changes the share of all the others."""


def share_follows_its_past(subject: Subject) -> Judgement:
    """Return VNO for the latest period of every category that makes up a total."""
    cells = _latest_parts(subject)
    p_values = np.full(len(cells), np.nan)
    is_tested = (cells["kind"] == COUNT) & cells["is_latest"] & cells["is_tested"]
    for season, chosen, length in by_length(subject, cells):
        rows_of = (cells[name].to_numpy()[chosen] for name in ("row_after", "whole_row"))
        parts, wholes = (_values(subject, rows, length) for rows in rows_of)
        others = _moved_besides(parts, cells.take(chosen))
        for policy, rows in subject.by_policy(cells.take(chosen)):
            spread = spread_of(policy.ordinary_share_change)
            p_values[chosen[rows]] = np.fmax(
                history_of_shares(parts[rows], wholes[rows], spread, season).p_value,
                history_of_shares(parts[rows], (wholes - others)[rows], spread, season).p_value,
            )
    is_of_the_whole = (cells["whole_p_value"] < ODD_WHOLE) & (cells["p_value"] > ORDINARY_PART)
    cells = cells.assign(p_value=np.where(is_of_the_whole, np.nan, p_values))[is_tested]
    judged = supplement(subject, "VNO", cells.reset_index(drop=True), _sentence, _evidence)
    is_of_event = events(subject)["moved"].to_numpy()[cells["pair"]]
    return but_for_events(subject, judged, is_of_event)


def _latest_parts(subject: Subject) -> pd.DataFrame:
    """Return the parts of the latest wholes, with where both are and what the whole is worth.

    Returns:
        Rows of ``movements``, with ``pair`` (their place there), ``row_after`` of a part that is
        gone where it was, ``is_latest``
        (whether it is there), ``whole_row``, ``table`` (code of the whole and breakdown),
        ``has_moved``: whether it is gone, or moved, of all that make up the whole.
    """
    latest, links, pairs = latest_cells(subject)["pair"], subject.links, movements(subject)
    links = links[links["parts"].isin(category_breakdowns(subject))]
    links = links[links["whole_row"].isin(latest)]
    parts, wholes = (pairs.take(links[name].to_numpy()) for name in ("part_row", "whole_row"))
    whole_of = links.groupby(["whole_row", "parts"], observed=True, sort=False)
    tables = np.asarray(whole_of.ngroup(), dtype=np.int64)
    spread = subject.of_definition(
        parts["indicator"], lambda item: spread_of(subject.policy.of(item.id).ordinary_share_change)
    )
    ends = parts["value_before"], parts["value_after"]
    is_gone = (ends[0] > 0) & ends[1].isna()
    there, before = (parts[f"row_{end}"] for end in ("after", "before"))
    return parts.assign(
        pair=links["part_row"].to_numpy(),
        row_after=there.where(there != NO_ROW, before),
        is_latest=there != NO_ROW,
        whole_row=wholes["row_after"].to_numpy(),
        table=tables,
        has_moved=is_gone | _has_moved(changed_compositions(*ends, tables, spread), tables),
        whole_before=wholes["value_before"].to_numpy(),
        whole_after=wholes["value_after"].to_numpy(),
        whole_p_value=wholes["p_value"].to_numpy(),
    ).reset_index(drop=True)


def _has_moved(found: Compositions, tables: Integers) -> Mask:
    """Tell which parts moved, of each whole at least the one that is farthest from the others."""
    distance = np.nan_to_num(np.abs(found.score))
    order = np.lexsort((-distance, tables))
    has_moved = found.has_moved.copy()
    has_moved[order] |= np.diff(tables[order], prepend=-1) > 0
    return has_moved


def _moved_besides(parts: Floats, cells: pd.DataFrame) -> Floats:
    """Return what the parts that moved are worth together, in the whole of each that did not."""
    has_moved = cells["has_moved"].to_numpy()[:, None]
    moved = np.where(has_moved, parts, 0.0)
    moved[:, -1] = np.nan_to_num(moved[:, -1])
    codes, tables = pd.factorize(cells["table"])
    sums = np.zeros((len(tables), parts.shape[1]))
    np.add.at(sums, codes, moved)
    return np.where(has_moved, 0.0, sums[codes])


def _values(subject: Subject, rows: Integers, length: int) -> Floats:
    """Return the values of the series of some rows; several parts have the same whole."""
    distinct, places = np.unique(rows, return_inverse=True)
    return value_matrix(subject, distinct, length)[places]


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
