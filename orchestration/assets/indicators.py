"""The indicators: the dbt project, built in one go.

Here: when it is built, and what follows when one of its tests fails. Not here: what each model
computes (``dbt_project``), how dbt is run (``dbt.run``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

from expectations.cells.observations import digest
from expectations.findings.unbuilt import FailedCheck, unsound_indicators
from orchestration.assets.publication_states import publication_states
from orchestration.dbt.descendants import reached_from
from orchestration.dbt.failed_tests import failed_checks
from orchestration.dbt.fingerprint import (
    changed_since,
    extracts_in_use,
    fingerprint,
    inputs,
    is_quiet,
)
from orchestration.dbt.metadata import Metadata, metadata_of_tables
from orchestration.dbt.run import DbtEvent, DbtRun, as_assets, build, invoke
from orchestration.dbt.set_aside import FILE_LINE
from orchestration.deposits.file_lines import with_file_lines
from orchestration.instance.held_warehouse import tried_again_when_held
from orchestration.keys import INDICATOR_LAYER
from orchestration.publication.docket import UndecidableError, read_docket
from orchestration.reporting.addresses import SHEET
from orchestration.resources import Station
from orchestration.settings.folders import Folders
from orchestration.station.build import NOT_BUILT, Build, forget_build, read_build, write_build
from orchestration.station.code_version import code_version
from orchestration.station.job_names import DEPOSIT, NIGHTLY, REBUILDING
from orchestration.station.vintages_copy import keep_vintages
from orchestration.station.warehouse import read_observations, read_rows, read_table_names
from orchestration.station.warehouse_beside import is_beside, prepare_warehouse, switch_warehouse

BELOW_THE_MARTS = (
    "resource_type:seed path:models/staging path:models/intermediate path:models/indicators"
)
TESTS = "resource_type:test"


def build_indicators(manifest: Mapping[str, Any], desk: str = "") -> dg.AssetsDefinition:
    """Return the dbt models, seeds and tests as assets and asset checks.

    Args:
        manifest: Content of dbt's ``manifest.json``.
        desk: Where the desk is, which shows the chart of each indicator; empty when nothing does.
    """

    @as_assets(manifest)
    def indicators(context: dg.AssetExecutionContext, station: Station) -> Iterator[DbtEvent]:
        """Build every model, unless the night brought nothing new."""
        scope = _scope(context, indicators)
        if scope.is_by_itself and is_quiet(station.settings):
            context.log.info("Rien n'a changé depuis la dernière nuit : rien n'est reconstruit.")
            _tell_states(context, station)
            return
        with tried_again_when_held(station.folders):
            written = prepare_warehouse(
                station.folders,
                read_build(station.folders),
                anew=context.run.job_name == REBUILDING,
            )
        before, reached = _begin(scope, station, manifest)
        if not is_beside(written, station.folders):
            forget_build(station.folders)
        builder = Builder(context, manifest, written, station.folders.home)
        run, failed = builder.build(unsound=before.unsound)
        events = run.events
        if failed and (scope.is_by_itself or not scope.is_part):
            more, found = _build_marts(builder, run, failed)
            events, failed = events + more, failed + found
        ran = {result["unique_id"] for result in run.results}
        failed += _not_run_again(before.failed, manifest, ran)
        done = replace(before, failed=tuple(dict.fromkeys(failed)))
        _end(station, written, done if reached <= ran else _of_a_part(done))
        shown = metadata_of_tables(station.folders, manifest, done)
        for event in _once_each(events):
            yield _with_metadata(context, event, shown)

    return indicators.map_asset_specs(partial(_with_chart, desk)) if desk else indicators


def _rows_found(home: Path, warehouse: Path, query: str) -> list[Mapping[str, Any]]:
    """Return what a test of dbt found, lines of deposits by their number in the file."""
    return with_file_lines(home, read_rows(warehouse, query), FILE_LINE)


def _with_chart(desk: str, spec: dg.AssetSpec) -> dg.AssetSpec:
    """Add to the definition of an indicator its chart as it is now, and where the rest is.

    What is in a description stands before the columns, and what the desk draws is never of before.
    """
    layer, name = spec.key.path
    if layer != INDICATOR_LAYER:
        return spec
    sheet = f"{desk}{SHEET}{name}"
    chart = f"![Évolution et dernières valeurs de {name}]({sheet}/evolution.svg)"
    link = f"[Au bureau : retenu ou non, par quel constat, d'où vient chaque valeur]({sheet})"
    # What is long is folded: the chart comes last, and the link is seen.
    return spec.replace_attributes(description="\n\n".join([link, spec.description or "", chart]))


@dataclass(frozen=True)
class BuildScope:
    """How much a run builds, and for whom.

    Attributes:
        is_part: It leaves tables out.
        is_by_itself: It is a night, or what a deposit asks for: no part that somebody builds by
            hand.
    """

    is_part: bool
    is_by_itself: bool


def _scope(context: dg.AssetExecutionContext, whole: dg.AssetsDefinition) -> BuildScope:
    """Tell by its assets how much a run builds: no night selects the checks."""
    job, is_part = context.run.job_name, context.selected_asset_keys != whole.keys
    return BuildScope(is_part, job == DEPOSIT or (job == NIGHTLY and not is_part))


def _begin(
    scope: BuildScope, station: Station, manifest: Mapping[str, Any]
) -> tuple[Build, set[str]]:
    """Look at what this build begins from.

    Returns:
        What this build depends on, and the nodes that must run for its tables to be made of that
        and of nothing else.
    """
    settings, last = station.settings, read_build(station.folders)
    whole = Build(
        fingerprint=fingerprint(settings),
        code_version=code_version(),
        extracts=extracts_in_use(settings),
        observations_sha256="",
        failed=(),
        inputs=inputs(settings),
    )
    reached = _reached(scope, station, manifest, last)
    if reached is None:
        return replace(_of_a_part(whole), failed=last.failed if last else ()), set()
    failed = last.failed if last and scope.is_part else ()
    return replace(whole, failed=tuple(_not_run_again(failed, manifest, reached))), reached


def _reached(
    scope: BuildScope,
    station: Station,
    manifest: Mapping[str, Any],
    last: Build | None,
) -> set[str] | None:
    """Return the nodes that what changed since the last build reaches; None for a mere part.

    A whole build makes all of them.

    Raises:
        dagster.Failure: A deposit is added to what was built, and that was cut short.
    """
    if not scope.is_part:
        return set()
    if not scope.is_by_itself:
        return None
    if last is None:
        raise dg.Failure(NOT_BUILT)
    return reached_from(manifest, changed_since(last, station.settings)) if last.inputs else None


def _of_a_part(build: Build) -> Build:
    """Say that not all tables are made of the same: the next night makes them again."""
    return replace(build, fingerprint="", inputs={})


def _not_run_again(
    failed: Iterable[FailedCheck], manifest: Mapping[str, Any], ran: Collection[str]
) -> list[FailedCheck]:
    names = {manifest["nodes"][node_id]["name"] for node_id in ran}
    return [check for check in failed if check.name not in names]


def _end(station: Station, written: Folders, build: Build) -> None:
    forget_build(station.folders)
    switch_warehouse(written, station.folders)
    observations = read_observations(station.folders.warehouse)
    # Before the record of the build: a kill in between is a night that the next one makes again.
    keep_vintages(station.folders)
    write_build(station.folders, replace(build, observations_sha256=digest(observations)))


@dataclass(frozen=True)
class Builder:
    """What builds in one run of Dagster, on one warehouse.

    Attributes:
        context: Of the dbt assets: it says what is selected.
        manifest: Content of dbt's ``manifest.json``.
        folders: Those of the warehouse that is written.
        home: Of the station, whose deposits number their lines as their files do.
    """

    context: dg.AssetExecutionContext
    manifest: Mapping[str, Any]
    folders: Folders
    home: Path

    def build(self, *selection: str, unsound: Collection[str]) -> tuple[DbtRun, list[FailedCheck]]:
        """Build what is selected; return what came of it, and what failed."""
        run = build(self.context, self.manifest, self.folders, selection, unsound=unsound)
        rows_of = partial(_rows_found, self.home, self.folders.warehouse)
        return run, failed_checks(run.results, self.manifest, rows_of)


def _build_marts(
    builder: Builder, run: DbtRun, failed: Sequence[FailedCheck]
) -> tuple[tuple[DbtEvent, ...], list[FailedCheck]]:
    """Put the marts together all the same, from the last good table of each indicator.

    What descends from a failed test was skipped, and the gate holds those indicators. A test of a
    mart fails again, and would skip the marts below it: these are then made without any.

    Returns:
        What was made, and what failed in it.
    """
    events: tuple[DbtEvent, ...] = ()
    found: list[FailedCheck] = []
    for left_out in (BELOW_THE_MARTS, f"{BELOW_THE_MARTS} {TESTS}"):
        _make_missing_tables(
            builder.folders, [builder.manifest["nodes"][name] for name in _skipped(run)]
        )
        unsound = unsound_indicators([*failed, *found])
        run, more = builder.build("--exclude", left_out, unsound=unsound)
        events += run.events
        found += more
        if not _skipped(run):
            break
    return events, found


def _skipped(run: DbtRun) -> set[str]:
    return {result["unique_id"] for result in run.results if result["status"] == "skipped"}


def _make_missing_tables(folders: Folders, skipped: list[dict[str, Any]]) -> None:
    """Make, without rows, the models and snapshots that were skipped and never built before."""
    tables = {node["name"] for node in skipped if node["resource_type"] in {"model", "snapshot"}}
    missing = sorted(tables - read_table_names(folders.warehouse))
    if missing:
        kinds = ["--resource-type", "model", "--resource-type", "snapshot"]
        invoke(["build", "--empty", *kinds, "--select", " ".join(missing)], folders)


def _tell_states(context: dg.AssetExecutionContext, station: Station) -> None:
    """Tell what came of each indicator in a night that brings nothing new: doubts grow older.

    Where the warehouse is held it is not told: no night fails for what is only drawn.
    """
    with suppress(UndecidableError):
        docket = read_docket(station.folders)
        for state in publication_states(station.settings, docket, station.now):
            context.log_event(state)


def _once_each(events: Iterable[DbtEvent]) -> Iterator[DbtEvent]:
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


def _with_metadata(
    context: dg.AssetExecutionContext, event: DbtEvent, shown: Mapping[dg.AssetKey, Metadata]
) -> DbtEvent:
    if not isinstance(event, dg.Output):
        return event
    key = context.asset_key_for_output(event.output_name)
    # Not dbt's own account of its run, which would stand before the values and be drawn with them.
    return event.with_metadata(shown.get(key, {}))
