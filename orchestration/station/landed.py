"""The landed extracts, as the models read them: one Parquet file a source.

Here: reading their rows again. Not here: landing them (``sources.landing``), nor what their rows
are made into (``dbt_project``).
"""

from collections.abc import Collection, Sequence
from glob import escape
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.station.warehouse import fetch, quoted
from sources.landing import landed_path


def count_landed(home: Path, source_id: str) -> int:
    """Return how many rows of a source are landed."""
    return int(pq.read_metadata(landed_path(home, source_id)).num_rows)


def landed_rows(home: Path, source_id: str, columns: Sequence[str]) -> list[dict[str, str | None]]:
    """Return some columns of every row of a source; no row before one was landed."""
    path = landed_path(home, source_id)
    if not path.exists():
        return []
    rows: list[dict[str, str | None]] = pq.read_table(path, columns=list(columns)).to_pylist()
    return rows


def landed_texts(
    home: Path, source_id: str, extract_id: str, columns: Sequence[str], lines: Collection[int]
) -> dict[int, tuple[str | None, ...]]:
    """Return the texts of some rows of an extract, by line; none when another one is landed.

    Args:
        home: The folder of all state.
        source_id: The source.
        extract_id: The extract that the rows are of.
        columns: The columns to read.
        lines: The ranks of the rows.
    """
    query = f"""
        select _line, {", ".join(map(quoted, columns))}
        from read_parquet($landed, hive_partitioning = false)
        where _extract_id = $extract and _line in (select unnest($lines))
    """  # noqa: S608 the columns are those of the contract
    # DuckDB takes the name of a file as a pattern, and « column=value » in it as a column.
    path = escape(str(landed_path(home, source_id)))
    rows = fetch(query, {"landed": path, "extract": extract_id, "lines": sorted(lines)})
    return {row[0]: row[1:] for row in rows}
