"""The state of each indicator in a release: published, held in part or in whole, unchanged.

Here: counting. Not here: which cell is held, which the gate decided.
"""

from collections.abc import Mapping
from enum import StrEnum

import pandas as pd
from pydantic import BaseModel, ConfigDict

from expectations.decisions.gate import EXCLUDED, HELD, PUBLISHED
from expectations.findings.roll_up import Finding


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
        state: Held when at least one of its cells is held.
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
    indicators: Mapping[str, object], rows: pd.DataFrame, holding: list[Finding]
) -> dict[str, IndicatorState]:
    """Return the state of every indicator.

    Args:
        indicators: The indicators that exist, by id.
        rows: What the gate let through: the rows of the release.
        holding: The findings that hold their cells.
    """
    return {
        indicator: _state(
            rows[rows["indicator"] == indicator],
            [finding for finding in holding if finding.indicator == indicator],
        )
        for indicator in sorted(indicators)
    }


def _state(rows: pd.DataFrame, holding: list[Finding]) -> IndicatorState:
    is_excluded = rows["publication"] == EXCLUDED
    published = int((rows["publication"] == PUBLISHED).sum())
    held = len({cell for finding in holding for cell in finding.cells})
    changes = set(rows["change"])
    if holding or (rows["publication"] == HELD).any():
        state = IndicatorStatus.HELD
    elif is_excluded.all():
        state = IndicatorStatus.EMPTY
    elif changes == {"new"}:
        state = IndicatorStatus.NEW
    elif changes <= {"unchanged"}:
        state = IndicatorStatus.UNCHANGED
    else:
        state = IndicatorStatus.CHANGED
    excluded = int(is_excluded.sum())
    return IndicatorState(state=state, published=published, held=held, excluded=excluded)
