"""The manifest of dbt counts as fresh only when today's project was parsed into it, whole."""

from pathlib import Path

import pytest

from orchestration.dbt import project
from orchestration.settings.folders import Folders

OLD, NEW = b'{"nodes": "old"}', b'{"nodes": "new"}'


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A station whose project was parsed."""
    folders = Folders(tmp_path)
    folders.dbt_target.mkdir()
    folders.dbt_manifest.write_bytes(NEW)
    version(folders, project.version_of(project.project_version(), NEW))
    return folders


def version(folders: Folders, text: str) -> None:
    """Write what the manifest is said to be of."""
    (folders.dbt_target / project.VERSION).write_text(text, "utf-8")


def test_what_was_parsed_is_fresh_and_read_as_it_is(folders: Folders) -> None:
    assert project.is_fresh(folders)
    assert project.read_manifest(folders) == {"nodes": "new"}


def test_a_kill_after_an_upgrade_leaves_nothing_that_counts(folders: Folders) -> None:
    """Whichever of the two files it came between, in this order or in that of former versions."""
    folders.dbt_manifest.write_bytes(OLD)
    assert not project.is_fresh(folders)
    version(folders, project.project_version())
    assert not project.is_fresh(folders)


def test_the_manifest_of_another_project_is_not_fresh(folders: Folders) -> None:
    version(folders, project.version_of("another project", NEW))
    assert not project.is_fresh(folders)


def test_there_is_none_before_the_first(tmp_path: Path) -> None:
    assert not project.is_fresh(Folders(tmp_path))


SMALL_PROJECT = {
    "dbt_project.yml": "{name: small, version: '1.0.0', profile: small}",
    "profiles.yml": "small: {target: t, outputs: {t: {type: duckdb, path: ':memory:'}}}",
    "models/sources.yml": "sources: [{name: landed, tables: [{name: lines, description: Avant.}]}]",
    "models/lines.sql": "select * from {{ source('landed', 'lines') }}",
    "tests/lines_lost.sql": "select * from {{ ref('lines') }}",
    "tests/tests.yml": "data_tests: [{name: lines_lost, description: Une ligne se perd.}]",
}


def test_what_a_failed_test_means_is_still_known_after_a_source_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsing in part, dbt loses the words of all tests of the folder: the report quotes them."""
    small = tmp_path / "project"
    for name, text in SMALL_PROJECT.items():
        (small / name).parent.mkdir(parents=True, exist_ok=True)
        (small / name).write_text(text, "utf-8")
    monkeypatch.setenv("DBT_PROFILES_DIR", str(small))
    monkeypatch.setattr(project, "DBT_PROJECT", small)
    monkeypatch.setattr(project, "project_files", lambda: sorted(small.rglob("*.yml")))
    folders = Folders(tmp_path / "station")
    for before, after in (("Avant", "Avant"), ("Avant", "Après")):
        sources = small / "models" / "sources.yml"
        sources.write_text(sources.read_text("utf-8").replace(before, after), "utf-8")
        parsed = project.read_manifest(folders)
        assert parsed["sources"]["source.small.landed.lines"]["description"] == f"{after}."
        assert parsed["nodes"]["test.small.lines_lost"]["description"] == "Une ligne se perd."
