"""A model and what is said of it stand side by side, so that who opens a folder sees both."""

import re
from pathlib import Path

import yaml

from sources.registry import families, sources

MODELS = Path(__file__).resolve().parents[3] / "dbt_project" / "models"


def test_every_model_is_described_in_a_file_of_its_name() -> None:
    described = {
        path.with_suffix(""): [model["name"] for model in models]
        for path in MODELS.rglob("*.yml")
        if (models := yaml.safe_load(path.read_text("utf-8")).get("models"))
    }
    assert described == {path.with_suffix(""): [path.stem] for path in MODELS.rglob("*.sql")}


def test_every_landed_table_that_models_read_is_that_of_a_source_or_of_a_family() -> None:
    (landed,) = yaml.safe_load((MODELS / "staging" / "sources.yml").read_text("utf-8"))["sources"]
    known = {source.table for source in sources().values()}
    assert {table["name"] for table in landed["tables"]} <= known
    assert set(families()) <= known


def test_a_family_is_read_whole_whatever_its_members_are() -> None:
    (landed,) = yaml.safe_load((MODELS / "staging" / "sources.yml").read_text("utf-8"))["sources"]
    read = {table["name"]: table.get("identifier") for table in landed["tables"]}
    assert {name: read[name] for name in families()} == {name: f"{name}_*" for name in families()}


def test_every_model_names_its_columns() -> None:
    for path in MODELS.rglob("*.sql"):
        assert not re.search(r"select\s+([a-z_]+\.)?\*", path.read_text("utf-8")), path.name
