"""Columns are followed from the extract to the mart, once for a given SQL."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt import lineage
from orchestration.dbt.lineage import read_lineage
from orchestration.settings.folders import Folders

STAGED = """
select code as area, try_cast(nombre as decimal) as missions, _line as line
from read_parquet('/srv/vigie/landed/depot.parquet')
"""
INDICATOR = """
with staged as (select area, missions from "w"."staging"."stg_Depot"),
named as (
    select areas.label, staged.missions, 'pcrh' as unit
    from staged inner join "w"."seeds"."areas" as areas on staged.area = areas.area
)
select label as ref_area, 100 * missions as obs_value, unit from named
"""


def _node(kind: str, name: str, schema: str, path: str) -> dict[str, Any]:
    return {
        "resource_type": kind,
        "name": name,
        "package_name": "vigie",
        "original_file_path": path,
        "relation_name": f'"w"."{schema}"."{name}"' if schema else None,
    }


MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.stg_depot": _node("model", "stg_Depot", "staging", "models/stg_depot.sql"),
        "seed.areas": _node("seed", "areas", "seeds", "seeds/areas.csv"),
        "model.part": _node("model", "part", "", "models/part.sql"),
        "model.i": _node("model", "i", "indicators", "models/i.sql"),
        "snapshot.kept": {
            **_node("snapshot", "kept", "snapshots", "snapshots/kept.sql"),
            "config": {"unique_key": ["ref_area"]},
        },
    },
    "parent_map": {
        "model.stg_depot": ["source.depot"],
        "seed.areas": [],
        "model.part": ["model.stg_depot", "seed.areas"],
        "model.i": ["model.part"],
        "snapshot.kept": ["model.i", "model.stg_depot"],
    },
}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    folders = Folders(tmp_path / "home")
    compiled = folders.dbt_parse / "compiled" / "vigie" / "models"
    compiled.mkdir(parents=True)
    (compiled / "stg_depot.sql").write_text(STAGED)
    (compiled / "i.sql").write_text(INDICATOR)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "areas.csv").write_text("area,label\n44,Loire-Atlantique\n")
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "kept.sql").write_text("{% snapshot kept %}{% endsnapshot %}")
    monkeypatch.setattr(lineage, "DBT_PROJECT", tmp_path)
    return folders


def test_a_column_is_followed_through_every_step(folders: Folders) -> None:
    found = read_lineage(folders, MANIFEST)
    assert {k: [*map(list, v)] for k, v in found["model.stg_depot"].items()} == {
        "area": [["extract/depot", "code"]],
        "missions": [["extract/depot", "nombre"]],
        "line": [["extract/depot", "_line"]],
    }
    assert {k: [*map(list, v)] for k, v in found["model.i"].items()} == {
        "ref_area": [["seed.areas", "label"]],
        "obs_value": [["model.stg_depot", "missions"]],
        "unit": [],
    }
    assert [*map(list, found["snapshot.kept"]["obs_value"])] == [["model.i", "obs_value"]]


def test_it_is_worked_out_again_only_when_the_sql_is_another(folders: Folders) -> None:
    read_lineage(folders, MANIFEST)
    kept = folders.dbt_target / "column_lineage.json"
    planted = {**json.loads(kept.read_text()), "lineage": {"model.i": {}}}
    kept.write_text(json.dumps(planted))
    assert read_lineage(folders, MANIFEST) == {"model.i": {}}
    kept.write_text('{"code": "')
    assert "model.stg_depot" in read_lineage(folders, MANIFEST)
    kept.write_text(json.dumps(planted))
    compiled = folders.dbt_parse / "compiled" / "vigie" / "models" / "i.sql"
    compiled.write_text(INDICATOR.replace("100 *", "10 *"))
    assert "model.stg_depot" in read_lineage(folders, MANIFEST)
