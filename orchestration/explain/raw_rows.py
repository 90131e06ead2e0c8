"""The rows of the extracts behind each cell, as their producers wrote them.

Here: their texts, read in the landed tables, or in the archive when another extract was landed
since; neither is believed before its hash was worked out again. Not here: which rows enter which
cell, which the mart ``fct_observation_row`` says.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from expectations.cells.observations import KEY
from expectations.verdicts.table import Cell
from orchestration.dbt.lineage import EXTRACT, Lineage
from orchestration.explain.explanation import RawRow, RawTable
from orchestration.station.landed import landed_texts
from orchestration.station.warehouse import fetch
from sources.archive import Archive, ArchiveDamaged
from sources.landing import is_intact
from sources.registry import source as known_source

ROWS = f"""
    select
        {", ".join(KEY)}, source_id, extract_id, line,
        obs_value::double, numerator::double, denominator::double
    from marts.fct_observation_row
    where $indicator is null or indicator = $indicator
    order by all
"""  # noqa: S608 the names are constants
LINE = len(KEY) + 2
CELL_OF, EXTRACT_OF = itemgetter(slice(len(KEY))), itemgetter(slice(len(KEY), LINE))
Row = tuple[Any, ...]
Texts = Mapping[int, tuple[str | None, ...]]


class _Read(NamedTuple):
    """What was read of an extract."""

    columns: tuple[str, ...]
    texts: Texts


def read_raw_tables(
    home: Path, warehouse: Path, lineage: Lineage, indicator: str | None = None
) -> Mapping[Cell, tuple[RawTable, ...]]:
    """Return the rows that each cell is made of, by extract; a cell without rows is left out.

    Args:
        home: The folder of all state.
        warehouse: The DuckDB file that dbt built.
        lineage: Which columns of the extracts the models read.
        indicator: Only the cells of this one.
    """
    rows = fetch(ROWS, {"indicator": indicator}, warehouse)
    texts = _every_text(home, lineage, rows)
    return {
        Cell(*key): tuple(
            _raw_table(extract, texts[extract], list(made_of))
            for extract, made_of in groupby(of_cell, key=EXTRACT_OF)
        )
        for key, of_cell in groupby(rows, key=CELL_OF)
    }


def _raw_table(extract: tuple[str, str], read: _Read, rows: Iterable[Row]) -> RawTable:
    made_of = (
        RawRow(row[LINE], read.texts[row[LINE]] if read.columns else (), *row[LINE + 1 :])
        for row in rows
    )
    return RawTable(*extract, read.columns, tuple(made_of))


def _every_text(home: Path, lineage: Lineage, rows: Iterable[Row]) -> dict[tuple[str, str], _Read]:
    """Return what was read of each extract that some rows are of."""
    lines: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        lines.setdefault(EXTRACT_OF(row), set()).add(row[LINE])
    columns = {source_id: columns_read(source_id, lineage) for source_id, _ in lines}
    return {
        extract: _read(home, extract, columns[extract[0]], wanted)
        for extract, wanted in lines.items()
    }


def _read(home: Path, extract: tuple[str, str], columns: tuple[str, ...], lines: set[int]) -> _Read:
    """Return what can be shown of an extract: nothing of one whose bytes are not those received."""
    try:
        return _Read(columns, _texts(home, extract, columns, lines))
    except ArchiveDamaged:
        return _Read((), {})


def columns_read(source_id: str, lineage: Lineage) -> tuple[str, ...]:
    """Return the columns of an extract that models read, in the order of its contract.

    Those of the whole contract when the lineage does not know the source.
    """
    registered = known_source(source_id)
    contract = list(registered.contract.columns)
    read = {
        name
        for columns in lineage.values()
        for origins in columns.values()
        for table, name in origins
        if table == f"{EXTRACT}/{registered.table}" and name in registered.contract.columns
    }
    return tuple(sorted(read, key=contract.index)) if read else tuple(contract)


def _texts(home: Path, extract: tuple[str, str], columns: Sequence[str], lines: set[int]) -> Texts:
    """Return the texts of some rows of an extract, by line."""
    is_landed = is_intact(home, extract[0])
    rows = landed_texts(home, *extract, columns, lines) if is_landed else {}
    return rows or _archived(home, extract, columns)


def _archived(home: Path, extract: tuple[str, str], columns: Sequence[str]) -> Texts:
    """Read again an extract that is not the one in use any more."""
    source, archive = known_source(extract[0]), Archive(home)
    table = archive.read(source, archive.extract(extract[1]))
    cells = (table.column(column).to_pylist() for column in columns)
    return dict(enumerate(zip(*cells, strict=True), start=1))
