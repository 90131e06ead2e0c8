"""What a release or the vintages made again differ by from those that are kept.

Here: file by file, to the byte, then in what they say, and why where that can be known. Not here:
making them again (``remaking``).

The same code makes the same bytes. Another version of it may not: what was made by one is told, and
proves nothing against the station.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.cells.observations import KEY
from expectations.french import count, listing, moment_precise
from orchestration.rebuilding.past_releases import PastRelease, PastReleases
from orchestration.settings.folders import Folders
from orchestration.station.findings import findings_path
from orchestration.station.release import MANIFEST, Release, made_at
from orchestration.station.vintages_copy import DATES, FILE, moments_in, read_vintages

OTHER_CODE = "une autre version du code l'a faite ({}…)"
ANOTHER_WRITER = "les mêmes lignes, qu'une autre version des bibliothèques a écrites"
NEVER_PUBLISHED = "une nuit arrêtée avant de publier en avait pris d'autres de ces cellules"
OTHERWISE_LAID_OUT = "a les mêmes lignes, dans un autre ordre ou sous d'autres types."
UNREADABLE = "ne se lit pas."
MOST_NAMED = 5


class Divergence(NamedTuple):
    """Something that is not made again as it is kept.

    Attributes:
        where: The file, from the station's home.
        what: What differs, in French.
        why: Why, in French; empty when nothing is known to explain it.
    """

    where: str
    what: str
    why: str = ""


def divergences_of(
    past: PastRelease, made: Release, folders: Folders, code: str
) -> list[Divergence]:
    """Return what a release that was made again differs by, its findings included.

    Args:
        past: As it was published.
        made: As it was made again.
        folders: The true station's.
        code: The version of the code that made it again.
    """
    published = past.release
    why = _by_which_code(published, code)
    findings = findings_path(folders, published.release_id)
    pairs = {
        f"releases/{published.release_id}/{path.name}": (path, made.folder / path.name)
        for path in sorted(published.folder.iterdir())
    }
    if findings.exists():
        again = made.folder.parent.parent / findings.relative_to(folders.home)
        pairs[str(findings.relative_to(folders.home))] = (findings, again)
    found = (_compared(where, *pair) for where, pair in pairs.items())
    return [each._replace(why=each.why or why) for each in found if each]


def _by_which_code(release: Release, code: str) -> str:
    """Say which other version of the code made a release; the empty text when it is the same."""
    made_by = str(release.manifest["code_version"])
    return "" if made_by == code else OTHER_CODE.format(made_by[:12])


def _compared(where: str, kept: Path, made: Path) -> Divergence | None:
    if not made.exists():
        return Divergence(where, "n'est pas refait.")
    if kept.read_bytes() == made.read_bytes():
        return None
    if kept.name == MANIFEST:
        return _manifests(where, kept, made)
    if kept.suffix == ".parquet":
        return _tables(where, kept, made)
    return Divergence(where, "n'est pas refait à l'octet près.")


def _manifests(where: str, kept: Path, made: Path) -> Divergence:
    before, again = (json.loads(path.read_bytes()) for path in (kept, made))
    names = sorted(name for name in before.keys() | again if before.get(name) != again.get(name))
    return Divergence(where, f"dit autre chose de : {listing(names, MOST_NAMED)}.")


def _tables(where: str, *paths: Path) -> Divergence:
    try:
        kept, made = map(pq.read_table, paths)
    except (pa.ArrowInvalid, OSError):
        return Divergence(where, UNREADABLE)
    if kept.equals(made):
        return Divergence(where, "n'est pas refait à l'octet près.", ANOTHER_WRITER)
    only_kept, only_made = _lines(kept, made), _lines(made, kept)
    if not (only_kept or only_made):
        return Divergence(where, OTHERWISE_LAID_OUT)
    there = count(len(only_kept), "ligne n'est pas refaite", "lignes ne sont pas refaites")
    new = count(len(only_made), "autre vient", "autres viennent")
    first = (only_kept or only_made)[0]
    cell = " ".join(str(first[name]) for name in ("indicator", "time_period", "ref_area"))
    return Divergence(where, f"{there}, {new} à la place ; d'abord {cell}.")


def _lines(table: pa.Table, other: pa.Table) -> list[dict[str, Any]]:
    """Return the lines of a table that another has not, or has not as often."""
    there = Counter(json.dumps(row, default=str) for row in other.to_pylist())
    found = []
    for row in table.to_pylist():
        line = json.dumps(row, default=str)
        if there[line]:
            there[line] -= 1
        else:
            found.append(row)
    return found


def divergences_of_vintages(
    kept: Path, made: Path, past: PastReleases, code: str
) -> list[Divergence]:
    """Return what the vintages that were made again differ by, moment by moment.

    Args:
        kept: The file of the true station, as it was when all this began.
        made: That of the station where they were made again.
        past: The releases that were made again, and what they were made upon.
        code: The version of the code that made them again.
    """
    where = f"vintages/{FILE}"
    if not made.exists() or not kept.exists():
        return [Divergence(where, "manque.")] if made.exists() or not past.again else []
    if kept.read_bytes() == made.read_bytes():
        return []
    tables = read_vintages(kept), read_vintages(made)
    if tables[0].equals(tables[1]):
        return [Divergence(where, "n'est pas refait à l'octet près.", ANOTHER_WRITER)]
    by_moment = list(_by_moment(where, *tables, past, code))
    return by_moment or [Divergence(where, OTHERWISE_LAID_OUT)]


def _by_moment(
    where: str, kept: pa.Table, made: pa.Table, past: PastReleases, code: str
) -> Iterator[Divergence]:
    begins, _ = DATES
    unpublished = list(_unpublished(kept, past))
    differing: Counter[tuple[datetime, str]] = Counter()
    for row in (*_lines(kept, made), *_lines(made, kept)):
        moment = row[begins].replace(tzinfo=UTC)
        why = _by_code_after(moment, past.again, code)
        build = next((each for each in unpublished if each.explains(moment, row)), None)
        differing[moment, why or (NEVER_PUBLISHED if build else "")] += 1
    for (moment, why), lines in sorted(differing.items()):
        counted = count(lines, "millésime diffère", "millésimes diffèrent")
        what = f"{counted} parmi ceux pris le {moment_precise(moment)}."
        yield Divergence(where, what, why)


class _Unpublished(NamedTuple):
    """What builds that were never published left in the vintages, between two releases.

    Attributes:
        since: The first of their moments.
        until: When the next release was made, whose build closed what they took.
        cells: The cells of which they took a vintage, or closed one.
    """

    since: datetime
    until: datetime
    cells: set[tuple[str, ...]]

    def explains(self, moment: datetime, row: Mapping[str, Any]) -> bool:
        """Tell whether a vintage may differ because of them."""
        return self.since <= moment <= self.until and _cell(row) in self.cells


def _unpublished(kept: pa.Table, past: PastReleases) -> Iterator[_Unpublished]:
    moments, rows = moments_in(kept), kept.to_pylist()
    after = made_at(past.base.release_id) if past.base else None
    for each in past.again:
        builds = each.builds(moments, after) if each.is_built else []
        if lost := {moment.replace(tzinfo=None) for moment in builds[:-1]}:
            cells = {_cell(row) for row in rows if lost & {row[name] for name in DATES}}
            yield _Unpublished(builds[0], each.made_at, cells)
        after = each.made_at


def _cell(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in KEY)


def _by_code_after(moment: datetime, past: Sequence[PastRelease], code: str) -> str:
    """Say which other code made the release that the vintages of a moment came before."""
    later = (each.release for each in past if each.made_at >= moment)
    release = next(later, None)
    return _by_which_code(release, code) if release else ""
