"""The figures of the page, made of a few counts, and where they are written."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from expectations.verdicts.table import Cell
from tests.benchmarks.breaks import intensity, page, power
from tests.benchmarks.breaks.corpora import LEFT_OUT, OTHERS, Counted
from tests.benchmarks.breaks.judges import VIGIE, Alarm
from tests.benchmarks.breaks.score import Detection, Silence

ALARM = Alarm("a", frozenset([Cell("a", "DEP-44", "2024", "_T", "_T")]))


def detection(method: str, kind: str, size: str = "", innocent: int = 0) -> Detection:
    return Detection(
        method,
        1050,
        kind,
        is_declared=False,
        is_caught=method in (VIGIE, OTHERS),
        is_reported=True,
        story="",
        size=size,
        periods=4,
        panel="made up, 4 periods",
        changed=10,
        changed_held=9,
        innocent=innocent,
        cells=100,
    )


def corpus(*methods: str, kind: str = "copied", size: str = "") -> Counted:
    panels = ("made up, 4 periods", "made up, 4 periods, rounded to 5 (random)")
    return Counted(
        [detection(method, kind, size, innocent) for method in methods for innocent in (0, 12)],
        [
            Silence(method, 1050, "unchanged", 2000, [ALARM], 4, panel)
            for method in methods
            for panel in panels
        ],
    )


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counted]:
    """One or two changes of each corpus; what is left out is not judged again."""
    monkeypatch.setattr(intensity, "KINDS", ("area",))
    left_out = pd.DataFrame({"left out": ["families"], "newest cells": [9]})
    monkeypatch.setattr(page, "excluded", lambda: left_out)
    methods = (VIGIE, "HB, C = 8", "± 20 %", "z, suspect out")
    return {
        "stations": corpus(*methods),
        "long": corpus(*methods, kind="line_lost"),
        "quiet": corpus(VIGIE),
        "unseen": corpus(*methods),
        "weak": corpus(*methods, kind="area", size="10%"),
        LEFT_OUT: corpus(VIGIE, OTHERS),
    }


def test_figures_are_written_between_the_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: dict[str, Counted]
) -> None:
    file = tmp_path / "detection.md"
    file.write_text(f"before\n{page.START}\nformer figures\n{page.END}\nafter\n", "utf-8")
    monkeypatch.setattr(page, "PAGE", file)
    page.write(counted)
    written = file.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "former figures" not in written
    assert "| changed cells held, where caught (0.95) | 0.900 [0.699, 0.972]" in written
    assert "| 9 innocents or more (0.02) | 0.500 [0.095, 0.905]" in written
    assert "| line_lost | 1.00 / 0.00 | 1.00 [0.34, 1.00] / 0.00 | 0.00 |" in written
    assert (tmp_path / power.PICTURE).read_text("utf-8").startswith("<?xml")


def test_methods_are_compared_on_nights_where_nothing_happened() -> None:
    method = "HB, C = 8"
    event = Silence(method, 1050, "event_everywhere", 2, [ALARM])
    quiet = [Silence(name, 1050, "unchanged", 2000, []) for name in (VIGIE, method)]
    made = Counted([detection(name, "copied") for name in (VIGIE, method)], [event, *quiet])
    assert page._at_same_silence(made)[1] == [VIGIE, method]


def test_what_is_reported_and_published_stands_beside_what_is_held() -> None:
    made = corpus(VIGIE, "HB, C = 8", kind="category × 2")
    published = [replace(found, is_caught=False) for found in made.detections]
    table = page._lengths(replace(made, detections=published))
    assert table.loc["category × 2", "reported and published"] == "1.00"


def test_a_page_without_markers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: dict[str, Counted]
) -> None:
    file = tmp_path / "detection.md"
    file.write_text("nothing", "utf-8")
    monkeypatch.setattr(page, "PAGE", file)
    with pytest.raises(ValueError, match="repères"):
        page.write(counted)
