"""The landed tables: one Parquet file a source, of the extract in use, for dbt to read.

Here: their writing and what they say of themselves. Not here: what is landed and when
(``collect``). Every column is text exactly as the producer wrote it, plus ``_extract_id`` and
``_line`` (rank of the row in the extract, from 1).
"""

import hashlib
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from sources.client import Source

_EXTRACT = b"vigie.extract_id"
_CONTRACT = b"vigie.contract"


def landed_path(home: Path, source_id: str) -> Path:
    """Return where the landed table of a source is."""
    return home / "landed" / f"{source_id}.parquet"


def land(home: Path, source: Source, table: pa.Table, extract_id: str) -> Path:
    """Write the landed table of an extract aside, and move it into place.

    Args:
        home: The folder of all state.
        source: Its source.
        table: Text columns under their landed names.
        extract_id: SHA-256 of the extract.
    """
    lines = pa.array(range(1, table.num_rows + 1), pa.int64())
    extract = pa.repeat(pa.scalar(extract_id, pa.string()), table.num_rows)
    table = table.append_column("_extract_id", extract).append_column("_line", lines)
    return _write(home, source, table, extract_id)


def land_nothing(home: Path, source: Source) -> Path:
    """Land a table without rows, for a source never accepted, so that dbt builds."""
    fields = [pa.field(name, pa.string()) for name in source.contract.columns]
    schema = pa.schema(
        [*fields, pa.field("_extract_id", pa.string()), pa.field("_line", pa.int64())]
    )
    return _write(home, source, schema.empty_table(), "")


def is_landed(home: Path, source: Source, extract_id: str | None) -> bool:
    """Tell whether the landed table is that extract's, read by today's contract."""
    path = landed_path(home, source.id)
    if not path.exists():
        return False
    metadata = pq.read_schema(path).metadata or {}
    return dict(metadata) | _identity(source, extract_id or "") == dict(metadata)


def _identity(source: Source, extract_id: str) -> dict[bytes, bytes]:
    contract = hashlib.sha256(source.contract.model_dump_json().encode()).hexdigest()
    return {_EXTRACT: extract_id.encode(), _CONTRACT: contract.encode()}


def _write(home: Path, source: Source, table: pa.Table, extract_id: str) -> Path:
    path = landed_path(home, source.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = table.replace_schema_metadata(_identity(source, extract_id))
    aside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        pq.write_table(table, aside, compression="zstd")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
