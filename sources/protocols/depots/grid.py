"""From a deposited file to its grid of texts, each with its place.

Here: CSV in the encodings and separators that office suites write, and the sheet of a workbook,
with what is odd in it. Not here: what titles and cells should be (``titles``, ``cells``).
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from sources.contract import Format
from sources.errors import ExtractRefused, quoted
from sources.protocols.depots.collection import COLLECTION_SHEET, DATA_SHEET, OWN_SHEETS
from sources.protocols.depots.flaws import Flaw, cell_address
from sources.protocols.depots.guards import FileKind
from sources.protocols.depots.inspection import Inspection, inspect
from sources.tables.tabular import Sheet, read_csv, read_sheet, sheet_names

DELIMITERS = (";", ",", "\t")
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
MOST_LISTED = 10

ERROR = "écrire la valeur, ou laisser vide."
UNCOMPUTED = "la formule n'a pas de valeur : enregistrer avec un tableur, ou écrire la valeur."
PERCENTAGE = (
    "la cellule est au format pourcentage, elle contient un centième de ce qu'elle montre : "
    "écrire le nombre (12,5 pour 12,5 %) au format standard."
)

Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class Grid:
    """The texts of a deposit.

    Attributes:
        sheet: The sheet they are in; empty for a CSV file.
        header_row: The row of the titles, from 1.
        titles: Its titles.
        rows: The rows that hold something: their number in the file, from 1, and their cells.
        flaws: What in it cannot be read as what it shows.
        remarks: What is odd and was read all the same, French sentences.
        is_template: Whether it was filled in the template of Vigie.
        separator: What parts the columns of a CSV file; empty for a workbook.
        encoding: The encoding of its text, as a steward reads it; empty for a workbook.
    """

    sheet: str
    header_row: int
    titles: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]
    flaws: tuple[Flaw, ...] = ()
    remarks: tuple[str, ...] = ()
    is_template: bool = False
    separator: str = ""
    encoding: str = ""

    def address(self, row: int, place: int) -> str:
        """Return where a cell is; ``place`` is the rank of its column, from 0."""
        return cell_address(self.sheet, row, place + 1, self.titles[place])


def read_grid(path: Path, kind: FileKind, layout: Format) -> Grid:
    """Read a deposit that the guards let in.

    Raises:
        ExtractRefused: It cannot be read at all.
    """
    if kind is FileKind.CSV:
        return _csv_grid(path)
    names = sheet_names(path)
    is_template = {DATA_SHEET, COLLECTION_SHEET} <= set(names)
    sheet = read_sheet(path, DATA_SHEET if is_template else layout.sheet, layout.header_row)
    odd = inspect(path, kind, sheet.name)
    own = OWN_SHEETS if is_template else (sheet.name,)
    unread = [name for name in names if name not in own]
    return Grid(
        sheet=sheet.name,
        header_row=sheet.header_row,
        titles=sheet.titles,
        rows=_filled_rows(sheet.rows),
        flaws=(*_odd_cells(sheet, odd), *_merged(sheet)),
        remarks=tuple(_remarks(sheet, odd.hidden_rows, unread)),
        is_template=is_template,
    )


def _odd_cells(sheet: Sheet, odd: Inspection) -> Iterator[Flaw]:
    """Yield the cells that do not hold what they show."""
    problems = [
        (place, f"la cellule contient l'erreur {error[:20]} : {ERROR}")
        for place, error in odd.errors.items()
    ]
    problems += [(place, UNCOMPUTED) for place in odd.uncomputed]
    problems += [(place, PERCENTAGE) for place in odd.percentages]
    for (row, column), problem in problems:
        if row >= sheet.header_row:
            yield Flaw(cell_address(sheet.name, row, column), problem)


def _merged(sheet: Sheet) -> Iterator[Flaw]:
    """Yield the merged ranges of the data: one value is read where the eye sees several."""
    for top, bottom, left, right in sheet.merged:
        if bottom > sheet.header_row and left <= len(sheet.titles):
            span = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
            yield Flaw(
                f"feuille « {sheet.name[:80]} », cellules {span}",
                "ces cellules sont fusionnées, une seule serait lue : les séparer, et les remplir.",
            )


def _filled_rows(records: Iterable[tuple[int, Cells]]) -> tuple[tuple[int, Cells], ...]:
    """Return the rows that hold something; a cell of nothing but spaces is an empty one."""
    rows = (
        (number, tuple(cell if cell and cell.strip() else None for cell in cells))
        for number, cells in records
    )
    return tuple((number, cells) for number, cells in rows if any(cells))


def _remarks(sheet: Sheet, hidden_rows: tuple[int, ...], unread: Sequence[str]) -> Iterator[str]:
    filled = {number for number, _ in sheet.rows}
    if rows := [number for number in hidden_rows if number in filled]:
        listed = ", ".join(map(str, rows[:MOST_LISTED])) + (
            ", …" if len(rows) > MOST_LISTED else ""
        )
        yield f"Des lignes masquées ou filtrées ont été lues comme les autres : {listed}."
    for finding, names in (
        ("a d'autres feuilles", [name for name in unread if name not in sheet.hidden_sheets]),
        ("a des feuilles masquées", [name for name in unread if name in sheet.hidden_sheets]),
    ):
        if names:
            yield f"Le classeur {finding}, qui n'ont pas été lues : {quoted(names, MOST_LISTED)}."


def _csv_grid(path: Path) -> Grid:
    text, encoding = _decoded(path.read_bytes())
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    with tempfile.TemporaryDirectory() as folder:
        unified = Path(folder) / "depot.csv"
        unified.write_bytes(text.encode())
        table = read_csv(unified, delimiter)
        numbers = _record_numbers(unified, delimiter)
    columns = [table.column(place).to_pylist() for place in range(table.num_columns)]
    records = zip(numbers, zip(*columns, strict=True), strict=True)
    return Grid(
        sheet="",
        header_row=1,
        titles=tuple(table.column_names),
        rows=_filled_rows(records),
        separator=delimiter,
        encoding=encoding,
    )


def _record_numbers(path: Path, delimiter: str) -> list[int]:
    """Return the number of each record but the titles, as a spreadsheet would count its rows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = enumerate(csv.reader(file, delimiter=delimiter, strict=True), start=1)
        next(records)
        return [number for number, record in records if record]


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding; plain ASCII is in any of them."""
    for encoding, name in ENCODINGS.items():
        try:
            return content.decode(encoding), "" if content.isascii() else name
        except UnicodeDecodeError:
            continue
    msg = "Son texte n'est ni en UTF-8 ni en Windows-1252 : l'enregistrer en « CSV UTF-8 »."
    raise ExtractRefused(msg)
