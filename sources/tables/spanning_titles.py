"""Titles that span several rows of a sheet, under merged cells.

Here: how they are put together. Not here: how many rows there are (the ``Format`` of a contract),
nor the reading of a sheet (``tabular``).
"""

from collections.abc import Sequence

import pyarrow as pa

from sources.errors import ExtractRefused
from sources.tables.tabular import Sheet, text_table

JOINT = " : "


def table_under(sheet: Sheet, header_rows: int) -> pa.Table:
    """Return a sheet whose titles take some rows, from the one it was read from, as text columns.

    The titles of a column are joined, those that are merged above it included. A column without any
    is named after its place, ``Colonne 1``.

    Raises:
        ExtractRefused: The rows of the titles are not all there.
    """
    numbers = [sheet.header_row + rank for rank in range(1, header_rows)]
    if [number for number, _ in sheet.rows[: len(numbers)]] != numbers:
        msg = (
            f"La feuille « {sheet.name} » devrait avoir ses titres aux lignes {sheet.header_row} à "
            f"{sheet.header_row + header_rows - 1}."
        )
        raise ExtractRefused(msg)
    levels = [sheet.titles, *(cells for _, cells in sheet.rows[: len(numbers)])]
    spread = [
        _spread(sheet, number, level)
        for number, level in zip([sheet.header_row, *numbers], levels, strict=True)
    ]
    titles = [
        JOINT.join(dict.fromkeys(title.strip() for title in column if title)) or f"Colonne {place}"
        for place, column in enumerate(zip(*spread, strict=True), start=1)
    ]
    return text_table(titles, [cells for _, cells in sheet.rows[len(numbers) :]])


def _spread(sheet: Sheet, row: int, level: Sequence[str | None]) -> list[str | None]:
    """Write the title of each merged range over all the columns that it covers."""
    titles = list(level)
    for top, end, left, right in sheet.merged:
        if top <= row <= end and left <= len(titles):
            titles[left - 1 : right] = [titles[left - 1]] * len(titles[left - 1 : right])
    return titles
