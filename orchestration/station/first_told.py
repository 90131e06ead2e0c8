"""Since when reports have told what they tell: what was in the one before, and did not move.

Here: the file that each report has beside it, and what one becomes from one release to the next.
Not here: what is told (``reporting``), what a doubt is and whose (``publication.doubt_cares``).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from orchestration.station.release import Release, ReleaseDamagedError, made_at
from sources.storage.aside import write_aside

FILE = "first_told.json"


@dataclass(frozen=True)
class FirstTold:
    """What a report tells, and the release whose report told it first, without a break since.

    And what it cannot tell, since something of its period is held (``hidden_findings`` of
    ``former_nights``).

    Attributes:
        findings: Release by finding, whose id changes when its figures do.
        contradictions: Release by contradiction of the printed report, likewise.
    """

    findings: Mapping[str, str] = field(default_factory=dict)
    contradictions: Mapping[str, str] = field(default_factory=dict)

    def after(
        self, release_id: str, findings: Iterable[str], contradictions: Iterable[str]
    ) -> "FirstTold":
        """Return the same of the report of a release that comes next, and of all that it tells."""
        return FirstTold(
            {each: self.findings.get(each, release_id) for each in findings},
            {each: self.contradictions.get(each, release_id) for each in contradictions},
        )


NOTHING_TOLD = FirstTold()


def read_first_told(report: Path) -> FirstTold:
    """Return what the report of a folder told; nothing when no file says so.

    That is so of a report of before this file was written, of one that is kept no more, and of one
    whose file is damaged: the next tells all as if it were new, which is no reason to fail a night.
    """
    try:
        content = json.loads((report / FILE).read_bytes())
        before = FirstTold(dict(content["findings"]), dict(content["contradictions"]))
        for release_id in {*before.findings.values(), *before.contradictions.values()}:
            made_at(release_id)
    except (OSError, LookupError, TypeError, ValueError):
        return NOTHING_TOLD
    return before


def told_before(reports: Path, release: Release) -> FirstTold:
    """Return what the last report before that of a release told.

    A release whose night was killed before its report was written told nothing: what the report
    before it told is still what readers know.
    """
    former = release.previous
    while former and not (reports / former.release_id / FILE).exists():
        try:
            former = former.previous
        except ReleaseDamagedError:
            return NOTHING_TOLD
    return read_first_told(reports / former.release_id) if former else NOTHING_TOLD


def write_first_told(report: Path, first_told: FirstTold) -> None:
    """Keep beside a report since when what it tells has been told.

    Raises:
        OSError: If the folder cannot be written.
    """
    write_aside(report / FILE, json.dumps(asdict(first_told), indent=1, sort_keys=True).encode())
