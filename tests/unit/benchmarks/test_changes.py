"""Each reporting change on a real station: what it must do, and that totals still add up."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS, normalise
from expectations.verdicts.table import Cell
from tests.benchmarks.breaks import changes, genuine
from tests.benchmarks.breaks.panels import station as real_station
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import Change

TRIES = 2
PANELS = ("parcoursup", "chomage", "demandeurs_regions", "demandeurs_profil", "demandeurs_epci")


@pytest.fixture(scope="module")
def station() -> Station:
    """A small station: Corsica without the SREFOP's tables, years up to 2014."""
    whole = real_station("94", 2014)
    return whole.only({name for indicators in PANELS for name in whole.files[indicators]})


@pytest.fixture(scope="module")
def made(station: Station) -> Callable[[str], list[Change]]:
    """Return a maker of some changes of a kind, always the same."""
    changes_made: dict[str, list[Change]] = {}

    def make(kind: str) -> list[Change]:
        if kind not in changes_made:
            drawn = [
                changes.KINDS[kind](station, np.random.default_rng(seed)) for seed in range(TRIES)
            ]
            changes_made[kind] = [change for change in drawn if change is not None]
        return changes_made[kind]

    return make


def newest(station: Station, cells: frozenset[Cell]) -> "pd.Series[float]":
    rows = station.newest
    keys = pd.MultiIndex.from_frame(rows[list(Cell.__dataclass_fields__)])
    values = pd.Series(rows["obs_value"].to_numpy(), index=keys)
    wanted = [cell.key for cell in sorted(cells)]
    return values.reindex(pd.MultiIndex.from_tuples(wanted))


@pytest.mark.parametrize("kind", changes.KINDS)
def test_a_change_keeps_observations_well_formed(
    kind: str, made: Callable[[str], list[Change]], station: Station
) -> None:
    assert made(kind), "no station has room for it"
    for change in made(kind):
        table = normalise(change.station.observations)
        assert list(table.columns) == COLUMNS
        assert change.cells
        assert {cell.time_period for cell in change.cells} <= {*station.newest_periods.values()}
        assert not {cell.indicator for cell in change.cells} & station.deserved.keys()


@pytest.mark.parametrize("kind", changes.KINDS)
def test_what_is_not_concerned_is_as_it_was(
    kind: str, made: Callable[[str], list[Change]], station: Station
) -> None:
    for change in made(kind):
        assert change.station.differing(station) <= change.cells


@pytest.mark.parametrize("kind", changes.KINDS)
def test_totals_that_added_up_still_do(
    kind: str, made: Callable[[str], list[Change]], station: Station
) -> None:
    for change in made(kind):
        assert _gaps(change.station) <= _gaps(station)


def _gaps(station: Station) -> set[Cell]:
    """Return the totals of counts that are not the sum of their parts by area."""
    rows = station.newest
    found = set()
    for indicator, here in rows[rows["obs_value"].notna()].groupby("indicator"):
        definition: IndicatorDefinition = station.definitions[str(indicator)]
        parts = [own.parts for own in definition.breakdowns if own.by == "ref_area"]
        if definition.value_kind != "count" or not parts:
            continue
        is_part = here["ref_area"].str.startswith(f"{parts[0]}-")
        sums = here[is_part].groupby(["breakdown", "category"])["obs_value"].sum()
        for row in here[~is_part].itertuples():
            gap = sums.get((row.breakdown, row.category), np.nan) - row.obs_value
            if abs(gap) > 0.001:
                key = (indicator, row.ref_area, row.time_period, row.breakdown, row.category)
                found.add(Cell(*map(str, key)))
    return found


def test_the_same_seed_makes_the_same_change(station: Station) -> None:
    first, second = (changes.double_count(station, np.random.default_rng(3)) for _ in range(2))
    assert first is not None
    assert second is not None
    pd.testing.assert_frame_equal(first.station.observations, second.station.observations)
    assert first.cells == second.cells


def test_about_half_of_the_changes_that_can_be_declared_are(station: Station) -> None:
    small = station.only(station.files["demandeurs_regions"])
    declared = [
        change.is_declared
        for seed in range(30)
        for change in [changes.unit_changed(small, np.random.default_rng(seed))]
        if change is not None
    ]
    assert 7 <= sum(declared) <= 23


def test_what_is_declared_is_in_the_columns(made: Callable[[str], list[Change]]) -> None:
    for kind, column, word in (
        ("fewer_themes", "collection", "nationale"),
        ("reporter_gone", "reporters", "A, B"),
        ("threshold_moved", "definition", "seuil-2"),
    ):
        for change in made(kind):
            rows = change.station.newest
            words = rows.loc[
                rows["indicator"].isin({cell.indicator for cell in change.cells}), column
            ]
            assert (words == word).any() == change.is_declared


def test_fewer_themes_leave_the_whole_alone(
    made: Callable[[str], list[Change]], station: Station
) -> None:
    for change in made("fewer_themes"):
        parts = {cell.indicator for cell in change.cells if cell.indicator not in station.shares}
        assert all(station.definitions[name].part_of for name in parts)
        before, after = newest(station, change.cells), newest(change.station, change.cells)
        assert after.fillna(0).sum() < 0.7 * before.sum()


def test_a_threshold_moves_nothing_between_areas(
    made: Callable[[str], list[Change]], station: Station
) -> None:
    for change in made("threshold_moved"):
        totals = station.newest[station.newest["category"] == "_T"]
        same = change.station.newest.loc[totals.index, "obs_value"]
        pd.testing.assert_series_equal(same, totals["obs_value"])


def test_a_stale_repeat_is_the_period_before(made: Callable[[str], list[Change]]) -> None:
    for change in made("stale_repeat"):
        rows = change.station.newest
        details = rows[rows["is_detail"] & (rows["obs_value"] == rows["before"])]
        assert len(details) >= 6


def test_what_is_missing_as_zero_had_a_size(
    made: Callable[[str], list[Change]], station: Station
) -> None:
    for change in made("missing_as_zero"):
        zeros = change.station.newest.loc[lambda table: table["obs_value"] == 0]
        new = station.newest.loc[zeros.index]
        assert (new[new["obs_value"] > 0]["before"] >= 2).any()


@pytest.mark.parametrize("kind", genuine.KINDS)
def test_genuine_change_moves_numbers_and_nothing_else(kind: str, station: Station) -> None:
    after = genuine.KINDS[kind](station, np.random.default_rng(1))
    assert after.differing(station)
    others = [column for column in COLUMNS if column not in ("obs_value", "obs_status")]
    others = [column for column in others if column not in ("numerator", "denominator")]
    pd.testing.assert_frame_equal(after.observations[others], station.observations[others])
    values = after.observations["obs_value"].dropna()
    assert (values >= 0).all()


def test_the_schools_that_entered_in_2019_are_in_every_department() -> None:
    rows = real_station("94", 2014, with_event=True).details["psup_admis"]
    assert rows.loc[rows["category"] == "D.E secteur sanitaire", "ref_area"].nunique() == 2
