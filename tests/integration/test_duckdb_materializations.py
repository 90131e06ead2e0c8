"""How DuckDB makes tables, views and seeds (``dbt_project/macros/duckdb``), on a tiny project."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb import environments
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.cli.main import dbtRunner

from orchestration.dbt.run import close_warehouse
from tests.conftest import DBT_PROJECT

Build = Callable[..., str | None]
CONTRACT = {"code": "varchar", "share": "decimal(18, 6)", "is_part": "boolean"}
GOOD = "select '44' as code, cast(1.5 as decimal(18, 6)) as share, true as is_part"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """What builds the model, and returns the error that dbt gives, if any."""
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    (tmp_path / "models").mkdir()
    _write_project(tmp_path, tmp_path / "warehouse.duckdb")

    def build(sql: str, *, materialized: str = "table", contract: bool = True) -> str | None:
        columns = [
            {"name": name, "data_type": type_, "constraints": [{"type": "not_null"}]}
            for name, type_ in CONTRACT.items()
        ]
        config = {"materialized": materialized, "contract": {"enforced": contract}}
        model = {"name": "model", "config": config, "columns": columns}
        _write(tmp_path / "models" / "model.yml", {"models": [model]})
        (tmp_path / "models" / "model.sql").write_text(sql, encoding="utf-8")
        return _error_of("run", tmp_path)

    return build


def _write_project(folder: Path, warehouse: Path) -> None:
    _write(
        folder / "dbt_project.yml",
        {
            "name": "one_model",
            "profile": "one_model",
            "macro-paths": [str(DBT_PROJECT / "macros" / "duckdb")],
            "flags": {"send_anonymous_usage_stats": False},
        },
    )
    target = {"type": "duckdb", "path": str(warehouse)}
    _write(folder / "profiles.yml", {"one_model": {"target": "t", "outputs": {"t": target}}})


def _error_of(command: str, folder: Path) -> str | None:
    """Have the only node of a project made, and return what dbt says is wrong with it, if any."""
    folders = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    ended = dbtRunner().invoke(["--quiet", "--log-level-file", "none", command, *folders])
    close_warehouse()
    assert ended.exception is None
    [result] = ended.result.results
    return None if result.status == "success" else result.message


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def _rows(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute("select code from main.model").fetchall()


def test_the_warehouse_is_closed_though_an_error_still_refers_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    credentials = DuckDBCredentials(path=str(warehouse), database="warehouse", schema="main")
    environment = environments.create(credentials)
    environment.handle().close()
    monkeypatch.setattr(DuckDBConnectionManager, "_ENV", environment)
    close_warehouse()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.sql("select 1").fetchall() == [(1,)]


def test_a_table_that_cannot_be_filled_again_stays_as_it_was(build: Build, tmp_path: Path) -> None:
    assert build(GOOD) is None
    message = build(f"{GOOD} union all select null, 1, false")
    assert message is not None
    assert "NOT NULL" in message
    assert _rows(tmp_path) == [("44",)]


@pytest.mark.parametrize(
    ("materialized", "sql", "only_in_the_query"),
    [
        ("table", GOOD.replace("18, 6", "12, 2"), "share DECIMAL(12,2)"),
        ("table", f"{GOOD}, 1 as one_more", "one_more INTEGER"),
        ("view", GOOD.replace("as code", "as code_"), "code_ VARCHAR"),
    ],
)
def test_a_contract_refuses_other_columns(
    build: Build, materialized: str, sql: str, only_in_the_query: str
) -> None:
    message = build(sql, materialized=materialized)
    assert message is not None
    assert f"Only in the query: {only_in_the_query}." in message


def test_a_view_takes_the_place_of_a_table_and_the_reverse(build: Build, tmp_path: Path) -> None:
    for materialized in ("table", "view", "table"):
        assert build(GOOD, materialized=materialized) is None
        assert _rows(tmp_path) == [("44",)]


def test_without_a_contract_a_table_is_what_its_query_gives(build: Build, tmp_path: Path) -> None:
    assert build("select 'x' as code", contract=False) is None
    assert build("select 'y' as code", contract=False) is None
    assert _rows(tmp_path) == [("y",)]


@pytest.mark.parametrize("name", ["l'été", "[27] st*r", "{{ nom }} a=b;~$x"])
def test_seeds_are_read_wherever_the_project_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    project, warehouse = tmp_path / name, tmp_path / "warehouse.duckdb"
    (project / "seeds").mkdir(parents=True)
    (project / "seeds" / "model.csv").write_text('code,label\n"44","l\'été, là"\n', "utf-8")
    _write_project(project, warehouse)
    assert _error_of("seed", project) is None
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.sql("from main.model").fetchall() == [(44, "l'été, là")]
