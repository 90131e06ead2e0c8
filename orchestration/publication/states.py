"""The state of each indicator in a release: published, held in part or in whole, unchanged.

Counting only; which cell is held was decided by the gate.
"""

from collections.abc import Mapping
from enum import StrEnum

import pandas as pd
from pydantic import BaseModel, ConfigDict

from expectations.findings import Finding
from expectations.gate import HELD, PUBLISHED


class State(StrEnum):
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
    """

    model_config = ConfigDict(frozen=True)

    state: State
    published: int
    held: int


def indicator_states(
    indicators: Mapping[str, object], rows: pd.DataFrame, findings: list[Finding]
) -> dict[str, IndicatorState]:
    """Return the state of every indicator.

    Args:
        indicators: The indicators that exist, by id.
        rows: What the gate let through: the rows of the release.
        findings: The findings of the night, whose cells are held.
    """
    holding = [finding for finding in findings if finding.holds]
    return {
        indicator: _state(
            rows[rows["indicator"] == indicator],
            [finding for finding in holding if finding.indicator == indicator],
        )
        for indicator in sorted(indicators)
    }


def _state(rows: pd.DataFrame, holding: list[Finding]) -> IndicatorState:
    published = int((rows["publication"] == PUBLISHED).sum())
    held = len({cell for finding in holding for cell in finding.cells})
    changes = set(rows["change"])
    if holding or (rows["publication"] == HELD).any():
        state = State.HELD
    elif rows.empty:
        state = State.EMPTY
    elif changes == {"new"}:
        state = State.NEW
    elif changes <= {"unchanged"}:
        state = State.UNCHANGED
    else:
        state = State.CHANGED
    return IndicatorState(state=state, published=published, held=held)
