"""The past of each cell: what was received of it night after night, what was published of it.

Here: reading both, and telling one moment from the next. Not here: keeping them: what was received
is in the mart ``fct_observation_history``; what was published, in the releases, each a folder that
never changes.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from glob import escape
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from expectations.cells.observations import KEY
from expectations.findings.compared import PublicationStatus
from expectations.verdicts.table import Cell
from orchestration.explain.explanation import ExplainedFigure, Publication, Vintage
from orchestration.station.release import OBSERVATIONS, made_at
from orchestration.station.releases_in_force import ever_in_force
from orchestration.station.warehouse import fetch

CELL_OF = itemgetter(slice(len(KEY)))
RECEIVED = f"""
    select
        {", ".join(KEY)}, valid_from, valid_to, extract_id,
        obs_value::double, obs_status, numerator::double, denominator::double
    from marts.fct_observation_history
    where $indicator is null or indicator = $indicator
    order by {", ".join(KEY)}, vintage
"""  # noqa: S608 the names are constants
RELEASED = f"""
    select
        {", ".join(KEY)}, parse_path(filename)[-2] as release_id,
        obs_value, obs_status, numerator, denominator,
        publication = '{PublicationStatus.EXCLUDED}' as is_excluded
    from read_parquet($files, filename = true, union_by_name = true, hive_partitioning = false)
    where publication in ('{PublicationStatus.PUBLISHED}', '{PublicationStatus.EXCLUDED}')
        and ($indicator is null or indicator = $indicator)
    order by {", ".join(KEY)}, release_id
"""  # noqa: S608 the names are constants


def read_vintages(
    warehouse: Path, indicator: str | None = None
) -> Mapping[Cell, tuple[Vintage, ...]]:
    """Return what was received of each cell over time, oldest first.

    Args:
        warehouse: The DuckDB file that dbt built.
        indicator: Only the cells of this one.
    """
    rows = fetch(RECEIVED, {"indicator": indicator}, warehouse)
    return {
        Cell(*key): tuple(_vintage(*row[len(KEY) :]) for row in of_cell)
        for key, of_cell in groupby(rows, key=CELL_OF)
    }


def _vintage(since: datetime, until: datetime | None, extract_id: str, *figure: Any) -> Vintage:  # noqa: ANN401 a row
    """Return a vintage; the warehouse has moments in UTC, without saying so."""
    end = until and until.replace(tzinfo=UTC)
    return Vintage(since.replace(tzinfo=UTC), end, ExplainedFigure(*figure), extract_id)


def read_publications(
    releases: Path, indicator: str | None = None
) -> Mapping[Cell, tuple[Publication, ...]]:
    """Return what was published of each cell, oldest first; once for releases that say the same.

    Args:
        releases: The folder of all releases.
        indicator: Only the cells of this one.
    """
    # DuckDB takes the name of a file as a pattern, and « column=value » in it as a column.
    tables = (releases / name / OBSERVATIONS for name in sorted(ever_in_force(releases)))
    files = [escape(str(table)) for table in tables if table.exists()]
    if not files:
        return {}
    rows = fetch(RELEASED, {"files": files, "indicator": indicator})
    return {Cell(*key): tuple(_distinct(of_cell)) for key, of_cell in groupby(rows, key=CELL_OF)}


def _distinct(rows: Iterator[tuple[Any, ...]]) -> Iterator[Publication]:
    """Yield a publication each time that what is published changes."""
    before = None
    for row in rows:
        release_id, *values = row[len(KEY) :]
        figure = ExplainedFigure(*values)
        if figure != before:
            yield Publication(release_id, made_at(release_id), figure)
        before = figure
