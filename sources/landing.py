"""The landed tables: one Parquet file a source, of what is in use of it, for dbt to read.

Here: their writing, what they say of themselves, and the hash beside each, without which a table is
not believed. Not here: what is landed and when (``collect``). Every column is text exactly as the
producer wrote it, plus ``_extract_id`` and ``_line`` (rank of the row in the extract, from 1).
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources.client import Extract, Source
from sources.storage.blobs import left_aside_in, written_aside_in

ROW_GROUP = 10_000
"""Rows encoded at once: what a landing holds beside its table."""

_EXTRACT = b"vigie.extract_ids"
_CONTRACT = b"vigie.contract"


def landed_path(home: Path, source_id: str) -> Path:
    """Return where the landed table of a source is."""
    return home / "landed" / f"{source_id}.parquet"


def land(home: Path, source: Source, extracts: Sequence[tuple[pa.Table, str]]) -> Path:
    """Write the landed table of some extracts aside, and move it into place.

    Args:
        home: The folder of all state.
        source: Its source.
        extracts: Their tables and SHA-256, newest first.
    """
    ids = _ids(extract_id for _, extract_id in extracts)
    return _write(home, source, landed_table(source, extracts), ids)


def landed_table(source: Source, extracts: Sequence[tuple[pa.Table, str]]) -> pa.Table:
    """Return the rows of some extracts as they are landed.

    Args:
        source: Their source.
        extracts: Text columns under their landed names, and SHA-256, of each extract, newest
            first. The rows of an older one are kept for the readings that no newer one has.
    """
    reading, tables = source.contract.reading, []
    newer_readings = pa.nulls(0, pa.string())
    for table, extract_id in extracts:
        lines = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), table.num_rows))
        extract_ids = pa.repeat(pa.scalar(extract_id, pa.string()), table.num_rows)
        numbered = table.append_column("_extract_id", extract_ids).append_column("_line", lines)
        if reading:
            is_superseded = pc.is_in(numbered.column(reading), value_set=newer_readings)
            numbered = numbered.filter(pc.invert(is_superseded))
            unseen = numbered.column(reading).unique()
            newer_readings = pa.concat_arrays([newer_readings, unseen])
        tables.append(numbered)
    return pa.concat_tables(tables, promote_options="default")


def land_nothing(home: Path, source: Source) -> Path:
    """Land a table without rows, for a source never accepted, so that dbt builds."""
    return _write(home, source, empty_table(source), "")


def empty_table(source: Source) -> pa.Table:
    """Return what is landed of a source that gave nothing."""
    fields = [pa.field(name, pa.string()) for name in source.contract.columns]
    schema = pa.schema(
        [*fields, pa.field("_extract_id", pa.string()), pa.field("_line", pa.int64())]
    )
    return schema.empty_table()


def is_landed(home: Path, source: Source, extracts: Sequence[Extract]) -> bool:
    """Tell whether the landed table is that of those extracts, read by today's contract.

    One that was changed since it was written is not.
    """
    said = _said(home, source.id) if is_intact(home, source.id) else {}
    identity = _identity(source, _ids(extract.extract_id for extract in extracts))
    return said | identity == said


def is_of(home: Path, source: Source, extracts: Sequence[Extract]) -> bool:
    """Tell whether the landed table is that of those extracts, whichever contract read them."""
    ids = _ids(extract.extract_id for extract in extracts)
    return is_intact(home, source.id) and _said(home, source.id).get(_EXTRACT) == ids.encode()


def is_intact(home: Path, source_id: str) -> bool:
    """Tell whether the landed table of a source is, byte for byte, the one that was written."""
    path = landed_path(home, source_id)
    try:
        written = _seal_path(path).read_text("ascii")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == written
    except (OSError, UnicodeDecodeError):
        return False


def _said(home: Path, source_id: str) -> dict[bytes, bytes]:
    return dict(pq.read_schema(landed_path(home, source_id)).metadata or {})


def _seal_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def sweep(home: Path) -> None:
    """Remove what landings that were killed left behind."""
    folder = home / "landed"
    for aside in left_aside_in(folder, ".*.parquet.*") if folder.exists() else ():
        aside.unlink()


def _ids(extract_ids: Iterable[str]) -> str:
    return " ".join(extract_ids)


def _identity(source: Source, extract_ids: str) -> dict[bytes, bytes]:
    contract = hashlib.sha256(source.contract.model_dump_json().encode()).hexdigest()
    return {_EXTRACT: extract_ids.encode(), _CONTRACT: contract.encode()}


def _write(home: Path, source: Source, table: pa.Table, extract_ids: str) -> Path:
    path = landed_path(home, source.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = table.replace_schema_metadata(_identity(source, extract_ids))
    aside = path.with_name(f".{path.name}.{uuid4().hex}")
    with written_aside_in(path.parent):
        try:
            pq.write_table(table, aside, compression="zstd", row_group_size=ROW_GROUP)
            with aside.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            aside.replace(path)
            # A kill in between leaves the hash of the former table: it is landed again.
            aside.write_text(digest, "ascii")
            aside.replace(_seal_path(path))
        finally:
            aside.unlink(missing_ok=True)
    return path
