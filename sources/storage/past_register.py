"""The register as it was at a moment of the past, for a station that is made again.

Here: a copy of which what came later is left out. Not here: the register of a station, of which
nothing is ever left out (``register_file``).
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sources.storage.register_file import REGISTER
from sources.storage.register_store import copy_register


def write_past_register(home: Path, place: Path, moment: datetime, last_decision: int) -> None:
    """Write in a folder the register of a station as it was, in the place of what is there.

    Args:
        home: The station's.
        place: The folder.
        moment: Outcomes of fetches that began later, and follow-ups noted later, are left out.
        last_decision: The rank of the last decision that was taken.
    """
    part = place / f".{REGISTER}.part"
    part.unlink(missing_ok=True)
    copy_register(home, part)
    with closing(sqlite3.connect(part)) as connection, connection:
        for table in ("fetch_outcome", "decision", "follow_up"):
            connection.execute(f"DROP TRIGGER {table}_is_never_deleted")
        connection.execute("DELETE FROM fetch_outcome WHERE started_at > ?", [moment.isoformat()])
        connection.execute("DELETE FROM follow_up WHERE noted_at > ?", [moment.isoformat()])
        connection.execute("DELETE FROM decision WHERE id > ?", [last_decision])
        connection.execute(
            "UPDATE sqlite_sequence SET seq = ? WHERE name = 'decision'", [last_decision]
        )
    part.replace(place / REGISTER)
