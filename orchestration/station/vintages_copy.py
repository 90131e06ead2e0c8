"""The vintages of the observations, kept in a file beside the warehouse that they live in.

Here: writing that file at the end of each build, and giving them back to a warehouse that has none.
Not here: what makes a vintage (``dbt_project/snapshots``), who reads them (``explain``).

All else in the warehouse is made again by a night; this one table would begin anew.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.settings import Folders
from orchestration.station.aside import write_aside
from orchestration.station.warehouse import opened, read_table_names

TABLE = "observation_vintages"
FILE = f"{TABLE}.parquet"


class VintagesDamagedError(RuntimeError):
    """The copy of the vintages cannot be read; the message, in French, says what to do."""


def keep_vintages(folders: Folders) -> None:
    """Write down the vintages of the warehouse, unless it has none.

    Vintages are never taken away: a warehouse that has fewer of them than the file is another one,
    and the file is set aside before.
    """
    if TABLE not in read_table_names(folders.warehouse):
        return
    vintages, place = _read(folders.warehouse), folders.vintages / FILE
    folders.vintages.mkdir(exist_ok=True)
    if place.exists() and _rows(place) > vintages.num_rows:
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        place.rename(place.with_name(f"{TABLE}.{moment}.parquet"))
    content = BytesIO()
    pq.write_table(vintages, content)
    write_aside(place, content.getvalue())


def bring_vintages_back(folders: Folders) -> None:
    """Give a warehouse that has no vintages those that the file has; there may be neither.

    Raises:
        VintagesDamagedError: The file cannot be read.
        WarehouseBusyError: Another session has the warehouse open.
    """
    place = folders.vintages / FILE
    if not place.exists():
        return
    if folders.warehouse.exists() and TABLE in read_table_names(folders.warehouse):
        return
    vintages = _table(place)
    with opened(folders.warehouse, read_only=False) as connection:
        connection.register("kept", vintages)
        connection.begin()
        connection.execute("create schema if not exists snapshots")
        connection.execute(f"create table snapshots.{TABLE} as from kept")
        connection.commit()


def _read(warehouse: Path) -> pa.Table:
    with opened(warehouse) as connection:
        return connection.sql(f"from snapshots.{TABLE} order by all").to_arrow_table()


def _rows(place: Path) -> int:
    try:
        return int(pq.read_metadata(place).num_rows)
    except pa.ArrowInvalid:
        return 0


def _table(place: Path) -> pa.Table:
    try:
        return pq.read_table(place)
    except (pa.ArrowInvalid, OSError) as error:
        message = (
            f"La copie des millésimes {place} est abîmée : l'historique des observations ne peut "
            "pas être repris. Restaurez ce fichier depuis une sauvegarde, ou mettez-le de côté : "
            "l'historique recommencera alors à cette nuit."
        )
        raise VintagesDamagedError(message) from error
