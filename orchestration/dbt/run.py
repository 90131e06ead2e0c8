"""One run of dbt, in this process, and what it says in Dagster's words.

Here: running dbt, and its events as Dagster's. Not here: what is built and when
(``assets.indicators``), how nodes are named (``translator``).

Another process would pay dbt's imports and the parsing of the project again, which cost as much as
the build.
"""

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel, EventMsg
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager
from dbt_common.events.functions import msg_to_dict

from orchestration.dbt.descendants import EPHEMERAL
from orchestration.dbt.lazy_contexts import contexts_made_when_read
from orchestration.dbt.translator import VigieTranslator
from orchestration.settings.folders import DBT_PROJECT, Folders

DbtEvent = (
    dg.Output[Any]
    | dg.AssetMaterialization
    | dg.AssetObservation
    | dg.AssetCheckResult
    | dg.AssetCheckEvaluation
)
AssetsFunction = Callable[..., Iterator[DbtEvent]]
NOT_BUILT = ("unit_test", "exposure")
TABLES = {"model", "seed", "snapshot"}
UNSOUND = "VIGIE_UNSOUND"
WAREHOUSE = "VIGIE_WAREHOUSE"
PRINTED = {"info", "warn", "error"}
NO_LOGGER = ("--log-level", "none", "--log-level-file", "none")
"""dbt's loggers write a line of each of some thousand events, whether or not it is then shown."""
FILLED = "__init__"
"""Where dbt fills the message of an event: for those of debugging, a twentieth of a build."""
RESULTS = {"LogSeedResult", "LogModelResult", "LogSnapshotResult", "LogTestResult"}


def as_assets(manifest: Mapping[str, Any]) -> Callable[[AssetsFunction], dg.AssetsDefinition]:
    """Return what makes the nodes of dbt the assets that a function builds."""
    return dbt_assets(manifest=manifest, dagster_dbt_translator=VigieTranslator(), name="dbt")


@dataclass(frozen=True)
class DbtRun:
    """What came of one run of dbt.

    Attributes:
        events: What each node that ran is in Dagster: a materialisation, a check, an observation.
        results: One dictionary per node: ``unique_id``, ``status``, ``failures``, ``message``,
            ``compiled_code``.
    """

    events: tuple[DbtEvent, ...]
    results: tuple[Mapping[str, Any], ...]


def build(
    context: dg.AssetExecutionContext,
    manifest: Mapping[str, Any],
    folders: Folders,
    selection: Sequence[str] = (),
    *,
    unsound: Collection[str] = (),
) -> DbtRun:
    """Build what the context selects; a node that fails is a result, not an error.

    Args:
        context: Of the dbt assets: it says what is selected.
        manifest: Content of dbt's ``manifest.json``.
        folders: The station's folders.
        selection: Further arguments of selection.
        unsound: The indicators whose tables cannot be trusted: they leave no vintage.

    Raises:
        RuntimeError: dbt could not even begin.
    """
    translator = VigieTranslator()
    skipped = [flag for kind in NOT_BUILT for flag in ("--exclude-resource-type", kind)]
    command = ["build", *skipped, *_selected(context, manifest, translator), *selection]
    with _naming_unsound(unsound):
        messages, results = invoke(command, folders)
    events = [
        event
        for message in messages
        for event in message.to_default_asset_events(
            manifest, translator, None if _is_of_test(message) else context
        )
    ]
    return DbtRun(tuple(events), results)


def _is_of_test(message: DbtCoreCliEventMessage) -> bool:
    """Tell a test, which is told as an event, from a table, which is an output of the step."""
    return bool(message.raw_event["info"]["name"] == "LogTestResult")


def _selected(
    context: dg.AssetExecutionContext, manifest: Mapping[str, Any], translator: VigieTranslator
) -> list[str]:
    """Return the arguments that select what the context does, with all its tests.

    Unless somebody chose among the tests: a run that builds plans none.
    """
    if not context.selected_asset_check_keys:
        tables = {
            translator.get_asset_key(node): ".".join(node["fqn"])
            for node in manifest["nodes"].values()
            if node["resource_type"] in TABLES and node["config"]["materialized"] != EPHEMERAL
        }
        asked = [name for key, name in tables.items() if key in context.selected_asset_keys]
        # All of it is said by what also selects the tests of sources.
        return ["--select", " ".join(asked) if len(asked) < len(tables) else "fqn:*"]
    selected, indirectly = get_subset_selection_for_context(
        context=context,
        manifest=manifest,
        select="fqn:*",
        exclude=None,
        selector=None,
        dagster_dbt_translator=translator,
        current_dbt_indirect_selection_env=None,
    )
    return [*selected, *(["--indirect-selection", indirectly] if indirectly else [])]


@contextlib.contextmanager
def _naming_unsound(indicators: Collection[str]) -> Iterator[None]:
    """Tell dbt, for one run, the indicators that leave no vintage."""
    os.environ[UNSOUND] = ",".join(sorted(indicators))
    try:
        yield
    finally:
        del os.environ[UNSOUND]


def invoke(
    command: Sequence[str], folders: Folders
) -> tuple[list[DbtCoreCliEventMessage], tuple[Mapping[str, Any], ...]]:
    """Run a command of dbt on the station's warehouse; its events and results, in their order.

    Raises:
        RuntimeError: dbt could not even begin.
    """
    events: list[EventMsg] = []

    def listen(event: EventMsg) -> None:
        # Its fields are protobuf's, which the type does not name.
        info: Any = event.info
        if info.level in PRINTED:
            print(info.msg)
        if info.name in RESULTS:
            events.append(event)

    places = ["--project-dir", str(DBT_PROJECT), "--target-path", str(folders.dbt_parse)]
    quietly = ["--no-use-colors", "--no-write-json", *NO_LOGGER]
    try:
        with _writing_to(folders), _without_debug_events(), contexts_made_when_read():
            ended = dbtRunner(callbacks=[listen]).invoke([*quietly, *command, *places])
    finally:
        close_warehouse()
    if not isinstance(ended.result, RunExecutionResult):
        message = f"dbt n'a pas pu commencer : {ended.exception}"
        raise RuntimeError(message) from ended.exception
    return [_as_message(event) for event in events], tuple(_as_results(ended.result))


def close_warehouse() -> None:
    """Close what dbt keeps open on the warehouse: it would keep every other session out.

    dbt-duckdb only forgets it, and it stays open for as long as the error of a node refers to it.
    """
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()


class _HeardEvents(EventManager):
    """Makes messages of what somebody hears: nobody does the thousands that are for debugging."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: object = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Tell the listeners of an event, unless it is for debugging."""
        if not isinstance(e, DebugLevel) and (level or e.level_tag()) is not EventLevel.DEBUG:
            super().fire_event(e, level, node, force_warn_or_error_handling)


@contextlib.contextmanager
def _without_debug_events() -> Iterator[None]:
    """Have dbt make no event and no message for debugging, for one run."""
    usual = get_event_manager()
    ctx_set_event_manager(_HeardEvents())
    setattr(DebugLevel, FILLED, lambda *_, **__: None)
    try:
        yield
    finally:
        delattr(DebugLevel, FILLED)
        ctx_set_event_manager(usual)


@contextlib.contextmanager
def _writing_to(folders: Folders) -> Iterator[None]:
    """Tell dbt, for one run, a warehouse that is not in its usual place.

    Nothing is told of the usual one: dbt parses its project again when it is told another.
    """
    if folders.warehouse.parent == folders.home:
        yield
        return
    os.environ[WAREHOUSE] = str(folders.warehouse)
    try:
        yield
    finally:
        del os.environ[WAREHOUSE]


def _as_message(event: EventMsg) -> DbtCoreCliEventMessage:
    return DbtCoreCliEventMessage(raw_event=msg_to_dict(event), event_history_metadata={})


def _as_results(ended: RunExecutionResult) -> Iterable[Mapping[str, Any]]:
    for result in ended.results:
        yield {
            "unique_id": result.node.unique_id,
            "status": str(result.status),
            "failures": result.failures,
            "message": result.message,
            "compiled_code": getattr(result.node, "compiled_code", None),
        }
