"""The cells that a suite expects and that have no row: they get one, as absent.

Here: completing the observations, so that what nobody ever gave can be missed; the grid of the dbt
models completes what was given at least once. Not here: whether an absence is a fault
(``rules.standard.expected``).
"""

from collections.abc import Iterator, Mapping
from itertools import product

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY
from expectations.cells.statuses import ABSENT, NOT_YET
from expectations.suites.fiches.controls import ExpectedCells
from expectations.suites.fiches.entries import Entry, Suites


def with_expected_cells(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition], suites: Suites
) -> pd.DataFrame:
    """Return the observations, and an absent row for each expected cell that has none.

    A cell is expected in every period in which its indicator has one that is due, in the areas that
    the indicators of the entry know; in all those of the night when they know none of that type.

    Args:
        observations: The uniform observations, in any order.
        definitions: The indicators, by id, for the units.
        suites: What is expected.
    """
    expected = [
        row
        for entry in suites.of("REP")
        for indicator in set(entry.indicators) & set(definitions)
        for row in _expected(entry, observations, definitions[indicator])
    ]
    if not expected:
        return observations
    rows = pd.DataFrame(expected).drop_duplicates(KEY)
    observed = pd.MultiIndex.from_frame(observations[KEY].astype("str"))
    rows = rows[~pd.MultiIndex.from_frame(rows[KEY]).isin(observed)]
    return pd.concat([observations, rows], ignore_index=True) if len(rows) else observations


def _expected(
    entry: Entry, observations: pd.DataFrame, definition: IndicatorDefinition
) -> Iterator[dict[str, str]]:
    control = entry.control
    if not isinstance(control, ExpectedCells) or control.presence == "seulement":
        return
    cells = observations[observations["indicator"] == definition.id]
    due = cells.loc[cells["obs_status"] != NOT_YET, "time_period"].unique()
    together = observations[observations["indicator"].isin(entry.indicators)]
    areas = {*control.areas, *(_areas(together, control) or _areas(observations, control))}
    for period, area, category in product(due, sorted(areas), control.categories):
        yield {
            "indicator": definition.id,
            "ref_area": area,
            "time_period": str(period),
            "breakdown": control.breakdown,
            "category": category,
            "unit_measure": definition.unit_of(category),
            "obs_status": ABSENT,
        }


def _areas(observations: pd.DataFrame, control: ExpectedCells) -> set[str]:
    areas = (str(area) for area in observations["ref_area"].unique())
    return set(filter(control.is_expected_in, areas))
