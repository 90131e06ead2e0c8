"""What a night leaves on disk, read as anybody could: Parquet, JSON, SQLite, HTML.

Here: reading. Not here: what must hold of it (``invariants``). Nothing of the code under test is
used, which might be wrong in the same way.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

CELL = ["indicator", "ref_area", "time_period", "breakdown", "category"]
LAST_OUTCOMES = """
    select source_id, extract_in_use, message from fetch_outcome
    where id in (select max(id) from fetch_outcome group by source_id)
"""


@dataclass(frozen=True)
class LeftBehind:
    """What is there after a night or a decision.

    Attributes:
        release_id: The release in force.
        rows: Its rows.
        manifest: What it says of itself.
        files: SHA-256 of each of its files.
        observations: The cells of the warehouse.
        decisions: The register, oldest first, with the figures that were signed.
        inputs: What the sources gave: extract in use and trouble, by source.
        month: The month in which a period is due or not.
        definitions: What each indicator is, as its file says.
        report: The page of the quality report.
    """

    release_id: str
    rows: pd.DataFrame
    manifest: Mapping[str, Any]
    files: Mapping[str, str]
    observations: pd.DataFrame
    decisions: tuple[Mapping[str, Any], ...]
    inputs: Mapping[str, tuple[str | None, str | None]]
    month: str
    definitions: Mapping[str, Mapping[str, Any]]
    report: str

    @cached_property
    def observed(self) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
        """The observations, by cell."""
        rows = self.observations.to_dict("records")
        return {tuple(str(row[column]) for column in CELL): row for row in rows}

    @cached_property
    def released(self) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
        """The rows of the release, by cell."""
        rows = self.rows.to_dict("records")
        return {tuple(str(row[column]) for column in CELL): row for row in rows}

    @cached_property
    def held(self) -> set[tuple[str, ...]]:
        """The cells that the release says to be held."""
        return {tuple(cell[column] for column in CELL) for cell in self.manifest["held"]}


def read_left_behind(home: Path, project: Path, month: str) -> LeftBehind:
    """Return what a station has.

    Args:
        home: Its folder.
        project: The dbt project that it was built with.
        month: The month of the night.
    """
    folder = (home / "releases" / "current").resolve()
    return LeftBehind(
        release_id=folder.name,
        rows=pd.read_parquet(folder / "observations.parquet"),
        manifest=json.loads((folder / "manifest.json").read_text("utf-8")),
        files={path.name: _sha256(path) for path in sorted(folder.iterdir())},
        observations=_observations(home / "warehouse.duckdb"),
        decisions=_decisions(home / "register.sqlite"),
        inputs=_inputs(home / "register.sqlite"),
        month=month,
        definitions=_definitions(project),
        report=(home / "reports" / "current" / "index.html").read_text("utf-8"),
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _observations(warehouse: Path) -> pd.DataFrame:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select * replace (obs_value::double as obs_value) from marts.fct_observation"
        ).df()


def _decisions(register: Path) -> tuple[Mapping[str, Any], ...]:
    with closing(sqlite3.connect(register)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("select * from decision order by id")]
    return tuple({**row, "figures": json.loads(row["figures"])} for row in rows)


def _inputs(register: Path) -> dict[str, tuple[str | None, str | None]]:
    with closing(sqlite3.connect(register)) as connection:
        return {
            source: (extract, message)
            for source, extract, message in connection.execute(LAST_OUTCOMES)
        }


def _definitions(project: Path) -> dict[str, Mapping[str, Any]]:
    models = (
        model
        for path in sorted((project / "models" / "indicators").rglob("*.yml"))
        for model in yaml.safe_load(path.read_text("utf-8")).get("models", ())
    )
    return {model["name"]: model["config"]["meta"]["vigie"] for model in models}
