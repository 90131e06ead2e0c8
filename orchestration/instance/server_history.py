"""Dagster's own history of runs on a PostgreSQL server: a storage named in its settings.

Here: what Dagster's does not do there. Not here: the history in files (``run_history``), which of
both a station has (``station.instance_settings``).

For each event Dagster's storage opens a connection, and whoever has a password is asked to prove it
each time; and the checks of a run that is forgotten stay for ever.
"""

from collections.abc import Mapping
from typing import Any, Self

from dagster_postgres import PostgresEventLogStorage
from sqlalchemy import create_engine

from orchestration.instance.run_history import CheckStatements


class ServerEventLogStorage(PostgresEventLogStorage):
    """The events of runs, a connection kept open."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Self:  # noqa: ANN401 as Dagster
        """Return the storage of a database."""
        storage = cls(inst_data=inst_data, **config_value)
        # Before each use the server is asked whether it still knows it: it may have been started
        # again, and an event that cannot be kept ends the run.
        storage._engine = create_engine(
            storage.postgres_url,
            isolation_level="AUTOCOMMIT",
            pool_size=1,
            max_overflow=-1,
            pool_pre_ping=True,
        )
        return storage

    def delete_events(self, run_id: str) -> None:
        """Forget a run: its events, and its checks."""
        super().delete_events(run_id)
        with self.index_connection() as index:
            index.execute(CheckStatements().forgotten, {"its_run": run_id})
