"""What Dagster shows of the tables that dbt built: their rows, their columns, the last values.

Here: one reading of the warehouse for all of them, once the build has ended. Not here: where a
column comes from (``lineage``), when dbt runs (``assets.indicators``).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from expectations.french import listing, number
from expectations.untrusted import as_markdown
from orchestration.dbt.translator import VigieTranslator, column_lineage
from orchestration.keys import INDICATOR_LAYER
from orchestration.settings.folders import Folders
from orchestration.station.build import Build
from orchestration.station.warehouse import (
    TableShape,
    read_area_names,
    read_observations,
    read_tables,
)

LAST_PERIODS = 2
MOST_ORIGINS = 6
Metadata = dict[str, Any]


def metadata_of_tables(
    folders: Folders, manifest: Mapping[str, Any], build: Build
) -> dict[dg.AssetKey, Metadata]:
    """Return what is shown of each table and view of the warehouse, by asset.

    Args:
        folders: The station's folders.
        manifest: Content of dbt's ``manifest.json``.
        build: The build that ended; an indicator that is not sound shows no values.
    """
    tables, values = read_tables(folders.warehouse), _last_values(folders.warehouse, build)
    translator, lineage = VigieTranslator(), column_lineage(folders, manifest)
    shown: dict[dg.AssetKey, Metadata] = {}
    for unique_id in manifest["nodes"]:
        node = translator.get_resource_props(manifest, unique_id)
        table = tables.get((node["schema"], node["alias"]))
        if table is None or node["resource_type"] == "test":
            continue
        key = translator.get_asset_key(node)
        last = values.get(node["name"]) if key.path[0] == INDICATOR_LAYER else None
        # What is given first is shown first.
        shown[key] = {"dernières valeurs": last} if last else {}
        shown[key] |= _shape(table, node["columns"])
        if key in lineage:
            shown[key]["dagster/column_lineage"] = lineage[key]
            shown[key]["origine des colonnes"] = dg.MetadataValue.md(origins(lineage[key]))
    return shown


def _shape(table: TableShape, described: Mapping[str, Any]) -> Metadata:
    columns = [
        dg.TableColumn(name, kind, description=described.get(name, {}).get("description") or None)
        for name, kind in table.columns.items()
    ]
    return {
        "dagster/row_count": table.rows,
        "dagster/column_schema": dg.TableSchema(columns=columns),
    }


def origins(lineage: dg.TableColumnLineage) -> str:
    """Return where columns come from as a table to be read: the pages of Dagster draw no lineage.

    Columns that come from no other, constants, are left out.
    """
    rows = [
        f"| `{column}` | {listing(sorted(map(_address, origins_of_column)), MOST_ORIGINS)} |"
        for column, origins_of_column in lineage.deps_by_column.items()
        if origins_of_column
    ]
    return "\n".join(["| Colonne | Vient de |", "|---|---|", *rows])


def _address(origin: dg.TableColumnDep) -> str:
    """Return a column as a link to its table, which Dagster has under the same name."""
    table = "/".join(origin.asset_key.path)
    return f"[{table}](/assets/{table}).`{origin.column_name}`"


def _last_values(warehouse: Path, build: Build) -> dict[str, dg.MarkdownMetadataValue]:
    observations = read_observations(warehouse)
    observations = observations[~observations["indicator"].isin(build.unsound)]
    names = read_area_names(warehouse)
    return {
        str(indicator): dg.MetadataValue.md(last_values_table(rows, names))
        for indicator, rows in observations.groupby("indicator")
    }


def last_values_table(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return the last values of an indicator in Markdown, an area a line."""
    last = sorted(rows["time_period"].unique())[-LAST_PERIODS:]
    shown = rows[rows["time_period"].isin(last) & (rows["breakdown"] == "_T")]
    wide = shown.pivot(index="ref_area", columns="time_period", values="obs_value")
    lines = [f"| Territoire | {' | '.join(map(as_markdown, wide.columns))} |"]
    lines.append("|---" * (len(wide.columns) + 1) + "|")
    for area, values in zip(wide.index, wide.to_numpy(), strict=True):
        shown_values = ["—" if pd.isna(value) else number(value) for value in values]
        lines.append(
            f"| {as_markdown(f'{names.get(area, area)} ({area})')} | {' | '.join(shown_values)} |"
        )
    return "\n".join(lines)
