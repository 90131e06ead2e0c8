"""A warehouse that is to be written is whole from its first instant."""

from pathlib import Path

import pytest

from orchestration.station.warehouse import WarehouseBusyError, opened, read_table_names


def test_one_that_is_not_there_is_made_whole_whatever_a_kill_left(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    (tmp_path / f".{warehouse.name}.part").write_bytes(b"half of its first block")
    with opened(warehouse, read_only=False) as connection:
        connection.execute("create table made as select 1")
    assert read_table_names(warehouse) == {"made"}
    assert list(tmp_path.iterdir()) == [warehouse]


def test_one_that_is_only_read_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(WarehouseBusyError), opened(tmp_path / "warehouse.duckdb"):
        pass
    assert list(tmp_path.iterdir()) == []
