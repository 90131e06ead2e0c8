"""What the rest of Vigie reads from the warehouse that dbt writes.

Here: opening it, and the queries that several rooms ask. Not here: what its tables are made of
(``dbt_project``), nor what is worked out from them.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from expectations.cells.observations import KEY
from expectations.findings.code_names import Names
from orchestration.station.troubles import is_of_damage

OBSERVATIONS = f"""
    select * replace (
        obs_value::double as obs_value,
        numerator::double as numerator,
        denominator::double as denominator
    )
    from marts.fct_observation
    order by {", ".join(KEY)}
"""  # noqa: S608 the names are constants

PRINTED_FIGURES = """
    select * replace (
        printed_value::double as printed_value,
        printed_step::double as printed_step
    )
    from marts.fct_printed_figure
"""

COLUMNS = """
    select schema_name, table_name, column_name, data_type
    from duckdb_columns()
    where not internal
    order by schema_name, table_name, column_index
"""

CODE_LISTS = {
    "ref_area": "select ref_area from marts.dim_area",
    "breakdown": "select breakdown from seeds.breakdowns",
    "category": "select distinct category from seeds.categories",
    "unit_measure": "select unit_measure from seeds.units",
    "obs_status": "select obs_status from seeds.obs_statuses",
    "conf_status": "select conf_status from seeds.conf_statuses",
    "collection": "select collection from seeds.collections",
}


class WarehouseBusyError(OSError):
    """The warehouse cannot be opened: dbt writes to it, or there is none."""


class WarehouseDamagedError(WarehouseBusyError):
    """The warehouse is no database any more; the message, in French, says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(
            "L'entrepôt est abîmé, et ne s'ouvre plus. Rien n'y est perdu : qui entretient la "
            "station le refait par « vigie rebuild » (avec « --live » hors démonstration). D'ici "
            f"là, aucune nuit n'ira à son terme. DuckDB en dit : {message}"
        )


@contextlib.contextmanager
def opened(warehouse: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse; one that is to be written is made when it is not there.

    Raises:
        WarehouseBusyError: Another session has it open, or there is none to read.
        WarehouseDamagedError: It is no database any more.
    """
    try:
        if not read_only:
            _make_when_missing(warehouse)
        connection = duckdb.connect(str(warehouse), read_only=read_only)
    except duckdb.IOException as error:
        if is_of_damage(error):
            raise WarehouseDamagedError(str(error)) from error
        raise WarehouseBusyError(str(error)) from error
    with connection:
        yield connection


def _make_when_missing(warehouse: Path) -> None:
    """Make an empty one aside, and move it into place: half of one would open no more, any night.

    Raises:
        duckdb.IOException: It cannot be made.
    """
    if not warehouse.exists():
        part = warehouse.with_name(f".{warehouse.name}.part")
        part.unlink(missing_ok=True)
        duckdb.connect(str(part)).close()
        part.replace(warehouse)


def refuse_when_held(warehouse: Path) -> None:
    """Make sure that a warehouse is there and that nobody holds it, before it is built.

    Raises:
        WarehouseBusyError: Another session has it open.
    """
    with opened(warehouse, read_only=False):
        pass


def read_observations(warehouse: Path) -> pd.DataFrame:
    """Return every observation, in the order of its key.

    Args:
        warehouse: The DuckDB file that dbt built.

    Returns:
        One row per cell, with the columns of the uniform observation; values are floats.
    """
    with opened(warehouse) as connection:
        return connection.execute(OBSERVATIONS).df()


def read_area_names(warehouse: Path) -> dict[str, str]:
    """Return the French name of each area, by its code (``DEP-49`` → ``Maine-et-Loire``)."""
    with opened(warehouse) as connection:
        rows = connection.execute("select ref_area, label from marts.dim_area").fetchall()
    return dict(rows)


def read_names(warehouse: Path) -> Names:
    """Return what codes are called."""
    with opened(warehouse) as connection:
        area_types, breakdowns, categories = (
            dict(connection.execute(query).fetchall())
            for query in (
                "select area_type, plural from seeds.area_types",
                "select breakdown, label from seeds.breakdowns",
                "select category, label from seeds.categories",
            )
        )
    return Names(read_area_names(warehouse), area_types, breakdowns, categories)


def read_code_lists(warehouse: Path) -> dict[str, list[str]]:
    """Return the codes that each column of an observation may hold, from the seeds of dbt."""
    with opened(warehouse) as connection:
        return {
            column: [code for (code,) in connection.execute(query).fetchall()]
            for column, query in CODE_LISTS.items()
        }


@dataclass(frozen=True)
class TableShape:
    """The shape of a table or a view.

    Attributes:
        rows: Number of rows.
        columns: Type of each column, in their order.
    """

    rows: int
    columns: Mapping[str, str]


def read_tables(warehouse: Path) -> dict[tuple[str, str], TableShape]:
    """Return the shape of every table and view, by schema and name."""
    with opened(warehouse) as connection:
        columns: dict[tuple[str, str], dict[str, str]] = {}
        for schema, name, column, kind in connection.execute(COLUMNS).fetchall():
            columns.setdefault((schema, name), {})[column] = kind
        counting = " union all ".join(
            f"select {rank}, count(*) from {quoted(schema)}.{quoted(name)}"  # noqa: S608 quoted
            for rank, (schema, name) in enumerate(columns)
        )
        counts = dict(connection.execute(counting).fetchall()) if columns else {}
    return {place: TableShape(counts[rank], columns[place]) for rank, place in enumerate(columns)}


@dataclass(frozen=True)
class PrintedReport:
    """The printed report, as it was deposited.

    Attributes:
        figures: One row a printed figure.
        passages: One row a printed passage.
        units: Name of each unit, by its code.
    """

    figures: pd.DataFrame
    passages: pd.DataFrame
    units: Mapping[str, str]


def read_printed_figures(warehouse: Path) -> pd.DataFrame:
    """Return the figures of the printed report; without a row when nobody deposited one."""
    with opened(warehouse) as connection:
        return connection.execute(PRINTED_FIGURES).df()


def read_printed_report(warehouse: Path) -> PrintedReport:
    """Return the printed report; without a row when nobody deposited one."""
    with opened(warehouse) as connection:
        return PrintedReport(
            connection.execute(PRINTED_FIGURES).df(),
            connection.execute("from marts.fct_printed_text").df(),
            dict(connection.execute("select unit_measure, label from seeds.units").fetchall()),
        )


def quoted(identifier: str) -> str:
    """Return a name as SQL wants it, whatever is in it."""
    return '"' + identifier.replace('"', '""') + '"'


def read_table_names(warehouse: Path) -> set[str]:
    """Return the names of the tables and views of every schema."""
    with opened(warehouse) as connection:
        rows = connection.execute("select table_name from information_schema.tables").fetchall()
    return {name for (name,) in rows}


def read_rows(warehouse: Path, query: str) -> list[dict[str, object]]:
    """Return the rows of a query that dbt wrote, such as that of a test."""
    with opened(warehouse) as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def fetch(
    query: str, parameters: Mapping[str, object], warehouse: Path | None = None
) -> list[tuple[Any, ...]]:
    """Return the rows of a query of another room.

    Args:
        query: The query; what changes in it has a name (``$indicator``).
        parameters: What those names stand for.
        warehouse: Where it is asked; None for a query that reads files only.
    """
    with opened(warehouse) if warehouse else duckdb.connect() as connection:
        return connection.execute(query, parameters).fetchall()
