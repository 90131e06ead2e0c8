"""The register on a PostgreSQL server: its tables, made and brought up to date, and its move there.

Here: the server that a setting names, and which station its register is of. Not here: the file that
it takes the place of (``register_file``), choosing between both (``register_store``).

A home whose register is on a server says so by a file that names the register, never the server:
without the setting, or with that of another register, nothing is read or written. The address has
a password: it is read in the environment at the moment of use, and shown nowhere.
"""

import importlib.util
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from socket import gethostname
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, create_engine, func, insert, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from sources.storage.aside import write_aside
from sources.storage.register_file import NewerRegisterError
from sources.storage.register_tables import (
    DECISION,
    FETCH_OUTCOME,
    FOLLOW_UP,
    KEPT,
    REGISTER_STATE,
    TABLES,
    every_row,
)

VARIABLE = "VIGIE_DATABASE_URL"
MARKER = "register.postgresql"
DRIVER = "postgresql+psycopg2"
NAMES = frozenset({"postgres", "postgresql", DRIVER})
UNLESS_SAID = {
    "client_encoding": "utf8",
    "connect_timeout": "10",
    "keepalives_idle": "60",
    "tcp_user_timeout": "60000",
}
"""How the server is spoken to, and how long one that says nothing is waited for: seconds, seconds,
milliseconds."""
LONGEST_WAIT = 30_000
"""Milliseconds that a writer waits for another one, as on a file."""
ALONE = 0x5649474945
"""The lock of who makes a register on the server, or brings it up to date."""

RELEASED = "UPDATE vigie_register SET place = ''"
"""What an operator types when a station is no more, for another to take its register."""

Rows = Mapping[str, Sequence[Row[Any]]]
"""What is registered, table by table."""


class MisplacedRegisterError(RuntimeError):
    """The server that is named has not the register of this station; says in French what to do."""


def server_url(said: str) -> URL:
    """Return the address of a database, as the driver that we have takes it.

    Raises:
        ValueError: It is no address of a PostgreSQL database, or no driver is there. The message,
            in French, repeats nothing of it.
    """
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in NAMES or not url.database:
        message = (
            f"{VARIABLE} n'est pas l'adresse d'une base PostgreSQL. Écrire postgresql://compte:"
            "motdepasse@serveur:5432/base (les signes « @ », « / », « : » et « % » du mot de passe "
            "s'écrivent %40, %2F, %3A et %25), ou retirer la variable pour garder SQLite."
        )
        raise ValueError(message)
    if importlib.util.find_spec("dagster_postgres") is None:
        message = f"{VARIABLE} demande l'extra « postgres » : pip install '.[postgres]'."
        raise ValueError(message)
    return url.set(drivername=DRIVER, query={**UNLESS_SAID, **url.query})


def in_full(url: URL) -> str:
    """Return an address with its password, for the environment alone."""
    return url.render_as_string(hide_password=False)


def is_on_server(home: Path) -> bool:
    """Tell whether the register of a station is on a server."""
    return (home / MARKER).exists()


def named_server(home: Path) -> URL:
    """Return the server that the environment names, for a station whose register is on one.

    Raises:
        MisplacedRegisterError: It names none, or what it names is no server.
    """
    said = os.environ.get(VARIABLE, "")
    if not said:
        message = (
            f"Le registre de {home} est dans une base PostgreSQL, et {VARIABLE} n'est pas donnée. "
            "Relancez avec les réglages de la station."
        )
        raise MisplacedRegisterError(message)
    try:
        return server_url(said)
    except ValueError as error:
        raise MisplacedRegisterError(str(error)) from None


def displayed(url: URL) -> str:
    """Return how a database is named to who reads: without account nor password."""
    host = url.host or url.query.get("host") or "cette machine"
    return f"la base PostgreSQL « {url.database} » ({host}{f':{url.port}' if url.port else ''})"


@lru_cache(maxsize=8)
def server_engine(url: URL) -> Engine:
    """Return the engine of a database: it keeps no connection, which a fork would share."""
    return create_engine(url, poolclass=NullPool, use_native_hstore=False)


def check(home: Path) -> None:
    """Make sure that the register on the server is this station's, and of today's form.

    Raises:
        MisplacedRegisterError: It is another's, or there is none.
        NewerRegisterError: It was written by a newer Vigie than this one.
    """
    url = named_server(home)
    with server_engine(url).connect() as connection:
        form = version(connection)
        if form:
            _refuse_another(station(connection), home, url)
    if form != len(MIGRATIONS):
        with _alone(url) as connection:
            if not version(connection):
                _refuse_another("", home, url)
            _migrate(connection, url)


def move_to_server(home: Path, url: URL, rows: Rows, last: int) -> None:
    """Have the register of a station on a server from now on; killed, it is done again.

    Args:
        home: The station's home.
        url: The server.
        rows: What was registered before: it is put there, or is there already.
        last: The last rank that was ever given to a decision before.

    Raises:
        MisplacedRegisterError: The database has the register of another station.
        NewerRegisterError: It was written by a newer Vigie than this one.
    """
    with _alone(url) as connection:
        _refuse_other_alphabets(connection, url)
        _migrate(connection, url)
        _refuse_another_place(connection, home, url)
        if not any(every_row(connection, table) for table in KEPT):
            _put(connection, rows, last)
        elif not _begins_with(connection, rows):
            message = (
                f"Il y a déjà un registre dans {displayed(url)}, et ce n'est pas celui de {home}. "
                f"Donnez par {VARIABLE} une base vide (« createdb »), ou la bonne."
            )
            raise MisplacedRegisterError(message)
        own = station(connection)
    write_aside(home / MARKER, f"{own}\n".encode())


def version(connection: Connection) -> int:
    """Return the form of the register on a server, 0 when there is none."""
    if connection.scalar(text("SELECT to_regclass('vigie_register')")) is None:
        return 0
    return int(connection.execute(select(REGISTER_STATE.c.format)).scalar_one())


def station(connection: Connection) -> str:
    """Return what the register on a server is known by."""
    return str(connection.execute(select(REGISTER_STATE.c.station)).scalar_one())


def take(connection: Connection, home: Path) -> None:
    """Wait until nobody else writes to the register, and make sure that it is this station's.

    Raises:
        MisplacedRegisterError: It is another's.
    """
    connection.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}ms'"))
    taken = select(REGISTER_STATE.c.station).with_for_update()
    _refuse_another(str(connection.execute(taken).scalar_one()), home, named_server(home))


def read_through(url: URL) -> None:
    """Have the server read all of the register."""
    with server_engine(url).connect() as connection:
        form = version(connection)
        for table in KEPT:
            if ADDED_BY.get(table.name, 1) > form:
                continue
            connection.execute(text(f"SELECT sum(length(t::text)) FROM {table.name} t"))  # noqa: S608


def _refuse_other_alphabets(connection: Connection, url: URL) -> None:
    """Refuse a database that cannot keep every text as it was written."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        message = (
            f"Les textes de {displayed(url)} sont en {encoding}, et non en UTF-8. Faites une base "
            "par « createdb --template=template0 --encoding=UTF8 », puis donnez-la par "
            f"{VARIABLE} ; rien n'a été écrit."
        )
        raise MisplacedRegisterError(message)


def _refuse_another_place(connection: Connection, home: Path, url: URL) -> None:
    """Refuse a register that another station works with, and have it be of this one."""
    there, here = connection.scalar(select(REGISTER_STATE.c.place)), f"{gethostname()}:{home}"
    if there not in {"", here}:
        message = (
            f"Il y a déjà un registre dans {displayed(url)}, celui de la station {there} : deux "
            f"stations n'en partagent pas un. Donnez par {VARIABLE} une base vide (« createdb »). "
            "Si celle-là n'existe plus et que cette station la remplace, tapez dans cette base "
            f"« {RELEASED} », puis relancez."
        )
        raise MisplacedRegisterError(message)
    connection.execute(REGISTER_STATE.update().values(place=here))


def _refuse_another(found: str, home: Path, url: URL) -> None:
    if found != (home / MARKER).read_text("utf-8").strip():
        message = (
            f"Le registre de {home} n'est pas dans {displayed(url)}. Corrigez {VARIABLE}, ou "
            "restaurez une sauvegarde, dans un dossier vide et une base vide ; rien n'a été écrit."
        )
        raise MisplacedRegisterError(message)


@contextmanager
def _alone(url: URL) -> Iterator[Connection]:
    """Give a connection to who alone changes the form of a register: all is done, or nothing."""
    with server_engine(url).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ALONE})
        yield connection


def _migrate(connection: Connection, url: URL) -> None:
    done = version(connection)
    if done > len(MIGRATIONS):
        message = (
            f"Le registre qui est dans {displayed(url)} a été écrit par une version plus "
            f"récente de Vigie (format {done}, celle-ci connaît le format {len(MIGRATIONS)}). "
            "Réinstallez la version récente, ou restaurez une sauvegarde du registre."
        )
        raise NewerRegisterError(message)
    for migration in MIGRATIONS[done:]:
        migration(connection)
    connection.execute(REGISTER_STATE.update().values(format=len(MIGRATIONS)))


def _put(connection: Connection, rows: Rows, last: int) -> None:
    for table in KEPT:
        if found := rows.get(table.name):
            connection.execute(insert(table), [row._asdict() for row in found])
    connection.execute(REGISTER_STATE.update().values(last_decision=last))
    latest = select(func.max(FETCH_OUTCOME.c.id)).scalar_subquery()
    sequence = func.pg_get_serial_sequence("fetch_outcome", "id")
    connection.execute(select(func.setval(sequence, latest)))


def _begins_with(connection: Connection, rows: Rows) -> bool:
    """Tell whether the register on the server says what was registered before, and maybe more."""
    before = {table: list(rows.get(table.name, ())) for table in KEPT}
    return any(before.values()) and all(
        list(every_row(connection, table))[: len(said)] == said for table, said in before.items()
    )


def _first_form(connection: Connection) -> None:
    first = [table for table in TABLES.sorted_tables if table.name not in ADDED_BY]
    TABLES.create_all(connection, first, checkfirst=False)
    connection.execute(insert(REGISTER_STATE).values(format=0, station=uuid.uuid4().hex))
    for statement in _KEPT_FOR_EVER:
        connection.exec_driver_sql(statement)


def _follow_doubts(connection: Connection) -> None:
    """Keep who sees to each doubt."""
    FOLLOW_UP.create(connection, checkfirst=False)
    for statement in _never_changed_nor_deleted(FOLLOW_UP):
        connection.exec_driver_sql(statement)


def _expect_answers(connection: Connection) -> None:
    """Keep with what a producer was asked the day by which an answer is expected."""
    # What made the table named the constraint by itself, or by the name that it has since.
    for former in ("follow_up_check", "follow_up_until"):
        connection.exec_driver_sql(f"ALTER TABLE follow_up DROP CONSTRAINT IF EXISTS {former}")
    connection.exec_driver_sql(
        "ALTER TABLE follow_up ADD CONSTRAINT follow_up_until "
        "CHECK (step = 'demandée' OR (step = 'remise') = (until IS NOT NULL))"
    )


def _never_changed_nor_deleted(table: Table) -> list[str]:
    return [
        f"""
        CREATE TRIGGER {table.name}_is_never_{done} BEFORE {orders} ON {table.name}
        FOR EACH STATEMENT EXECUTE FUNCTION vigie_append_only()
        """
        for done, orders in (("changed", "UPDATE"), ("deleted", "DELETE OR TRUNCATE"))
    ]


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _first_form,
    _follow_doubts,
    _expect_answers,
)
"""As those of the file: one that is published is never changed, another is added."""
ADDED_BY = {FOLLOW_UP.name: 2}
"""The form that brought a table, where it is not the first."""
_KEPT_FOR_EVER = (
    """
    CREATE FUNCTION vigie_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$
    """,
    *_never_changed_nor_deleted(FETCH_OUTCOME),
    *_never_changed_nor_deleted(DECISION),
    """
    CREATE FUNCTION vigie_rank_is_given() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        UPDATE vigie_register SET last_decision = greatest(last_decision, NEW.id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER decision_rank_is_given AFTER INSERT ON decision
    FOR EACH ROW EXECUTE FUNCTION vigie_rank_is_given()
    """,
)
