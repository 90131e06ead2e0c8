"""What the dbt project says beside its seeds, read where it is written: variables and definitions.

Here: reading the files, which dbt reads too. Not here: code lists (``seeds``), what a definition is
(``indicator_definition``), what dbt makes of its project (its manifest).
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


def variable(name: str) -> Any:  # noqa: ANN401 a variable is of any type
    """Return a variable of the project, as it is unless a run of dbt is told another."""
    return _read(DBT_PROJECT / "dbt_project.yml")["vars"][name]


@cache
def declared_definitions() -> dict[str, dict[str, Any]]:
    """Return the definitions of the indicators that partners declare, as written, by id."""
    models = [
        model
        for path in sorted((DBT_PROJECT / "models" / "indicators").glob("*/*.yml"))
        for model in _read(path)["models"]
    ]
    definitions = {model["name"]: model["config"]["meta"]["vigie"] for model in models}
    return {name: each for name, each in definitions.items() if each["origin"] == "declared"}


@cache
def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return content
