"""The archive against its hashes, and the landed tables against the extracts in use.

Here: every file of ``raw/``, read through; every landed table, made again and compared. Not here:
how an extract is read (``sources``).

One file, or the table of one source, is in memory at a time.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.integrity.integrity_check import IntegrityCheck, IntegrityFault, gathered
from sources.archive import Archive
from sources.client import Extract, Source
from sources.errors import SourceError
from sources.landing import empty_table, is_of, landed_path, landed_table
from sources.registry import in_order

_FETCH_AGAIN = (
    "Faites redonner cet extrait par son producteur (un dépôt : qu'il soit déposé de nouveau), ou "
    "restaurez ce fichier depuis une sauvegarde."
)
_NEXT_NIGHT = "La prochaine nuit relit cette table dans l'archive ; rien d'autre n'est à faire."


def inspect_archive(archive: Archive) -> IntegrityCheck:
    """Look at every extract that was ever received, and at whatever else bears a hash."""
    return gathered("Archive des extraits", _archived(archive))


def _archived(archive: Archive) -> Iterator[list[IntegrityFault]]:
    claimed = set[str]()
    for extract_id in archive.every_extract():
        claimed |= {extract_id, *(path.name for path in archive.paths(extract_id))}
        source_id = archive.record(extract_id)["source_id"]
        yield [
            _damaged(archive.home, path, f"extrait {extract_id[:12]}… de {source_id}")
            for path in archive.damaged(extract_id)
        ]
    for path in archive.damaged_strays(claimed):
        yield [_damaged(archive.home, path, "d'aucun extrait connu")]


def _damaged(home: Path, path: Path, owner: str) -> IntegrityFault:
    state = "n'a plus les octets qui ont été reçus" if path.exists() else "manque"
    return IntegrityFault(str(path.relative_to(home)), f"{state} ({owner}).", _FETCH_AGAIN)


def inspect_landed(archive: Archive) -> IntegrityCheck:
    """Look at the landed table of every source that was ever collected."""
    collected = in_order(archive.latest_outcomes())
    return gathered("Tables lues des extraits", (_landed(archive, each) for each in collected))


def _landed(archive: Archive, source: Source) -> list[IntegrityFault]:
    path, extracts = landed_path(archive.home, source.id), archive.in_use(source)
    if not path.exists():
        return [_wrong_table(archive, path, "manque.")]
    made = _made_again(archive, source, extracts)
    is_proven = is_of(archive.home, source, extracts) if made is None else _is_made(path, made)
    what = "n'est pas la table de l'extrait en service."
    return [] if is_proven else [_wrong_table(archive, path, what)]


def _made_again(archive: Archive, source: Source, extracts: Sequence[Extract]) -> pa.Table | None:
    """Return the table that some extracts make, None when one of them cannot be read any more.

    What is damaged is told of the archive; what today's contract refuses, by the night.
    """
    if not extracts:
        return empty_table(source)
    try:
        read = [(archive.read(source, extract), extract.extract_id) for extract in extracts]
    except SourceError:
        return None
    return landed_table(source, read)


def _is_made(path: Path, made: pa.Table) -> bool:
    try:
        landed = pq.read_table(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return bool(landed.equals(made))


def _wrong_table(archive: Archive, path: Path, what: str) -> IntegrityFault:
    return IntegrityFault(str(path.relative_to(archive.home)), what, _NEXT_NIGHT)
