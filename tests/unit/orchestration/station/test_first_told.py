"""Since when reports have told a thing: kept beside each, begun anew when it stops being told."""

from pathlib import Path

import pandas as pd
import pytest

from expectations.verdicts.table import KEY
from orchestration.station.first_told import (
    FILE,
    NOTHING_TOLD,
    LastTold,
    last_told,
    read_first_told,
    write_first_told,
)
from orchestration.station.publishing import publish
from orchestration.station.release import Release

FIRST, SECOND, THIRD = (f"202611{day}T020500000000Z" for day in (22, 23, 24))


def released(releases: Path) -> list[Release]:
    """Three releases, each after the other."""
    releases.mkdir()
    previous = None
    for name in (FIRST, SECOND, THIRD):
        nothing = pd.DataFrame({key: [] for key in KEY})
        publish(releases, name, nothing, {"previous": previous, "held": []})
        previous = name
    return [Release(releases / name) for name in (FIRST, SECOND, THIRD)]


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
    first, second, third = released(tmp_path / "releases")
    reports = tmp_path / "reports"
    kept = NOTHING_TOLD.after(FIRST, ["a"], [])
    (reports / FIRST).mkdir(parents=True)
    write_first_told(reports / FIRST, kept)
    assert last_told(reports, second) == LastTold(first, ())
    assert last_told(reports, third) == LastTold(first, (second,))
    assert last_told(reports, third).first_told(reports) == kept
    assert last_told(reports, first) == LastTold(None, ())
    assert last_told(reports, first).first_told(reports) == NOTHING_TOLD


def test_a_report_that_was_written_and_sent_to_nobody_told_nothing(tmp_path: Path) -> None:
    """The current report is that of which the mails are kept; a kill comes before that too."""
    first, second, third = released(tmp_path / "releases")
    reports = tmp_path / "reports"
    for release in (first, second):
        (reports / release.release_id).mkdir(parents=True)
        write_first_told(reports / release.release_id, NOTHING_TOLD)
    assert last_told(reports, third) == LastTold(second, ())
    (reports / "current").symlink_to(first.release_id)
    assert last_told(reports, third) == LastTold(first, (second,))
