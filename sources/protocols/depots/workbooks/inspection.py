"""What the cells of a workbook hide from the engine that reads their values.

Here: errors (``#N/A``), formulas that were never computed, numbers that are shown as others, texts
that are not shown, rows that are hidden. Not here: the values (``tables.tabular``), what is unsafe
(``guards``, which must have let the file in), nor what is said of it (``grid``).
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET

from sources.errors import ExtractRefused, visible
from sources.protocols.depots.workbooks.cell_marks import Area, Place, Unseen
from sources.protocols.depots.workbooks.number_formats import Display
from sources.protocols.depots.workbooks.ods_cells import ods_cells
from sources.protocols.depots.workbooks.package import Package
from sources.protocols.depots.workbooks.xlsx_cells import xlsx_cells

MOST_ODD = 300_000
"""Cells that hold a number, or anything odd, beyond which a sheet is not one of a partner."""

MOST_PLACES = 2000
"""Odd places beyond which the rest tells nothing more."""


@dataclass(frozen=True)
class Inspection:
    """What is odd in the cells of one sheet.

    Attributes:
        errors: The cells that hold an error, and which.
        uncomputed: The cells that have no value, but a formula or a text that is seen.
        displays: The cells of numbers: the number, and what is seen of it.
        hidden_texts: The cells whose text is not seen as it is written.
        struck: The cells that are struck out, the whole of them.
        hidden_rows: The rows that are not shown, filtered ones included.
        hidden_columns: The columns that are not shown.
        merged: The merged ranges that the engine does not see: those of ODS.
    """

    errors: Mapping[Place, str]
    uncomputed: tuple[Place, ...]
    displays: Mapping[Place, tuple[Decimal, Display]]
    hidden_texts: tuple[Place, ...]
    struck: tuple[Place, ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    merged: tuple[Area, ...]


def inspect(path: Path, *, is_ods: bool, sheet: str) -> Inspection:
    """Look at the cells of a sheet of a workbook that the guards let in.

    Args:
        path: The workbook.
        is_ods: Whether it is ODS; XLSX otherwise.
        sheet: The name of its sheet.

    Raises:
        ExtractRefused: Its sheet cannot be found or is not well formed.
    """
    unseen = Unseen()
    try:
        with zipfile.ZipFile(path) as archive:
            package = Package(archive)
            cells_of = ods_cells if is_ods else xlsx_cells
            odd = (cell for cell in cells_of(package, sheet, unseen) if cell.is_odd)
            cells = list(islice(odd, MOST_ODD + 1))
    except (
        ET.ParseError,
        LookupError,
        ValueError,
        InvalidOperation,
        zipfile.BadZipFile,
        OSError,
    ):
        msg = f"Le classeur est abîmé : sa feuille « {visible(sheet[:80])} » est mal formée."
        raise ExtractRefused(msg) from None
    if len(cells) > MOST_ODD:
        msg = (
            f"Plus de {MOST_ODD} cellules de la feuille « {visible(sheet[:80])} » contiennent un "
            "nombre : effacer ce qui dépasse."
        )
        raise ExtractRefused(msg)
    return Inspection(
        errors={cell.place: cell.error for cell in cells if cell.error},
        uncomputed=tuple(cell.place for cell in cells if cell.is_uncomputed),
        displays={
            cell.place: (cell.held, cell.display)
            for cell in cells
            if cell.held is not None and cell.display is not None
        },
        hidden_texts=tuple(cell.place for cell in cells if cell.hides_text),
        struck=tuple(cell.place for cell in cells if cell.is_struck),
        hidden_rows=tuple(unseen.rows[:MOST_PLACES]),
        hidden_columns=tuple(unseen.columns[:MOST_PLACES]),
        merged=tuple(unseen.merged[:MOST_PLACES]),
    )
