"""Which line of its file each record of a deposit is on, as whoever wrote the file sees it.

Here: reading a deposit of the archive again for that. Not here: what is wrong with a line (the
rules on extracts, dbt's tests), nor how it is told (``dbt.set_aside``).
"""

import contextlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sources.archive import Archive
from sources.errors import SourceError
from sources.registry import sources
from sources.tables.writing import writing_of


def with_file_lines(
    home: Path, rows: Sequence[Mapping[str, Any]], name: str
) -> list[Mapping[str, Any]]:
    """Return rows about lines of deposits with the number that each line has in its file.

    Args:
        home: The folder of the station.
        rows: Rows with ``source_id``, ``extract_id`` and ``line``, the rank of a record from 1; any
            other is returned as it is, and so are those of a deposit that is damaged.
        name: What that number is called.
    """

    @cache
    def lines_of(source_id: str, extract_id: str) -> tuple[int, ...]:
        archive = Archive(home)
        with contextlib.suppress(SourceError):
            table = archive.read(sources()[source_id], archive.extract(extract_id))
            return writing_of(table).lines
        return ()

    def numbered(row: Mapping[str, Any]) -> Mapping[str, Any]:
        if not {"source_id", "extract_id", "line"} <= row.keys():
            return row
        lines = lines_of(row["source_id"], row["extract_id"])
        return {**row, name: lines[row["line"] - 1]} if row["line"] <= len(lines) else row

    return [numbered(row) for row in rows]
