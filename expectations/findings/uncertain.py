"""What a night may be missing, of indicators that it could build: the place of a line set aside.

Here: which cells, and what the rules look at in their stead. Not here: the finding that holds them
(``unbuilt``), a value that its producer took back (``withdrawals``).
"""

from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd

from expectations.cells.observations import COLUMNS, KEY, NUMBERS, normalise
from expectations.cells.statuses import NOT_YET, UNEXPLAINED
from expectations.findings.compared import DECIMALS
from expectations.findings.unbuilt import FailedCheck
from expectations.verdicts.table import Cell

SAID = ["obs_value", "obs_status"]


def uncertain_cells(
    failed: Iterable[FailedCheck], observations: pd.DataFrame, published: pd.DataFrame | None
) -> frozenset[Cell]:
    """Return the cells that may be missing what a failed check found; what did not move does not.

    One that has no value may be missing it, be it as it was published.

    Args:
        failed: The checks that failed.
        observations: Tonight's observations of the indicators that could be built.
        published: Rows of the last release, as they were received; None before the first.
    """
    checks = [check for check in failed if check.whereabouts]
    reached = {indicator for check in checks for indicator in check.indicators}
    if not reached:
        return frozenset()
    now = _said(observations, reached)
    last = _said(observations.head(0) if published is None else published, reached)
    return frozenset(
        cell
        for cell in now.keys() | last.keys()
        if (now.get(cell) != last.get(cell) or _is_awaited(now[cell]))
        and any(check.concerns(cell) for check in checks)
    )


def without_uncertain(
    observations: pd.DataFrame, published: pd.DataFrame | None, cells: Collection[Cell]
) -> pd.DataFrame:
    """Return the observations, some cells as they were published, or awaited if they never were.

    Args:
        observations: Tonight's observations.
        published: Rows of the last release, as they were received; None before the first.
        cells: The cells of which tonight says nothing that can be trusted.
    """
    if not cells:
        return observations
    keys = pd.MultiIndex.from_tuples([cell.key for cell in cells], names=KEY)
    now = normalise(observations).set_index(KEY)
    last = normalise(observations.head(0) if published is None else published).set_index(KEY)
    kept = last[last.index.isin(keys) & ~last["obs_status"].isin(UNEXPLAINED)]
    new = now[now.index.isin(keys) & ~now.index.isin(kept.index)]
    awaited = new.assign(**dict.fromkeys(NUMBERS, np.nan), obs_status=NOT_YET)
    together = pd.concat([now[~now.index.isin(keys)], kept, awaited])
    return normalise(together.reset_index()[COLUMNS])


def _is_awaited(said: tuple[str, str]) -> bool:
    _, status = said
    return status in UNEXPLAINED


def _said(observations: pd.DataFrame, indicators: Collection[str]) -> dict[Cell, tuple[str, str]]:
    """Return value and status of each cell of some indicators."""
    rows = observations[observations["indicator"].isin(indicators)]
    return {
        Cell(*map(str, key)): (f"{value:.{DECIMALS}f}", str(status))
        for *key, value, status in rows[[*KEY, *SAID]].itertuples(index=False, name=None)
    }
