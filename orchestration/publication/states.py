"""The state of each indicator in a release: published, held in part or in whole, unchanged.

Here: counting. Not here: which cell is held, which the gate decided.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

import pandas as pd
from pydantic import BaseModel, ConfigDict

from expectations.cells.statuses import NOT_YET
from expectations.findings.compared import PublicationStatus
from expectations.verdicts.table import Cell


class IndicatorStatus(StrEnum):
    """What a reader should know of an indicator this night."""

    HELD = "held"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EMPTY = "empty"


class IndicatorState(BaseModel):
    """Where an indicator stands.

    Attributes:
        state: Held when at least one of its cells is held; empty when it gives no figure at all.
        published: Number of cells that went out this night, values and documented gaps alike.
        held: Number of cells that were held, those that were never published included.
        excluded: Number of cells that a decision keeps out.
    """

    model_config = ConfigDict(frozen=True)

    state: IndicatorStatus
    published: int
    held: int
    excluded: int = 0


def indicator_states(
    indicators: Mapping[str, object],
    rows: pd.DataFrame,
    held: Collection[Cell],
    doubtful: Collection[str],
) -> dict[str, IndicatorState]:
    """Return the state of every indicator.

    Args:
        indicators: The indicators that exist, by id.
        rows: What the gate let through: the rows of the release.
        held: The cells that are held, those that were never published included.
        doubtful: The indicators of which a finding holds something, were it no cell yet.
    """
    return {
        indicator: _state(
            rows[rows["indicator"] == indicator],
            sum(cell.indicator == indicator for cell in held),
            is_doubtful=indicator in doubtful,
        )
        for indicator in sorted(indicators)
    }


def _state(rows: pd.DataFrame, held: int, *, is_doubtful: bool) -> IndicatorState:
    is_excluded = rows["publication"] == PublicationStatus.EXCLUDED
    has_figure = rows.loc[~is_excluded, "obs_value"].notna().any()
    published = int((rows["publication"] == PublicationStatus.PUBLISHED).sum())
    # That a period begins to be awaited is no news of the indicator, nor that what was never
    # published is kept out.
    is_mute = (rows["change"] == "new") & ((rows["obs_status"] == NOT_YET) | is_excluded)
    changes = set(rows.loc[~is_mute, "change"]) or set(rows["change"])
    if is_doubtful or held or (rows["publication"] == PublicationStatus.HELD).any():
        state = IndicatorStatus.HELD
    elif not has_figure:
        state = IndicatorStatus.EMPTY
    elif changes == {"new"}:
        state = IndicatorStatus.NEW
    elif changes <= {"unchanged"}:
        state = IndicatorStatus.UNCHANGED
    else:
        state = IndicatorStatus.CHANGED
    excluded = int(is_excluded.sum())
    return IndicatorState(state=state, published=published, held=held, excluded=excluded)
