"""The indicators: the dbt project, built in one go.

What each model computes is in ``dbt_project``; here is only when it is built, and what is shown of
it: row counts, columns and the last values of each indicator.
"""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import dagster as dg
import pandas as pd
from dagster_dbt import DbtCliResource, dbt_assets
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from expectations.french import number
from orchestration.build import Build, forget_build, read_build, write_build
from orchestration.construction import failed_checks
from orchestration.fingerprint import code_version, extracts_in_use, fingerprint, is_quiet
from orchestration.jobs import NIGHTLY
from orchestration.resources import Station
from orchestration.transformation import INDICATOR_LAYER, VigieTranslator
from orchestration.warehouse import digest, read_area_names, read_observations, read_table_names

DbtEvent = (
    dg.Output[Any]
    | dg.AssetMaterialization
    | dg.AssetObservation
    | dg.AssetCheckResult
    | dg.AssetCheckEvaluation
)
LAST_PERIODS = 2
RUN_RESULTS: Final = "run_results.json"
BELOW_THE_MARTS = (
    "resource_type:seed path:models/staging path:models/intermediate path:models/indicators"
)


def build_indicators(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Return the dbt models, seeds and tests as assets and asset checks."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=VigieTranslator(), name="dbt")
    def indicators(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, station: Station
    ) -> Iterator[DbtEvent]:
        """Build every model, unless the night brought nothing new."""
        is_night = context.run.job_name == NIGHTLY and not context.is_subset
        if is_night and is_quiet(station.settings):
            context.log.info("Rien n'a changé depuis la dernière nuit : rien n'est reconstruit.")
            return
        before = _begin(context, station)
        events, results = _build(context, dbt, [], unsound=before.unsound)
        ran = {result["unique_id"] for result in results}
        failed = failed_checks(results, manifest)
        if failed and not context.is_subset:
            # What descends from a failed test was skipped: the marts are put together all the same,
            # from the last good table of each indicator, and the gate holds those indicators.
            skipped = [result["unique_id"] for result in results if result["status"] == "skipped"]
            _make_missing_tables(dbt, station, [manifest["nodes"][name] for name in skipped])
            reached = {indicator for check in failed for indicator in check.indicators}
            marts = ["--exclude", BELOW_THE_MARTS]
            later, results = _build(context, dbt, marts, unsound=reached)
            failed += failed_checks(results, manifest)
            events += later
        known = {manifest["nodes"][name]["name"] for name in ran}
        failed += [check for check in before.failed if check.name not in known]
        build = replace(before, failed=tuple(dict.fromkeys(failed)))
        last_values = _last_values(station, build)
        _end(station, build)
        for event in _once_each(events):
            yield _with_last_values(context, event, last_values)

    return indicators


def _begin(context: dg.AssetExecutionContext, station: Station) -> Build:
    """Take the record of the last build away, and return what this one depends on."""
    settings = station.settings
    last = read_build(station.folders)
    forget_build(station.folders)
    return Build(
        fingerprint="" if context.is_subset else fingerprint(settings),
        code_version=code_version(),
        extracts=extracts_in_use(settings),
        observations_sha256="",
        failed=last.failed if last and context.is_subset else (),
    )


def _end(station: Station, build: Build) -> None:
    observations = read_observations(station.folders.warehouse)
    write_build(station.folders, replace(build, observations_sha256=digest(observations)))


def _build(
    context: dg.AssetExecutionContext,
    dbt: DbtCliResource,
    selection: list[str],
    *,
    unsound: Collection[str],
) -> tuple[list[DbtEvent], list[dict[str, Any]]]:
    """Run one build to its end, and return its events and the result of each node.

    Args:
        context: The step.
        dbt: The dbt command.
        selection: What to build, as dbt's own options; everything when empty.
        unsound: The indicators whose tables cannot be trusted, which leave no vintage.

    Raises:
        DagsterDbtCliRuntimeError: dbt could not even begin.
    """
    os.environ["VIGIE_UNSOUND"] = ",".join(sorted(unsound))
    command = ["build", "--exclude-resource-type", "unit_test", *selection]
    invocation = dbt.cli(command, context=context, raise_on_error=False)
    events = list(
        invocation.stream().fetch_row_counts().fetch_column_metadata(with_column_lineage=False)
    )
    # dagster-dbt leaves its own connection open, which would keep every other one out.
    if invocation.adapter is not None:
        invocation.adapter.cleanup_connections()
    DuckDBConnectionManager.close_all_connections()
    error = invocation.get_error()
    if error is not None and not (invocation.target_path / RUN_RESULTS).exists():
        raise error
    results: list[dict[str, Any]] = invocation.get_artifact(RUN_RESULTS)["results"]
    shutil.rmtree(invocation.target_path)
    return events, results


def _make_missing_tables(
    dbt: DbtCliResource, station: Station, skipped: list[dict[str, Any]]
) -> None:
    """Make, without rows, the models and snapshots that were skipped and never built before."""
    tables = {node["name"] for node in skipped if node["resource_type"] in {"model", "snapshot"}}
    missing = sorted(tables - read_table_names(station.folders.warehouse))
    if missing:
        no_tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        dbt.cli(["build", "--empty", *no_tests, "--select", " ".join(missing)]).wait()


def _once_each(events: list[DbtEvent]) -> Iterator[DbtEvent]:
    """Leave out what a second build said again of an asset or of a check."""
    seen: set[object] = set()
    for event in events:
        name = (
            event.output_name
            if isinstance(event, dg.Output)
            else (event.asset_key, getattr(event, "check_name", None))
        )
        if name not in seen:
            yield event
        seen.add(name)


def _last_values(station: Station, build: Build) -> dict[str, dg.MarkdownMetadataValue]:
    warehouse = station.folders.warehouse
    observations = read_observations(warehouse)
    observations = observations[~observations["indicator"].isin(build.unsound)]
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
    for area, values in zip(wide.index, wide.to_numpy(), strict=True):
        shown_values = ["—" if pd.isna(value) else number(value) for value in values]
        lines.append(f"| {names.get(area, area)} ({area}) | {' | '.join(shown_values)} |")
    return "\n".join(lines)


def _with_last_values(
    context: dg.AssetExecutionContext,
    event: DbtEvent,
    last_values: Mapping[str, dg.MarkdownMetadataValue],
) -> DbtEvent:
    if not isinstance(event, dg.Output):
        return event
    layer, name = context.asset_key_for_output(event.output_name).path
    if layer != INDICATOR_LAYER or name not in last_values:
        return event
    return event.with_metadata({**event.metadata, "dernières valeurs": last_values[name]})
