"""From the bytes of a file to a table of text under the producer's own titles.

Here: CSV (DuckDB's strict reader, counted again by the standard library), workbooks and rows of
JSON objects. Not here: what the titles should be (``contract``), nor what may be received at all
(``protocols``).
"""

import contextlib
import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from glob import escape
from pathlib import Path

import duckdb
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from sources.errors import ExtractRefused, quoted
from sources.tables.writing import other_separator
from sources.wire.strict_json import strict_json

LONGEST_CELL = 1 << 20
"""Characters beyond which a CSV cell is a quote that was never closed."""

LONGEST_LINE = 2 << 20
"""Bytes beyond which a CSV line is not read."""

SHOWN_DIGITS = 15
"""Significant digits of a number that spreadsheets show."""

BATCH_ROWS = 10_000
csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True)
class CsvShape:
    """What the standard library makes of a CSV file.

    Attributes:
        titles: Its header.
        rows: Number of data rows, blank lines left out.
        ragged: Rank and number of cells of the first row that is not as wide as the header.
    """

    titles: tuple[str, ...]
    rows: int
    ragged: tuple[int, int] | None


Expect = Callable[[CsvShape], None]
"""Raises ExtractRefused for a file that cannot be, by its shape, the one that is awaited."""


def csv_shape(path: Path, delimiter: str) -> CsvShape:
    """Measure a UTF-8 CSV file, with or without a byte order mark.

    Raises:
        ExtractRefused: It is not text, or it has no header.
    """
    titles = _titles(path, delimiter)
    with _records(path, delimiter, titles) as records:
        next(records)
        widths = Counter(map(len, records))
    rows = widths.total() - widths[0]
    # Where is only asked of the few files that are not regular: counting widths is the fast way.
    ragged = None if widths[len(titles)] == rows else _first_ragged(path, delimiter, len(titles))
    return CsvShape(titles, rows, ragged)


def _titles(path: Path, delimiter: str) -> tuple[str, ...]:
    with _records(path, delimiter) as records:
        titles = tuple(next(records, ()))
    if not any(title.strip() for title in titles):
        msg = "Le fichier CSV n'a pas de ligne de titres."
        raise ExtractRefused(msg)
    return titles


def _first_ragged(path: Path, delimiter: str, width: int) -> tuple[int, int] | None:
    with _records(path, delimiter) as records:
        next(records)
        widths = enumerate((len(record) for record in records if record), start=1)
        return next(((rank, cells) for rank, cells in widths if cells != width), None)


@contextlib.contextmanager
def _records(
    path: Path, delimiter: str, titles: Sequence[str] = ()
) -> Iterator[Iterator[Sequence[str]]]:
    """Open a CSV file, header included; what is no CSV is refused, by its titles if they tell why.

    Raises:
        ExtractRefused: It is not text, or it is malformed.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield records
        except UnicodeDecodeError as error:
            msg = f"Le fichier n'est pas du texte en UTF-8 (octet {error.start + 1})."
            raise ExtractRefused(msg) from None
        except csv.Error:
            _refuse_other_separator(titles, delimiter)
            msg = f"Le fichier CSV est mal formé, vers la ligne {records.line_num}."
            raise ExtractRefused(msg) from None


def _refuse_other_separator(titles: Sequence[str], delimiter: str) -> None:
    """Say why a file cannot be read, when it is that its separator is another."""
    if msg := other_separator(titles, delimiter):
        raise ExtractRefused(msg, rule="FDD")


def read_csv(path: Path, delimiter: str, expect: Expect = lambda _: None) -> pa.Table:
    """Read a UTF-8 CSV file into text columns; empty cells are null.

    Spaces between a separator and an opening quote are not part of the cell. The two readers work
    side by side.

    Args:
        path: The file.
        delimiter: Its separator.
        expect: Refuses a file by its shape, before anything else is said of its rows.

    Raises:
        ExtractRefused: It is not CSV, or not of the shape expected, a row is too short or too long,
            or the two readers do not agree on the number of rows.
    """
    titles = _titles(path, delimiter)
    with ThreadPoolExecutor(max_workers=1) as beside:
        reading = beside.submit(_duckdb_csv, path, delimiter, len(titles))
        shape = csv_shape(path, delimiter)
    expect(shape)
    _refuse_ragged(shape, delimiter)
    table = reading.result()
    if table.num_rows != shape.rows:
        msg = (
            f"Le fichier CSV se lit de deux façons ({shape.rows} ou {table.num_rows} lignes) : "
            "vérifier ses guillemets et ses fins de ligne."
        )
        raise ExtractRefused(msg)
    return table.rename_columns(list(titles))


def _refuse_ragged(shape: CsvShape, delimiter: str) -> None:
    if shape.ragged:
        _refuse_other_separator(shape.titles, delimiter)
        rank, cells = shape.ragged
        msg = (
            f"La ligne de données n° {rank} a {cells} cellule(s) au lieu de {len(shape.titles)} : "
            "le fichier est incomplet ou mal formé."
        )
        raise ExtractRefused(msg)


def _duckdb_csv(path: Path, delimiter: str, width: int) -> pa.Table:
    columns = {f"c{place}": "VARCHAR" for place in range(width)}
    try:
        # One thread and small buffers: sources are read side by side, in little memory.
        with duckdb.connect(config={"threads": 1}) as connection:
            relation = connection.sql(
                """
                select * from read_csv(
                    $path, columns = $columns, delim = $delimiter, skip = 1, header = false,
                    auto_detect = false, strict_mode = true,
                    null_padding = false, quote = '"', escape = '"', hive_partitioning = false,
                    max_line_size = $longest, buffer_size = $buffer)
                """,
                params={
                    # For DuckDB the name of a file is a pattern.
                    "path": escape(str(path)),
                    "columns": columns,
                    "delimiter": delimiter,
                    "longest": LONGEST_LINE,
                    "buffer": 2 * LONGEST_LINE,
                },
            )
            return relation.to_arrow_reader(BATCH_ROWS).read_all()
    except (duckdb.Error, OSError) as error:
        # What DuckDB finds beyond its first buffer comes as an error of the system without number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        msg = "Le fichier CSV est mal formé : ses guillemets ou ses séparateurs sont à vérifier."
        raise ExtractRefused(msg) from error


@dataclass(frozen=True)
class SheetHead:
    """The first rows of a sheet of a workbook.

    Attributes:
        name: The name of the sheet.
        is_hidden: Whether it is not shown.
        has_cells: Whether it is made of cells: a chart may have a sheet for itself.
        rows: Its first rows, as text; none of a sheet that is not seen.
    """

    name: str
    is_hidden: bool
    has_cells: bool
    rows: tuple[tuple[str | None, ...], ...] = ()

    @property
    def is_seen(self) -> bool:
        """Tell whether its cells are seen."""
        return self.has_cells and not self.is_hidden


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, as text.

    Attributes:
        name: Its name.
        header_row: Row of its titles, from 1.
        titles: Its titles, which may be repeated; an empty one is the empty string.
        rows: Its rows below the titles that hold something: their number in the sheet, from 1, and
            their cells, as many as there are titles.
        merged: Its merged ranges: first and last row, first and last column, all from 1.
    """

    name: str
    header_row: int
    titles: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str | None, ...]], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def read_sheet(path: Path, sheet: str | None, header_row: int) -> Sheet:
    """Read one sheet of an XLSX (transitional or strict) or ODS workbook, and where it lies.

    Empty cells are null, and so are errors such as ``#N/A``, which the engine does not tell apart:
    where they matter, the workbook must be looked at beside (``protocols.depots.workbooks``). Rows
    without any value are left out, as spreadsheets end with many.

    Args:
        path: The workbook.
        sheet: Its sheet; the first one when not given.
        header_row: Row of the titles, from 1.

    Raises:
        ExtractRefused: It cannot be read, or has no such sheet or row.
    """
    with _workbook(path) as workbook:
        name = _sheet_name(workbook, sheet)
        worksheet = workbook.get_sheet_by_name(name)
        rows = worksheet.to_python(skip_empty_area=False)
        merged = worksheet.merged_cell_ranges or ()
    if len(rows) < header_row:
        msg = f"La feuille « {name} » n'a pas de ligne de titres (ligne {header_row})."
        raise ExtractRefused(msg)
    texts = [tuple(map(cell_text, row)) for row in rows]
    below = enumerate(texts[header_row:], start=header_row + 1)
    return Sheet(
        name=name,
        header_row=header_row,
        titles=tuple(title or "" for title in texts[header_row - 1]),
        rows=tuple((number, row) for number, row in below if any(cell is not None for cell in row)),
        merged=tuple(
            (top + 1, end + 1, left + 1, right + 1) for (top, left), (end, right) in merged
        ),
    )


def sheet_heads(path: Path, rows: int) -> list[SheetHead]:
    """Return the sheets of a workbook in their order, with their first rows.

    Raises:
        ExtractRefused: It cannot be read.
    """
    with _workbook(path) as workbook:
        heads = [
            SheetHead(
                sheet.name,
                is_hidden=sheet.visible != SheetVisibleEnum.Visible,
                has_cells=sheet.typ == SheetTypeEnum.WorkSheet,
            )
            for sheet in workbook.sheets_metadata
        ]
        return [
            replace(head, rows=_first_rows(workbook, head.name, rows)) if head.is_seen else head
            for head in heads
        ]


@contextlib.contextmanager
def _workbook(path: Path) -> Iterator[CalamineWorkbook]:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            yield workbook
    except CalamineError as error:
        msg = "Le classeur est illisible : l'enregistrer de nouveau en .xlsx."
        raise ExtractRefused(msg) from error
    except OverflowError as error:
        msg = (
            "Une cellule du classeur est au format de date ou de durée et contient un nombre qui "
            "n'en est pas une : elle montre des dièses ; corriger son format ou sa valeur."
        )
        raise ExtractRefused(msg) from error


def _first_rows(
    workbook: CalamineWorkbook, name: str, rows: int
) -> tuple[tuple[str | None, ...], ...]:
    first = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=rows)
    return tuple(tuple(map(cell_text, row)) for row in first)


def _sheet_name(workbook: CalamineWorkbook, sheet: str | None) -> str:
    if not workbook.sheet_names:
        msg = "Le classeur n'a aucune feuille lisible : l'enregistrer de nouveau en .xlsx."
        raise ExtractRefused(msg)
    name = sheet or workbook.sheet_names[0]
    if name not in workbook.sheet_names:
        msg = f"Le classeur n'a pas de feuille « {name} » : {quoted(workbook.sheet_names)}."
        raise ExtractRefused(msg)
    return name


def cell_text(cell: object) -> str | None:
    """Return a cell of a workbook as text, null when empty; 43.0 is written 43.

    Numbers are read at the fifteen digits that spreadsheets show: beyond, there is only the residue
    of binary arithmetic. Nor is there ever a power of ten.
    """
    match cell:
        case "" | None:
            return None
        case bool():
            return "VRAI" if cell else "FAUX"
        case float():
            return _number_text(cell)
        case dt.date() | dt.time():
            return cell.isoformat()
        case dt.timedelta():
            minutes, seconds = divmod(int(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(cell)


def _number_text(number: float) -> str:
    text = format(Decimal(f"{number:.{SHOWN_DIGITS}g}"), "f")
    return "0" if text == "-0" else text


def text_table(titles: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pa.Table:
    """Return rows of equal width as a table of text; titles may be repeated."""
    columns = [pa.array((row[place] for row in rows), pa.string()) for place in range(len(titles))]
    return pa.Table.from_arrays(columns, names=list(titles))


def rows_table(rows: Iterable[Mapping[str, str | None]]) -> pa.Table:
    """Return objects as a table of text: every key met is a column, absent values are null."""
    objects = list(rows)
    titles = list(dict.fromkeys(title for row in objects for title in row))
    return text_table(titles, [[row.get(title) for title in titles] for row in objects])


def read_json(path: Path) -> object:
    """Read a JSON file, numbers kept as the text that was written; a bare NaN is null.

    Raises:
        ExtractRefused: It is not JSON.
    """
    try:
        return strict_json(path.read_bytes(), number=str, constant=lambda _: None)
    except ValueError:
        msg = "La réponse du portail n'est pas du JSON lisible."
        raise ExtractRefused(msg) from None


def single_text(name: str, value: object) -> str | None:
    """Return a JSON value as text, null when it is absent or empty.

    Raises:
        ExtractRefused: It is a list or an object: what it holds would be lost.
    """
    if isinstance(value, dict | list):
        msg = f"« {name[:80]} » n'est pas une seule valeur dans la réponse du portail."
        raise ExtractRefused(msg)
    return text_or_null(value)


def text_or_null(value: object) -> str | None:
    """Return a JSON value as text, null when it is absent, empty or not a single value."""
    if value is None or value == "" or isinstance(value, dict | list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
