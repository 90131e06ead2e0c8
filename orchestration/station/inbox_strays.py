"""What lay in the inbox on the last night and nobody read, kept for the report of that night.

Here: looking at the inbox, keeping what was seen, reading it again. Not here: what is said of a
file (``sources.protocols.depots.inbox``).
"""

import json
from dataclasses import asdict
from pathlib import Path

from orchestration.settings.folders import Folders
from sources.protocols.depots.inbox import StrayFile, Strays, deposits_named, strays
from sources.registry import Source, sources
from sources.storage.aside import write_aside

DROPPED = frozenset({"depot", "france_travail_series"})
"""The protocols of what is dropped in the inbox."""

UNREADABLE = Strays(
    (StrayFile("inbox", (), "la boîte de dépôt ne peut pas être lue : vérifier ses droits."),)
)


def dropped_sources() -> list[Source]:
    """Return the sources of what is dropped in the inbox."""
    return [source for source in sources().values() if source.contract.protocol in DROPPED]


def found_in_inbox(folders: Folders) -> frozenset[str]:
    """Return the sources of which the inbox holds a deposit; none when it cannot be listed."""
    try:
        return frozenset(
            source.id
            for source in dropped_sources()
            if deposits_named(folders.inbox, source.contract.dataset)
        )
    except OSError:
        return frozenset()


def look_at_inbox(folders: Folders) -> Strays:
    """Return what lies in the inbox and is read by nobody."""
    datasets = [source.contract.dataset for source in dropped_sources()]
    try:
        return strays(folders.inbox, datasets)
    except OSError:
        return UNREADABLE


def keep_strays(folders: Folders, found: Strays) -> None:
    """Keep what was seen tonight, in the place of what was seen before."""
    folders.quality.mkdir(parents=True, exist_ok=True)
    write_aside(_path(folders), json.dumps(asdict(found), ensure_ascii=False).encode())


def read_strays(folders: Folders) -> Strays:
    """Return what was seen on the last night; nothing before the first."""
    if not _path(folders).exists():
        return Strays()
    kept = json.loads(_path(folders).read_bytes())
    files = (
        StrayFile(stray["name"], tuple(stray["likely"]), stray["reason"]) for stray in kept["files"]
    )
    return Strays(tuple(files), kept["untold"])


def _path(folders: Folders) -> Path:
    return folders.quality / "inbox.json"
