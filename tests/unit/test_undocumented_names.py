"""The undocumented names of the frameworks that Vigie uses: all of them are listed, and are there.

Here: names of Dagster, dagster-dbt, dbt and Great Expectations. Not here: what is done with them.
"""

import ast
import importlib
import re
from collections.abc import Iterator

from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "architecture.md"
PACKAGES = ("sources", "expectations", "orchestration")
FRAMEWORKS = (
    "dagster",
    "dagster_dbt",
    "dagster_shared",
    "dagster_webserver",
    "dbt",
    "dbt_common",
    "great_expectations",
)
DOCUMENTED = {
    "dagster",
    "dagster_dbt",
    "dbt.cli.main",
    "dbt.version",
    "great_expectations",
    "great_expectations.core",
    "great_expectations.expectations",
}
"""Modules that the frameworks' own pages tell users to import from."""


def imported() -> Iterator[tuple[str, str]]:
    """Yield every name that is imported from a framework, and the module of ours that does it."""
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield from ((name, str(path.relative_to(PROJECT))) for name in _names(node))


def _names(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            names = [alias.name for alias in node.names]
        case ast.ImportFrom():
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        case _:
            return []
    return [name for name in names if name.split(".")[0] in FRAMEWORKS]


def undocumented() -> set[tuple[str, str]]:
    return {
        (name, module)
        for name, module in imported()
        if name not in DOCUMENTED and name.rpartition(".")[0] not in DOCUMENTED
    }


def listed() -> list[tuple[str, str]]:
    """The names of the page, each with the module that it says imports it."""
    page = PAGE.read_text("utf-8")
    table = page.partition("<!-- undocumented names -->")[2].partition("<!-- end -->")[0]
    rows = re.findall(r"^\| ((?:`[\w.]+`(?:, )?)+) \| `([\w./]+)` \| .+ \|$", table, re.MULTILINE)
    return [(name, module) for names, module in rows for name in re.findall(r"`([\w.]+)`", names)]


def test_every_undocumented_name_is_on_the_page_with_the_module_that_imports_it() -> None:
    assert set(listed()) == undocumented()


def test_each_is_imported_in_one_module() -> None:
    names = [name for name, _ in listed()]
    assert sorted(names) == sorted(set(names))


def test_each_is_there() -> None:
    importlib.import_module("expectations.validations")
    for name, _ in listed():
        module, _, attribute = name.rpartition(".")
        # A module is no attribute of its package before something imports it.
        assert hasattr(importlib.import_module(module), attribute) or importlib.import_module(name)
