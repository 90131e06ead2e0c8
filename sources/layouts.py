"""Columns of a contract that are written as a table: one row a column, one field a layout.

Here: how the columns of successive extracts, which differ little, are derived from one table
(``columns: {table: columns.csv, layout: "2020", only: {session: "2020"}}``). Not here: what a
column is (``contract``), nor the tables, which lie beside the ``contract.yml`` that names them.

A family of extracts names its table only: each of its sessions has the layout of the last one
before it that brought another.

The fields of a table: ``column`` (landed name), ``type``, ``mandatory``, ``filled``, ``single``
(``yes`` or nothing), ``titles`` (every title that the producer gave it, parted by ``|``, its
technical name first), then one field a layout: the rank of the column in it, or nothing.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FLAGS = ("mandatory", "filled", "single")
FIELDS = frozenset({"column", "type", "titles", *FLAGS})


def with_columns(folder_contract: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a folder's contract, each reference to a table replaced by the columns it stands for.

    Args:
        folder_contract: The contract as its YAML reads.
        folder: Where its tables are.

    Raises:
        ValueError: A table has no such layout, or its ranks are not 1, 2, 3…
    """
    extracts = {
        source_id: _with_columns(extract, folder)
        for source_id, extract in folder_contract.get("extracts", {}).items()
    }
    families = {
        name: family | {"id": name, "table": folder / family["table"]}
        for name, family in folder_contract.get("families", {}).items()
    }
    return folder_contract | {"extracts": extracts, "families": families}


def _with_columns(extract: dict[str, Any], folder: Path) -> dict[str, Any]:
    match extract.get("columns"):
        case {"table": str(table), "layout": str(layout), **rest}:
            only: Any = rest.get("only", {})
            return extract | {"columns": columns_of(folder / table, layout, only)}
        case _:
            return extract


def layout_of(table: Path, session: str) -> str:
    """Return the layout of a session: the last that is not later, the first when all are."""
    with table.open(encoding="utf-8", newline="") as file:
        titles = next(csv.reader(file, delimiter=";"))
    layouts = sorted(title for title in titles if title not in FIELDS)
    return max((layout for layout in layouts if layout <= session), default=layouts[0])


def columns_of(table: Path, layout: str, only: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the columns of a layout in its order, by landed name.

    Args:
        table: The table of columns, separated by semicolons.
        layout: The field that holds the ranks.
        only: The one value that a column may take in this extract, by column.

    Raises:
        ValueError: The table has no such layout, or its ranks are not 1, 2, 3…
    """
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row.get(layout)]
    rows.sort(key=lambda row: int(row[layout]))
    if not rows or [int(row[layout]) for row in rows] != list(range(1, len(rows) + 1)):
        msg = f"{table.name} has no layout {layout!r} whose ranks are 1, 2, 3…"
        raise ValueError(msg)
    return {row["column"]: _column(row, only.get(row["column"])) for row in rows}


def _column(row: Mapping[str, str], only: str | None) -> dict[str, Any]:
    flags = {flag: row[flag] == "yes" for flag in FLAGS}
    restriction = {"only": only} if only else {}
    return {"header": row["titles"].split("|"), "type": row["type"], **flags, **restriction}
