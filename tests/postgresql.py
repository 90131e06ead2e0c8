"""A PostgreSQL server of the tests' own, and the registers of stations on it.

Here: a cluster of Debian's in a temporary folder, an empty database of it, what a hand would change
in a register of either engine. Not here: what is asked of them.
"""

import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from sources.storage.register_server import in_full, is_on_server, server_url
from sources.storage.register_store import writing
from tests.serving import free_port

DEBIANS = Path("/usr/lib/postgresql")
PASSWORD = "m0t:de/passe@s3cret"  # noqa: S105 of a server that lives as long as a test


class Cluster:
    """A server that runs.

    Args:
        folder: Where it is.
        port: Its port on the loopback.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.port, self._folder, self._made = port, folder, 0
        self._admin = create_engine(
            server_url(self.address("postgres")), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )

    def address(self, database: str, user: str = "postgres", password: str = PASSWORD) -> str:
        """Return the address of a database, as an operator writes it."""
        parts = {"host": "127.0.0.1", "port": self.port, "database": database}
        return in_full(URL.create("postgresql", username=user, password=password, **parts))

    def empty_database(self) -> str:
        """Make an empty database, and return its address."""
        self._made += 1
        self.order(f"CREATE DATABASE vigie_{self._made}")
        return self.address(f"vigie_{self._made}")

    def restart(self) -> None:
        """Start the server again, which ends every connection."""
        _control(self._folder, self.port, "restart", "-m", "fast")

    def order(self, *statements: str) -> None:
        """Have the server do something, as its administrator."""
        with self._admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


@contextlib.contextmanager
def postgresql_cluster() -> Iterator[Cluster]:
    """Start a server, and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="vigie-postgresql-"))
    (folder / "password").write_text(PASSWORD, "utf-8")
    if getpass.getuser() == "root":
        # Which no server runs as.
        for place in (folder, folder / "password"):
            shutil.chown(place, "postgres", "postgres")
    data, port = str(folder / "data"), free_port()
    made = ["-A", "scram-sha-256", "-U", "postgres", "--pwfile", str(folder / "password")]
    _run(folder, "initdb", "-D", data, "-E", "UTF8", "--no-sync", *made)
    _control(folder, port, "start")
    try:
        yield Cluster(folder, port)
    finally:
        _control(folder, port, "stop", "-m", "immediate")
        shutil.rmtree(folder)


def _control(folder: Path, port: int, *asked: str) -> None:
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
    placed = ("-D", str(folder / "data"), "-l", str(folder / "log"), "-o", options)
    _run(folder, "pg_ctl", *asked, "-w", "-s", *placed)


def _run(folder: Path, name: str, *arguments: str) -> None:
    newest = max(DEBIANS.glob(f"*/bin/{name}"))
    account: dict[str, Any] = (
        {"user": "postgres", "group": "postgres", "extra_groups": ()}
        if getpass.getuser() == "root"
        else {}
    )
    # Its output is a file: the server keeps it open.
    with (folder / "said").open("ab") as said:
        subprocess.run(
            [newest, *arguments], cwd=folder, env={**os.environ, "LC_ALL": "C"}, stdout=said,
            stderr=said, check=True, **account,
        )  # fmt: skip


def database_name(address: str) -> str:
    """Return the name of a database."""
    return str(make_url(address).database)


def change(home: Path, statement: str, **values: object) -> None:
    """Do in the register of a station what a hand would do there, past Vigie."""
    with writing(home) as register:
        register.execute(text(statement), values)


def take_guard_away(home: Path, name: str, table: str = "decision") -> None:
    """Take away a trigger that keeps a table as it is."""
    of_table = f" ON {table}" if is_on_server(home) else ""
    change(home, f"DROP TRIGGER {table}_is_never_{name}{of_table}")


def give_last_rank(home: Path, rank: int) -> None:
    """Have the register say that another rank was the last one given to a decision."""
    change(
        home,
        "UPDATE vigie_register SET last_decision = :rank"
        if is_on_server(home)
        else "UPDATE sqlite_sequence SET seq = :rank WHERE name = 'decision'",
        rank=rank,
    )
