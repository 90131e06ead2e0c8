"""A station stands wherever its operator put it: what is odd in a path is of its name only."""

from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments import Environment
from pydantic import ValidationError

from orchestration.explain.vintages import read_publications
from orchestration.settings.settings import Settings
from orchestration.station.landed import landed_texts
from orchestration.station.publishing import publish
from sources.landing import landed_path
from sources.tables.tabular import read_csv
from tests.conftest import DBT_PROJECT

ODD = (
    "l'office",
    'le "poste" d’été',
    "100% #1 %",
    "{{ env_var('HOME') }} {% raw %} {name}",
    "[ab] st*r",
    "$HOME;~&=",
    "émoji 😀",
)
UNOPENED = ("quoi?", "100%25", "back\\slash", "deux\nlignes", "\x1b[31m", "octet\udce9")
KEY = {name: [name] for name in ("indicator", "ref_area", "time_period", "breakdown", "category")}


def rendered(value: Any, home: Path) -> Any:  # noqa: ANN401 what YAML holds
    """Return a setting of dbt's as dbt renders it in a home."""
    if isinstance(value, dict):
        return {name: rendered(part, home) for name, part in value.items()}
    if isinstance(value, list):
        return [rendered(part, home) for part in value]
    environment = {"VIGIE_HOME": str(home)}
    if not isinstance(value, str):
        return value
    return jinja2.Template(value).render(
        env_var=lambda name, default="": environment.get(name, default)
    )


@pytest.fixture(params=ODD)
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A station in a folder whose name is odd, with two landed files of one source."""
    home = tmp_path / request.param
    for session in ("2018", "2019"):
        path = landed_path(home, f"parcoursup_{session}")
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"_line": [1], "_extract_id": ["e"], session: ["x"]}), path)
    return home


def test_the_models_read_what_is_landed_there(home: Path) -> None:
    written = yaml.safe_load((DBT_PROJECT / "models" / "staging" / "sources.yml").read_text())
    location = written["sources"][0]["config"]["meta"]["external_location"]
    read = rendered(location, home).format_map({"identifier": "parcoursup_*"})
    assert duckdb.sql(f"select * from {read}").columns == ["_line", "_extract_id", "2018", "2019"]


def test_dbt_builds_the_warehouse_there(home: Path) -> None:
    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text())["vigie"]["outputs"]
    content = rendered(profile["nightly"], home) | {"schema": "main"}
    content.pop("type")
    credentials = DuckDBCredentials.from_dict(DuckDBCredentials.__pre_deserialize__(content))
    assert credentials.database == "warehouse"
    with Environment.initialize_db(credentials) as connection:
        connection.execute("create table warehouse.main.t as select 1")
    assert (home / "warehouse.duckdb").exists()


def test_what_is_landed_and_published_there_is_read_again(home: Path) -> None:
    read = landed_texts(home, "parcoursup_2018", "e", ["2018"], [1])
    assert read == {1: ("x",)}
    rows = pa.table({**KEY, "obs_value": [1.0], "obs_status": ["A"]}).to_pandas()
    rows = rows.assign(numerator=None, denominator=None, publication="published")
    (home / "releases").mkdir()
    publish(home / "releases", "20260101T000000000000Z", rows, {"previous": None})
    [[publication]] = read_publications(home / "releases").values()
    assert publication.figure.value == 1.0


def test_a_file_is_read_there(home: Path) -> None:
    (home / "a.csv").write_text("a;b\n1;2\n", "utf-8")
    assert read_csv(home / "a.csv", ";").to_pylist() == [{"a": "1", "b": "2"}]


def test_the_settings_take_it(home: Path) -> None:
    assert Settings(home=home).folders.home == home


@pytest.mark.parametrize("name", UNOPENED)
def test_what_no_database_can_open_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValidationError, match="Le dossier de la station") as refused:
        Settings(home=tmp_path / name)
    assert refused.value.errors()[0]["msg"].isprintable()
    assert "Choisir, par VIGIE_HOME" in str(refused.value)


@pytest.mark.parametrize("region", ["../x", "99", "5", "52 ", "\x1b[31m"])
def test_a_region_that_insee_does_not_know_is_refused_with_those_it_knows(
    tmp_path: Path, region: str
) -> None:
    with pytest.raises(ValidationError, match="VIGIE_REGION vaut") as refused:
        Settings(home=tmp_path, region=region)
    assert "52 (Pays de la Loire)" in str(refused.value)
    assert "\x1b" not in str(refused.value)
