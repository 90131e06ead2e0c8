"""What a deposited file is by its bytes, and why one may be refused before it is read.

Here: the kind of a file, and the guards against what an office file can hide: macros, links to
other files, embedded objects, XML entities, bombs, sheets a thousand times too big. Not here: what
is odd in its cells (``inspection``), nor what it should contain (the contract).
"""

import re
import zipfile
import zlib
from collections.abc import Iterable
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree as ET

from sources.errors import ExtractRefused

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
        r"(?i)(.*/)?vbaproject\.bin|xl/macrosheets/.*|Basic/.+|Scripts/.+", re.DOTALL
    ),
    "des liens vers d'autres classeurs": re.compile(r"(?i)xl/external(links|references)/.*"),
    "des objets incorporés": re.compile(
        r"(?i)xl/(embeddings|activeX|ctrlProps)/.*|Object [0-9]+/.*"
    ),
}
"""What must not be in a workbook, in French, and the names of the parts that are it."""

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
ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
SHARED_TEXT = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
REFERENCE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
PLACE = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")
ODS_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ODS_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


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
    if b"\x00" in head or head.startswith(b"%PDF") or head.lstrip().lower().startswith(b"<"):
        msg = "Ce n'est ni un classeur (.xlsx, .ods) ni un fichier CSV."
        raise ExtractRefused(msg)
    return FileKind.CSV


def _workbook_kind(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member for member in archive.infolist()}
            _refuse_bomb(members.values())
            if len(members) < len(archive.infolist()) or archive.testzip() is not None:
                raise zipfile.BadZipFile
            _refuse_parts(members)
            _refuse_entities(archive)
            if "xl/workbook.xml" in members:
                _refuse_wide_xlsx(archive)
                return FileKind.XLSX
            if "mimetype" in members and archive.read("mimetype").strip() == ODS_TYPE:
                _refuse_wide_ods(archive)
                return FileKind.ODS
    except UNREADABLE:
        msg = "Le classeur est abîmé, ou protégé par un mot de passe."
        raise ExtractRefused(msg) from None
    except (ET.ParseError, ValueError):
        msg = "Le classeur est abîmé : une de ses feuilles est mal formée."
        raise ExtractRefused(msg) from None
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


def _refuse_parts(names: Iterable[str]) -> None:
    parts = list(names)
    for label, pattern in FORBIDDEN_PARTS.items():
        if any(pattern.fullmatch(name) for name in parts):
            _refuse_part(label)


def _refuse_part(label: str) -> NoReturn:
    msg = f"Il contient {label} : recopier les valeurs seules dans un classeur neuf, en .xlsx."
    raise ExtractRefused(msg)


def _refuse_entities(archive: zipfile.ZipFile) -> None:
    """Refuse what no office suite writes: XML that declares entities, which can be bombs."""
    for name in archive.namelist():
        content = archive.read(name)
        if ENTITIES.search(content[:4096]) and content.lstrip()[:1] == b"<":
            msg = "Il déclare des entités XML : l'enregistrer de nouveau avec un tableur."
            raise ExtractRefused(msg)


def _refuse_wide_xlsx(archive: zipfile.ZipFile) -> None:
    """Refuse a sheet whose last cell is so far away that reading it would fill the memory.

    Every member is looked at: nothing obliges a sheet to be where sheets usually are. A place or an
    encoding that is not plain is refused: what the guard misreads could abort the whole process.
    """
    longest = most_cells = 0
    for name in archive.namelist():
        content = archive.read(name)
        if content.startswith(UTF_16):
            raise ValueError(name)
        longest = max(longest, *(len(text) for text in SHARED_TEXT.split(content)[1:]), 0)
        rows = ROW.split(content)[1:]
        most_cells = max(most_cells, sum(len(CELL.findall(row)) for row in rows))
        # Cells may be written without saying where they are: then each row has as many as written.
        width, height = max((len(CELL.findall(row)) for row in rows), default=0), len(rows)
        for reference in chain.from_iterable(map(REFERENCE.findall, rows)):
            place = PLACE.fullmatch(reference)
            if place is None:
                raise ValueError(reference)
            width, height = max(width, _column_number(place[1])), max(height, int(place[2]))
        _refuse_too_many_cells(width, height)
    if longest * most_cells > MOST_TEXT_BYTES:
        msg = "Un même texte démesuré y est répété : l'enregistrer de nouveau, sans ce texte."
        raise ExtractRefused(msg)


def _refuse_wide_ods(archive: zipfile.ZipFile) -> None:
    """The same for ODS, where cells and rows are written once and repeated."""
    if ODS_LINK.search(archive.read("content.xml")):
        _refuse_part("des liens vers d'autres classeurs")
    with archive.open("content.xml") as content:
        width = height = row = 0
        for _, element in ET.iterparse(content):  # noqa: S314 expat bounds entity expansion
            if element.tag == f"{ODS_TABLE}table-row":
                row += abs(int(element.get(f"{ODS_TABLE}number-rows-repeated", "1")))
                if cells := _last_cell(element):
                    width, height = max(width, cells), row
                element.clear()
        _refuse_too_many_cells(width, height)


def _last_cell(row: ET.Element) -> int:
    """Return the column of the last cell of a row that holds something, 0 when none does."""
    column = last = 0
    for cell in row:
        column += abs(int(cell.get(f"{ODS_TABLE}number-columns-repeated", "1")))
        if cell.get(f"{ODS_OFFICE}value-type") or len(cell):
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
