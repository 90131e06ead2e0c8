"""The release in force as a table for a spreadsheet: names where there are codes, all that is held.

Here: its rows. Not here: how they are written (``reporting.spreadsheet``), the files of a release,
which are for programs (``station.publishing``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from expectations import french
from expectations.verdicts.table import Cell
from orchestration.reporting.compose_findings import PUBLICATIONS
from orchestration.reporting.reported_findings import HELD
from orchestration.reporting.spreadsheet import as_spreadsheet
from orchestration.station.release import Release

COLUMNS = (
    "indicateur", "libellé", "code du territoire", "territoire", "période", "ventilation",
    "catégorie", "valeur", "unité", "statut", "publication", "note", "à savoir", "décision",
    "par", "motif", "source", "licence",
)  # fmt: skip

Row = list[str | float | None]


def publication_table(release: Release) -> str:
    """Return the rows of a release, and a line without a value for each cell that has none of them.

    A cell that is held and was never published has no row: who sums a column must see that it is
    missing.
    """
    rows = release.observations()
    codes, sources = (release.manifest.get(name, {}) for name in ("codes", "sources"))
    published = rows.astype(object).where(rows.notna(), None).to_dict("records")
    unpublished = release.held - set(map(Cell.of, published))
    lines = [_row(row, codes, sources) for row in published]
    return as_spreadsheet(COLUMNS, [*lines, *_never_published(unpublished, codes)])


def _row(row: Mapping[Any, Any], codes: Mapping[str, Any], sources: Mapping[str, Any]) -> Row:
    source = sources.get(row["extract_id"], {})
    return [
        *_named(Cell.of(row), codes),
        row["obs_value"],
        *(_label(codes, column, row[column]) for column in ("unit_measure", "obs_status")),
        PUBLICATIONS[row["publication"]],
        *(row[column] for column in ("comment", "caveat", "decision", "decided_by", "motive")),
        source.get("label"),
        source.get("licence"),
    ]


def _never_published(cells: frozenset[Cell], codes: Mapping[str, Any]) -> Iterator[Row]:
    for cell in sorted(cells):
        line = [*_named(cell, codes), None, None, None, f"{HELD}, jamais publié"]
        yield line + [None] * (len(COLUMNS) - len(line))


def _named(cell: Cell, codes: Mapping[str, Any]) -> Row:
    return [
        cell.indicator,
        _label(codes, "indicator", cell.indicator),
        cell.ref_area,
        _label(codes, "ref_area", cell.ref_area),
        french.period(cell.time_period),
        _label(codes, "breakdown", cell.breakdown),
        _label(codes, "category", cell.category),
    ]


def _label(codes: Mapping[str, Any], column: str, code: str) -> str:
    return str(codes.get(column, {}).get(code, code))
