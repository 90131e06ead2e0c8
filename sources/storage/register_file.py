"""The file ``register.sqlite``: its tables, made and brought up to date by numbered migrations.

Here: opening it, and every form that it ever had. Not here: the register of a station that is on a
server (``register_server``), what a fetch outcome or a decision is.

The file says in its ``user_version`` how many migrations it went through. One that is published is
never changed: another is added. What was made before versions were counted says 0, and may lack any
column that was added in those days: the first migration brings all of them to one form.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL, Engine
from sqlalchemy.pool import NullPool

from sources.storage.chain import GENESIS, seal

REGISTER = "register.sqlite"
BUSY_SECONDS = 30.0


class NewerRegisterError(RuntimeError):
    """The register was written by a newer Vigie; the message, in French, says what to do."""


@lru_cache(maxsize=8)
def file_engine(path: Path) -> Engine:
    """Return the engine of a file: it keeps no connection, and leaves transactions to its user."""
    return create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )


def give_rank(connection: Connection, last: int) -> None:
    """Have a rank given, be there a decision of that rank or not."""
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'decision'")
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES ('decision', ?)", (last,))


def prepare(home: Path) -> None:
    """Make the register, or bring it up to date: all of a migration is done, or nothing of it.

    Raises:
        NewerRegisterError: It was written by a newer Vigie than this one.
    """
    prepare_file(home / REGISTER)


def prepare_file(path: Path) -> None:
    """Do the same of a file, wherever it is."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        connection.isolation_level = None
        if _version(connection) != len(MIGRATIONS):
            _migrate(connection, path)


def copy_register(home: Path, place: Path) -> None:
    """Write the register as it is at one moment, whoever writes to it meanwhile.

    Raises:
        sqlite3.OperationalError: It is not there, or cannot be read.
    """
    with _opened_to_look(home) as register, closing(sqlite3.connect(place)) as copy:
        register.backup(copy)


def format_of(home: Path) -> int:
    """Return the format of a register as it is, which nothing brings up to date.

    Raises:
        sqlite3.OperationalError: It is not there, or cannot be read.
    """
    with _opened_to_look(home) as register:
        return _version(register)


def unreadable(home: Path) -> str:
    """Say what SQLite finds wrong with the file; the empty text when nothing is.

    Raises:
        sqlite3.OperationalError: It cannot be looked at now: it is locked, or is not there.
    """
    try:
        with _opened_to_look(home) as register:
            (said,) = register.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else str(said)


@contextmanager
def _opened_to_look(home: Path) -> Iterator[sqlite3.Connection]:
    """Yield the register as it is: one that is not there is not made, nothing is written."""
    address = f"{(home / REGISTER).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, timeout=BUSY_SECONDS, uri=True)) as connection:
        yield connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited for its turn.
        done = _version(connection)
        if done > len(MIGRATIONS):
            message = (
                f"Le registre {path} a été écrit par une version plus récente de Vigie "
                f"(format {done}, celle-ci connaît le format {len(MIGRATIONS)}). Réinstallez la "
                "version récente, ou restaurez une sauvegarde du registre."
            )
            raise NewerRegisterError(message)
        for migration in MIGRATIONS[done:]:
            migration(connection)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    return {
        name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", [table])
    }


def _before_versions(connection: sqlite3.Connection) -> None:
    """Bring a register of before versions, or none at all, to the form that they all had last."""
    for statement in _FIRST_FORM:
        connection.execute(statement)
    there = _columns_of(connection, "fetch_outcome")
    for column, definition in _ADDED_TO_OUTCOMES.items():
        if column not in there:
            connection.execute(f"ALTER TABLE fetch_outcome ADD COLUMN {column} {definition}")


def _seal_decisions(connection: sqlite3.Connection) -> None:
    """Chain the decisions. Those that were there are sealed as they are found: nobody knew more."""
    for column in ("former_sha256", "sha256"):
        connection.execute(f"ALTER TABLE decision ADD COLUMN {column} TEXT")
    connection.execute("DROP TRIGGER decision_is_never_changed")
    former = GENESIS
    for rank, *values in connection.execute(_EVERY_DECISION).fetchall():
        own = seal(former, rank, values)
        connection.execute(
            "UPDATE decision SET former_sha256 = ?, sha256 = ? WHERE id = ?", (former, own, rank)
        )
        former = own
    for statement in (_NEVER_CHANGED, _ALWAYS_SEALED):
        connection.execute(statement)


def _tell_repairs(connection: sqlite3.Connection) -> None:
    """Keep with an outcome what it mended in the archive."""
    connection.execute("ALTER TABLE fetch_outcome ADD COLUMN repairs TEXT NOT NULL DEFAULT '[]'")


def _follow_doubts(connection: sqlite3.Connection) -> None:
    """Keep who sees to each doubt."""
    for statement in (_FOLLOW_UPS.format(waited=_PUT_OFF_WAITS), *_FOLLOW_UPS_NEVER_CHANGED):
        connection.execute(statement)


def _expect_answers(connection: sqlite3.Connection) -> None:
    """Keep with what a producer was asked the day by which an answer is expected."""
    connection.execute("ALTER TABLE follow_up RENAME TO former_follow_up")
    connection.execute(_FOLLOW_UPS.format(waited=_ASKED_MAY_WAIT))
    connection.execute("INSERT INTO follow_up SELECT * FROM former_follow_up")
    # With it go its triggers, whose names the next ones bear.
    connection.execute("DROP TABLE former_follow_up")
    for statement in _FOLLOW_UPS_NEVER_CHANGED:
        connection.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _before_versions,
    _seal_decisions,
    _tell_repairs,
    _follow_doubts,
    _expect_answers,
)

_NEVER_CHANGED = """
CREATE TRIGGER IF NOT EXISTS decision_is_never_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
"""
_ALWAYS_SEALED = """
CREATE TRIGGER decision_is_always_sealed BEFORE INSERT ON decision
WHEN NEW.former_sha256 IS NULL OR NEW.sha256 IS NULL
BEGIN SELECT RAISE(ABORT, 'decision is not sealed'); END
"""
_EVERY_DECISION = """
SELECT id, finding_id, choice, author, motive, decided_at, indicator, time_period, period_before,
    title, figures, figures_sha256
FROM decision ORDER BY id
"""
_FOLLOW_UPS = """
CREATE TABLE follow_up (
    id INTEGER PRIMARY KEY,
    indicator TEXT NOT NULL,
    time_period TEXT NOT NULL,
    cell TEXT,
    step TEXT NOT NULL CHECK (step IN ('prise', 'remise', 'demandée', 'rendue')),
    author TEXT NOT NULL CHECK (length(author) BETWEEN 2 AND 100),
    note TEXT NOT NULL CHECK (length(note) <= 1000),
    until TEXT CHECK ({waited}),
    noted_at TEXT NOT NULL,
    former_sha256 TEXT NOT NULL,
    sha256 TEXT NOT NULL
) STRICT
"""
_PUT_OFF_WAITS = "(step = 'remise') = (until IS NOT NULL)"
_ASKED_MAY_WAIT = f"step = 'demandée' OR {_PUT_OFF_WAITS}"
_FOLLOW_UPS_NEVER_CHANGED = (
    """
    CREATE TRIGGER follow_up_is_never_changed BEFORE UPDATE ON follow_up
    BEGIN SELECT RAISE(ABORT, 'follow_up is append-only'); END
    """,
    """
    CREATE TRIGGER follow_up_is_never_deleted BEFORE DELETE ON follow_up
    BEGIN SELECT RAISE(ABORT, 'follow_up is append-only'); END
    """,
    """
    CREATE TRIGGER follow_up_is_never_replaced BEFORE INSERT ON follow_up
    WHEN EXISTS (SELECT 1 FROM follow_up WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'follow_up is append-only'); END
    """,
)
_ADDED_TO_OUTCOMES = {
    "changes": "TEXT NOT NULL DEFAULT '[]'",
    "vintage": "TEXT",
    "notices": "TEXT NOT NULL DEFAULT '[]'",
}
_FIRST_FORM = (
    """
    CREATE TABLE IF NOT EXISTS fetch_outcome (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source_id TEXT NOT NULL,
        status TEXT NOT NULL
            CHECK (status IN ('new', 'unchanged', 'refused', 'failed', 'missing')),
        started_at TEXT NOT NULL,
        seconds REAL NOT NULL,
        bytes INTEGER NOT NULL,
        extract_id TEXT,
        extract_in_use TEXT,
        error_class TEXT CHECK (error_class IN ('permanent', 'retryable')),
        message TEXT,
        url TEXT
    ) STRICT
    """,
    """
    CREATE INDEX IF NOT EXISTS fetch_outcome_by_source ON fetch_outcome (source_id, id)
    """,
    """
    CREATE TRIGGER IF NOT EXISTS fetch_outcome_is_never_changed BEFORE UPDATE ON fetch_outcome
    BEGIN SELECT RAISE(ABORT, 'fetch_outcome is append-only'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS fetch_outcome_is_never_deleted BEFORE DELETE ON fetch_outcome
    BEGIN SELECT RAISE(ABORT, 'fetch_outcome is append-only'); END
    """,
    """
    CREATE TABLE IF NOT EXISTS decision (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        finding_id TEXT NOT NULL CHECK (length(finding_id) = 12),
        choice TEXT NOT NULL
            CHECK (choice IN ('rupture', 'valeur', 'correction', 'maintien', 'exclusion')),
        author TEXT NOT NULL CHECK (length(author) BETWEEN 2 AND 100),
        motive TEXT NOT NULL CHECK (length(motive) BETWEEN 3 AND 1000),
        decided_at TEXT NOT NULL,
        indicator TEXT NOT NULL,
        time_period TEXT NOT NULL,
        period_before TEXT,
        title TEXT NOT NULL,
        figures TEXT NOT NULL,
        figures_sha256 TEXT NOT NULL CHECK (length(figures_sha256) = 64)
    ) STRICT
    """,
    """
    CREATE INDEX IF NOT EXISTS decision_by_finding ON decision (finding_id, id)
    """,
    _NEVER_CHANGED,
    """
    CREATE TRIGGER IF NOT EXISTS decision_is_never_deleted BEFORE DELETE ON decision
    BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS decision_is_never_replaced BEFORE INSERT ON decision
    WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
    """,
)
