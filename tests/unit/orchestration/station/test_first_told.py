"""Since when reports have told a thing: kept beside each, begun anew when it stops being told."""

from pathlib import Path

import pandas as pd
import pytest

from expectations.verdicts.table import KEY
from orchestration.station.first_told import (
    FILE,
    NOTHING_TOLD,
    read_first_told,
    told_before,
    write_first_told,
)
from orchestration.station.publishing import publish
from orchestration.station.release import Release

FIRST, SECOND, THIRD = (f"202611{day}T020500000000Z" for day in (22, 23, 24))


def test_what_is_told_again_keeps_its_first_report_and_what_comes_back_begins_anew() -> None:
    first = NOTHING_TOLD.after(FIRST, ["a", "b"], ["x"])
    second = first.after(SECOND, ["a", "c"], [])
    third = second.after(THIRD, ["a", "b", "c"], ["x"])
    assert second.findings == {"a": FIRST, "c": SECOND}
    assert third.findings == {"a": FIRST, "b": THIRD, "c": SECOND}
    assert third.contradictions == {"x": THIRD}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    kept = NOTHING_TOLD.after(FIRST, ["b", "a"], ["x"])
    write_first_told(tmp_path, kept)
    assert read_first_told(tmp_path) == kept


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"findings": {}}',
        '{"findings": 3, "contradictions": {}}',
        '{"findings": {"a": "hier"}, "contradictions": {}}',
    ],
)
def test_a_file_that_says_nothing_is_no_reason_to_fail_a_night(
    tmp_path: Path, content: str
) -> None:
    assert read_first_told(tmp_path) == NOTHING_TOLD
    (tmp_path / FILE).write_text(content)
    assert read_first_told(tmp_path) == NOTHING_TOLD


def test_a_release_whose_report_was_never_written_leaves_what_the_one_before_told(
    tmp_path: Path,
) -> None:
    """A night was killed once its release was out: not all is new to who reads the next report."""
    releases, reports, previous = tmp_path / "releases", tmp_path / "reports", None
    releases.mkdir()
    for name in (FIRST, SECOND, THIRD):
        nothing = pd.DataFrame({key: [] for key in KEY})
        publish(releases, name, nothing, {"previous": previous, "held": []})
        previous = name
    first, second, third = (Release(releases / name) for name in (FIRST, SECOND, THIRD))
    kept = NOTHING_TOLD.after(FIRST, ["a"], [])
    (reports / FIRST).mkdir(parents=True)
    write_first_told(reports / FIRST, kept)
    assert told_before(reports, third) == told_before(reports, second) == kept
    assert told_before(reports, first) == NOTHING_TOLD
