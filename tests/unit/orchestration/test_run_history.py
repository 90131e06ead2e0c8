"""Dagster's SQLite databases stay open during a night, and only then."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from orchestration.run_history import kept_open


@pytest.fixture
def history(tmp_path: Path) -> Engine:
    """A database as Dagster opens its own: one connection an event, a journal beside."""
    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("pragma journal_mode = wal"))
    return engine


def write(history: Engine) -> None:
    with history.begin() as connection:
        connection.execute(text("create table if not exists event (id integer)"))
        connection.execute(text("insert into event values (1)"))


def test_the_journal_is_not_copied_back_at_each_event(history: Engine, tmp_path: Path) -> None:
    journal = tmp_path / "history.db-wal"
    with kept_open():
        write(history)
        assert journal.stat().st_size > 0
        write(history)
    assert not journal.exists()
    with history.connect() as connection:
        assert connection.execute(text("select count(*) from event")).scalar() == 2


def test_nothing_is_kept_open_afterwards(history: Engine, tmp_path: Path) -> None:
    with kept_open():
        pass
    write(history)
    assert not (tmp_path / "history.db-wal").exists()


def test_a_database_in_memory_is_none_of_its_business() -> None:
    engine = create_engine("sqlite://")
    with kept_open():
        write(engine)
