"""The indicators: the dbt project, built in one go.

What each model computes is in ``dbt_project``; here is only when it is built, and what is shown of
it: row counts, column lineage and the last values of each indicator.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import pandas as pd
from dagster_dbt import DbtCliResource, dbt_assets
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from orchestration.fingerprint import is_quiet
from orchestration.jobs import NIGHTLY
from orchestration.resources import Station
from orchestration.transformation import INDICATOR_LAYER, VigieTranslator
from orchestration.warehouse import read_area_names, read_observations

DbtEvent = (
    dg.Output[Any]
    | dg.AssetMaterialization
    | dg.AssetObservation
    | dg.AssetCheckResult
    | dg.AssetCheckEvaluation
    | dg.MaterializeResult[Any]
)
LAST_PERIODS = 2


def build_indicators(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Return the dbt models, seeds and tests as assets and asset checks."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=VigieTranslator(), name="dbt")
    def indicators(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, station: Station
    ) -> Iterator[DbtEvent]:
        """Build every model, unless the night brought nothing new."""
        if context.run.job_name == NIGHTLY and is_quiet(station.settings):
            context.log.info("Rien n'a changé depuis la dernière nuit : rien n'est reconstruit.")
            return
        # Read to the end first: the values below need the warehouse that dbt is still writing.
        invocation = dbt.cli(["build"], context=context)
        events = list(invocation.stream().fetch_row_counts().fetch_column_metadata())
        # dagster-dbt leaves its own connection open, which would keep every other one out.
        if invocation.adapter is not None:
            invocation.adapter.cleanup_connections()
        DuckDBConnectionManager.close_all_connections()
        last_values = _last_values(station)
        for event in events:
            yield _with_last_values(event, last_values)

    return indicators


def _last_values(station: Station) -> dict[str, dg.MarkdownMetadataValue]:
    warehouse = station.folders.warehouse
    observations = read_observations(warehouse)
    names = read_area_names(warehouse)
    return {
        str(indicator): dg.MetadataValue.md(_table(rows, names))
        for indicator, rows in observations.groupby("indicator")
    }


def _table(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    last = sorted(rows["time_period"].unique())[-LAST_PERIODS:]
    shown = rows[rows["time_period"].isin(last) & (rows["breakdown"] == "_T")]
    wide = shown.pivot(index="ref_area", columns="time_period", values="obs_value")
    lines = [f"| Territoire | {' | '.join(map(str, wide.columns))} |"]
    lines.append("|---" * (len(wide.columns) + 1) + "|")
    lines.extend(
        f"| {names.get(area, area)} ({area}) | {' | '.join('—' if pd.isna(value) else f'{value:g}' for value in values)} |"
        for area, values in zip(wide.index, wide.to_numpy(), strict=True)
    )
    return "\n".join(lines)


def _with_last_values(
    event: DbtEvent, last_values: Mapping[str, dg.MarkdownMetadataValue]
) -> DbtEvent:
    if not isinstance(event, dg.MaterializeResult) or event.asset_key is None:
        return event
    key = dg.AssetKey.from_coercible(event.asset_key)
    if key.path[0] != INDICATOR_LAYER or key.path[-1] not in last_values:
        return event
    metadata = {**(event.metadata or {}), "dernières valeurs": last_values[key.path[-1]]}
    return event._replace(metadata=metadata)
