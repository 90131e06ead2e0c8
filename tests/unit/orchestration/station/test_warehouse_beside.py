"""What a new version of the code builds takes the place of what was there only once it is whole."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.settings.folders import Folders
from orchestration.station.build import Build
from orchestration.station.code_version import code_version
from orchestration.station.vintages_copy import keep_vintages
from orchestration.station.warehouse import WarehouseBusyError
from orchestration.station.warehouse_beside import (
    PLACE,
    is_beside,
    prepare_warehouse,
    switch_warehouse,
)

OF_TODAY = Build("", code_version(), {}, "", ())
OF_ANOTHER = replace(OF_TODAY, code_version="another")
MADE = """
    create schema snapshots;
    create table snapshots.observation_vintages as
    select 1 as value, timestamp '2026-11-29' as valid_from, null::timestamp as valid_to;
    create schema marts;
    create table marts.figure as select 4 as figure;
    create view marts.shown as from warehouse.marts.figure
"""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    ask(folders, MADE)
    return folders


def ask(folders: Folders, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folders.warehouse)) as connection:
        return connection.execute(sql).fetchall()


def test_the_same_code_builds_in_place(folders: Folders) -> None:
    assert prepare_warehouse(folders, OF_TODAY) is folders
    # What a kill cut short is nobody's.
    assert prepare_warehouse(folders, None) is folders
    switch_warehouse(folders, folders)
    assert ask(folders, "from marts.shown") == [(4,)]


def test_a_new_version_builds_in_a_copy_and_a_failure_leaves_the_former(folders: Folders) -> None:
    written = prepare_warehouse(folders, OF_ANOTHER)
    assert is_beside(written, folders)
    assert ask(written, "from marts.shown") == [(4,)]
    ask(written, "update marts.figure set figure = 5; drop table snapshots.observation_vintages")
    assert ask(folders, "from marts.shown") == [(4,)]
    # The next night begins again from what is there.
    again = prepare_warehouse(folders, OF_ANOTHER)
    assert ask(again, "from marts.shown") == [(4,)]


def test_what_was_built_beside_takes_the_place_of_the_former_in_one_step(folders: Folders) -> None:
    written = prepare_warehouse(folders, OF_ANOTHER)
    ask(written, "update marts.figure set figure = 5")
    switch_warehouse(written, folders)
    assert ask(folders, "from marts.shown") == [(5,)]
    assert not (folders.home / PLACE).exists()


def test_a_lost_warehouse_is_begun_anew_with_its_vintages(folders: Folders) -> None:
    keep_vintages(folders)
    folders.warehouse.write_bytes(b"not a warehouse" * 1000)
    folders.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"of the lost one")
    written = prepare_warehouse(folders, OF_TODAY, anew=True)
    assert ask(written, "select value from snapshots.observation_vintages") == [(1,)]
    switch_warehouse(written, folders)
    assert ask(folders, "select value from snapshots.observation_vintages") == [(1,)]


def test_a_damaged_warehouse_is_not_copied(folders: Folders) -> None:
    folders.warehouse.write_bytes(b"not a warehouse" * 1000)
    with pytest.raises(WarehouseBusyError):
        prepare_warehouse(folders, OF_ANOTHER)
