"""A model and what is said of it stand side by side, so that who opens a folder sees both."""

import re
from pathlib import Path

import yaml

from sources.registry import sources

MODELS = Path(__file__).resolve().parents[3] / "dbt_project" / "models"


def test_every_model_is_described_in_a_file_of_its_name() -> None:
    described = {
        path.with_suffix(""): [model["name"] for model in models]
        for path in MODELS.rglob("*.yml")
        if (models := yaml.safe_load(path.read_text("utf-8")).get("models"))
    }
    assert described == {path.with_suffix(""): [path.stem] for path in MODELS.rglob("*.sql")}


def test_every_extract_of_parcoursup_is_staged() -> None:
    """Dbt reads its list when it parses the project, before any contract."""
    project = yaml.safe_load((MODELS.parent / "dbt_project.yml").read_text("utf-8"))
    of_parcoursup = [name for name in sources() if name.startswith("parcoursup_")]
    assert project["vars"]["parcoursup_extracts"] == of_parcoursup


def test_every_model_names_its_columns() -> None:
    for path in MODELS.rglob("*.sql"):
        assert not re.search(r"select\s+([a-z_]+\.)?\*", path.read_text("utf-8")), path.name
