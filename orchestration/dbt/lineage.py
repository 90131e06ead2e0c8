"""Which column each column comes from, from the extracts to the indicators and the marts.

Here: reading it in the SQL that dbt compiled for the last build, again only when that SQL is
another. Not here: how assets are named (``translator``); which *rows* are behind a number (the mart
``fct_observation_row``).
"""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeAlias

import sqlglot
from sqlglot import MappingSchema, exp
from sqlglot.lineage import Node as Step
from sqlglot.lineage import lineage

from orchestration.settings.folders import DBT_PROJECT, Folders
from sources.storage.aside import write_aside

DIALECT: Final = "duckdb"
RELATIONS = ("seed", "model", "snapshot")
EXTRACT: Final = "extract"
TableColumn: TypeAlias = Sequence[str]
"""A table, by its dbt id or ``extract/<source>``, and one of its columns: always two words."""
Lineage: TypeAlias = Mapping[str, Mapping[str, Sequence[TableColumn]]]
"""The columns that each column of each dbt node directly comes from; none for a constant."""


def compiled_path(folders: Folders, node: Mapping[str, Any]) -> Path:
    """Return where the SQL that dbt last compiled of a model is."""
    compiled = folders.dbt_parse / "compiled" / str(node["package_name"])
    return compiled / str(node["original_file_path"])


def compiled_sql(folders: Folders, node: Mapping[str, Any]) -> str:
    """Return the SQL that dbt last compiled of a model, empty when it never did."""
    path = compiled_path(folders, node)
    return path.read_text("utf-8") if path.is_file() else ""


def read_lineage(folders: Folders, manifest: Mapping[str, Any]) -> Lineage:
    """Return the lineage of every column of what was built, worked out again if SQL changed."""
    written = folders.dbt_target / "column_lineage.json"
    code = _code(folders, manifest)
    # One that cannot be read any more is worked out again.
    with suppress(FileNotFoundError, ValueError, LookupError, TypeError):
        kept: dict[str, Any] = json.loads(written.read_bytes())
        if kept["code"] == code:
            columns: Lineage = kept["lineage"]
            return columns
    found = _work_out(folders, manifest)
    content = {"code": code, "lineage": found}
    write_aside(written, json.dumps(content, ensure_ascii=False).encode())
    return found


def _code(folders: Folders, manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all that the lineage is read in."""
    whole = hashlib.sha256(version("sqlglot").encode())
    for name, node in _in_order(manifest):
        path = _text_of(folders, node)
        whole.update(name.encode() + path.read_bytes() if path.is_file() else name.encode())
    return whole.hexdigest()


def _text_of(folders: Folders, node: Mapping[str, Any]) -> Path:
    """Return the file that the columns of a node are read in."""
    if node["resource_type"] == "model":
        return compiled_path(folders, node)
    return DBT_PROJECT / str(node["original_file_path"])


def _in_order(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables and views, each after those that it is made of."""
    nodes = manifest["nodes"]
    made_of = {
        name: [parent for parent in manifest["parent_map"][name] if parent in nodes]
        for name, node in sorted(nodes.items())
        if node["resource_type"] in RELATIONS
    }
    # What is ephemeral is a part of the query of its children, and no table.
    return (
        (name, nodes[name])
        for name in TopologicalSorter(made_of).static_order()
        if nodes[name]["relation_name"]
    )


def _work_out(
    folders: Folders, manifest: Mapping[str, Any]
) -> dict[str, dict[str, list[TableColumn]]]:
    """Read the lineage of each node, whose columns those made of it then know."""
    found: dict[str, dict[str, list[TableColumn]]] = {}
    ids: dict[str, str] = {}
    schema = MappingSchema(dialect=DIALECT)
    for name, node in _in_order(manifest):
        text = _text_of(folders, node)
        if not text.is_file():
            continue
        match node["resource_type"]:
            case "seed":
                with text.open(encoding="utf-8", newline="") as rows:
                    found[name] = {column: [] for column in next(csv.reader(rows))}
            case "snapshot":
                # It keeps every column of the table that it follows, the one that has its key.
                key, parents = set(node["config"]["unique_key"]), manifest["parent_map"][name]
                (followed,) = (parent for parent in parents if key <= found[parent].keys())
                found[name] = {column: [(followed, column)] for column in found[followed]}
            case _:
                found[name] = _columns(text.read_text("utf-8"), schema, ids)
        table = sqlglot.to_table(node["relation_name"], dialect=DIALECT)
        schema.add_table(table, dict.fromkeys(found[name], "text"), dialect=DIALECT)
        ids[_table_name(table)] = name
    return found


def _columns(
    sql: str, schema: MappingSchema, ids: Mapping[str, str]
) -> dict[str, list[TableColumn]]:
    """Return what each column that a query selects comes from.

    Args:
        sql: The query.
        schema: The columns of the tables that it may read.
        ids: dbt's id of each table, by name.
    """
    query = sqlglot.parse_one(sql, dialect=DIALECT)
    steps = lineage(None, query, schema, dialect=DIALECT, copy=False, trim_selects=False)
    return {column: [*sorted(set(_origins(step, ids)))] for column, step in steps.items()}


def _origins(step: Step, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the columns of tables that a lineage ends in; constants end in none."""
    for last in step.walk():
        if not last.downstream and isinstance(last.expression, exp.Table):
            table = _table_name(last.expression)
            yield ids.get(table, table), last.name.split(".")[-1]


def _table_name(table: exp.Table) -> str:
    """Return ``extract/<source>`` for a landed file, the name of any other table.

    In small letters, as DuckDB compares them and sqlglot writes those that it has qualified.
    """
    landed = table.this.find(exp.Literal)
    if landed:
        # Several files may be read as one source: « parcoursup_* ».
        return f"{EXTRACT}/{Path(landed.name).stem.removesuffix('_*')}"
    return f"{table.db}.{table.name}".lower()
