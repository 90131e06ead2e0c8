"""What a station has, told so that two of them can be compared, and what must hold of any.

Here: a picture of every file, without what is another one each time (moments, names made of them),
and what must hold the very instant after a fault. Not here: the faults. Nothing of the code under
test is used, which might be wrong in the same way.
"""

import hashlib
import json
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb

LOCKS: Final = {".lock", ".sending.lock", ".night.lock", ".backup.lock"}
MOMENT: Final = re.compile(r"\d{8}T\d{12}Z")
BOUNDARY: Final = re.compile(r"={10,}\d+==")
UNTOLD: Final = {"obtained_at", "published_at", "release_id", "made_at", "tried_at", "tries"}
Picture = Mapping[str, str]


def picture_of(home: Path) -> Picture:
    """Return what each file of a station holds, by its name; empty folders have theirs too."""
    names = [path for path in sorted(home.rglob("*")) if path.name not in LOCKS]
    told = {
        str(path.relative_to(home)): what.replace(str(home), "<home>")
        for path in names
        if (what := _told(path))
    }
    return dict(zip(without_moments(home, told), without_moments(home, told.values()), strict=True))


def without_moments(home: Path, texts: Iterable[str]) -> Iterator[str]:
    """Yield texts where the moments that name a station's folders are ranks."""
    moments = sorted({found for path in home.rglob("*") for found in MOMENT.findall(str(path))})
    ranks = {moment: f"<{rank}>" for rank, moment in enumerate(moments)}
    return (MOMENT.sub(lambda found: ranks.get(found[0], "<?>"), text) for text in texts)


def differences(one: Picture, other: Picture) -> list[str]:
    """Return the names of what is not the same in two pictures."""
    return [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]


def harm_at_once(home: Path, before: Path) -> Iterator[str]:
    """Tell what must never be, not even the instant after a fault.

    Args:
        home: The station that the fault left.
        before: The station as it was.
    """
    yield from _release_harm(home, before)
    yield from _archive_harm(home)
    lost = _decisions(before) - _decisions(home)
    yield from (f"decision {finding} is lost" for finding in sorted(lost))
    missing = _mails(before) - _mails(home) - {"old.eml"}
    yield from (f"mail {name} is lost" for name in sorted(missing))


def _told(path: Path) -> str:
    """Tell what a file holds; nothing of a folder with something in it."""
    if path.is_symlink():
        return f"-> {path.readlink()}"
    if path.is_dir():
        return "" if any(path.iterdir()) else "an empty folder"
    readers = {
        ".sqlite": _register,
        ".json": _json,
        ".duckdb": _warehouse,
        ".tar": _members,
        ".eml": _mail,
        ".yaml": _text,
    }
    reader = readers.get(path.suffix)
    mode = f"{path.stat().st_mode & 0o777:o}"
    return f"{mode} {reader(path) if reader else _sha256(path.read_bytes())}"


def _json(path: Path) -> str:
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return f"no JSON: {path.read_bytes()!r}"
    if isinstance(content, dict):
        content = {name: value for name, value in content.items() if name not in UNTOLD}
    return json.dumps(content, sort_keys=True)


def _register(path: Path) -> str:
    with closing(_copied(path)) as register:
        last = "id IN (SELECT max(id) FROM fetch_outcome GROUP BY source_id)"
        used = _rows(register, "fetch_outcome", "source_id, extract_in_use", last)
    return json.dumps([used, sorted(_decisions(path.parent))])


def _text(path: Path) -> str:
    return path.read_text("utf-8")


def _mail(path: Path) -> str:
    return BOUNDARY.sub("<boundary>", path.read_text("utf-8"))


def _warehouse(path: Path) -> str:
    journal = path.with_name(f"{path.name}.wal")
    content = path.read_bytes() + (journal.read_bytes() if journal.exists() else b"")
    return _tables(path, _sha256(content))


@lru_cache(maxsize=64)
def _tables(path: Path, _content: str) -> str:
    """Tell the tables of a warehouse, once for the same bytes: to open one costs the most."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables() order by all"
        ).fetchall()
    return json.dumps(tables)


def _members(path: Path) -> str:
    with tarfile.open(path) as archive:
        return json.dumps(sorted(member.name for member in archive.getmembers()))


def _release_harm(home: Path, before: Path) -> Iterator[str]:
    was, link = before / "releases" / "current", home / "releases" / "current"
    if was.is_symlink() and not link.exists():
        yield "no release is in force any more"
    if not link.exists():
        return
    manifest = json.loads((link / "manifest.json").read_bytes())
    for name, file in manifest["files"].items():
        if not (link / name).exists() or _sha256((link / name).read_bytes()) != file["sha256"]:
            yield f"{name} of the release in force is not what its manifest says"


def _archive_harm(home: Path) -> Iterator[str]:
    for path in (home / "raw").glob("[0-9a-f][0-9a-f]/*"):
        if path.suffix != ".json" and _sha256(path.read_bytes()) != path.name:
            yield f"{path.name[:12]} of the archive has not the bytes that its name says"
    if not (home / "register.sqlite").exists():
        return
    with closing(_copied(home / "register.sqlite")) as register:
        in_use = _rows(register, "fetch_outcome", "DISTINCT extract_id", "status = 'new'")
    for (name,) in in_use:
        if not (home / "raw" / name[:2] / name).exists():
            yield f"extract {name[:12]} was accepted and is not in the archive"


def _copied(path: Path) -> sqlite3.Connection:
    """Open a copy of a database: to open it is to roll back what was cut short."""
    with tempfile.TemporaryDirectory() as folder:
        for beside in path.parent.glob(f"{path.name}*"):
            shutil.copy(beside, folder)
        memory = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(Path(folder) / path.name)) as copy:
            copy.backup(memory)
    return memory


def _decisions(home: Path) -> set[str]:
    if not (home / "register.sqlite").exists():
        return set()
    with closing(_copied(home / "register.sqlite")) as register:
        return {str(finding) for (finding,) in _rows(register, "decision", "finding_id", "true")}


def _rows(register: sqlite3.Connection, table: str, columns: str, condition: str) -> list[Any]:
    """Return the rows of a table, none of one that is not there yet."""
    made = register.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone()
    query = f"SELECT {columns} FROM {table} WHERE {condition}"
    return register.execute(query).fetchall() if made else []


def _mails(home: Path) -> set[str]:
    return {path.name for path in (home / "outbox").rglob("*.eml") if path.name[0] != "."}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
