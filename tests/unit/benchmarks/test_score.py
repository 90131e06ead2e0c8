"""What counts as caught and as a false alarm, and that the tables are written where they belong."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from expectations.verdicts.table import Cell
from tests.benchmarks import rules_speed
from tests.benchmarks.breaks import page, score
from tests.benchmarks.breaks.labour_market import job_seekers_by_region, unemployment
from tests.benchmarks.breaks.score import Alarm, Detection, Silence
from tests.benchmarks.breaks.station import Station

CELLS = [Cell("a", f"DEP-{code}", "2024", "_T", "_T") for code in (44, 49, 53)]


def test_tuning_and_held_out_seeds_have_nothing_in_common() -> None:
    assert not {*score.TUNING_SEEDS} & {*score.HELD_OUT_SEEDS}


def test_a_change_is_caught_by_what_it_alone_made_ring() -> None:
    changed, already = frozenset(CELLS[:2]), frozenset(CELLS[:1])
    assert score.is_caught([Alarm("a", frozenset(CELLS[1:]))], changed, already)
    assert not score.is_caught([Alarm("a", frozenset(CELLS[:1]))], changed, already)
    assert not score.is_caught([Alarm("a", frozenset(CELLS[2:]))], changed, already)


@pytest.fixture
def small_station(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every seed draws the same two files."""
    panels = {"chomage": unemployment("94", 2009), "regions": job_seekers_by_region(2009)}
    small = Station(
        observations=pd.concat([it.observations for it in panels.values()], ignore_index=True),
        definitions={it.id: it for panel in panels.values() for it in panel.definitions},
        files={name: tuple(it.id for it in panel.definitions) for name, panel in panels.items()},
    )

    def station(region: str, year: int, *, with_event: bool = False) -> Station:
        del region, year, with_event
        return small

    monkeypatch.setattr(score, "station", station)


@pytest.mark.usefixtures("small_station")
def test_a_seed_gives_a_detection_a_change_and_a_silence_a_night() -> None:
    detections, silences = score.run_seed(1, ["double_count", "missing_as_zero"], 1, ["percentage"])
    detections = [it for it in detections if it.method == "± 50 %"]
    silences = [it for it in silences if it.method == "± 50 %"]
    assert [it.kind for it in detections] == ["double_count", "missing_as_zero"]
    assert [it.kind for it in silences] == list(score.GENUINE)
    assert all(it.cells == 35 for it in silences)


@pytest.mark.usefixtures("small_station")
def test_the_same_seed_gives_the_same_score() -> None:
    one, other = (score.run_seed(2, ["unit_changed"], 1, ["percentage"]) for _ in range(2))
    assert one == other


def test_recall_is_told_by_kind_for_numbers_alone_and_for_all() -> None:
    made = [
        Detection("Vigie", 0, "copied", is_told=False, is_caught=True, story=""),
        Detection("Vigie", 1, "copied", is_told=False, is_caught=False, story=""),
        Detection("Vigie", 0, "unit_changed", is_told=True, is_caught=True, story=""),
    ]
    found = score.recalls(made)["Vigie"]
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
    found = score.false_findings(nights)["Vigie"]
    assert found["unchanged"] == 0.5
    assert found["all"] == 0.25


def test_a_method_is_compared_at_the_threshold_where_it_catches_most_of_what_rings_little() -> None:
    alarms = [Alarm("a", frozenset(CELLS))]
    rung = {"Vigie": 0, "± 5 %": 3, "± 20 %": 1, "± 50 %": 1, "MAD (ESS)": 9}
    nights = [Silence(name, 0, "unchanged", 1000, alarms * n) for name, n in rung.items()]
    caught = {"Vigie": True, "± 5 %": True, "± 20 %": True, "± 50 %": False, "MAD (ESS)": True}
    made = [
        Detection(name, 0, "copied", is_told=False, is_caught=it, story="")
        for name, it in caught.items()
    ]
    assert score.as_silent(made, nights, most=1.0) == ["Vigie", "± 20 %"]


def test_tables_are_written_between_the_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "detection.md"
    file.write_text(f"before\n{page.START}\nformer figures\n{page.END}\nafter\n", "utf-8")
    monkeypatch.setattr(page, "PAGE", file)
    made = [Detection("Vigie", 0, "copied", is_told=False, is_caught=True, story="")]
    page.write(made, [Silence("Vigie", 0, "unchanged", 500, [])], "make bench-breaks")
    written = file.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "| copied (1) | 1.00 |" in written
    assert "former figures" not in written


def test_a_page_without_markers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "detection.md"
    file.write_text("nothing", "utf-8")
    monkeypatch.setattr(page, "PAGE", file)
    with pytest.raises(ValueError, match="repères"):
        page.write([], [], "make bench-breaks")


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
