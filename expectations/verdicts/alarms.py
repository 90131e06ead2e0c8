"""Which statistical verdicts are alarms: decided for the whole night, once every rule has spoken.

Here: the p-values of the night put together, family by family, and the alarms that were given
before, which stay alarms while their numbers are the same. Not here: how the rate of false alarms
is held (``statistics.false_alarms``), what is tested (``rules``).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.cell_index import codes_of_column
from expectations.cells.observations import KEY
from expectations.statistics.false_alarms import adjusted_p_values
from expectations.verdicts.table import Judgement, Outcome

NUMBERS = ["value_before", "value_after"]


def adjusted_in_families(judgement: Judgement) -> NDArray[np.float64] | None:
    """Return the adjusted p-value of each cell of a judgement; None for one that tests nothing.

    A family is a judgement, an age and a suspicion: tonight's newest period of each indicator is
    not judged together with periods that were judged on other nights, of which there are more and
    more; nor are cells whose definition or collection is said to have changed, where a jump is to
    be expected, together with all the others. Each indicator of a family has its share of the rate.
    """
    cells, group = judgement.cells, judgement.group
    if "p_value" not in cells:
        return None
    p_values = cells["p_value"].to_numpy(dtype=np.float64)
    families = 2 * _is_newest(cells, ~np.isnan(p_values)).astype(np.int64)
    if "is_reworded" in cells:
        families += cells["is_reworded"].to_numpy(dtype=bool)
    indicators = cells["indicator"].cat.codes.to_numpy()
    if group is None:
        wholes = cells["is_whole"].to_numpy(dtype=bool) if "is_whole" in cells else False
        return adjusted_p_values(p_values, families, indicators, wholes)
    first = np.flatnonzero(~cells[group].duplicated())
    place, _ = pd.factorize(cells[group])
    adjusted: NDArray[np.float64] = adjusted_p_values(
        p_values[first], families[first], indicators[first]
    )[place]
    return adjusted


def _is_newest(cells: pd.DataFrame, tested: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which cells are of the last period of their indicator that was tested."""
    periods, indicators = (
        codes_of_column(cells, column) for column in ("time_period", "indicator")
    )
    width = len(cells["time_period"].cat.categories)
    seen = np.flatnonzero(np.bincount((indicators * width + periods)[tested]))
    last = np.full(len(cells["indicator"].cat.categories), -1)
    np.maximum.at(last, seen // max(1, width), seen % max(1, width))
    newest: NDArray[np.bool_] = periods == last[indicators]
    return newest


def already_given(
    judgement: Judgement, former: pd.DataFrame | None, accepted: float
) -> NDArray[np.bool_]:
    """Tell which tested cells were an alarm of this rule before, as grave, of the same two numbers.

    A rule has several tests: one that sees nothing in a cell says nothing of another one's alarm,
    nor does what was only reported become a doubt without any new number.

    Args:
        judgement: What a rule says tonight.
        former: Verdicts of the last night, None when there was none.
        accepted: The p-value up to which a test sees something by itself.
    """
    cells = judgement.cells
    if former is None or "p_value" not in cells:
        return np.zeros(len(cells), dtype=bool)
    given = former[
        (former["rule"] == judgement.rule)
        & (former["outcome"] == Outcome.FAIL)
        & former["p_value"].notna()
    ]
    before = set(_numbered(given))
    if not before:
        return np.zeros(len(cells), dtype=bool)
    tested = (cells["p_value"] <= accepted).to_numpy()
    again = np.zeros(len(cells), dtype=bool)
    rows = cells[[*KEY, *NUMBERS]].assign(severity=judgement.severity)[tested]
    again[tested] = [row in before for row in _numbered(rows)]
    return again


def _numbered(rows: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Give the key, severity and both numbers of each row."""
    columns = [*KEY, "severity", *NUMBERS]
    for *texts, before, after in rows[columns].itertuples(index=False, name=None):
        yield (*map(str, texts), f"{before:.6f}", f"{after:.6f}")
