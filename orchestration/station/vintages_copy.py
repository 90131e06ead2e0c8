"""The vintages of the observations, kept in a file beside the warehouse that they live in.

Here: writing that file at the end of each build, giving them back to a warehouse that has none, and
what they were at a moment. Not here: what makes a vintage (``dbt_project/snapshots``), who reads
them (``explain``).

All else in the warehouse is made again by a night; this one table would begin anew.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.settings.folders import Folders
from orchestration.station.warehouse import opened, read_table_names
from sources.storage.aside import write_aside

TABLE = "observation_vintages"
FILE = f"{TABLE}.parquet"
DATES = ("valid_from", "valid_to")


class VintagesDamagedError(RuntimeError):
    """The copy of the vintages cannot be read; the message, in French, says what to do."""


def keep_vintages(folders: Folders) -> None:
    """Write down the vintages of the warehouse, unless it has none.

    Vintages are never taken away: a warehouse that has fewer of them than the file is another one,
    and the file is set aside before.
    """
    vintages, place = vintages_in_warehouse(folders), folders.vintages / FILE
    if vintages is None:
        return
    if place.exists() and _rows(place) > vintages.num_rows:
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        place.rename(place.with_name(f"{TABLE}.{moment}.parquet"))
    _write(folders, vintages)


def bring_vintages_back(folders: Folders) -> None:
    """Give a warehouse that has no vintages those that the file has; there may be neither.

    Raises:
        VintagesDamagedError: The file cannot be read.
        WarehouseBusyError: Another session has the warehouse open.
    """
    place = folders.vintages / FILE
    if not place.exists():
        return
    if vintages_in_warehouse(folders) is not None:
        return
    vintages = read_vintages(place)
    with opened(folders.warehouse, read_only=False) as connection:
        connection.register("kept", vintages)
        connection.begin()
        connection.execute("create schema if not exists snapshots")
        connection.execute(f"create table snapshots.{TABLE} as from kept")
        connection.commit()


def moments_of_vintages(folders: Folders) -> list[datetime]:
    """Return every moment at which a vintage was taken or closed, in their order.

    Raises:
        VintagesDamagedError: The file cannot be read.
    """
    if not (folders.vintages / FILE).exists():
        return []
    return moments_in(read_vintages(folders.vintages / FILE))


def moments_in(vintages: pa.Table) -> list[datetime]:
    """Return every moment at which one of these vintages was taken or closed, in their order."""
    found = {moment for name in DATES for moment in vintages.column(name).unique().to_pylist()}
    return sorted(moment.replace(tzinfo=UTC) for moment in found if moment)


def write_vintages_until(folders: Folders, other: Folders, moment: datetime) -> None:
    """Write in another station the vintages of one as they were at a moment.

    Args:
        folders: The station's.
        other: The other one's.
        moment: What was taken or closed later is left out.
    """
    if not (folders.vintages / FILE).exists():
        return
    kept, until = read_vintages(folders.vintages / FILE), pa.scalar(moment.replace(tzinfo=None))
    begins, ends = DATES
    taken = kept.filter(pc.less_equal(kept.column(begins), until))
    closed = taken.column(ends)
    still_open = pa.scalar(None, closed.type)
    as_they_were = pc.if_else(pc.greater(closed, until), still_open, closed)
    rank = taken.column_names.index(ends)
    _write(other, taken.set_column(rank, taken.schema.field(ends), as_they_were))


def _write(folders: Folders, vintages: pa.Table) -> None:
    folders.vintages.mkdir(exist_ok=True)
    content = BytesIO()
    pq.write_table(vintages, content, write_page_checksum=True)
    write_aside(folders.vintages / FILE, content.getvalue())


def vintages_in_warehouse(folders: Folders) -> pa.Table | None:
    """Return the vintages of a warehouse; None when there is none, or it has none.

    Raises:
        WarehouseBusyError: Another session has the warehouse open.
    """
    if not folders.warehouse.exists() or TABLE not in read_table_names(folders.warehouse):
        return None
    with opened(folders.warehouse) as connection:
        return connection.sql(f"from snapshots.{TABLE} order by all").to_arrow_table()


def _rows(place: Path) -> int:
    try:
        return int(pq.read_metadata(place).num_rows)
    except (pa.ArrowInvalid, OSError):
        return 0


def read_vintages(place: Path) -> pa.Table:
    """Return the vintages of a file.

    Raises:
        VintagesDamagedError: It cannot be read.
    """
    try:
        return pq.read_table(place, page_checksum_verification=True)
    except (pa.ArrowInvalid, OSError) as error:
        message = (
            f"La copie des millésimes {place} est abîmée : l'historique des observations ne peut "
            "pas être repris. Restaurez ce fichier depuis une sauvegarde, ou mettez-le de côté : "
            "l'historique recommencera alors à cette nuit."
        )
        raise VintagesDamagedError(message) from error
