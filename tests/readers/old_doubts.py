"""How many doubts have been held for some days, from the files that each release left.

Here: an account of its own, that imports nothing of what it checks. Not here: the sentence that
tells it (``outlets``).
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any


def old_doubts(home: Path, days: int) -> int:
    """Return how many doubts of the release in force have been held for as long, without a break.

    Args:
        home: The station.
        days: For how many days, before the release in force was made.
    """
    last, *former = _nights(home)
    counted = 0
    for doubt in last[1]:
        since = last[0]
        for at, held in former:
            if doubt not in held:
                break
            since = at
        counted += last[0] - since >= timedelta(days=days)
    return counted


def _nights(home: Path) -> Iterator[tuple[datetime, set[str]]]:
    """Yield when each release was made and what it held in doubt, the last one first."""
    for name in reversed(json.loads((home / "releases" / "in_force.json").read_text("utf-8"))):
        manifest = home / "releases" / name / "manifest.json"
        if not manifest.exists():
            return
        made = json.loads(manifest.read_text("utf-8"))
        findings = json.loads((home / "reports" / name / "findings.json").read_text("utf-8"))
        held = {_cell(cell) for cell in made["held"]}
        yield (
            datetime.fromisoformat(made["published_at"]),
            {
                json.dumps([finding["indicator"], finding["time_period"], finding["headline"]])
                for finding in findings
                if finding["severity"] != "Information"
                and any(_cell(number["now"]["cell"]) in held for number in finding["numbers"])
            },
        )


def _cell(cell: dict[str, Any]) -> tuple[str, ...]:
    keys = ("indicator", "ref_area", "time_period", "breakdown", "category")
    return tuple(cell[key] for key in keys)
