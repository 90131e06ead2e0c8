"""What a release or the vintages made again differ by from those that are kept.

Here: file by file, to the byte, then in what they say, and why where that can be known. Not here:
making them again (``remaking``).

The same code makes the same bytes. Another version of it may not: what was made by one is told, and
proves nothing against the station.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.french import count, listing
from orchestration.rebuilding.past_releases import PastRelease
from orchestration.settings import Folders
from orchestration.station.findings import findings_path
from orchestration.station.release import MANIFEST, Release
from orchestration.station.vintages_copy import DATES, FILE, read_vintages

OTHER_CODE = "une autre version du code l'a faite ({}…)"
ANOTHER_WRITER = "les mêmes lignes, qu'une autre version des bibliothèques a écrites"
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
    said, again = (json.loads(path.read_bytes()) for path in (kept, made))
    names = sorted(name for name in said.keys() | again if said.get(name) != again.get(name))
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
    kept: Path, made: Path, past: Sequence[PastRelease], code: str
) -> list[Divergence]:
    """Return what the vintages that were made again differ by, moment by moment.

    Args:
        kept: The file of the true station, as it was when all this began.
        made: That of the station where they were made again.
        past: The releases that were made again.
        code: The version of the code that made them again.
    """
    where = f"vintages/{FILE}"
    if not made.exists() or not kept.exists():
        return [Divergence(where, "manque.")] if made.exists() or not past else []
    if kept.read_bytes() == made.read_bytes():
        return []
    tables = read_vintages(kept), read_vintages(made)
    if tables[0].equals(tables[1]):
        return [Divergence(where, "n'est pas refait à l'octet près.", ANOTHER_WRITER)]
    by_moment = list(_by_moment(where, *tables, past, code))
    return by_moment or [Divergence(where, OTHERWISE_LAID_OUT)]


def _by_moment(
    where: str, kept: pa.Table, made: pa.Table, past: Sequence[PastRelease], code: str
) -> Iterator[Divergence]:
    begins, _ = DATES
    differing = Counter(row[begins] for row in (*_lines(kept, made), *_lines(made, kept)))
    for moment, lines in sorted(differing.items()):
        counted = count(lines, "millésime diffère", "millésimes diffèrent")
        what = f"{counted} parmi ceux pris le {moment:%d/%m/%Y à %H:%M:%S} (UTC)."
        made_by = _release_after(moment, past)
        yield Divergence(where, what, _by_which_code(made_by, code) if made_by else "")


def _release_after(moment: datetime, past: Sequence[PastRelease]) -> Release | None:
    """Return the release that the vintages of a moment came before."""
    later = (each.release for each in past if each.made_at.replace(tzinfo=None) >= moment)
    return next(later, None)
