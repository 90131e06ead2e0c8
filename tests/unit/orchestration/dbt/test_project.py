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
