"""What keeps a station from working: disk, memory, a right, a file that is damaged or taken.

Here: telling it from the error it ends in, whichever library says so. Not here: the words for it,
nor what a command ends with (``commands.framed``).
"""

import errno
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import duckdb

from orchestration.settings.folders import Folders
from sources.storage.register_file import REGISTER
from sources.storage.register_store import RegisterError


class Kind(Enum):
    """What is wrong with a place."""

    FULL = auto()
    READ_ONLY = auto()
    FORBIDDEN = auto()
    NOT_A_FOLDER = auto()
    FAILING = auto()
    DAMAGED = auto()
    BUSY = auto()
    UNOPENED = auto()
    AWAY = auto()
    NO_MEMORY = auto()


@dataclass(frozen=True)
class StationTrouble:
    """What is wrong, and where.

    Attributes:
        kind: What is wrong.
        place: The file or the folder.
        holder: The process that holds it; empty when nobody says.
        server: What a database server says of it; empty for a file.
    """

    kind: Kind
    place: Path
    holder: str = ""
    server: str = ""


class BrokenStationError(RuntimeError):
    """A run ended in a trouble of its station, which its log tells with its trace."""

    def __init__(self, trouble: StationTrouble) -> None:
        super().__init__(f"{trouble.kind.name} : {trouble.place}")
        self.trouble = trouble


BY_ERRNO = {
    errno.ENOSPC: Kind.FULL,
    errno.EDQUOT: Kind.FULL,
    errno.EROFS: Kind.READ_ONLY,
    errno.EACCES: Kind.FORBIDDEN,
    errno.EPERM: Kind.FORBIDDEN,
    errno.ENOTDIR: Kind.NOT_A_FOLDER,
    errno.EEXIST: Kind.NOT_A_FOLDER,
    errno.EIO: Kind.FAILING,
    errno.ENOMEM: Kind.NO_MEMORY,
}
WITHOUT_A_NAME = {Kind.FULL, Kind.READ_ONLY, Kind.FAILING, Kind.NO_MEMORY}
"""What only a machine can say: the others must name a file, a port may be forbidden too."""
BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: Kind.BUSY,
    sqlite3.SQLITE_LOCKED: Kind.BUSY,
    sqlite3.SQLITE_FULL: Kind.FULL,
    sqlite3.SQLITE_READONLY: Kind.READ_ONLY,
    sqlite3.SQLITE_IOERR: Kind.FAILING,
    sqlite3.SQLITE_PERM: Kind.FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: Kind.UNOPENED,
    sqlite3.SQLITE_CORRUPT: Kind.DAMAGED,
    sqlite3.SQLITE_NOTADB: Kind.DAMAGED,
    sqlite3.SQLITE_NOMEM: Kind.NO_MEMORY,
}
PRIMARY_CODE = 0xFF
BY_WORDS_OF_DUCKDB = {
    "Could not set lock on file": Kind.BUSY,
    "No space left on device": Kind.FULL,
    "Read-only file system": Kind.READ_ONLY,
    "Permission denied": Kind.FORBIDDEN,
    "Input/output error": Kind.FAILING,
    "fsync failed": Kind.FAILING,
    "not a valid DuckDB database file": Kind.DAMAGED,
    "Corrupt database file": Kind.DAMAGED,
    "Could not read enough bytes": Kind.DAMAGED,
    "Out of Memory Error": Kind.NO_MEMORY,
}
"""What DuckDB says of its file, without a code; dbt hands its words on in errors of its own."""
BY_WORDS_OF_SQLITE = {
    "database or disk is full": Kind.FULL,
    "database is locked": Kind.BUSY,
    "file is not a database": Kind.DAMAGED,
    "database disk image is malformed": Kind.DAMAGED,
    "attempt to write a readonly database": Kind.READ_ONLY,
    "unable to open database file": Kind.UNOPENED,
}
BY_CLASS_OF_SERVER = {
    "OperationalError": Kind.AWAY,
    "InterfaceError": Kind.AWAY,
    "AdminShutdown": Kind.AWAY,
    "CrashShutdown": Kind.AWAY,
    "CannotConnectNow": Kind.AWAY,
    "TooManyConnections": Kind.BUSY,
    "LockNotAvailable": Kind.BUSY,
    "DeadlockDetected": Kind.BUSY,
    "SerializationFailure": Kind.BUSY,
    "DiskFull": Kind.FULL,
    "OutOfMemory": Kind.FULL,
    "IoError": Kind.FAILING,
    "InsufficientPrivilege": Kind.FORBIDDEN,
    "ReadOnlySqlTransaction": Kind.READ_ONLY,
    "DataCorrupted": Kind.DAMAGED,
    "IndexCorrupted": Kind.DAMAGED,
}
"""The classes of PostgreSQL's driver, one a state of the server, which is not there with SQLite."""
SERVER_SAID = re.compile(r"psycopg2\.(?:errors\.)?(\w+)\)?:? ?(.*)")
"""The class, and what is said in one line: hints follow, and what SQLAlchemy adds."""
SYSTEM_SAID = re.compile(
    r"^[A-Za-z]+Error: \[Errno (\d+)\] [^\n]*?(?:: '([^'\n]+)')?$", re.MULTILINE
)
FILE = re.compile(r'file "(/[^\n]+?)"')
HOLDER = re.compile(r"\(PID (\d+)\)")
LONGEST = 4_000
OF_FILES = (OSError, duckdb.Error, sqlite3.Error, RegisterError)
"""What a file or a database that cannot be had raises."""


def trouble_of(error: BaseException, folders: Folders) -> StationTrouble | None:
    """Return what keeps the station from working, as an error or one of its causes says.

    Args:
        error: What was caught.
        folders: The station's.

    Returns:
        None when the error is about something else.
    """
    if isinstance(error, BrokenStationError):
        return error.trouble
    causes = list(_causes(error))
    is_history = _is_history(causes)
    database = _database(folders, is_history=is_history)
    for cause in causes:
        found = (
            _of_sqlite(cause, database)
            or _of_system(cause, folders.home)
            or _of_duckdb(cause, folders.warehouse)
            or _of_server(f"{type(cause).__module__}.{type(cause).__name__}: {cause}", folders)
        )
        if found:
            return found
    return None


def _is_history(causes: Sequence[BaseException]) -> bool:
    """Tell whether SQLAlchemy hands on what a database said, and of the register is not spoken."""
    is_handed_on = any(type(cause).__module__.startswith("sqlalchemy.") for cause in causes)
    return is_handed_on and not any(isinstance(cause, RegisterError) for cause in causes)


def trouble_said(message: str, folders: Folders) -> StationTrouble | None:
    """Return what keeps the station from working, as an error says: Dagster keeps its words.

    Args:
        message: The type and the message of one error.
        folders: The station's.
    """
    if found := SYSTEM_SAID.search(message):
        return _of_system(OSError(int(found[1]), "", found[2]), folders.home)
    if message.startswith(MemoryError.__name__):
        return StationTrouble(Kind.NO_MEMORY, folders.home)
    kind = _kind_in(message, BY_WORDS_OF_SQLITE) if "sqlite3." in message else None
    if kind is None:
        return _of_server(message, folders) or _of_duckdb(RuntimeError(message), folders.warehouse)
    return StationTrouble(kind, _database(folders, is_history="sqlalchemy" in message))


def is_of_damage(error: duckdb.Error) -> bool:
    """Tell whether DuckDB says of its file that it is damaged."""
    return _kind_in(str(error)[:LONGEST], BY_WORDS_OF_DUCKDB) is Kind.DAMAGED


def _database(folders: Folders, *, is_history: bool) -> Path:
    """Return what SQLite speaks of: Dagster's history, or the register."""
    return folders.dagster / "history" if is_history else folders.home / REGISTER


def _kind_in(message: str, by_words: Mapping[str, Kind]) -> Kind | None:
    return next((kind for words, kind in by_words.items() if words in message), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from, each once."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _of_system(cause: BaseException, home: Path) -> StationTrouble | None:
    if isinstance(cause, MemoryError):
        return StationTrouble(Kind.NO_MEMORY, home)
    if not isinstance(cause, OSError):
        return None
    kind = BY_ERRNO.get(cause.errno or 0)
    named = cause.filename if isinstance(cause.filename, str) else ""
    if kind is None or not (named or kind in WITHOUT_A_NAME):
        return None
    place = Path(named) if named else home
    return StationTrouble(kind, _file_in(place) if kind is Kind.NOT_A_FOLDER else place)


def _file_in(path: Path) -> Path:
    """Return the file that stands where a path needs a folder."""
    return next((place for place in (path, *path.parents) if place.is_file()), path)


def _of_sqlite(cause: BaseException, database: Path) -> StationTrouble | None:
    code = getattr(cause, "sqlite_errorcode", None) if isinstance(cause, sqlite3.Error) else None
    kind = BY_SQLITE_CODE.get(code & PRIMARY_CODE) if code is not None else None
    return StationTrouble(kind, database) if kind else None


def _of_duckdb(cause: BaseException, warehouse: Path) -> StationTrouble | None:
    message = str(cause)[:LONGEST]
    if not (isinstance(cause, duckdb.Error) or duckdb.__name__ in message):
        return None
    kind = _kind_in(message, BY_WORDS_OF_DUCKDB)
    file, holder = FILE.search(message), HOLDER.search(message)
    place = Path(file[1]) if file else warehouse
    return StationTrouble(kind, place, holder[1] if holder else "") if kind else None


def _of_server(message: str, folders: Folders) -> StationTrouble | None:
    found = SERVER_SAID.search(message[:LONGEST])
    kind = BY_CLASS_OF_SERVER.get(found[1]) if found else None
    return (
        StationTrouble(kind, folders.home, server=found[2] or found[1]) if found and kind else None
    )
