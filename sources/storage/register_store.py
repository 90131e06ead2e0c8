"""The register of a station, in its file or on a server: one way to read it and to write to it.

Here: which of both it is, transactions on it, a copy of it, its move to a server. Not here: the
form of each (``register_file``, ``register_server``), what its rows mean (``fetch_outcomes``,
``orchestration.station.register``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError, InternalError

from sources.storage import register_file, register_server
from sources.storage.register_file import REGISTER, file_engine
from sources.storage.register_server import is_on_server, named_server, server_engine
from sources.storage.register_tables import KEPT, every_row, last_decision

FORMER = f"{REGISTER}.avant-postgresql"
"""What the file is called once its rows are on a server."""
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class RegisterError(RuntimeError):
    """The register cannot be reached, or refuses what is asked; in the words of its engine."""

    def __init__(self, said: BaseException) -> None:
        super().__init__(f"{type(said).__module__}.{type(said).__name__}: {str(said).strip()}")


def is_there(home: Path) -> bool:
    """Tell whether a station has a register, which nothing makes sure of."""
    return is_on_server(home) or (home / REGISTER).exists()


def register_name(home: Path) -> str:
    """Return how the register of a station is named to who reads."""
    return register_server.displayed(named_server(home)) if is_on_server(home) else REGISTER


def prepare(home: Path) -> None:
    """Make the register of a station, or bring it up to date.

    Raises:
        NewerRegisterError: It was written by a newer Vigie than this one.
        MisplacedRegisterError: It is on a server, which is not the one that is named.
        RegisterError: It cannot be reached.
    """
    with _in_its_words():
        (register_server.check if is_on_server(home) else register_file.prepare)(home)


@contextmanager
def reading(home: Path) -> Iterator[Connection]:
    """Yield the register as it is at one moment, whoever writes to it meanwhile.

    Raises:
        RegisterError: It cannot be reached.
    """
    with _in_its_words(), _engine(home).begin() as connection:
        connection.exec_driver_sql(SNAPSHOT if is_on_server(home) else "BEGIN")
        yield connection


@contextmanager
def writing(home: Path) -> Iterator[Connection]:
    """Yield the register to who alone writes to it: all that is written is kept, or nothing is.

    Raises:
        RegisterError: It cannot be reached, is held too long, or refuses what is written.
    """
    with _in_its_words(), _engine(home).begin() as connection:
        if is_on_server(home):
            register_server.take(connection, home)
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def copy_register(home: Path, place: Path) -> None:
    """Write the register as it is at one moment in a file, whoever writes to it meanwhile.

    Raises:
        sqlite3.OperationalError: Its file is not there, or cannot be read.
        RegisterError: Its server cannot be reached.
        MisplacedRegisterError: It is on a server, which is not the one that is named.
    """
    if not is_on_server(home):
        register_file.copy_register(home, place)
        return
    prepare(home)
    register_file.prepare_file(place)
    with reading(home) as register, file_engine(place).begin() as copy:
        copy.exec_driver_sql("BEGIN IMMEDIATE")
        for table in KEPT:
            if rows := every_row(register, table):
                copy.execute(insert(table), [row._asdict() for row in rows])
        register_file.give_rank(copy, last_decision(register))


def register_on_server(home: Path, url: URL, folder: Path) -> None:
    """Have the register of a station on a server from now on, with what a former file says.

    Args:
        home: The station's home.
        url: The server.
        folder: Where the former file is, if there is one.

    Raises:
        MisplacedRegisterError: The database has the register of another station.
        RegisterError: The server cannot be reached.
    """
    former = folder / REGISTER
    if is_on_server(home):
        prepare(home)
        # Killed just before its end, a move leaves a file that nobody writes to any more.
        if former.exists() and not (folder / FORMER).exists():
            former.rename(folder / FORMER)
        return
    rows, last = {}, 0
    if former.exists():
        prepare(folder)
        with reading(folder) as register:
            rows = {table.name: every_row(register, table) for table in KEPT}
            last = last_decision(register)
    with _in_its_words():
        register_server.move_to_server(home, url, rows, last)
    if former.exists():
        former.rename(folder / FORMER)


def formats(home: Path) -> tuple[int, int]:
    """Return the format of a register as it is, which nothing brings up to date, and today's.

    Raises:
        sqlite3.OperationalError: Its file is not there, or cannot be read.
        RegisterError: Its server cannot be reached.
    """
    if not is_on_server(home):
        return register_file.format_of(home), len(register_file.MIGRATIONS)
    with reading(home) as register:
        return register_server.version(register), len(register_server.MIGRATIONS)


def unreadable(home: Path) -> str:
    """Say what its engine finds wrong with the register; the empty text when nothing is.

    Raises:
        sqlite3.OperationalError: The file cannot be looked at now: it is locked, or is not there.
        RegisterError: Its server cannot be reached.
    """
    if not is_on_server(home):
        return register_file.unreadable(home)
    with _in_its_words():
        try:
            register_server.read_through(named_server(home))
        except InternalError as error:
            return str(error.orig)
    return ""


def _engine(home: Path) -> Engine:
    return server_engine(named_server(home)) if is_on_server(home) else file_engine(home / REGISTER)


@contextmanager
def _in_its_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise RegisterError(error.orig or error) from error
