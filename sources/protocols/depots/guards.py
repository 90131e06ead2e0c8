"""What a deposited file is by its bytes, and why one may be refused before it is read.

Here: the kind of a file, and the guards against what an office file can hide: macros, links to
other files, embedded objects, XML entities, bombs, sheets a thousand times too big. Not here: what
is odd in its cells (``inspection``), nor what it should contain (the contract).
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, NoReturn
from xml.etree import ElementTree as ET

from sources.errors import ExtractRefused
from sources.protocols.depots.workbooks.ods_cells import OFFICE, TABLE
from sources.protocols.depots.workbooks.package import Package
from sources.protocols.depots.workbooks.xlsx_cells import linked_parts

MOST_BYTES = 20 << 20
MOST_UNPACKED_BYTES = 200 << 20
MOST_RATIO = 200
"""How many times bigger than packed a member may be; office files stay below 50."""

MOST_CELLS = 2_000_000
MOST_TEXT_BYTES = 500 << 20
"""Texts are written once and repeated in each cell: what reading them all may take."""

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
FORBIDDEN_PARTS = {
    "des macros": re.compile(
        r"(.*/)?vbaproject\.bin|xl/macrosheets/.*|basic/.+|scripts/.+", re.DOTALL
    ),
    "des liens vers d'autres classeurs": re.compile(r"xl/external(links|references)/.*", re.DOTALL),
    "des objets incorporés": re.compile(
        r"xl/(embeddings|activex|ctrlprops)/.*|object [0-9]+/.*", re.DOTALL
    ),
}
"""What must not be in a workbook, in French, and the names of the parts that are it."""

ODS_OBJECT = re.compile(r"(object [0-9]+)/.*", re.DOTALL)
ODS_CHART = re.compile(rb"<(?:[\w-]+:)?chart[\s/>]")
"""ODS keeps a chart as an object of its own: it is a picture of cells, and runs nothing."""

BINARY = re.compile(r"(xl/media|docprops)/.*|.*\.(bin|jpe?g|png|gif|emf|wmf)", re.DOTALL)
PICTURES = re.compile(r"(xl/media|pictures)/.*", re.DOTALL)
TRUE_NAMES = {
    "xl/workbook.bin": "un classeur binaire (.xlsb)",
    "word/document.xml": "un document Word (.docx)",
    "ppt/presentation.xml": "un diaporama (.pptx)",
    "index/document.iwa": "un classeur Numbers",
}
"""By a part that only this kind of file has, what an archive is."""

ODF_NAMES = {
    b"application/vnd.oasis.opendocument.text": "un document texte (.odt)",
    b"application/vnd.oasis.opendocument.presentation": "un diaporama (.odp)",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "un modèle de classeur (.ots)",
}
SIGNATURES = {
    b"%PDF": "un PDF",
    b"\x1f\x8b": "une archive gzip",
    b"7z\xbc\xaf\x27\x1c": "une archive 7z",
    b"Rar!": "une archive RAR",
    b"\x89PNG": "une image PNG",
    b"\xff\xd8\xff": "une image JPEG",
    b"PAR1": "un fichier Parquet",
    b"{\\rtf": "un document RTF",
}
"""By their first bytes, what files that are no text are."""

MARKUP = {
    b"<!doctype html": "une page web (HTML)",
    b"<html": "une page web (HTML)",
    b"<table": "une page web (HTML)",
}
MANIFEST, ENCRYPTED = "meta-inf/manifest.xml", b"encryption-data"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF_32_MARK = b"\xff\xfe\x00\x00"

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    KeyError,
)
"""What the standard library raises of an archive that is damaged, encrypted or packed otherwise."""

ODS_LINK = re.compile(rb"<(?:[\w-]+:)?(?:table-source|dde-source|dde-link)[\s/>]")
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
UNREAD_TEXT = b"<![CDATA["
"""What holds a text that the engine does not read in ODS, and that no office suite writes."""

UNREAD_RESULT = re.compile(
    rb"""\st\s*=\s*["']str["'][^<>]*>(?:(?!</(?:[\w-]+:)?c>).)*?<!\[CDATA\[""", re.DOTALL
)
"""Where the engine does not read it in XLSX: a text that a formula gave, « 2 » of « 264 »."""

START = re.compile(rb"""<(?:[^\s<>/!?:"'=]+:)?(?:row|c)(?=[\s/>])""")
TAG = re.compile(
    rb"""<(?:[^\s<>/!?:"'=]+:)?(?P<name>row|c)(?P<attributes>(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)>"""
)
"""A row or a cell, and nothing of what is only called alike: a picture says its row in a text."""

SHARED_TEXT = re.compile(rb"""<(?:[^\s<>/!?:"'=]+:)?si(?=[\s/>])""")
REFERENCE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
PLACE = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")


class FileKind(StrEnum):
    """What a deposit may be."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


def kind_of(path: Path) -> FileKind:
    """Tell what a deposit is by its bytes; its suffix is not believed.

    Raises:
        ExtractRefused: It is neither a workbook that is safe to read, nor text.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(OLD_OFFICE):
        msg = (
            "C'est un classeur d'un ancien format, ou protégé : "
            "l'enregistrer en .xlsx, sans mot de passe."
        )
        raise ExtractRefused(msg)
    if head.startswith(ZIP):
        return _workbook_kind(path)
    if not head.strip():
        msg = "Il est vide."
        raise ExtractRefused(msg)
    _refuse_other_kinds(head)
    return FileKind.CSV


def _refuse_other_kinds(head: bytes) -> None:
    """Refuse what is no text in columns, by what it is."""
    markup = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    names = [name for start, name in SIGNATURES.items() if head.startswith(start)]
    names += [name for start, name in MARKUP.items() if markup.startswith(start)]
    if names or markup.startswith(b"<"):
        _refuse_name(names[0] if names else "un document XML")
    if head.startswith(UTF_16_MARKS) and not head.startswith(UTF_32_MARK):
        return
    if b"\x00" in head:
        msg = (
            "Ce n'est ni un classeur (.xlsx, .ods) ni un fichier CSV. Si c'est du texte, en UTF-16 "
            "ou UTF-32 : l'enregistrer en « CSV UTF-8 »."
        )
        raise ExtractRefused(msg)


def _refuse_name(name: str) -> NoReturn:
    msg = f"C'est {name}, ni un classeur (.xlsx, .ods) ni un fichier CSV : l'enregistrer en .xlsx."
    raise ExtractRefused(msg)


def _workbook_kind(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(archive.infolist())
            package = Package(archive)
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
            return _kind_of_package(package)
    except UNREADABLE:
        msg = "Le classeur est abîmé, ou protégé par un mot de passe."
        raise ExtractRefused(msg) from None
    except (ET.ParseError, ValueError):
        msg = "Le classeur est abîmé : une de ses feuilles est mal formée."
        raise ExtractRefused(msg) from None


def _kind_of_package(package: Package) -> FileKind:
    _refuse_parts(package)
    _refuse_entities(package)
    if "xl/workbook.xml" in package:
        _refuse_wide_xlsx(package)
        return FileKind.XLSX
    if MANIFEST in package and ENCRYPTED in package.read(MANIFEST):
        raise zipfile.BadZipFile
    mimetype = package.read("mimetype").strip() if "mimetype" in package else b""
    if mimetype == ODS_TYPE:
        _refuse_wide_ods(package)
        return FileKind.ODS
    for part, name in TRUE_NAMES.items():
        if part in package:
            _refuse_name(name)
    if mimetype in ODF_NAMES:
        _refuse_name(ODF_NAMES[mimetype])
    msg = "C'est une archive, pas un classeur .xlsx ou .ods."
    raise ExtractRefused(msg)


def _refuse_bomb(members: Iterable[zipfile.ZipInfo]) -> None:
    unpacked = 0
    for member in members:
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise zipfile.BadZipFile
        unpacked += member.file_size
        if unpacked > MOST_UNPACKED_BYTES or member.file_size > MOST_RATIO * max(
            member.compress_size, 1024
        ):
            msg = "Une fois ouvert, le classeur serait démesuré."
            raise ExtractRefused(msg)


def _refuse_parts(package: Package) -> None:
    charts = {name.removesuffix("content.xml") for name in package if _is_chart(package, name)}
    parts = [name for name in package if not name.startswith(tuple(charts))]
    for label, pattern in FORBIDDEN_PARTS.items():
        if any(pattern.fullmatch(name) for name in parts):
            _refuse_part(label)


def _is_chart(package: Package, name: str) -> bool:
    match = ODS_OBJECT.fullmatch(name)
    is_content = match is not None and name == f"{match[1]}/content.xml"
    return is_content and ODS_CHART.search(package.read(name)) is not None


def _refuse_part(label: str) -> NoReturn:
    msg = f"Il contient {label} : recopier les valeurs seules dans un classeur neuf, en .xlsx."
    raise ExtractRefused(msg)


def _refuse_entities(package: Package) -> None:
    """Refuse what no office suite writes: XML that declares entities, which can be bombs."""
    for name in (name for name in package if not PICTURES.fullmatch(name)):
        content = package.read(name)
        if ENTITIES.search(content[:4096]) and content.lstrip()[:1] == b"<":
            msg = "Il déclare des entités XML : l'enregistrer de nouveau avec un tableur."
            raise ExtractRefused(msg)


def _refuse_wide_xlsx(package: Package) -> None:
    """Refuse a sheet whose last cell is so far away that reading it would fill the memory.

    Every part but pictures is looked at: nothing obliges a sheet to be where sheets usually are. A
    place or an encoding that is not plain is refused: what the guard misreads could abort the whole
    process.
    """
    longest = most_cells = 0
    if any(BINARY.fullmatch(part) for part in linked_parts(package).values()):
        msg = "a sheet is called as a picture is"
        raise ValueError(msg)
    for name in (name for name in package if not BINARY.fullmatch(name)):
        content = _as_plain_xml(package, name)
        longest = max(longest, *(len(text) for text in SHARED_TEXT.split(content)[1:]), 0)
        width, height, cells = _extent(content)
        most_cells = max(most_cells, cells)
        _refuse_too_many_cells(width, height)
    if longest * most_cells > MOST_TEXT_BYTES:
        msg = "Un même texte démesuré y est répété : l'enregistrer de nouveau, sans ce texte."
        raise ExtractRefused(msg)


def _as_plain_xml(package: Package, name: str) -> bytes:
    """Return a part that the guard and the engine read alike."""
    content = package.read(name)
    if content.startswith(UTF_16):
        raise ValueError(name)
    if UNREAD_TEXT in content and UNREAD_RESULT.search(content):
        _refuse_unread_text()
    return content


def _refuse_unread_text() -> NoReturn:
    msg = "Il contient des sections CDATA : l'enregistrer de nouveau avec un tableur."
    raise ExtractRefused(msg)


def _extent(content: bytes) -> tuple[int, int, int]:
    """Return how wide and how high a sheet may be, and how many cells are written in it.

    Cells may be written without saying where they are: then each row has as many as written.
    """
    width = height = rows = cells = written = 0
    if len(START.findall(content)) != len(TAG.findall(content)):
        msg = "a row or a cell is not written as XML is"
        raise ValueError(msg)
    for tag in TAG.finditer(content):
        is_row = tag["name"] == b"row"
        rows, written = (rows + 1, 0) if is_row else (rows, written + 1)
        cells += not is_row
        width = max(width, written)
        for column, row in _places(tag["attributes"]):
            width, height = max(width, column), max(height, row)
    return width, max(height, rows), cells


def _places(attributes: bytes) -> Iterator[tuple[int, int]]:
    for reference in REFERENCE.findall(attributes):
        place = PLACE.fullmatch(reference)
        if place is None:
            raise ValueError(reference)
        yield _column_number(place[1]), int(place[2])


def _refuse_wide_ods(package: Package) -> None:
    """The same for ODS, where cells and rows are written once and repeated."""
    if ODS_LINK.search(package.read("content.xml")):
        _refuse_part("des liens vers d'autres classeurs")
    if UNREAD_TEXT in package.read("content.xml"):
        _refuse_unread_text()
    with package.open("content.xml") as content:
        _refuse_wide_tables(content)


def _refuse_wide_tables(content: IO[bytes]) -> None:
    """Refuse a sheet that is too wide: each on its own, what is inside of its cells included.

    LibreOffice writes all the rows that a sheet could have, a million of them.
    """
    width = height = row = depth = 0
    for event, element in ET.iterparse(content, ("start", "end")):  # noqa: S314 expat bounds entities
        if element.tag == f"{TABLE}table":
            depth += 1 if event == "start" else -1
            if depth == 0:
                _refuse_too_many_cells(width, height)
                width = height = row = 0
        elif event == "end" and element.tag == f"{TABLE}table-row":
            row += abs(int(element.get(f"{TABLE}number-rows-repeated", "1")))
            if cells := _last_cell(element):
                width, height = max(width, cells), row
            element.clear()
    _refuse_too_many_cells(width, height)


def _last_cell(row: ET.Element) -> int:
    """Return the column of the last cell of a row that holds something, 0 when none does."""
    column = last = 0
    for cell in row:
        column += abs(int(cell.get(f"{TABLE}number-columns-repeated", "1")))
        if cell.get(f"{OFFICE}value-type") or len(cell):
            last = column
    return last


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_too_many_cells(width: int, height: int) -> None:
    if width * height > MOST_CELLS:
        msg = (
            f"Une de ses feuilles s'étend sur {height} lignes et {width} colonnes : "
            "effacer ce qui dépasse."
        )
        raise ExtractRefused(msg)
