"""A night that is killed once its release is out, before its mails: the next one tells both."""

import json
import shutil
from pathlib import Path

import pytest

from orchestration.settings.settings import Settings
from orchestration.station.release import CURRENT, MANIFEST
from sources.storage.aside import point_aside
from tests.told_nights import told_night

UNTOLD, TONIGHT = "20990101T010000000000Z", "20990102T010000000000Z"
CHANGED_BEFORE, NEVER_TOLD = "1C1_pcrh", "1C3_part_55_plus_deld"


def _follow(home: Path, name: str, previous: str, states: dict[str, str]) -> None:
    """Put a release in force that says of its figures what states say, and unchanged of others."""
    folder = home / "releases" / name
    shutil.copytree((home / "releases" / CURRENT).resolve(), folder)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["previous"] = previous
    for indicator, content in manifest["indicators"].items():
        is_told_by_itself = content["state"] in {"held", "empty"}
        content["state"] = content["state"] if is_told_by_itself else "unchanged"
        content["state"] = states.get(indicator, content["state"])
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    (home / "reports" / name).mkdir()
    findings = home / "reports" / CURRENT / "findings.json"
    shutil.copy(findings, home / "reports" / name)
    point_aside(home / "releases" / CURRENT, name)


@pytest.mark.parametrize("is_written", [False, True])
def test_what_a_killed_night_published_is_told_by_the_next_one(
    station: Path, *, is_written: bool
) -> None:
    first = (station / "releases" / CURRENT).resolve().name
    _follow(station, UNTOLD, first, {CHANGED_BEFORE: "changed", NEVER_TOLD: "new"})
    if is_written:
        # The page is there, and its mails are not.
        shutil.copy(station / "reports" / CURRENT / "index.html", station / "reports" / UNTOLD)
    _follow(station, TONIGHT, UNTOLD, {NEVER_TOLD: "changed"})
    night = told_night(Settings(home=station))
    assert {line.indicator: line.state for line in night.fresh} == {
        CHANGED_BEFORE: "changed",
        NEVER_TOLD: "new",
    }
    assert night.previous_release_id == UNTOLD
