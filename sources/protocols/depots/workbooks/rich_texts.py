"""Texts of which some characters are seen otherwise than the rest: raised, lowered, struck out.

Here: those that would be read as a number, of which a digit may be the call of a note (``264¹``) or
be struck out. Not here: what a number format shows (``number_formats``), nor cells (``xlsx_cells``,
``ods_cells``).
"""

import io
import re
from collections.abc import Collection
from xml.etree import ElementTree as ET

from sources.protocols.depots.workbooks.number_formats import GROUPING
from sources.protocols.depots.workbooks.package import Package

SHARED_TEXTS = "xl/sharedStrings.xml"
NUMBER_LIKE = re.compile(rf"[-+0-9.,{GROUPING}]+")
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ON_THE_LINE = re.compile(r"0%?(?:\s.*)?")
NO = frozenset({"0", "false"})


def altered_shared_texts(package: Package) -> frozenset[str]:
    """Return the ranks, from 0, of the texts of an XLSX workbook that are seen otherwise."""
    if SHARED_TEXTS not in package:
        return frozenset()
    events = ET.iterparse(io.BytesIO(package.read(SHARED_TEXTS)), ("start", "end"))  # noqa: S314 no entities
    _, root = next(events)
    rank, altered = 0, set()
    for event, element in events:
        if event == "end" and element.tag.endswith("}si"):
            if is_altered_text(element):
                altered.add(str(rank))
            rank += 1
            root.clear()
    return frozenset(altered)


def is_altered_text(text: ET.Element) -> bool:
    """Tell whether a text of XLSX, shared or not, reads as a number and is seen otherwise."""
    runs = [part for part in text if part.tag.rpartition("}")[2] == "r"]
    return any(map(_is_altered_run, runs)) and _is_number_like(
        "".join(run.findtext("{*}t") or "" for run in runs)
    )


def _is_altered_run(run: ET.Element) -> bool:
    raised = run.find("{*}rPr/{*}vertAlign")
    is_raised = raised is not None and raised.get("val") != "baseline"
    return is_raised or is_struck_font(run.find("{*}rPr"))


def is_struck_font(font: ET.Element | None) -> bool:
    """Tell whether a font of XLSX strikes out what it writes."""
    struck = font.find("{*}strike") if font is not None else None
    return struck is not None and struck.get("val") not in NO


def strikes_out(style: ET.Element) -> bool | None:
    """Tell whether a style of ODS strikes out what it shows; None when it does not say."""
    properties = style.find(f"{STYLE}text-properties")
    written = [
        line
        for what in ("style", "type")
        if properties is not None
        and (line := properties.get(f"{STYLE}text-line-through-{what}")) is not None
    ]
    return any(line != "none" for line in written) if written else None


def is_altered_style(style: ET.Element) -> bool:
    """Tell whether a style of ODS, of a part of a text, raises, lowers or strikes it out."""
    properties = style.find(f"{STYLE}text-properties")
    if properties is None:
        return False
    position = properties.get(f"{STYLE}text-position", "0%")
    return not ON_THE_LINE.fullmatch(position) or bool(strikes_out(style))


def is_altered_cell(cell: ET.Element, text: str, altered: Collection[str]) -> bool:
    """Tell whether the text of a cell of ODS reads as a number and is seen otherwise.

    Args:
        cell: The cell.
        text: Its text.
        altered: The names of the styles that show a part of a text otherwise.
    """
    spans = cell.iterfind(f"{TEXT}p//{TEXT}span")
    return _is_number_like(text) and any(
        span.get(f"{TEXT}style-name", "") in altered for span in spans
    )


def _is_number_like(text: str) -> bool:
    return NUMBER_LIKE.fullmatch(text) is not None
