"""Where an indicator stands: held beats everything, nothing at all is its own state."""

import pandas as pd
import pytest

from orchestration.publication.states import IndicatorStatus, indicator_states
from tests.unit.expectations.decisions.deciding import cell

CELL = cell("REG-52", indicator="1C1_pcrh")


def _rows(*changes: str, publication: str = "published", status: str = "A") -> pd.DataFrame:
    value = 606.0 if status == "A" else None
    told = {"publication": publication, "obs_status": status, "change": list(changes)}
    return pd.DataFrame({"indicator": "1C1_pcrh", **told, "obs_value": value})


NEVER_PUBLISHED = _rows("new", publication="excluded", status="Q")


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (_rows("new", "new"), IndicatorStatus.NEW),
        (_rows("new", "unchanged"), IndicatorStatus.CHANGED),
        (_rows("changed", "unchanged"), IndicatorStatus.CHANGED),
        (_rows("unchanged"), IndicatorStatus.UNCHANGED),
        (_rows("unchanged", publication="held"), IndicatorStatus.HELD),
        (_rows(), IndicatorStatus.EMPTY),
        (pd.concat([_rows("unchanged"), _rows("new", status="Y")]), IndicatorStatus.UNCHANGED),
        (pd.concat([_rows("new"), _rows("new", status="Y")]), IndicatorStatus.NEW),
        (pd.concat([_rows("unchanged"), NEVER_PUBLISHED]), IndicatorStatus.UNCHANGED),
        (pd.concat([_rows("unchanged"), _rows("changed", status="Y")]), IndicatorStatus.CHANGED),
        (_rows("new", status="Y"), IndicatorStatus.EMPTY),
        (_rows("unchanged", status="O"), IndicatorStatus.EMPTY),
    ],
)
def test_the_state_follows_the_rows(rows: pd.DataFrame, state: IndicatorStatus) -> None:
    assert indicator_states({"1C1_pcrh": None}, rows, [], set())["1C1_pcrh"].state is state


def test_a_finding_that_holds_makes_it_held_even_without_a_row() -> None:
    states = indicator_states({"1C1_pcrh": None}, _rows(), [], {"1C1_pcrh"})
    assert states["1C1_pcrh"].state is IndicatorStatus.HELD


def test_a_doubt_about_another_indicator_holds_nothing() -> None:
    other = cell("REG-52", indicator="1A4_pcrh_te")
    states = indicator_states({"1C1_pcrh": None}, _rows("new"), [other], {"1A4_pcrh_te"})
    assert states["1C1_pcrh"].state is IndicatorStatus.NEW
    assert states["1C1_pcrh"].held == 0


def test_the_cells_that_are_held_are_counted() -> None:
    states = indicator_states({"1C1_pcrh": None}, _rows("new"), [CELL], {"1C1_pcrh"})
    assert states["1C1_pcrh"].held == 1


def test_what_a_decision_excludes_is_counted_apart() -> None:
    rows = pd.concat([_rows("unchanged"), _rows("changed", publication="excluded")])
    state = indicator_states({"1C1_pcrh": None}, rows, [], set())["1C1_pcrh"]
    assert (state.state, state.published, state.excluded) == (IndicatorStatus.CHANGED, 1, 1)
    alone = _rows("changed", publication="excluded")
    assert (
        indicator_states({"1C1_pcrh": None}, alone, [], set())["1C1_pcrh"].state
        is IndicatorStatus.EMPTY
    )
