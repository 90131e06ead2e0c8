"""What is odd in the cells of a sheet of an ODS workbook.

Here: its cells, written once and repeated, its hidden rows and the cells that it merges. Not here:
its styles (``ods_styles``), nor what a format shows (``number_formats``).
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product
from xml.etree import ElementTree as ET

from sources.protocols.depots.workbooks.cell_marks import (
    Area,
    CellMarks,
    Place,
    Unseen,
    hides_text,
    least_true,
)
from sources.protocols.depots.workbooks.conditional_formats import NOTHING, Conditions, ods_areas
from sources.protocols.depots.workbooks.number_formats import (
    GENERAL,
    Display,
    as_kept,
    display_as_written,
)
from sources.protocols.depots.workbooks.ods_styles import OdsStyles, ods_styles
from sources.protocols.depots.workbooks.package import Package
from sources.protocols.depots.workbooks.rich_texts import is_altered_cell

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
EXTENSION = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
SETTINGS = "settings.xml"
ZEROS_HIDDEN = re.compile(rb'name="ShowZeroValues"[^>]*>\s*false')
ERROR = "error"
NUMBERS = frozenset({"float", "currency", "percentage"})
MOST_REPEATS = 2000
"""Repeated cells beyond which the rest tells nothing more."""


@dataclass
class OdsSheet:
    """What is known of a sheet on the way through its cells.

    Attributes:
        styles: The styles of its workbook.
        unseen: What it keeps from sight.
        conditions: The codes that a condition may choose, and where.
        hides_zeros: Whether its zeros are not shown.
        column_styles: The styles of the cells of its columns that have none of their own.
        last_columns: The last column that each of these is for.
    """

    styles: OdsStyles
    unseen: Unseen
    conditions: Conditions
    hides_zeros: bool
    column_styles: list[str] = field(default_factory=list)
    last_columns: list[int] = field(default_factory=list)

    def style_of_column(self, column: int) -> str:
        """Return the style of the cells of a column that have none of their own."""
        rank = bisect_left(self.last_columns, column)
        return self.column_styles[rank] if rank < len(self.last_columns) else ""

    def codes(self, style: str, area: Area, cell: ET.Element) -> tuple[str, ...]:
        """Return the codes that may be in force in a cell, and in its repeats."""
        codes = (*self.styles.of_cell(style), *self.conditions.within(area))
        is_zero = not float(cell.get(f"{OFFICE}value") or 1)
        return (*codes, NOTHING) if self.hides_zeros and is_zero else codes


def ods_cells(package: Package, sheet: str, unseen: Unseen) -> Iterator[CellMarks]:
    """Yield what is said of the cells of a sheet; what is not shown of it is gathered."""
    styles = _styles(package)
    seen = OdsSheet(styles, unseen, _conditions(package, sheet, styles), _hides_zeros(package))
    is_inside, row = False, 0
    with package.open("content.xml") as content:
        for event, element in ET.iterparse(content, ("start", "end")):  # noqa: S314 no entities
            if event == "start" and element.tag == f"{TABLE}table":
                is_inside, row = element.get(f"{TABLE}name") == sheet, 0
            elif event == "end" and element.tag == f"{TABLE}table-column" and is_inside:
                _add_columns(element, seen)
            elif event == "end" and element.tag == f"{TABLE}table-row":
                times = _times(element, "rows")
                if is_inside and _holds(element):
                    yield from _row(element, row + 1, times, seen)
                row += times
                element.clear()


def _add_columns(element: ET.Element, seen: OdsSheet) -> None:
    times = _times(element, "columns")
    first = 1 + (seen.last_columns[-1] if seen.last_columns else 0)
    if element.get(f"{TABLE}visibility", "visible") != "visible":
        seen.unseen.columns.extend(range(first, first + min(times, MOST_REPEATS)))
    seen.column_styles.append(element.get(f"{TABLE}default-cell-style-name", ""))
    seen.last_columns.append(first + times - 1)


def _styles(package: Package) -> OdsStyles:
    """Read the styles, those of the part of styles first: those of the contents are of cells."""
    parts = [name for name in ("styles.xml", "content.xml") if name in package]
    return ods_styles([_style_elements(package, part) for part in parts])


def _style_elements(package: Package, part: str) -> ET.Element:
    """Return the styles of a part, without the rows that it holds."""
    kept = ET.Element(part)
    with package.open(part) as content:
        for _, element in ET.iterparse(content):  # noqa: S314 idem
            if element.tag in {f"{OFFICE}styles", f"{OFFICE}automatic-styles"}:
                kept.append(element)
            elif element.tag == f"{TABLE}table-row":
                element.clear()
    return kept


def _hides_zeros(package: Package) -> bool:
    return SETTINGS in package and ZEROS_HIDDEN.search(package.read(SETTINGS)) is not None


def _conditions(package: Package, sheet: str, styles: OdsStyles) -> Conditions:
    """Return the codes that conditions may choose, and where; they come after the cells."""
    if b"conditional-format" not in package.read("content.xml"):
        return Conditions()
    found: list[tuple[Area, str]] = []
    is_inside = False
    with package.open("content.xml") as content:
        for event, element in ET.iterparse(content, ("start", "end")):  # noqa: S314 idem
            if event == "start" and element.tag == f"{TABLE}table":
                is_inside = element.get(f"{TABLE}name") == sheet
            elif event == "end" and element.tag == f"{EXTENSION}conditional-format" and is_inside:
                written = element.get(f"{EXTENSION}target-range-address", "")
                found.extend(product(ods_areas(written), _codes_chosen(element, styles)))
            elif event == "end" and element.tag == f"{TABLE}table-row":
                element.clear()
    return Conditions.of(found)


def _codes_chosen(element: ET.Element, styles: OdsStyles) -> Iterator[str]:
    for child in element.iter():
        if child.get(f"{EXTENSION}show-value") == "false":
            yield NOTHING
        elif chosen := child.get(f"{EXTENSION}apply-style-name"):
            yield from (code for code in styles.of_cell(chosen) if code != GENERAL)


def _times(element: ET.Element, what: str) -> int:
    return abs(int(element.get(f"{TABLE}number-{what}-repeated", "1")))


def _holds(line: ET.Element) -> bool:
    return any(_is_filled(cell) or cell.get(f"{TABLE}formula") for cell in line)


def _is_filled(cell: ET.Element) -> bool:
    return bool(cell.get(f"{OFFICE}value-type")) or len(cell) > 0


def _row(line: ET.Element, row: int, times: int, seen: OdsSheet) -> Iterator[CellMarks]:
    rows = range(row, row + min(times, MOST_REPEATS))
    if line.get(f"{TABLE}visibility", "visible") != "visible":
        seen.unseen.rows.extend(rows)
    column = 1
    for cell in line:
        repeats = _times(cell, "columns")
        if _is_filled(cell) or cell.get(f"{TABLE}formula"):
            seen.unseen.merged.extend(_merged(cell, (row, column)))
            style = (
                cell.get(f"{TABLE}style-name")
                or line.get(f"{TABLE}default-cell-style-name")
                or seen.style_of_column(column)
            )
            columns = range(column, column + min(repeats, MOST_REPEATS))
            codes = seen.codes(style, (row, rows[-1], column, columns[-1]), cell)
            marks = replace(
                _cell(cell, (row, column), codes, seen.styles.altered),
                is_struck=_is_filled(cell) and seen.styles.strikes_out(style),
            )
            if marks.is_odd:
                yield from (replace(marks, place=place) for place in product(rows, columns))
        column += repeats


def _merged(cell: ET.Element, place: Place) -> Iterator[Area]:
    rows, columns = (
        int(cell.get(f"{TABLE}number-{what}-spanned", "1")) for what in ("rows", "columns")
    )
    if rows > 1 or columns > 1:
        yield place[0], place[0] + rows - 1, place[1], place[1] + columns - 1


def _cell(
    cell: ET.Element, place: Place, codes: Sequence[str], altered: Collection[str]
) -> CellMarks:
    kind = cell.get(f"{OFFICE}value-type", "")
    shown = _shown(cell)
    is_formula = cell.get(f"{TABLE}formula") is not None
    if cell.get(f"{EXTENSION}value-type") == ERROR or (
        is_formula and (shown or "").startswith(("#", "Err:"))
    ):
        return CellMarks(place, error=shown or "#ERREUR")
    if not kind:
        return CellMarks(place, is_uncomputed=is_formula or bool(shown))
    if kind in NUMBERS:
        held = as_kept(float(cell.get(f"{OFFICE}value", "nan")))
        return CellMarks(place, held=held, display=_display(kind, shown, held, codes))
    hides = kind == "string" and (hides_text(codes) or is_altered_cell(cell, shown or "", altered))
    return CellMarks(place, hides_text=hides)


def _display(kind: str, shown: str | None, held: Decimal, codes: Sequence[str]) -> Display:
    """Return what is seen of a number: by its style, and as its suite wrote it beside."""
    if kind == "percentage":
        return Display(shown or f"{held * 100:f} %")
    by_style = least_true(codes, held)
    if shown is None or not by_style.shows(held):
        return by_style
    written = display_as_written(shown, held)
    return by_style if written.shows(held) else written


def _shown(cell: ET.Element) -> str | None:
    """Return the text of a cell, without that of its comment; None when it has none."""
    paragraphs = cell.findall(f"{TEXT}p")
    return (
        "\n".join("".join(each.itertext()) for each in paragraphs).strip() if paragraphs else None
    )
