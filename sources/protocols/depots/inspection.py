"""What the cells of a workbook hide from the engine that reads their values.

Here: errors (``#N/A``), formulas that were never computed, percentages that are shown as 12,5 % and
kept as 0.125, rows that are hidden. Not here: the values (``tables.tabular``), what is unsafe
(``guards``, which must have let the file in), nor what is said of it (``grid``).
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree as ET

from sources.errors import ExtractRefused
from sources.protocols.depots.guards import ODS_OFFICE, ODS_TABLE, FileKind

Place = tuple[int, int]
"""Row and column of a cell, from 1."""

BUILT_IN_PERCENTAGES = frozenset({"9", "10"})
"""The two formats of percentages that a workbook does not write out."""

LITERAL = re.compile(r'"[^"]*"|\\.')
ODS_ERROR = "error"
ODS_EXTENSION = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
MOST_PLACES = 2000
"""Odd places beyond which the rest tells nothing more."""


@dataclass(frozen=True)
class Inspection:
    """What is odd in the cells of one sheet.

    Attributes:
        errors: The cells that hold an error, and which.
        uncomputed: The cells whose formula has no value.
        percentages: The cells that show a percentage: they hold a hundredth of what they show.
        hidden_rows: The rows that are not shown, filtered ones included.
    """

    errors: Mapping[Place, str]
    uncomputed: tuple[Place, ...]
    percentages: tuple[Place, ...]
    hidden_rows: tuple[int, ...]


@dataclass(frozen=True)
class _Cell:
    place: Place
    error: str = ""
    is_uncomputed: bool = False
    is_percentage: bool = False

    @property
    def is_odd(self) -> bool:
        return bool(self.error) or self.is_uncomputed or self.is_percentage


def inspect(path: Path, kind: FileKind, sheet: str) -> Inspection:
    """Look at the cells of a sheet of a workbook that the guards let in.

    Args:
        path: The workbook.
        kind: XLSX or ODS.
        sheet: The name of its sheet.

    Raises:
        ExtractRefused: Its sheet cannot be found or is not well formed.
    """
    hidden: list[int] = []
    try:
        with zipfile.ZipFile(path) as archive:
            cells_of = _ods_cells if kind is FileKind.ODS else _xlsx_cells
            cells = [cell for cell in cells_of(archive, sheet, hidden) if cell.is_odd]
    except (ET.ParseError, LookupError, ValueError, zipfile.BadZipFile, OSError):
        msg = f"Le classeur est abîmé : sa feuille « {sheet[:80]} » est mal formée."
        raise ExtractRefused(msg) from None
    return Inspection(
        errors={cell.place: cell.error for cell in cells if cell.error},
        uncomputed=tuple(cell.place for cell in cells if cell.is_uncomputed),
        percentages=tuple(cell.place for cell in cells if cell.is_percentage),
        hidden_rows=tuple(hidden[:MOST_PLACES]),
    )


def _xlsx_cells(archive: zipfile.ZipFile, sheet: str, hidden: list[int]) -> Iterator[_Cell]:
    """Yield the odd cells of a sheet; namespaces, transitional or strict, do not matter."""
    percentages = _percentage_styles(archive)
    row = column = 0
    with archive.open(_part_of(archive, sheet)) as content:
        for event, element in ET.iterparse(content, ("start", "end")):  # noqa: S314 no entities
            name = _local(element.tag)
            if event == "start" and name == "row":
                row, column = int(element.get("r") or row + 1), 0
                if element.get("hidden") in {"1", "true"}:
                    hidden.append(row)
            elif event == "end" and name == "c":
                row, column = _place(element.get("r"), row, column + 1)
                yield _xlsx_cell(element, (row, column), percentages)
            elif event == "end" and name == "row":
                element.clear()


def _xlsx_cell(element: ET.Element, place: Place, percentages: frozenset[str]) -> _Cell:
    kind, value = element.get("t", "n"), element.findtext("{*}v") or ""
    is_formula = element.find("{*}f") is not None
    return _Cell(
        place,
        error=(value or "#ERREUR") if kind == "e" else "",
        is_uncomputed=is_formula and not value and kind not in {"str", "inlineStr"},
        is_percentage=kind == "n" and bool(value) and element.get("s", "0") in percentages,
    )


def _percentage_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the ranks of the cell styles that show a percentage."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 idem
    formats = {
        number_format.get("numFmtId"): LITERAL.sub("", number_format.get("formatCode", ""))
        for number_format in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    shown = {ident for ident, code in formats.items() if "%" in code} | BUILT_IN_PERCENTAGES
    cells = enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
    return frozenset(str(rank) for rank, style in cells if style.get("numFmtId") in shown)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of a workbook that holds a sheet."""
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 idem
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 idem
    sheets = {element.get("name"): element for element in book.iterfind("{*}sheets/{*}sheet")}
    targets = {link.get("Id"): link.attrib["Target"] for link in links}
    (ident,) = (value for key, value in sheets[sheet].items() if key.endswith("}id"))
    return normpath(join("/xl", targets[ident])).lstrip("/")


def _place(reference: str | None, row: int, column: int) -> Place:
    """Return the place that a reference such as ``C7`` names, or the next one without it."""
    if reference is None:
        return row, column
    letters = reference.rstrip("0123456789")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return int(reference[len(letters) :]), number


def _ods_cells(archive: zipfile.ZipFile, sheet: str, hidden: list[int]) -> Iterator[_Cell]:
    """Yield the odd cells of a sheet, where cells and rows are written once and repeated."""
    is_inside, row = False, 0
    with archive.open("content.xml") as content:
        for event, element in ET.iterparse(content, ("start", "end")):  # noqa: S314 no entities
            if event == "start" and element.tag == f"{ODS_TABLE}table":
                is_inside, row = element.get(f"{ODS_TABLE}name") == sheet, 0
            elif event == "end" and element.tag == f"{ODS_TABLE}table-row":
                times = abs(int(element.get(f"{ODS_TABLE}number-rows-repeated", "1")))
                if is_inside:
                    yield from _ods_row(element, row + 1)
                    hidden.extend(_hidden(element, row + 1, times))
                row += times
                element.clear()


def _hidden(line: ET.Element, row: int, times: int) -> range:
    """Return the numbers of a row written once, when it holds something and is not shown."""
    is_shown = line.get(f"{ODS_TABLE}visibility", "visible") == "visible"
    return range(0) if is_shown or not _holds(line) else range(row, row + min(times, MOST_PLACES))


def _holds(line: ET.Element) -> bool:
    return any(cell.get(f"{ODS_OFFICE}value-type") or len(cell) for cell in line)


def _ods_row(line: ET.Element, row: int) -> Iterator[_Cell]:
    column = 1
    for cell in line:
        if cell.get(f"{ODS_OFFICE}value-type") or cell.get(f"{ODS_TABLE}formula"):
            yield _ods_cell(cell, (row, column))
        column += abs(int(cell.get(f"{ODS_TABLE}number-columns-repeated", "1")))


def _ods_cell(cell: ET.Element, place: Place) -> _Cell:
    kind = cell.get(f"{ODS_OFFICE}value-type", "")
    shown = "".join(cell.itertext()).strip()
    is_formula = cell.get(f"{ODS_TABLE}formula") is not None
    is_error = cell.get(f"{ODS_EXTENSION}value-type") == ODS_ERROR or (
        is_formula and shown.startswith(("#", "Err:"))
    )
    return _Cell(
        place,
        error=(shown or "#ERREUR") if is_error else "",
        is_uncomputed=is_formula and not kind and not is_error,
        is_percentage=kind == "percentage",
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
