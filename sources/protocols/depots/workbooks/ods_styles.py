"""The styles of an ODS workbook as format codes, those that XLSX workbooks write.

Here: the data styles of content.xml and styles.xml, and which one a cell style leads to. Not here:
what a code shows (``number_formats``), nor cells (``ods_cells``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree as ET

from sources.protocols.depots.workbooks.number_formats import GENERAL, GROUPING
from sources.protocols.depots.workbooks.rich_texts import is_altered_style, strikes_out

NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
NOT_UNDERSTOOD = "[?]"
MOST_PARENTS = 20
MOST_DIGITS = 60
CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[0-9.]+)")
SECTIONS = {
    (">=0",): 2,
    (">0",): 2,
    (">0", "<0"): 3,
    (">0", "<0", "=0"): 4,
}
"""Conditions that are those of the sections of a code, which need not be written."""

DATE_LETTERS = {
    "year": "yyyy",
    "month": "mm",
    "day": "dd",
    "hours": "hh",
    "minutes": "hh",
    "seconds": "ss",
    "am-pm": "hh",
    "day-of-week": "",
}


@dataclass(frozen=True)
class OdsStyles:
    """The styles of an ODS workbook.

    Attributes:
        codes: Format code by name of data style.
        cells: By name of cell style: its parent, its data style, the cell styles that its
            conditions choose.
        altered: The names of the styles that raise, lower or strike out a part of a text.
        struck: Whether a cell style strikes out its cells, by its name, where it says so.
    """

    codes: Mapping[str, str]
    cells: Mapping[str, tuple[str, str, tuple[str, ...]]]
    altered: frozenset[str] = frozenset()
    struck: Mapping[str, bool] = field(default_factory=dict)

    def of_cell(self, name: str) -> tuple[str, ...]:
        """Return the codes that may be in force in a cell, by the name of its style."""
        _, _, chosen = self.cells.get(name, ("", "", ()))
        return tuple(dict.fromkeys(self._code(style) for style in (name, *chosen)))

    def strikes_out(self, name: str) -> bool:
        """Tell whether a cell is struck out, by the name of its style."""
        for _ in range(MOST_PARENTS):
            if name in self.struck:
                return self.struck[name]
            name, _, _ = self.cells.get(name, ("", "", ()))
        return False

    def _code(self, name: str) -> str:
        for _ in range(MOST_PARENTS):
            parent, data_style, _ = self.cells.get(name, ("", "", ()))
            if data_style:
                return self.codes.get(data_style, GENERAL)
            name = parent
        return GENERAL


def ods_styles(roots: Sequence[ET.Element]) -> OdsStyles:
    """Read the styles of the parts of a workbook."""
    data: dict[str, ET.Element] = {}
    cells: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    altered: set[str] = set()
    struck: dict[str, bool] = {}
    for element in (element for root in roots for element in root.iter()):
        name = element.get(f"{STYLE}name", "")
        if element.tag.startswith(NUMBER):
            data.setdefault(name, element)
        elif element.tag == f"{STYLE}style" and element.get(f"{STYLE}family") == "table-cell":
            chosen = (rule.get(f"{STYLE}apply-style-name", "") for rule in _maps(element))
            cells[name] = (
                element.get(f"{STYLE}parent-style-name", "Default"),
                element.get(f"{STYLE}data-style-name", ""),
                tuple(chosen),
            )
            if (strikes := strikes_out(element)) is not None:
                struck[name] = strikes
            # Conditional formats call a style by the name that is seen.
            cells.setdefault(element.get(f"{STYLE}display-name", name), cells[name])
        elif element.tag == f"{STYLE}style" and is_altered_style(element):
            altered.add(name)
    codes = {name: _code(element, data) for name, element in data.items() if name}
    return OdsStyles(codes, cells, frozenset(altered), struck)


def _maps(element: ET.Element) -> list[ET.Element]:
    return element.findall(f"{STYLE}map")


def _code(style: ET.Element, data: Mapping[str, ET.Element]) -> str:
    """Return a data style as a code, with the sections that its conditions choose."""
    base, rules = _section(style), _maps(style)
    if not rules:
        return base
    conditions = tuple(_condition(rule.get(f"{STYLE}condition", "")) for rule in rules)
    chosen = [
        _section(data[name])
        if (name := rule.get(f"{STYLE}apply-style-name", "")) in data
        else "[?]"
        for rule in rules
    ]
    if conditions in SECTIONS:
        return ";".join([*chosen, base])
    return ";".join([*(f"[{c}]{s}" for c, s in zip(conditions, chosen, strict=True)), base])


def _condition(written: str) -> str:
    match = CONDITION.fullmatch(written.strip())
    return f"{match[1].replace('!=', '<>')}{match[2]}" if match else "?"


def _section(style: ET.Element) -> str:
    is_percentage = style.tag == f"{NUMBER}percentage-style"
    return "".join(_pieces(style, is_percentage=is_percentage)) or '""'


def _pieces(style: ET.Element, *, is_percentage: bool) -> Iterator[str]:
    for element in style:
        kind = element.tag.removeprefix(NUMBER)
        text = element.text or ""
        if kind in {"text", "currency-symbol"}:
            marks = text.split("%") if is_percentage else [text]
            yield "%".join(_quoted(mark) for mark in marks)
        elif kind == "number":
            yield _number(element)
        elif kind == "scientific-number":
            yield f"0.{'0' * _count(element, 'decimal-places')}E+0"
        elif kind == "text-content":
            yield "@"
        elif kind == "fill-character":
            yield f"*{text or ' '}"
        elif kind in DATE_LETTERS:
            yield DATE_LETTERS[kind]
        elif element.tag.startswith(NUMBER):
            yield NOT_UNDERSTOOD


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(39))}"' if text else ""


def _number(element: ET.Element) -> str:
    if _is_not_plain(element):
        return NOT_UNDERSTOOD
    if element.get(f"{NUMBER}decimal-places") is None:
        return GENERAL
    commas = _commas(element.get(f"{NUMBER}display-factor", "1"))
    if commas is None:
        return NOT_UNDERSTOOD
    decimals = _count(element, "decimal-places")
    sure = min(_count(element, "min-decimal-places", decimals), decimals)
    whole = "#,##0" if element.get(f"{NUMBER}grouping") == "true" else "0"
    least = _count(element, "min-integer-digits")
    whole = whole[:-1] + ("0" * least or "#")
    point = "." if decimals else ""
    return f"{whole}{point}{'0' * sure}{'#' * (decimals - sure)}{',' * commas}"


def _is_not_plain(element: ET.Element) -> bool:
    """Tell whether something but a mark of thousands is written among the digits."""
    among = "".join(child.text or "" for child in element)
    replaced = element.get(f"{NUMBER}decimal-replacement", "")
    return bool(among.strip(GROUPING) or replaced)


def _commas(factor: str) -> int | None:
    """Return how many thousands a number is divided by when it is shown."""
    try:
        exponent = Decimal(factor).normalize().as_tuple()
    except InvalidOperation:
        return None
    power = exponent.exponent
    if exponent.digits != (1,) or not isinstance(power, int) or power % 3 or not 0 <= power <= 60:
        return None
    return power // 3


def _count(element: ET.Element, name: str, default: int = 0) -> int:
    return min(max(int(element.get(f"{NUMBER}{name}", str(default))), 0), MOST_DIGITS)
