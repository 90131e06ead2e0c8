"""What counts as caught, as innocent and as a false alarm, and how many there are."""

import numpy as np
import pandas as pd
import pytest

from expectations.verdicts.table import Cell
from tests.benchmarks import rules_speed
from tests.benchmarks.breaks import score, shares, stations
from tests.benchmarks.breaks.judges import Alarm, judges_of
from tests.benchmarks.breaks.labour_market import job_seekers_by_region, unemployment
from tests.benchmarks.breaks.nights import judged
from tests.benchmarks.breaks.score import Detection, Silence
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import Change

CELLS = [Cell("a", f"DEP-{code}", "2024", "_T", "_T") for code in (44, 49, 53)]


def test_tuning_and_held_out_seeds_have_nothing_in_common() -> None:
    assert not {*score.TUNING_SEEDS} & {*score.HELD_OUT_SEEDS}


def night_of(cells: list[Cell]) -> Station:
    """A night of one indicator whose last cell is the total of the others."""
    rows = pd.DataFrame([{**cell.to_dict(), "obs_value": 1.0} for cell in cells])
    total = Cell("a", "REG-52", "2024", "_T", "_T")
    night = Station(rows, {}, {})
    night.__dict__["parts"] = {total: frozenset(cells)}
    return night


def change_of(touched: list[Cell], following: list[Cell]) -> Change:
    cells = frozenset([*touched, *following])
    return Change(night_of(CELLS), cells, frozenset(touched), is_declared=False, story="")


def alarm_of(cells: list[Cell]) -> Alarm:
    return Alarm("a", frozenset(cells))


def test_a_change_is_caught_by_what_it_alone_made_ring() -> None:
    change, quiet = change_of(CELLS[:1], CELLS[1:2]), [alarm_of(CELLS[:1])]
    assert score.holding([alarm_of(CELLS[1:])], change, quiet).is_caught
    assert not score.holding([alarm_of(CELLS[:1])], change, quiet).is_caught
    assert not score.holding([alarm_of(CELLS[2:])], change, quiet).is_caught


def test_a_change_is_reported_by_what_holds_and_by_what_does_not() -> None:
    change, information = change_of(CELLS[:1], []), Alarm("a", frozenset(CELLS[:1]), holds=False)
    found = score.holding([information], change, [])
    assert (found.is_caught, found.is_reported, found.changed_held) == (False, True, 0)
    assert score.holding([alarm_of(CELLS)], change, []).is_reported
    assert not score.holding([information], change, [information]).is_reported
    assert score.holding([alarm_of(CELLS)], change, [information]).is_reported


def test_what_is_reported_and_published_is_no_false_finding() -> None:
    quiet = night_of(CELLS)
    found = score.undeserved(
        [Alarm("a", frozenset(CELLS), holds=False), alarm_of(CELLS[:1])], quiet
    )
    assert found == [alarm_of(CELLS[:1])]


def test_innocent_is_what_neither_changed_nor_follows_nor_was_held_before() -> None:
    total = Cell("a", "REG-52", "2024", "_T", "_T")
    change = change_of(CELLS[:1], [total])
    found = score.holding([alarm_of(CELLS)], change, [alarm_of(CELLS[1:2])])
    assert (found.changed_held, found.innocent, found.together) == (1, 1, 0)


def test_of_a_cell_without_a_value_there_is_nothing_to_release() -> None:
    change = change_of(CELLS[:1], [])
    change.station.observations["obs_value"] = [1.0, 1.0, np.nan]
    assert score.holding([alarm_of(CELLS)], change, []).innocent == 1


def test_parts_of_a_held_total_that_moved_are_counted_apart() -> None:
    total = Cell("a", "REG-52", "2024", "_T", "_T")
    change = change_of(CELLS[:1], [total])
    found = score.holding([alarm_of([total, *CELLS])], change, [])
    assert (found.innocent, found.together) == (2, 2)


def test_an_interval_of_wilson() -> None:
    assert shares.Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert shares.Share(0, 10).interval == pytest.approx((0, 0.2775), abs=1e-4)
    assert f"{shares.Share(0, 0):.2f}" == ""


@pytest.fixture
def small_station(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every seed draws the same two files."""
    panels = {"chomage": unemployment("94", 2009), "regions": job_seekers_by_region(2009)}
    small = Station(
        observations=pd.concat(
            [panel.observations for panel in panels.values()], ignore_index=True
        ),
        definitions={own.id: own for panel in panels.values() for own in panel.definitions},
        files={name: tuple(own.id for own in panel.definitions) for name, panel in panels.items()},
    )

    def station(region: str, year: int, *, with_event: bool = False) -> Station:
        del region, year, with_event
        return small

    monkeypatch.setattr(stations, "station", station)


def judged_with_percentage(seed: int, kinds: list[str]) -> tuple[list[Detection], list[Silence]]:
    return judged(stations.night(seed, kinds, 1), judges_of(["percentage"]))


@pytest.mark.usefixtures("small_station")
def test_a_seed_gives_a_detection_a_change_and_a_silence_a_night() -> None:
    detections, silences = judged_with_percentage(1, ["double_count", "missing_as_zero"])
    detections = [found for found in detections if found.method == "± 50 %"]
    silences = [night for night in silences if night.method == "± 50 %"]
    assert [found.kind for found in detections] == ["double_count", "missing_as_zero"]
    assert [night.kind for night in silences] == list(stations.GENUINE)
    assert all(night.cells == 35 for night in silences)


@pytest.mark.usefixtures("small_station")
def test_the_same_seed_gives_the_same_score() -> None:
    first, second = (judged_with_percentage(2, ["unit_changed"]) for _ in range(2))
    assert first == second


def test_recall_is_given_by_kind_for_numbers_alone_and_for_all() -> None:
    made = [
        Detection("Vigie", 0, "copied", is_declared=False, is_caught=True, story=""),
        Detection("Vigie", 1, "copied", is_declared=False, is_caught=False, story=""),
        Detection("Vigie", 0, "unit_changed", is_declared=True, is_caught=True, story=""),
    ]
    found = shares.recalls(made)["Vigie"]
    assert found["copied"] == 0.5
    assert found["numbers alone"] == 0.5
    assert found["all"] == pytest.approx(2 / 3)


def test_false_findings_are_counted_per_thousand_cells() -> None:
    alarm = Alarm("a", frozenset(CELLS))
    nights = [
        Silence("Vigie", 0, "unchanged", 500, [alarm]),
        Silence("Vigie", 1, "unchanged", 1500, []),
        Silence("Vigie", 0, "chance", 2000, []),
    ]
    found = shares.false_findings(nights)["Vigie"]
    assert found["unchanged"] == 0.5
    assert found["all"] == 0.25


def test_a_method_is_compared_at_the_threshold_where_it_catches_most_of_what_rings_little() -> None:
    rung = {"Vigie": 0, "± 5 %": 3, "± 20 %": 1, "± 50 %": 1, "MAD (ESS)": 2}
    nights = [
        Silence(name, 0, "unchanged", 1000, [Alarm("a", frozenset(CELLS[:number]))])
        for name, number in rung.items()
    ]
    caught = {"Vigie": True, "± 5 %": True, "± 20 %": True, "± 50 %": False, "MAD (ESS)": True}
    made = [
        Detection(name, 0, "copied", is_declared=False, is_caught=is_caught, story="")
        for name, is_caught in caught.items()
    ]
    assert shares.as_silent(made, nights, most=1.0) == ["Vigie", "± 20 %"]


def test_the_synthetic_night_adds_up() -> None:
    observations, definitions = rules_speed.synthetic_night(7000, 35)
    assert observations["indicator"].nunique() == len(definitions) == 35
    counts = observations[observations["indicator"] == "i000"]
    is_whole = counts["ref_area"] == "REG-52"
    keys = ["time_period", "category"]
    sums = counts[~is_whole].groupby(keys)["obs_value"].sum()
    totals = counts[is_whole].set_index(keys)["obs_value"].reindex(sums.index)
    assert np.allclose(sums, totals)
    assert 5000 < len(observations) < 9000
