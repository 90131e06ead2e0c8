"""What templates of dbt may name is made when one of them does, and is what it is otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from dbt.cli.main import dbtRunner
from dbt.context import macros

from orchestration.dbt import lazy_contexts
from orchestration.dbt.lazy_contexts import MadeWhenRead, contexts_made_when_read
from orchestration.dbt.run import close_warehouse

Compiled = Callable[[], str]
ALL_NAMES = """
{{ context | sort | join(" ") }} {{ builtins | sort | join(" ") }} {{ context | length }}
{{ context.keys() | sort == context | list | sort }} {{ context.get("no_such_name", "none") }}
"""
SOME_VALUES = """
{{ this }} {{ model.name }} {{ modules.datetime.date(2024, 2, 1) }} {{ builtins.var("year") }}
{{ dbt.type_string() }} {{ said("a") }} {{ one_model.said("b") }} {{ context["said"]("c") }}
{{ adapter.dispatch("said_by_engine")() }} {{ no_such_name is defined }} {{ exceptions is defined }}
"""
MACROS = """
{% macro said(word) %}{{ word }} of {{ this.name }}, {{ var("year") }}{% endmacro %}
{% macro duckdb__said_by_engine() %}{{ said("engine") }}{% endmacro %}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one model, which names all that it may and reads some of it."""
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    target = {"type": "duckdb", "path": str(tmp_path / "warehouse.duckdb")}
    settings = {"name": "one_model", "profile": "one_model", "vars": {"year": 2024}}
    test = {"unique": {"name": "test", "config": {"where": "code is not null"}}}
    model = {"name": "model", "columns": [{"name": "code", "data_tests": [test]}]}
    contents = {
        "dbt_project.yml": settings,
        "profiles.yml": {"one_model": {"target": "t", "outputs": {"t": target}}},
        "models/model.yml": {"models": [model]},
    }
    (tmp_path / "models").mkdir()
    (tmp_path / "macros").mkdir()
    for name, content in contents.items():
        (tmp_path / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    (tmp_path / "models" / "model.sql").write_text(ALL_NAMES + SOME_VALUES, encoding="utf-8")
    (tmp_path / "macros" / "said.sql").write_text(MACROS, encoding="utf-8")
    return tmp_path


def compiled(project: Path) -> dict[str, str]:
    """Return what dbt makes of the model and of its test."""
    folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
    ended = dbtRunner().invoke(["--quiet", "--log-level-file", "none", "compile", *folders])
    close_warehouse()
    assert ended.exception is None
    return {result.node.name: result.node.compiled_code for result in ended.result.results}


def test_templates_read_what_they_read_otherwise(project: Path) -> None:
    usual = compiled(project)
    with contexts_made_when_read():
        assert compiled(project) == usual
    assert "engine of model, 2024" in usual["model"]
    assert "code is not null" in usual["test"]


def test_macros_that_no_template_names_are_not_made(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "models" / "model.sql").write_text("select '{{ said('a') }}' as code")
    made: list[str] = []

    class Counted(macros.MacroGenerator):
        def __init__(self, macro: macros.Macro, *rest: object) -> None:
            made.append(macro.name)
            super().__init__(macro, *rest)

    for module in (macros, lazy_contexts):
        monkeypatch.setattr(module, "MacroGenerator", Counted)
    with contexts_made_when_read():
        compiled(project)
    assert "said" in made
    assert len(made) < 40


def test_dbt_is_its_own_again_afterwards() -> None:
    def replaced() -> list[object]:
        return [getattr(owner, name) for owner, name, _ in lazy_contexts.REPLACED]

    usual = replaced()
    with contexts_made_when_read():
        assert not set(map(id, replaced())) & set(map(id, usual))
    assert replaced() == usual


def test_a_value_is_made_at_its_first_reading_and_kept() -> None:
    made = MadeWhenRead(["a", "b"], list)
    assert "a" in made
    assert made["a"] is made["a"]
    assert made.get("a") is made["a"]
    assert made.get("c", 0) == 0
    with pytest.raises(KeyError):
        made["c"]


def test_what_is_put_in_it_stands() -> None:
    made = MadeWhenRead(["a", "b"], str.upper)
    made.update(b="mine", c="another")
    assert dict(made) == {"a": "A", "b": "mine", "c": "another"}
    assert len(made) == 3
