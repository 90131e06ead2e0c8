"""Which releases can be made again, upon which one, and when their vintages were taken."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.rebuilding.past_releases import PastReleases, past_releases
from orchestration.station.publishing import publish
from orchestration.station.releases_in_force import release_in_force

ROWS = pd.DataFrame({"indicator": ["1C1_pcrh"]})
FIRST, SECOND, THIRD = (f"2026112{rank}T010000000000Z" for rank in range(1, 4))


def released(home: Path, name: str, previous: str | None, **said: Any) -> None:  # noqa: ANN401
    made_of = {"observations_sha256": "o", "region": "52", "code_version": "c", "fingerprint": "f"}
    publish(home, name, ROWS, {"previous": previous, **made_of, **said})


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A release, one that follows from another deposit, one that follows from a decision."""
    released(tmp_path, FIRST, None, month="2026-11")
    released(tmp_path, SECOND, FIRST, month="2026-11", fingerprint="g")
    released(tmp_path, THIRD, SECOND, month="2026-11", fingerprint="g")
    return tmp_path


def past_of(releases: Path) -> PastReleases:
    return past_releases(release_in_force(releases))


def test_all_are_made_again_from_the_first_and_a_decision_builds_nothing(releases: Path) -> None:
    past = past_of(releases)
    assert past.base is None
    made = [(each.release.release_id, each.is_built) for each in past.again]
    assert made == [(FIRST, True), (SECOND, True), (THIRD, False)]


def test_what_follows_a_release_that_is_forgotten_is_made_upon_the_first_that_is_kept(
    releases: Path,
) -> None:
    shutil.rmtree(releases / FIRST)
    past = past_of(releases)
    assert past.base is not None
    assert past.base.release_id == SECOND
    assert [each.release.release_id for each in past.again] == [THIRD]


def test_a_release_of_before_months_were_written_down_is_taken_as_it_was(tmp_path: Path) -> None:
    released(tmp_path, FIRST, None)
    released(tmp_path, SECOND, FIRST, month="2026-11")
    past = past_of(tmp_path)
    assert past.base is not None
    assert past.base.release_id == FIRST
    assert [each.is_built for each in past.again] == [True]


def test_vintages_are_those_of_the_last_build_before_the_release(releases: Path) -> None:
    _, second, third = past_of(releases).again
    minute = timedelta(minutes=1)
    taken = [datetime(2026, 11, day, 1, tzinfo=UTC) - minute for day in (21, 22)]
    first = taken[0] + minute
    assert second.taken_at(taken, first) == taken[1]
    assert second.taken_at([*taken, taken[1] + 2 * minute], first) == taken[1]
    # A build that was killed before it published left its own, then the next one did.
    assert second.builds([*taken, taken[1] - minute], first) == [taken[1] - minute, taken[1]]
    # A build that changed nothing left none: any moment is that of what it did not leave.
    assert third.taken_at(taken, second.made_at) == third.made_at
