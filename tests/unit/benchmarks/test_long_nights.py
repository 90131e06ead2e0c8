"""Panels of many lengths: their shape, how they are rounded, what is put into them."""

import numpy as np
import pandas as pd
import pytest

from expectations.cells.observations import KEY
from tests.benchmarks.breaks import intensity, sized
from tests.benchmarks.breaks.elsewhere import elsewhere, unseen
from tests.benchmarks.breaks.long_nights import CROWDED, KINDS, LOST, long_nights, weak_nights
from tests.benchmarks.breaks.long_panels import (
    LENGTHS,
    MADE_UP,
    REAL,
    LongPanel,
    Rounding,
    long_panel,
    rounded_again,
)
from tests.benchmarks.breaks.nights import UNCHANGED
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import Change


def panel(seed: int, length: str = "3") -> LongPanel:
    found = long_panel(*LENGTHS[length], np.random.default_rng(seed), [MADE_UP])
    assert found is not None
    return found


def rounded() -> LongPanel:
    return next(found for found in map(panel, range(20)) if found.rounding.base > 1)


def made(kind: sized.Kind) -> tuple[Station, Change]:
    """The first change of a kind that a panel has room for, and the station before."""
    return next(
        (station, change)
        for seed in range(20)
        for station in [panel(seed).station]
        for change in [kind(station, np.random.default_rng(seed))]
        if change is not None
    )


@pytest.mark.parametrize("length", LENGTHS)
def test_a_panel_is_as_long_as_its_class(length: str) -> None:
    shortest, longest = LENGTHS[length]
    found = long_panel(shortest, longest, np.random.default_rng(1), [*REAL, MADE_UP])
    assert found is not None
    assert shortest <= found.periods <= longest


def test_no_source_is_stretched() -> None:
    short = [source for source in REAL if source.most == 2]
    assert long_panel(3, 3, np.random.default_rng(1), short) is None


@pytest.mark.parametrize("is_random", [True, False])
def test_what_is_rounded_stays_as_it_is(*, is_random: bool) -> None:
    rounding = Rounding(5, is_random=is_random, seed=1)
    values = pd.Series([0.0, 1, 2, 3, 4, 5, 7, 10])
    once = rounding(values)
    assert set(once % 5) == {0}
    assert (abs(once - values) < 5).all()
    pd.testing.assert_series_equal(rounding(once), once)


def test_a_producer_who_rounds_does_so_in_all_periods_and_after_a_change() -> None:
    found = rounded()
    base = found.rounding.base
    assert set(found.station.observations["obs_value"].dropna() % base) == {0}
    details = found.station.newest[found.station.newest["is_detail"]]["obs_value"]
    after = rounded_again(found, found.station.with_values((details * 1.37).round()))
    assert set(after.observations["obs_value"].dropna() % base) == {0}


def test_a_night_is_the_same_for_the_same_seed() -> None:
    first, second = (next(long_nights(3, [*LOST], ["3"], [MADE_UP])) for _ in range(2))
    pd.testing.assert_frame_equal(
        first.quiet[UNCHANGED].observations, second.quiet[UNCHANGED].observations
    )
    assert [item.change.touched for item in first.happenings] == [
        item.change.touched for item in second.happenings
    ]


@pytest.mark.parametrize("kind", ["cell × 0.8", "area × 1.25", "category × 2", "lines_lost"])
def test_what_is_changed_is_more_than_what_counting_does(kind: str) -> None:
    station, change = made(KINDS[kind])
    rows = station.newest[station.newest.index.isin(_touched(change))]
    assert rows["is_detail"].all()
    assert rows["obs_value"].sum() >= 20


def _touched(change: Change) -> pd.Index:
    keys = [cell.key for cell in change.touched]
    rows = change.station.newest
    return rows.index[pd.MultiIndex.from_frame(rows[KEY]).isin(keys)]


def test_a_crowded_night_has_many_changes_that_do_not_meet() -> None:
    (night,) = long_nights(3, [CROWDED], ["3"], [MADE_UP])
    assert [len(item.change.touched) >= 8 for item in night.happenings] == [True]


def test_a_weakened_change_moves_its_cells_by_what_is_asked() -> None:
    for night in weak_nights(0, ["area", "unit_changed", "double_count"], ["6-9"], [MADE_UP]):
        before = night.quiet[UNCHANGED].newest
        for item in night.happenings:
            after = item.change.station.newest["obs_value"].reindex(before.index)
            moves = (after / before["obs_value"] - 1).abs()
            moved = moves[before["is_detail"] & (moves > 0) & (before["obs_value"] > 200)]
            wanted = float(item.size.rstrip(" %")) / 100
            assert moved.median() == pytest.approx(wanted, rel=0.5)


def test_fewer_cells_are_concerned_where_less_of_it_would_be_another_change() -> None:
    few, every = (made(intensity.of_size("stale_repeat", part))[1] for part in (0.1, 1.0))
    assert len(few.touched) < len(every.touched)


def test_panels_from_elsewhere_are_long_enough_and_none_of_them_is_both_seen_and_unseen() -> None:
    assert {source.most for source in unseen()} == {4, 5, 7, 9, 10, 16, 25}
    assert {source.most for source in elsewhere()} == {4, 11, 16, 17, 25}
    assert {source.name for source in elsewhere()}.isdisjoint(source.name for source in unseen())
    for source in (*unseen(), *elsewhere()):
        rows = source.rows(3, np.random.default_rng(1))
        assert rows["time_period"].nunique() == 3
        assert rows["obs_value"].notna().all()
