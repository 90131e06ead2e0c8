"""The line in Dagster after a night: every column from its extract, every table with its shape."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.dbt.lineage import EXTRACT, Lineage, read_lineage
from orchestration.settings.folders import Folders
from orchestration.station.warehouse import read_tables

MOST_EVENTS = 1000
"""What a launch from the pages waits for is what the run plans."""


@pytest.fixture(scope="module")
def manifest(demo_home: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Folders(demo_home).dbt_manifest.read_text("utf-8"))
    return content


@pytest.fixture(scope="module")
def lineage(demo_home: Path, manifest: dict[str, Any]) -> Lineage:
    return read_lineage(Folders(demo_home), manifest)


@pytest.fixture(scope="module")
def instance(demo_home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(demo_home / "dagster")) as instance:
        yield instance


def test_every_column_of_every_table_is_known(
    demo_home: Path, manifest: dict[str, Any], lineage: Lineage
) -> None:
    tables = read_tables(Folders(demo_home).warehouse)
    for name, node in manifest["nodes"].items():
        if node["resource_type"] == "model" and node["relation_name"]:
            columns = tables[node["schema"], node["alias"]].columns
            assert set(lineage[name]) == set(columns), name


def test_every_value_of_an_indicator_comes_from_a_column_of_an_extract(
    manifest: dict[str, Any], lineage: Lineage
) -> None:
    def origins(table: str, column: str) -> set[tuple[str, str]]:
        above = lineage.get(table, {}).get(column, ())
        return {(t, c) for t, c in above}.union(*(origins(t, c) for t, c in above))

    indicators = [
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["fqn"][1] == "indicators"
    ]
    assert indicators
    for name in indicators:
        assert any(table.startswith(EXTRACT) for table, _ in origins(name, "obs_value")), name
    founding = "model.vigie.1A4_pcrh_te"
    assert {
        (f"{EXTRACT}/dreets_pcrh_2023", "nombre"),
        (f"{EXTRACT}/dreets_pcrh_2024", "nombre"),
        ("model.vigie.int_pcrh__missions", "missions"),
    } <= origins(founding, "obs_value")


def _shown(instance: dg.DagsterInstance, *path: str) -> dict[str, Any]:
    event = instance.get_latest_materialization_event(dg.AssetKey(path))
    assert event is not None
    assert event.asset_materialization is not None
    return {k: v.value for k, v in event.asset_materialization.metadata.items()}


def test_each_step_of_the_line_shows_its_rows_and_where_its_columns_come_from(
    instance: dg.DagsterInstance,
) -> None:
    steps = [
        (
            ("staging", "stg_dreets__pcrh_2024"),
            "missions",
            ("extract", "dreets_pcrh_2024"),
            "nombre",
        ),
        (
            ("indicators", "1A4_pcrh_te"),
            "obs_value",
            ("intermediate", "int_pcrh__missions"),
            "missions",
        ),
        (("marts", "fct_observation"), "obs_value", ("indicators", "1A4_pcrh_te"), "obs_value"),
        (("publication", "release"), "obs_value", ("marts", "fct_observation"), "obs_value"),
    ]
    for table, column, above, name in steps:
        shown = _shown(instance, *table)
        assert shown["dagster/row_count"] > 0
        deps = shown["dagster/column_lineage"].deps_by_column[column]
        assert dg.TableColumnDep(dg.AssetKey(above), name) in deps, table
        assert column in {it.name for it in shown["dagster/column_schema"].columns}
    described = _shown(instance, "indicators", "1A4_pcrh_te")["dagster/column_schema"].columns
    assert all(column.description for column in described)
    assert (
        "int_pcrh__missions"
        in _shown(instance, "indicators", "1A4_pcrh_te")["origine des colonnes"]
    )
    assert _shown(instance, "extract", "parcoursup")["dagster/row_count"] > 10_000


def test_a_night_leaves_few_events_and_plans_no_check_but_those_of_the_sessions(
    instance: dg.DagsterInstance,
) -> None:
    (night,) = instance.get_runs()
    events = [entry.dagster_event_type for entry in instance.all_logs(night.run_id)]
    assert len(events) <= MOST_EVENTS
    assert events.count(dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED) == 3
    assert events.count(dg.DagsterEventType.ASSET_CHECK_EVALUATION) > 250


def test_freshness_and_punctuality_were_looked_at(instance: dg.DagsterInstance) -> None:
    keys = [
        dg.AssetCheckKey(dg.AssetKey(["extract", "dreets_pcrh_2024"]), "fraicheur"),
        dg.AssetCheckKey(dg.AssetKey(["indicators", "1A4_pcrh_te"]), "ponctualite"),
    ]
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    assert [records[key].status.value for key in keys] == ["SUCCEEDED", "SUCCEEDED"]
