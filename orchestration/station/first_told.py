"""Since when reports have told what they tell: what was in the one before, and did not move.

Here: the file that each report has beside it, and what one becomes from one release to the next;
which report readers were sent last.
Not here: what is told (``reporting``), what a doubt is and whose (``publication.doubt_cares``).
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from orchestration.station.release import CURRENT, Release, ReleaseDamagedError, made_at
from sources.storage.aside import write_aside

FILE = "first_told.json"
PAGE = "index.html"


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


@dataclass(frozen=True)
class LastTold:
    """What readers know before a release.

    Attributes:
        release: The last one that a report told them; None when none did.
        untold: Those since, the last first, whose night was killed before its mails were kept.
    """

    release: Release | None
    untold: tuple[Release, ...]

    def first_told(self, reports: Path) -> FirstTold:
        """Return what that report told."""
        return read_first_told(reports / self.release.release_id) if self.release else NOTHING_TOLD


def last_told(reports: Path, release: Release) -> LastTold:
    """Return what readers know before a release.

    A report is the current one once its mails are kept: a later one was sent to nobody.
    """
    current, untold = _current_report(reports) or release.release_id, list[Release]()
    for former in _formers(release):
        report = reports / former.release_id
        is_written = any((report / name).exists() for name in (FILE, PAGE))
        if is_written and former.release_id <= current:
            return LastTold(former, tuple(untold))
        untold.append(former)
    return LastTold(None, tuple(untold))


def _current_report(reports: Path) -> str:
    """Return the release that the current report tells; empty when there is none."""
    link = reports / CURRENT
    return link.readlink().name if link.is_symlink() else ""


def _formers(release: Release) -> Iterator[Release]:
    """Yield the releases before one, the last first, as far as they are kept and can be read."""
    with contextlib.suppress(ReleaseDamagedError):
        while former := release.previous:
            yield former
            release = former


def write_first_told(report: Path, first_told: FirstTold) -> None:
    """Keep beside a report since when what it tells has been told.

    Raises:
        OSError: If the folder cannot be written.
    """
    write_aside(report / FILE, json.dumps(asdict(first_told), indent=1, sort_keys=True).encode())
