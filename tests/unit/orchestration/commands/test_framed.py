"""What stops a command is told in a sentence, with a code by class; its trace goes to the log."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

from orchestration.commands.cli import app
from orchestration.commands.framed import (
    BY_CTRL_C,
    BY_SIGTERM,
    CODES,
    CORRECTED,
    ENDS,
    LOG,
    WRITTEN_WRONG,
    FramedGroup,
)
from orchestration.commands.stations import read_settings
from orchestration.commands.termination import TerminatedError
from orchestration.settings.folders import Folders
from orchestration.station.publishing import publish
from orchestration.station.release import ReleaseDamagedError
from orchestration.station.troubles import (
    BrokenStationError,
    Kind,
    StationTrouble,
    trouble_of,
    trouble_said,
)
from orchestration.station.warehouse import read_area_names
from sources.storage import register_file
from tests.conftest import PROJECT

Failing = Callable[[Exception], Result]
RUNNER = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a station on which no night has run."""
    home = tmp_path / "l'office"
    (home / "dagster").mkdir(parents=True)
    monkeypatch.setenv("VIGIE_HOME", str(home))
    return home


@pytest.fixture
def failing(home: Path) -> Failing:
    """What runs a command that works on a station and ends in an error."""

    def run(error: Exception) -> Result:
        small = typer.Typer(cls=FramedGroup)

        @small.callback()
        def root() -> None:
            """A group, as the real one."""

        @small.command()
        def fail() -> None:
            read_settings()
            raise error

        return RUNNER.invoke(small, ["fail"])

    assert home.is_dir()
    return run


def run(*arguments: str) -> tuple[int, str]:
    """Run a command of Vigie's; return how it ends, and what it says on standard error."""
    ended = RUNNER.invoke(app, list(arguments))
    return ended.exit_code, ended.stderr


def held_by_another(*program: str) -> subprocess.Popen[str]:
    """Start a process that holds a file, and wait until it does."""
    code = f"{'; '.join(program)}; print('held', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


@pytest.fixture
def holding() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """What starts processes that hold a file until the test ends."""
    others: list[subprocess.Popen[str]] = []

    def hold(*program: str) -> subprocess.Popen[str]:
        others.append(held_by_another(*program))
        return others[-1]

    yield hold
    for other in others:
        other.communicate("\n")


def test_a_home_that_is_a_file_is_told_without_a_trace_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "file"))
    code, said = run("nightly")
    assert code == os.EX_CANTCREAT
    assert f"{tmp_path / 'file'} est un fichier" in said
    assert "Trace : ci-dessus" in said, "its log cannot be written: the trace goes to systemd's"


def test_a_full_disk_is_told(home: Path) -> None:
    (home / "dagster" / ".dagster.yaml.part").symlink_to("/dev/full")
    code, said = run("nightly")
    assert code == os.EX_IOERR
    assert f"Le disque de {home} est plein. Libérez de la place" in said
    assert "Traceback" not in said
    assert "No space left on device" in (home / "dagster" / LOG).read_text("utf-8")


def test_a_trace_goes_to_standard_error_when_the_log_cannot_be_written(home: Path) -> None:
    (home / "dagster" / LOG).symlink_to("/dev/full")
    (home / "dagster" / ".dagster.yaml.part").symlink_to("/dev/full")
    code, said = run("nightly")
    assert code == os.EX_IOERR
    assert "Traceback" in said
    assert "Trace : ci-dessus" in said


def test_a_register_of_garbage_is_told(home: Path) -> None:
    (home / "warehouse.duckdb").touch()
    (home / "register.sqlite").write_bytes(b"not a register" * 1000)
    code, said = run("sources", "--live")
    assert code == os.EX_DATAERR
    assert f"{home / 'register.sqlite'} est abîmé" in said
    assert "Ne le supprimez pas" in said


def test_a_register_of_a_newer_version_is_told_in_its_own_words(home: Path) -> None:
    (home / "warehouse.duckdb").touch()
    with closing(sqlite3.connect(home / "register.sqlite")) as newer:
        newer.execute("PRAGMA user_version = 99")
    ended = RUNNER.invoke(app, ["sources", "--live"])
    assert ended.exit_code == 1
    assert "ne connaît pas" not in ended.stderr
    assert not (home / "dagster" / LOG).exists()


def test_a_register_that_another_process_holds_is_told(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    holding: Callable[..., subprocess.Popen[str]],
) -> None:
    monkeypatch.setattr(register_file, "BUSY_SECONDS", 0)
    register = home / "register.sqlite"
    (home / "warehouse.duckdb").touch()
    holding(
        "import sqlite3",
        f"held = sqlite3.connect({str(register)!r})",
        "held.execute('create table t (a)')",
        "held.commit()",
        "held.execute('begin exclusive')",
    )
    code, said = run("sources", "--live")
    assert code == os.EX_TEMPFAIL
    assert f"{register} est pris par un autre programme" in said


def test_a_warehouse_that_another_process_holds_is_told_with_that_process(
    home: Path, failing: Failing, holding: Callable[..., subprocess.Popen[str]]
) -> None:
    warehouse = home / "warehouse.duckdb"
    other = holding("import duckdb", f"held = duckdb.connect({str(warehouse)!r})")
    with pytest.raises(OSError, match="lock") as busy:
        read_area_names(warehouse)
    ended = failing(busy.value)
    assert ended.exit_code == os.EX_TEMPFAIL
    assert f"{warehouse} est pris par le processus {other.pid}" in ended.stderr


def test_a_warehouse_of_garbage_is_told(home: Path) -> None:
    (home / "warehouse.duckdb").write_bytes(b"not a warehouse" * 1000)
    with pytest.raises(OSError, match="not a valid") as damaged:
        read_area_names(home / "warehouse.duckdb")
    said = RuntimeError("dbt n'a pas pu commencer")
    said.__cause__ = damaged.value
    expected = StationTrouble(Kind.DAMAGED, home / "warehouse.duckdb")
    assert trouble_of(said, Folders(home)) == expected


def test_a_damaged_warehouse_is_made_again_and_not_restored(home: Path, failing: Failing) -> None:
    (home / "warehouse.duckdb").write_bytes(b"not a warehouse" * 1000)
    with pytest.raises(OSError, match="not a valid") as damaged:
        read_area_names(home / "warehouse.duckdb")
    ended = failing(damaged.value)
    assert ended.exit_code == os.EX_DATAERR
    assert "« vigie rebuild »" in ended.stderr
    assert "sauvegarde" not in ended.stderr


def test_a_damaged_history_is_begun_anew_and_not_restored(home: Path, failing: Failing) -> None:
    trouble = StationTrouble(Kind.DAMAGED, home / "dagster" / "history")
    ended = failing(BrokenStationError(trouble))
    assert ended.exit_code == os.EX_DATAERR
    assert "commence un autre historique" in ended.stderr
    assert "sauvegarde" not in ended.stderr


def test_a_damaged_release_is_told_with_what_to_do(home: Path, failing: Failing) -> None:
    ended = failing(ReleaseDamagedError(home / "releases" / "1" / "manifest.json"))
    assert ended.exit_code == os.EX_DATAERR
    assert "manifest.json manque, ou n'a plus le contenu" in ended.stderr


@pytest.mark.parametrize(
    "error",
    [
        duckdb.TransactionException(
            'Failed to commit: Could not write file "/s/warehouse.duckdb.wal": Input/output error'
        ),
        duckdb.FatalException("FATAL Error: fsync failed!"),
    ],
)
def test_a_disk_that_fails_under_the_warehouse_is_told(
    failing: Failing, error: duckdb.Error
) -> None:
    ended = failing(error)
    assert ended.exit_code == os.EX_IOERR
    assert "rend des erreurs de lecture ou d'écriture" in ended.stderr


@pytest.mark.parametrize("leads_nowhere", [True, False])
def test_a_lost_link_to_the_release_in_force_is_told_before_anything_is_done(
    home: Path, *, leads_nowhere: bool
) -> None:
    releases = home / "releases"
    releases.mkdir()
    publish(releases, "20261129T010000000000Z", pd.DataFrame({"a": [1]}), {"previous": None})
    (releases / "in_force.json").unlink()
    (releases / "current").unlink()
    if leads_nowhere:
        (releases / "current").symlink_to("ailleurs")
    ended = RUNNER.invoke(app, ["nightly"])
    assert ended.exit_code == os.EX_DATAERR
    assert "« ln -sfn 20261129T010000000000Z '" in ended.stderr
    assert not (home / "register.sqlite").exists()
    assert not (releases / "in_force.json").exists()


def test_what_dbt_hands_on_in_words_is_understood(home: Path) -> None:
    words = (
        f'IO Error: Could not set lock on file "{home}/warehouse.duckdb": '
        f"Conflicting lock is held in /usr/bin/python3.11 (PID 4242) by user vigie."
    )
    found = trouble_of(RuntimeError(words), Folders(home))
    assert found == StationTrouble(Kind.BUSY, home / "warehouse.duckdb", "4242")


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.EROFS, os.EX_CANTCREAT, "est en lecture seule"),
        (errno.EACCES, os.EX_NOPERM, "n'a pas le droit d'ouvrir"),
        (errno.EIO, os.EX_IOERR, "rend des erreurs de lecture ou d'écriture"),
        (errno.EDQUOT, os.EX_IOERR, "est plein"),
    ],
)
def test_each_class_has_its_sentence_and_its_code(
    failing: Failing, number: int, code: int, words: str
) -> None:
    ended = failing(OSError(number, os.strerror(number), "/srv/station/releases"))
    assert ended.exit_code == code
    assert "/srv/station/releases" in ended.stderr
    assert words in ended.stderr


def test_an_error_that_nobody_knows_is_one_sentence_and_a_trace_in_the_log(
    home: Path, failing: Failing
) -> None:
    ended = failing(ValueError("étrange\x1b[31m"))
    log = home / "dagster" / LOG
    assert ended.exit_code == os.EX_SOFTWARE
    assert "ValueError : étrange" in ended.stderr
    assert "\x1b" not in ended.stderr
    assert f"Trace : {log}" in ended.stderr
    assert "raise error" in log.read_text("utf-8")


@pytest.mark.parametrize(
    ("said", "kind", "place"),
    [
        ("OSError: [Errno 28] No space left on device\n", Kind.FULL, ""),
        ("MemoryError: ", Kind.NO_MEMORY, ""),
        ("duckdb.OutOfMemoryException: Out of Memory Error: x", Kind.NO_MEMORY, "warehouse.duckdb"),
        ("PermissionError: [Errno 13] Permission denied: '/srv/x'\n", Kind.FORBIDDEN, "/srv/x"),
        ("sqlite3.DatabaseError: file is not a database\n", Kind.DAMAGED, "register.sqlite"),
        (
            "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database or disk is full",
            Kind.FULL,
            "dagster/history",
        ),
    ],
)
def test_what_stopped_a_step_is_told_by_its_words(
    home: Path, failing: Failing, said: str, kind: Kind, place: str
) -> None:
    found = trouble_said(said, Folders(home))
    assert found == StationTrouble(kind, home / place)
    assert failing(BrokenStationError(found)).exit_code == ENDS[kind]


def test_memory_that_is_missing_is_told(home: Path, failing: Failing) -> None:
    for error in (MemoryError(), OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))):
        ended = failing(error)
        assert ended.exit_code == os.EX_OSERR
        assert f"plus de mémoire pour {home}" in ended.stderr


def test_a_port_that_is_forbidden_is_no_file(home: Path) -> None:
    assert trouble_of(PermissionError(errno.EACCES, "Permission denied"), Folders(home)) is None


def test_a_query_that_is_wrong_is_no_trouble(home: Path) -> None:
    with (
        closing(sqlite3.connect(home / "a.sqlite")) as database,
        pytest.raises(sqlite3.OperationalError) as wrong,
    ):
        database.execute("select * from nothing")
    assert trouble_of(wrong.value, Folders(home)) is None
    with pytest.raises(duckdb.Error) as also_wrong:
        duckdb.sql("select * from nothing")
    assert trouble_of(also_wrong.value, Folders(home)) is None


def test_what_a_command_says_itself_stays_as_it_is(failing: Failing) -> None:
    assert failing(typer.Exit(3)).exit_code == 3
    assert failing(typer.BadParameter("ce mot")).exit_code == 2
    assert "Trace" not in failing(typer.BadParameter("ce mot")).stderr


@pytest.fixture
def minded_ctrl_c() -> Iterator[None]:
    """As at a terminal: what a shell starts in the background is told to mind no Ctrl-C."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("minded_ctrl_c")
def test_ctrl_c_ends_a_command_in_a_sentence() -> None:
    small = typer.Typer(cls=FramedGroup)

    @small.callback()
    def root() -> None:
        """A group, as the real one."""

    @small.command()
    def wait() -> None:
        signal.raise_signal(signal.SIGINT)

    ended = RUNNER.invoke(small, ["wait"])
    assert (ended.exit_code, ended.stdout) == (130, "")
    assert ended.stderr.startswith("Commande interrompue (Ctrl-C). Rien n'est à défaire")


def test_a_run_that_something_else_ended_is_told_so_with_a_code_of_its_own(
    failing: Failing,
) -> None:
    ended = failing(TerminatedError("nightly"))
    assert (ended.exit_code, ended.stdout) == (143, "")
    assert ended.stderr.startswith("Commande arrêtée par un autre programme (signal SIGTERM")
    assert "Trace" not in ended.stderr


def test_the_log_does_not_grow_for_ever(home: Path, failing: Failing) -> None:
    log = home / "dagster" / LOG
    log.write_bytes(b"x" * (1 << 21))
    failing(ValueError("étrange"))
    assert log.stat().st_size < 1 << 20
    assert log.with_suffix(".log.1").stat().st_size == 1 << 21


def test_the_codes_are_in_the_help_and_in_the_operators_page() -> None:
    said = RUNNER.invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout
    assert "75 station occupée" in said
    page = (PROJECT / "docs" / "operations.md").read_text("utf-8")
    for code in {os.EX_SOFTWARE, *ENDS.values()}:
        assert f" {code} " in CODES
        assert f"\n| {code} `" in page
    for code in (BY_CTRL_C, BY_SIGTERM):
        assert f" {code} " in CODES
        assert f"\n| {code} | " in page


@pytest.mark.parametrize("error", [each("Le fichier x.yml est refusé.") for each in WRITTEN_WRONG])
def test_a_file_of_the_project_that_is_wrong_is_named_and_is_to_be_corrected(
    failing: Failing, error: Exception
) -> None:
    """To type the command again would help nobody, nor would a trace."""
    ended = failing(error)
    assert ended.exit_code == 1
    assert ended.stderr == f"{error}\n{CORRECTED}\n"
