"""The register's file: every form it ever had becomes today's, at once or not at all."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from expectations.decisions.follow_up import FollowUpStep
from orchestration.station.follow_ups import FollowUps, NewStep
from orchestration.station.register import Register
from sources.archive import Archive
from sources.storage import register_file
from sources.storage.register_file import MIGRATIONS, REGISTER, NewerRegisterError, prepare
from tests.conftest import PROJECT

TABLES = ("decision", "fetch_outcome", "follow_up")
BEFORE_VERSIONS = PROJECT / "tests" / "data" / "registers" / "before_versions.sqlite"
"""A register with outcomes and three decisions, written by the code of before versions."""


@pytest.fixture
def former(tmp_path: Path) -> Path:
    shutil.copy(BEFORE_VERSIONS, tmp_path / REGISTER)
    return tmp_path


def run(home: Path, *statements: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / REGISTER)) as connection, connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
    return rows


def version(home: Path) -> object:
    return run(home, "PRAGMA user_version")[0][0]


def test_a_register_of_before_versions_is_read_as_it_was_written(former: Path) -> None:
    assert version(former) == 0
    first, last = Archive(former).outcomes()
    assert (first.changes, first.vintage, first.notices) == (
        ("Libellé réécrit.",),
        "2024",
        ("À côté.",),
    )
    assert (first.repairs, last.repairs) == ((), ())
    decisions = Register(former).decisions()
    assert [(each.author, each.choice.value) for each in decisions] == [
        ("Claire Le Goff", "rupture"),
        ("Paul Martin", "maintien"),
        ("Claire Le Goff", "exclusion"),
    ]
    assert not any(each.is_altered for each in decisions)
    assert version(former) == len(MIGRATIONS)


def test_what_it_becomes_is_what_a_new_one_is(former: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    forms = []
    for home in (former, new):
        prepare(home)
        names = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        columns = [run(home, f"PRAGMA table_info({table})") for table in TABLES]
        forms.append((run(home, names), columns))
    assert forms[0] == forms[1]


@pytest.mark.parametrize("columns", [("vintage",), ("vintage", "changes", "notices")])
def test_one_of_before_changes_were_recorded_still_opens(
    former: Path, columns: tuple[str, ...]
) -> None:
    run(former, *(f"ALTER TABLE fetch_outcome DROP COLUMN {column}" for column in columns))
    first, _ = Archive(former).outcomes()
    assert first.changes == (() if "changes" in columns else ("Libellé réécrit.",))
    assert first.vintage is None


def test_figures_that_were_changed_before_there_was_a_chain_are_still_told(former: Path) -> None:
    run(
        former,
        "DROP TRIGGER decision_is_never_changed",
        "UPDATE decision SET figures = replace(figures, '4.000000', '999.000000') WHERE id = 1",
    )
    assert [each.is_altered for each in Register(former).decisions()] == [True, False, False]


def test_a_migration_that_is_cut_short_leaves_the_register_as_it_was(
    former: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_connection: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    before = (former / REGISTER).read_bytes()
    monkeypatch.setattr(register_file, "MIGRATIONS", (*MIGRATIONS, cut))
    with pytest.raises(KeyboardInterrupt):
        prepare(former)
    assert version(former) == 0
    assert (former / REGISTER).read_bytes() == before
    monkeypatch.undo()
    prepare(former)
    assert version(former) == len(MIGRATIONS)


def test_follow_ups_of_before_answers_had_a_day_stay_as_they_were_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_file, "MIGRATIONS", MIGRATIONS[:4])
    for new in (NewStep(FollowUpStep.ASKED, "Anne Lebrun"), NewStep(FollowUpStep.TAKEN, "Paul B")):
        FollowUps(tmp_path).add([("1A4_pcrh_te", "2024", None)], new)
    before = run(tmp_path, "SELECT * FROM follow_up")
    monkeypatch.undo()
    assert [each.is_altered for each in FollowUps(tmp_path).steps()] == [False, False]
    assert run(tmp_path, "SELECT * FROM follow_up") == before
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        run(tmp_path, "DELETE FROM follow_up")


def test_a_register_of_a_newer_vigie_is_refused_with_what_to_do(former: Path) -> None:
    run(former, "PRAGMA user_version = 999")
    with pytest.raises(NewerRegisterError, match="version plus récente de Vigie"):
        Archive(former)
