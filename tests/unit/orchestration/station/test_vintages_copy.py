"""The vintages outlive the warehouse: what is kept of them is given back, to the last cell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.settings.folders import Folders
from orchestration.station.vintages_copy import (
    FILE,
    VintagesDamagedError,
    bring_vintages_back,
    keep_vintages,
    moments_of_vintages,
    read_vintages,
    write_vintages_until,
)

MADE = """
    create schema snapshots;
    create table snapshots.observation_vintages as
    select 'l''indicateur « é »' as indicator, 12.345678::decimal(18, 6) as obs_value,
        null::varchar as comment, timestamp '2025-01-02 03:04:05.678901' as valid_from,
        range as rank
    from range({rows})
"""
VINTAGES = "from snapshots.observation_vintages order by all"
TYPES = "describe snapshots.observation_vintages"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    home = tmp_path / "l'office [52]*"
    home.mkdir()
    return Folders(home)


def ask(folders: Folders, *statements: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folders.warehouse)) as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
    return rows


def test_a_warehouse_that_was_lost_has_its_vintages_again(folders: Folders) -> None:
    ask(folders, MADE.format(rows=3))
    before = ask(folders, VINTAGES), ask(folders, TYPES)
    keep_vintages(folders)
    folders.warehouse.unlink()
    bring_vintages_back(folders)
    assert (ask(folders, VINTAGES), ask(folders, TYPES)) == before


def test_the_same_vintages_are_the_same_bytes(folders: Folders) -> None:
    ask(folders, MADE.format(rows=3))
    keep_vintages(folders)
    first = (folders.vintages / FILE).read_bytes()
    bring_vintages_back(folders)
    keep_vintages(folders)
    assert (folders.vintages / FILE).read_bytes() == first
    assert [path.name for path in folders.vintages.iterdir()] == [FILE]


def test_vintages_that_are_there_are_left_as_they_are(folders: Folders) -> None:
    ask(folders, MADE.format(rows=3))
    keep_vintages(folders)
    ask(
        folders,
        "insert into snapshots.observation_vintages select * from (from snapshots"
        ".observation_vintages limit 1)",
    )
    bring_vintages_back(folders)
    assert len(ask(folders, VINTAGES)) == 4


def test_a_station_without_any_begins_without_any(folders: Folders) -> None:
    bring_vintages_back(folders)
    assert not folders.warehouse.exists()
    ask(folders, "create table other as select 1")
    keep_vintages(folders)
    assert not folders.vintages.exists()


def test_a_warehouse_begun_anew_does_not_take_the_place_of_a_longer_history(
    folders: Folders,
) -> None:
    ask(folders, MADE.format(rows=3))
    keep_vintages(folders)
    longer = (folders.vintages / FILE).read_bytes()
    ask(folders, "delete from snapshots.observation_vintages where rank > 0")
    keep_vintages(folders)
    aside = [path for path in folders.vintages.iterdir() if path.name != FILE]
    assert [path.read_bytes() for path in aside] == [longer]


def test_vintages_are_read_as_they_were_at_a_moment(folders: Folders, tmp_path: Path) -> None:
    ask(
        folders,
        "create schema snapshots",
        "create table snapshots.observation_vintages as select * from (values "
        "(1, timestamp '2026-11-01', timestamp '2026-11-20'), "
        "(2, timestamp '2026-11-20', null), "
        "(3, timestamp '2026-11-01', timestamp '2026-11-05')) as made(value, valid_from, valid_to)",
    )
    keep_vintages(folders)
    first, closed, latest = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 5, 20))
    assert moments_of_vintages(folders) == [first, closed, latest]
    other = Folders(tmp_path)
    write_vintages_until(folders, other, latest - timedelta(seconds=1))
    rows = [
        (row["value"], row["valid_to"]) for row in read_vintages(other.vintages / FILE).to_pylist()
    ]
    assert rows == [(1, None), (3, closed.replace(tzinfo=None))]
    write_vintages_until(folders, other, latest)
    assert (other.vintages / FILE).read_bytes() == (folders.vintages / FILE).read_bytes()


def test_a_damaged_copy_is_told_with_what_to_do(folders: Folders) -> None:
    folders.vintages.mkdir()
    (folders.vintages / FILE).write_bytes(b"PAR1, cut short")
    with pytest.raises(VintagesDamagedError, match=r"abîmée.*Restaurez"):
        bring_vintages_back(folders)
    assert not folders.warehouse.exists()
