"""What the report before told already, from the files that each release left.

Here: an account of its own, that imports nothing of what it checks. Not here: the sentences that
tell it (``outlets``).
"""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def unmoved(home: Path) -> Counter[str]:
    """Return how many findings the report before had already, by whether they are to be known."""
    last, *former = reversed(_in_force(home))
    before = _severities(home, former[0]) if former else {}
    now = _severities(home, last)
    kinds = ("known" if now[each] == "Information" else "held" for each in now.keys() & before)
    return Counter(kinds)


def ages(home: Path) -> set[int]:
    """Return how many days of the calendar before the one in force each release was made."""
    made = [
        datetime.strptime(name, "%Y%m%dT%H%M%S%f%z").astimezone(PARIS).date()
        for name in _in_force(home)
    ]
    return {(made[-1] - at).days for at in made}


def _in_force(home: Path) -> list[str]:
    names: list[str] = json.loads((home / "releases" / "in_force.json").read_text("utf-8"))
    return names


def _severities(home: Path, name: str) -> dict[str, str]:
    path = home / "reports" / name / "findings.json"
    findings = json.loads(path.read_text("utf-8")) if path.exists() else []
    return {finding["finding_id"]: finding["severity"] for finding in findings}
