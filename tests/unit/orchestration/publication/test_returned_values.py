"""Values that go back to what was published before the last ones."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from expectations.cells.observations import KEY
from expectations.findings.compared import Basis, Compared, Reading
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell
from orchestration.publication.returned_values import was_published_until
from orchestration.station.publishing import publish
from orchestration.station.release import Release, made_at
from tests.unit.expectations.decisions.deciding import found

NAMES = [f"202702{day}T010000000000Z" for day in ("02", "03", "04", "05")]
REGION, DETAIL, OTHER = (
    Cell("1C1_pcrh", area, "2024", "_T", "_T") for area in ("REG-52", "DEP-49", "DEP-44")
)


def published(releases: Path, *nights: dict[Cell, float]) -> Release:
    """Publish a release a night, and return the last one."""
    releases.mkdir()
    previous = None
    for name, values in zip(NAMES, nights, strict=False):
        rows = pd.DataFrame([[*cell.key, value] for cell, value in values.items()])
        rows.columns = pd.Index([*KEY, "obs_value"])
        publish(releases, name, rows.assign(publication="published"), {"previous": previous})
        previous = name
    return Release(releases / str(previous))


def received(last: dict[Cell, float], now: dict[Cell, float]) -> Finding:
    """Return a finding on what was received beside what was published last."""
    numbers = (
        Compared(
            Reading(cell, value, "A", "pcrh"), published=Reading(cell, last[cell], "A", "pcrh")
        )
        for cell, value in now.items()
    )
    return replace(found("DEP-49", rank=1), basis=Basis.RELEASE, numbers=tuple(numbers))


FIRST = {REGION: 606.0, DETAIL: 109.0, OTHER: 264.0}
REVISED = {REGION: 687.0, DETAIL: 190.0, OTHER: 264.0}


@pytest.mark.parametrize(
    ("now", "until"),
    [(FIRST, NAMES[1]), ({**FIRST, DETAIL: 110.0}, None), (REVISED, None)],
)
def test_a_correction_that_is_undone_is_told_with_the_day_that_it_goes_back_to(
    tmp_path: Path, now: dict[Cell, float], until: str | None
) -> None:
    release = published(tmp_path / "releases", FIRST, FIRST, REVISED, REVISED)
    found_until = was_published_until(received(REVISED, now), release)
    assert found_until == (made_at(until) if until else None)


def test_what_was_never_published_otherwise_goes_back_to_nothing(tmp_path: Path) -> None:
    release = published(tmp_path / "releases", REVISED, REVISED)
    assert was_published_until(received(REVISED, FIRST), release) is None


def test_a_former_release_that_is_damaged_is_no_reason_to_fail_a_night(tmp_path: Path) -> None:
    release = published(tmp_path / "releases", FIRST, REVISED, REVISED)
    (tmp_path / "releases" / NAMES[0] / "observations.parquet").write_bytes(b"")
    assert was_published_until(received(REVISED, FIRST), release) is None
