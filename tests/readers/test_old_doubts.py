"""Doubts are counted from the files of each release."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.readers.old_doubts import old_doubts

FIRST = datetime(2026, 1, 1, 1, tzinfo=UTC)


def cell(area: str) -> dict[str, str]:
    total = {"breakdown": "_T", "category": "_T"}
    return {"indicator": "1A4", "ref_area": area, "time_period": "2024", **total}


def leave(home: Path, name: str, days: int, *areas: str) -> None:
    """Leave a release that holds the doubts about some areas."""
    at = (FIRST + timedelta(days=days)).isoformat()
    findings = [
        {
            "indicator": "1A4",
            "time_period": "2024",
            "headline": cell(area),
            "severity": "Warning",
            "numbers": [{"now": {"cell": cell(area)}}],
        }
        for area in areas
    ]
    written = {
        "releases": ("manifest.json", {"published_at": at, "held": [cell(area) for area in areas]}),
        "reports": ("findings.json", findings),
    }
    for folder, (file, content) in written.items():
        (home / folder / name).mkdir(parents=True)
        (home / folder / name / file).write_text(json.dumps(content), "utf-8")


def test_a_doubt_is_as_old_as_the_first_release_that_held_it_since(
    tmp_path: Path,
) -> None:
    leave(tmp_path, "a", 0, "REG-52", "DEP-44")
    leave(tmp_path, "b", 1, "REG-52")
    leave(tmp_path, "c", 8, "REG-52", "DEP-44")
    (tmp_path / "releases" / "in_force.json").write_text('["a", "b", "c"]', "utf-8")
    assert [old_doubts(tmp_path, days) for days in (0, 7, 8, 9)] == [2, 1, 1, 0]
