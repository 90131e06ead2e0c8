"""What is odd in the cells of a sheet of an XLSX workbook.

Here: its styles, its conditional formats and its cells, in whatever namespace, transitional or
strict. Not here: what a format shows (``number_formats``).
"""

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from posixpath import join, normpath
from typing import Self
from xml.etree import ElementTree as ET

from openpyxl.styles.numbers import BUILTIN_FORMATS

from sources.protocols.depots.workbooks.cell_marks import (
    Area,
    CellMarks,
    Place,
    Unseen,
    hides_text,
    least_true,
)
from sources.protocols.depots.workbooks.conditional_formats import (
    EVERYWHERE,
    NOTHING,
    UNKNOWN_CODE,
    Conditions,
    areas,
    column_number,
)
from sources.protocols.depots.workbooks.number_formats import GENERAL, as_kept
from sources.protocols.depots.workbooks.package import Package, part_name
from sources.protocols.depots.workbooks.rich_texts import (
    altered_shared_texts,
    is_altered_text,
    is_struck_font,
)

BOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"
BOOK_LINKS = "xl/_rels/workbook.xml.rels"
BUILT_IN = {
    **{str(ident): code for ident, code in BUILTIN_FORMATS.items()},
    # As written in the standard: openpyxl's has lost its semicolons.
    "44": '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
}
LOCAL_FORMATS = range(5, 82)
"""Ids whose code depends on the language of the suite, where the standard gives none."""

YES = frozenset({"1", "true"})
NO = frozenset({"0", "false"})
TEXTS = frozenset({"s", "str", "inlineStr"})


@dataclass(frozen=True)
class Styles:
    """The format codes of a workbook: those of its cells and those that conditions choose.

    Attributes:
        cells: By rank of cell style; two when suites do not agree on which is in force.
        conditional: By rank of conditional style, those that have one.
        struck: The ranks of the cell styles that strike out what they show.
    """

    cells: tuple[tuple[str, ...], ...]
    conditional: Mapping[str, str]
    struck: frozenset[str] = frozenset()

    def of_cell(self, rank: str) -> tuple[str, ...]:
        """Return the codes of a cell by the rank of its style."""
        place = int(rank)
        return self.cells[place] if place < len(self.cells) else (GENERAL,)


@dataclass(frozen=True)
class Book:
    """What the cells of all the sheets of a workbook depend on.

    Attributes:
        styles: Its format codes.
        altered: The ranks of its texts of which a part is seen otherwise.
        is_recomputed: Whether its formulas are computed again by who opens it: the values that are
            written beside them were never seen.
    """

    styles: Styles
    altered: frozenset[str]
    is_recomputed: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """What a cell is made of, found in one pass: a sheet may have a million of them.

    Attributes:
        kind: What it says that its value is.
        value: Its value, as it is written; the empty text when it has none.
        is_formula: Whether it is computed.
        text: Its own text, when it is not one that cells share.
    """

    kind: str
    value: str
    is_formula: bool
    text: ET.Element | None

    @classmethod
    def of(cls, cell: ET.Element) -> Self:
        """Look at the parts of a cell; of two of a name, the first counts."""
        parts = {part.tag.rpartition("}")[2]: part for part in reversed(cell)}
        value = parts["v"].text if "v" in parts else None
        return cls(cell.get("t", "n"), value or "", "f" in parts, parts.get("is"))

    @property
    def is_filled(self) -> bool:
        """Tell whether it has a value or a text."""
        return bool(self.value) or self.text is not None

    @property
    def is_zero(self) -> bool:
        """Tell whether it is the number zero."""
        return self.kind == "n" and not float(self.value or 1)

    def is_altered(self, shared: Collection[str]) -> bool:
        """Tell whether a part of its text is seen otherwise, shared texts by their ranks."""
        if self.kind == "s":
            return self.value in shared
        return self.text is not None and is_altered_text(self.text)


def xlsx_cells(package: Package, sheet: str, unseen: Unseen) -> Iterator[CellMarks]:
    """Yield what is said of the cells of a sheet; what is not shown of it is gathered."""
    content = package.read(_part_of(package, sheet))
    styles = _styles(package)
    book = Book(styles, altered_shared_texts(package), _is_recomputed(package))
    conditions = _conditions(content, styles)
    hides_zeros = False
    row = column = 0
    for event, element in ET.iterparse(io.BytesIO(content), ("start", "end")):  # noqa: S314 no entities
        name = _local(element.tag)
        if event == "start" and name == "row":
            row, column = int(element.get("r") or row + 1), 0
            if _is_unseen(element, "ht"):
                unseen.rows.append(row)
        elif event == "start" and name == "col" and _is_unseen(element, "width"):
            unseen.columns.extend(_columns(element))
        elif event == "start" and name == "sheetView":
            hides_zeros = element.get("showZeros") in NO
        elif event == "end" and name == "c":
            row, column = _place(element.get("r"), row, column + 1)
            codes = styles.of_cell(element.get("s", "0"))
            codes += conditions.within((row, row, column, column))
            held = _Held.of(element)
            codes += (NOTHING,) if hides_zeros and held.is_zero else ()
            is_struck = held.is_filled and element.get("s", "0") in styles.struck
            yield replace(_cell(held, (row, column), codes, book), is_struck=is_struck)
        elif event == "end" and name == "row":
            element.clear()


def _is_recomputed(package: Package) -> bool:
    settings = ET.fromstring(package.read(BOOK)).find("{*}calcPr")  # noqa: S314 no entities
    return settings is not None and settings.get("fullCalcOnLoad") in YES


def _cell(cell: _Held, place: Place, codes: Sequence[str], book: Book) -> CellMarks:
    kind, value = cell.kind, cell.value
    if kind == "e":
        return CellMarks(place, error=value or "#ERREUR")
    if cell.is_formula and (book.is_recomputed or not (value or kind in TEXTS)):
        return CellMarks(place, is_uncomputed=True)
    if kind in TEXTS:
        hides = (cell.is_filled and hides_text(codes)) or cell.is_altered(book.altered)
        return CellMarks(place, hides_text=hides)
    if not value or kind != "n":
        return CellMarks(place)
    held = as_kept(float(value))
    return CellMarks(place, held=held, display=least_true(codes, held))


def _is_unseen(element: ET.Element, size: str) -> bool:
    """Tell whether a row or a column is hidden, or of no size."""
    return element.get("hidden") in YES or not float(element.get(size, "1"))


def _columns(element: ET.Element) -> range:
    first = int(element.get("min", "1"))
    return range(first, min(int(element.get("max", "1")), EVERYWHERE[3]) + 1)


def _styles(package: Package) -> Styles:
    if STYLES not in package:
        return Styles((), {})
    root = ET.fromstring(package.read(STYLES))  # noqa: S314 idem
    written = {
        element.get("numFmtId", ""): element.get("formatCode", "")
        for element in root.iterfind("{*}numFmts/{*}numFmt")
    }
    named = [element.get("numFmtId", "0") for element in root.iterfind("{*}cellStyleXfs/{*}xf")]
    conditional = {
        str(rank): number_format.get("formatCode", "")
        for rank, element in enumerate(root.iterfind("{*}dxfs/{*}dxf"))
        if (number_format := element.find("{*}numFmt")) is not None
    }
    cells = [
        tuple(dict.fromkeys(_code(ident, written) for ident in _format_ids(element, named)))
        for element in root.iterfind("{*}cellXfs/{*}xf")
    ]
    fonts = [is_struck_font(font) for font in root.iterfind("{*}fonts/{*}font")]
    struck = {
        str(rank)
        for rank, element in enumerate(root.iterfind("{*}cellXfs/{*}xf"))
        if (font := int(element.get("fontId", "0"))) < len(fonts) and fonts[font]
    }
    return Styles(tuple(cells), conditional, frozenset(struck))


def _format_ids(style: ET.Element, named: Sequence[str]) -> Iterator[str]:
    """Yield the formats of a cell style; one that says not to apply its own has its parent's too.

    Suites do not agree on which is then in force.
    """
    yield style.get("numFmtId", "0")
    parent = int(style.get("xfId", "0"))
    if style.get("applyNumberFormat") in NO and parent < len(named):
        yield named[parent]


def _code(ident: str, written: Mapping[str, str]) -> str:
    code = written.get(ident, BUILT_IN.get(ident))
    if code is None:
        return UNKNOWN_CODE if int(ident) in LOCAL_FORMATS else GENERAL
    return code


def _may_be_conditional(content: bytes, styles: Styles) -> bool:
    return b"conditionalFormatting" in content and (
        bool(styles.conditional) or b"numFmt" in content or b"showValue" in content
    )


def _conditions(content: bytes, styles: Styles) -> Conditions:
    """Return the codes that conditions may choose, and where; they come after the cells."""
    if not _may_be_conditional(content, styles):
        return Conditions()
    found: list[tuple[Area, str]] = []
    for _, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 idem
        name = _local(element.tag)
        if name == "conditionalFormatting":
            codes = tuple(_codes_chosen(element, styles))
            found.extend(product(_areas(element), codes))
        elif name == "row":
            element.clear()
    return Conditions.of(found)


def _codes_chosen(element: ET.Element, styles: Styles) -> Iterator[str]:
    for child in element.iter():
        if _local(child.tag) == "cfRule" and child.get("dxfId", "") in styles.conditional:
            yield styles.conditional[child.get("dxfId", "")]
        elif _local(child.tag) == "numFmt":
            yield child.get("formatCode", "")
        elif child.get("showValue") in NO:
            yield NOTHING


def _areas(element: ET.Element) -> Iterator[Area]:
    below = [child.text or "" for child in element.iter() if _local(child.tag) == "sqref"]
    yield from areas(" ".join([element.get("sqref", ""), *below]))


def linked_parts(package: Package) -> dict[str, str]:
    """Return the parts that a workbook calls, by the names that it gives to its links."""
    if BOOK_LINKS not in package:
        return {}
    links = ET.fromstring(package.read(BOOK_LINKS))  # noqa: S314 idem
    return {
        link.get("Id", ""): part_name(normpath(join("/xl", target.replace("\\", "/"))))
        for link in links
        if (target := link.get("Target"))
    }


def _part_of(package: Package, sheet: str) -> str:
    """Return the part of a workbook that holds a sheet."""
    book = ET.fromstring(package.read(BOOK))  # noqa: S314 idem
    sheets = {element.get("name"): element for element in book.iterfind("{*}sheets/{*}sheet")}
    (ident,) = (value for key, value in sheets[sheet].items() if key.endswith("}id"))
    return linked_parts(package)[ident]


def _place(reference: str | None, row: int, column: int) -> Place:
    """Return the place that a reference such as ``C7`` names, or the next one without it."""
    if reference is None:
        return row, column
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_number(letters)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
