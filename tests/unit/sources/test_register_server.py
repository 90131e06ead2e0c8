"""The register on a server: whose it is, what moves there, what keeps it from being reached."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from expectations.decisions.decision import Choice
from expectations.decisions.follow_up import FollowUpStep
from orchestration.commands.framed import sentence
from orchestration.settings.folders import Folders
from orchestration.station.follow_ups import FollowUps, NewStep
from orchestration.station.register import Register
from orchestration.station.troubles import Kind, StationTrouble, trouble_of
from sources.archive import Archive
from sources.storage import register_server
from sources.storage.register_file import REGISTER
from sources.storage.register_server import (
    MARKER,
    MIGRATIONS,
    RELEASED,
    VARIABLE,
    MisplacedRegisterError,
    NewerRegisterError,
    server_engine,
    server_url,
)
from sources.storage.register_store import (
    FORMER,
    RegisterError,
    copy_register,
    formats,
    reading,
    register_on_server,
    unreadable,
    writing,
)
from sources.storage.register_tables import KEPT, every_row, last_decision
from tests.conftest import PROJECT
from tests.postgresql import PASSWORD, Cluster, change, database_name, give_last_rank
from tests.serving import free_port
from tests.unit.expectations.decisions.deciding import decided, found, observed

BEFORE_VERSIONS = PROJECT / "tests" / "data" / "registers" / "before_versions.sqlite"
SUBJECT = decided(found("DEP-0"), Choice.BREAK, observed({"DEP-0": 4}, {"DEP-0": 43})).subject
DOUBTS = [("1A4_pcrh_te", "2024", None)]
SIGNED = (SUBJECT, Choice.BREAK, "Claire Le Goff", "Recueil devenu national : « œuvre », 2 €")


def rows(home: Path) -> list[object]:
    with reading(home) as register:
        return [*(list(every_row(register, table)) for table in KEPT), last_decision(register)]


def moved(home: Path, address: str) -> Path:
    register_on_server(home, server_url(address), home)
    return home


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files and folders that were put down to the disk, as they were called then."""
    found: list[Path] = []
    monkeypatch.setattr(
        os, "fsync", lambda file: found.append(Path(f"/proc/self/fd/{file}").readlink())
    )
    return found


@pytest.fixture
def address(postgresql: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which the environment names."""
    named = postgresql.empty_database()
    monkeypatch.setenv(VARIABLE, named)
    return named


@pytest.mark.parametrize(
    "said",
    [
        "mysql://vigie:s3cret@base/vigie",
        "postgresql://vigie:s3cret@base",
        "postgresql://vigie:s3cret@base:port/vigie",
        "base/s3cret",
    ],
)
def test_what_is_no_database_is_refused_without_being_repeated(said: str) -> None:
    with pytest.raises(ValueError, match=VARIABLE) as refused:
        server_url(said)
    assert "s3cret" not in str(refused.value)


def test_without_the_setting_nothing_is_read_nor_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / MARKER).write_text("a register\n", "utf-8")
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(MisplacedRegisterError, match="n'est pas donnée"):
        Register(tmp_path)
    assert not (tmp_path / REGISTER).exists()


def test_a_server_that_does_not_answer_is_told_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / MARKER).write_text("a register\n", "utf-8")
    monkeypatch.setenv(VARIABLE, f"postgresql://vigie:s3cret@127.0.0.1:{free_port()}/vigie")
    with pytest.raises(RegisterError) as away:
        Register(tmp_path)
    trouble = told(tmp_path, away.value)
    assert trouble.kind is Kind.AWAY
    assert "refuse la connexion" in sentence(trouble)
    assert "s3cret" not in sentence(trouble)


def told(home: Path, error: BaseException) -> StationTrouble:
    trouble = trouble_of(error, Folders(home))
    assert trouble
    return trouble


@pytest.mark.slow
def test_a_station_of_before_versions_moves_with_all_that_it_knew(
    tmp_path: Path, address: str
) -> None:
    shutil.copy(BEFORE_VERSIONS, tmp_path / REGISTER)
    Archive(tmp_path)
    change(tmp_path, "DELETE FROM sqlite_sequence WHERE name = 'decision'")
    change(tmp_path, "INSERT INTO sqlite_sequence VALUES ('decision', 5)")
    FollowUps(tmp_path).add(DOUBTS, NewStep(FollowUpStep.TAKEN, "Anne Lebrun"))
    before = rows(tmp_path)
    moved(tmp_path, address)
    assert rows(tmp_path) == before
    FollowUps(tmp_path).add(DOUBTS, NewStep(FollowUpStep.GIVEN_BACK, "Anne Lebrun"))
    assert [(each.rank, each.is_altered) for each in FollowUps(tmp_path).steps()] == [
        (1, False),
        (2, False),
    ]
    assert Register(tmp_path).missing() == (4, 5), "as the file said"
    assert not any(each.is_altered for each in Register(tmp_path).decisions())
    assert not (tmp_path / REGISTER).exists()
    assert (tmp_path / FORMER).exists()
    Archive(tmp_path).add_outcome(Archive(tmp_path).outcomes()[0])
    assert Register(tmp_path).add(*SIGNED).decision_id == 6


@pytest.mark.slow
def test_that_the_register_is_on_a_server_is_on_the_disk_for_good(
    tmp_path: Path, address: str, synced: list[Path]
) -> None:
    moved(tmp_path, address)
    assert [path.name for path in synced] == [f".{MARKER}.part", tmp_path.name]


@pytest.mark.slow
def test_a_copy_is_a_file_that_says_the_same(tmp_path: Path, address: str) -> None:
    shutil.copy(BEFORE_VERSIONS, tmp_path / REGISTER)
    moved(tmp_path, address)
    Register(tmp_path).add(*SIGNED)
    FollowUps(tmp_path).add(DOUBTS, NewStep(FollowUpStep.TAKEN, "Anne Lebrun"))
    give_last_rank(tmp_path, 7)
    (tmp_path / "copy").mkdir()
    copy_register(tmp_path, tmp_path / "copy" / REGISTER)
    assert rows(tmp_path / "copy") == rows(tmp_path)
    assert Register(tmp_path / "copy").decisions() == Register(tmp_path).decisions()
    assert FollowUps(tmp_path / "copy").steps() == FollowUps(tmp_path).steps() != []


@pytest.mark.slow
def test_a_move_that_was_killed_before_its_end_is_done_again(tmp_path: Path, address: str) -> None:
    shutil.copy(BEFORE_VERSIONS, tmp_path / REGISTER)
    before = rows(moved(tmp_path, address))
    for is_marked in (False, True):
        (tmp_path / FORMER).rename(tmp_path / REGISTER)
        if not is_marked:
            (tmp_path / MARKER).unlink()
        assert rows(moved(tmp_path, address)) == before
        assert not (tmp_path / REGISTER).exists()
        assert (tmp_path / FORMER).exists()


@pytest.mark.slow
def test_a_register_of_before_follow_ups_is_looked_at_as_it_is_then_has_them(
    tmp_path: Path, address: str
) -> None:
    Register(moved(tmp_path, address)).add(*SIGNED)
    change(tmp_path, "DROP TABLE follow_up")
    change(tmp_path, "UPDATE vigie_register SET format = 1")
    assert unreadable(tmp_path) == ""
    assert formats(tmp_path) == (1, len(MIGRATIONS))
    (tmp_path / "copy").mkdir()
    copy_register(tmp_path, tmp_path / "copy" / REGISTER)
    assert rows(tmp_path / "copy") == rows(tmp_path)
    assert formats(tmp_path) == (len(MIGRATIONS), len(MIGRATIONS))


@pytest.mark.slow
def test_follow_ups_of_before_answers_had_a_day_may_have_one_since(
    tmp_path: Path, address: str
) -> None:
    moved(tmp_path, address)
    change(tmp_path, "ALTER TABLE follow_up DROP CONSTRAINT follow_up_until")
    former = "CHECK ((step = 'remise') = (until IS NOT NULL))"
    change(tmp_path, f"ALTER TABLE follow_up ADD CONSTRAINT follow_up_check {former}")
    change(tmp_path, "UPDATE vigie_register SET format = 2")
    asked = NewStep(FollowUpStep.ASKED, "Anne Lebrun", until=date(2026, 12, 12))
    FollowUps(tmp_path).add(DOUBTS, asked)
    assert [step.until for step in FollowUps(tmp_path).steps()] == [asked.until]
    assert formats(tmp_path) == (len(MIGRATIONS), len(MIGRATIONS))


@pytest.mark.slow
def test_no_other_station_takes_a_register_that_is_there(tmp_path: Path, address: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for home in (first, second):
        home.mkdir()
    Register(moved(first, address)).add(*SIGNED)
    with pytest.raises(MisplacedRegisterError, match=f"celui de la station .+:{first}"):
        moved(second, address)
    assert len(Register(first).decisions()) == 1


@pytest.mark.slow
def test_a_station_takes_the_place_of_one_that_is_no_more_where_it_knows_the_register(
    tmp_path: Path, address: str
) -> None:
    lost, other, restored = (tmp_path / name for name in ("lost", "other", "restored"))
    for home in (lost, other, restored):
        home.mkdir()
    Register(moved(lost, address)).add(*SIGNED)
    copy_register(lost, restored / REGISTER)
    Register(lost).add(SUBJECT, Choice.HOLD, *SIGNED[2:])
    Register(other).add(SUBJECT, Choice.HOLD, *SIGNED[2:])
    change(lost, RELEASED)
    with pytest.raises(MisplacedRegisterError, match="ce n'est pas celui de"):
        moved(other, address)
    assert len(Register(moved(restored, address)).decisions()) == 2, "what was signed since is kept"


@pytest.mark.slow
def test_a_database_that_has_not_the_register_is_left_as_it_is(
    tmp_path: Path, address: str, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register(moved(tmp_path, address))
    empty = postgresql.empty_database()
    monkeypatch.setenv(VARIABLE, empty)
    for reached in (lambda: Register(tmp_path), lambda: register.add(*SIGNED)):
        with pytest.raises((MisplacedRegisterError, RegisterError)):
            reached()
    with server_engine(server_url(empty)).connect() as connection:
        assert register_server.version(connection) == 0


@pytest.mark.slow
def test_a_database_of_another_alphabet_is_refused(tmp_path: Path, postgresql: Cluster) -> None:
    postgresql.order(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    with pytest.raises(MisplacedRegisterError, match="LATIN1, et non en UTF-8"):
        moved(tmp_path, postgresql.address("latin"))


@pytest.mark.slow
def test_a_migration_that_is_cut_short_leaves_the_register_as_it_was(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE decision ADD COLUMN more text"))
        raise KeyboardInterrupt

    Register(moved(tmp_path, address)).add(*SIGNED)
    before = rows(tmp_path)
    monkeypatch.setattr(register_server, "MIGRATIONS", (*MIGRATIONS, cut))
    with pytest.raises(KeyboardInterrupt):
        Register(tmp_path)
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, address)
    assert formats(tmp_path) == (len(MIGRATIONS), len(MIGRATIONS))
    assert rows(tmp_path) == before


@pytest.mark.slow
def test_a_register_of_a_newer_vigie_is_refused_with_what_to_do(
    tmp_path: Path, address: str
) -> None:
    moved(tmp_path, address)
    change(tmp_path, "UPDATE vigie_register SET format = 99")
    with pytest.raises(NewerRegisterError, match="version plus récente de Vigie"):
        Archive(tmp_path)


@pytest.mark.slow
def test_who_holds_it_too_long_is_told(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register(moved(tmp_path, address))
    monkeypatch.setattr(register_server, "LONGEST_WAIT", 1)
    with writing(tmp_path), pytest.raises(RegisterError) as held:
        register.add(*SIGNED)
    assert told(tmp_path, held.value).kind is Kind.BUSY


@pytest.fixture
def accounts(postgresql: Cluster) -> Iterator[None]:
    """An account that may only look."""
    postgresql.order(f"CREATE ROLE curious LOGIN PASSWORD '{PASSWORD}'")
    yield
    postgresql.order("DROP ROLE curious")


@pytest.mark.slow
@pytest.mark.usefixtures("accounts")
def test_an_account_without_the_right_is_told_and_so_is_a_wrong_password(
    tmp_path: Path, address: str, postgresql: Cluster
) -> None:
    name = database_name(address)
    for password, kind in ((PASSWORD, Kind.FORBIDDEN), ("un autre", Kind.AWAY)):
        with pytest.raises(RegisterError) as refused:
            moved(tmp_path, postgresql.address(name, "curious", password))
        assert told(tmp_path, refused.value).kind is kind
        assert password not in sentence(told(tmp_path, refused.value))
    assert not (tmp_path / MARKER).exists()


@pytest.mark.slow
def test_a_server_that_reads_all_of_it_finds_nothing_wrong(tmp_path: Path, address: str) -> None:
    Register(moved(tmp_path, address)).add(*SIGNED)
    assert unreadable(tmp_path) == ""
    change(tmp_path, "ALTER TABLE decision RENAME TO elsewhere")
    with pytest.raises(RegisterError, match="does not exist"):
        unreadable(tmp_path)
