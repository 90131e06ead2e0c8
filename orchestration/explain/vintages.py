"""What was published of each cell, release after release.

The releases keep their own history: each is a folder, and none is ever changed. Another memory of
it may be read here instead; nothing else knows where vintages come from.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from expectations.gate import PUBLISHED
from expectations.observations import KEY
from expectations.verdicts import Cell
from orchestration.explain.explanation import Figure, Vintage
from orchestration.publication.release import OBSERVATIONS, Release

# A release is named after the moment it was made; what is being written has another name.
EVERY_RELEASE = f"[0-9]*/{OBSERVATIONS}"
PUBLISHED_ROWS = f"""
    select {", ".join(KEY)}, obs_value, obs_status, numerator, denominator, extract_id,
        parse_path(filename)[-2] as release_id
    from read_parquet($files, filename = true, union_by_name = true)
    where publication = '{PUBLISHED}' and ($indicator is null or indicator = $indicator)
    order by {", ".join(KEY)}, release_id
"""  # noqa: S608 the names are constants


def read_vintages(
    releases: Path, indicator: str | None = None
) -> Mapping[Cell, tuple[Vintage, ...]]:
    """Return what was published of each cell, oldest first; once for releases that say the same.

    Args:
        releases: The folder of all releases.
        indicator: Only the cells of this one.
    """
    files = [str(path) for path in sorted(releases.glob(EVERY_RELEASE))]
    if not files:
        return {}
    with duckdb.connect() as connection:
        cursor = connection.execute(PUBLISHED_ROWS, {"files": files, "indicator": indicator})
        rows = cursor.fetchall()
    moments = {Path(file).parent.name: _moment(Path(file).parent) for file in files}
    width = len(KEY)
    return {
        Cell(*key): tuple(_distinct(list(told), moments))
        for key, told in groupby(rows, key=lambda row: row[:width])
    }


def _distinct(rows: list[tuple[Any, ...]], moments: Mapping[str, datetime]) -> Iterator[Vintage]:
    """Yield a vintage each time that what was published changes."""
    before = None
    for row in rows:
        value, status, numerator, denominator, extract_id, release_id = row[len(KEY) :]
        figure = Figure(value, status, numerator, denominator)
        if figure != before:
            yield Vintage(release_id, moments[release_id], figure, extract_id)
        before = figure


def _moment(folder: Path) -> datetime:
    return datetime.fromisoformat(Release(folder).manifest["published_at"])
