"""The receipts of deposits: each value that they give back is in the file that was deposited.

Here: reading a receipt's text, and the deposited file as a spreadsheet's cells. Not here: what a
deposit should have been (``sources``), nor what a refusal asks for.
"""

import csv
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from openpyxl import load_workbook

from tests.readers.discrepancies import Discrepancy, Place
from tests.readers.french_numerals import read_sentence
from tests.readers.rendered_pages import Row, read_html
from tests.readers.station_truth import StationTruth

ENCODINGS = ("utf-8-sig", "cp1252")
LINE = re.compile(r"ligne (\d+)")


def of_receipts(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the last receipt of each source, against the last file that was received from it."""
    received = _received(truth)
    for folder in sorted((truth.home / "accuses").glob("*")):
        pages = sorted(folder.glob("*.html"))
        files = received.get(folder.name, [])
        if pages and files:
            place = Place("accusé", str(pages[-1].relative_to(truth.home)))
            yield from _of_receipt(place, pages[-1].read_text("utf-8"), files, truth)


def _received(truth: StationTruth) -> dict[str, list[Path]]:
    """Return the files that each source was ever received as, the newest last."""
    with closing(sqlite3.connect(f"file:{truth.home / 'register.sqlite'}?mode=ro", uri=True)) as db:
        rows = db.execute(
            "select source_id, extract_id from fetch_outcome "
            "where extract_id is not null order by id"
        ).fetchall()
    found: dict[str, list[Path]] = {}
    for source, extract in rows:
        path = truth.home / "raw" / extract[:2] / extract
        if path.exists():
            found.setdefault(source, []).append(path)
    return found


def _of_receipt(
    place: Place, page: str, files: list[Path], truth: StationTruth
) -> Iterator[Discrepancy]:
    newest = _cells(files[-1])
    ever = {text for path in dict.fromkeys(files) for row in _cells(path) for text in row}
    for piece in read_html(page):
        if not isinstance(piece, Row):
            continue
        line = LINE.match(piece.cells[0])
        if line and "lu" in piece.under.get("h2", ""):
            yield from _of_line(place, piece, int(line[1]), newest)
        elif "change" in piece.under.get("h2", ""):
            yield from _of_change(place, piece, ever, truth)


def _of_line(
    place: Place, row: Row, line: int, newest: tuple[tuple[str, ...], ...]
) -> Iterator[Discrepancy]:
    written = {_folded(text) for text in newest[line - 1]} if line <= len(newest) else set()
    for text in row.cells[1:]:
        if text and _folded("" if text == "(vide)" else text) not in written:
            yield place.found(" · ".join(row.cells), text, "le fichier n'a pas cela à cette ligne")


def _of_change(
    place: Place, row: Row, ever: set[str], truth: StationTruth
) -> Iterator[Discrepancy]:
    written = {_folded(text) for text in ever}
    for text in row.cells[2:]:
        tokens = read_sentence(text, truth.lexicon).tokens
        if tokens and _folded(text) not in written:
            yield place.found(" | ".join(row.cells), text, "aucun des fichiers reçus n'a cela")


def _folded(text: str) -> str:
    """Return a text without what spacing, typography and number formats change."""
    bare = re.sub(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", "", text).replace("’", "'")
    number = bare.replace(",", ".")
    return f"{float(number):g}" if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", number) else bare


@lru_cache(maxsize=64)
def _cells(path: Path) -> tuple[tuple[str, ...], ...]:
    """Return the texts of the cells of a deposited file, line by line."""
    content = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _workbook(content)
    text = next((content.decode(e) for e in ENCODINGS if _decodes(content, e)), "")
    separator = max(";,\t|", key=text.partition("\n")[0].count)
    return tuple(tuple(row) for row in csv.reader(io.StringIO(text), delimiter=separator))


def _workbook(content: bytes) -> tuple[tuple[str, ...], ...]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=False, data_only=True)
    except (KeyError, ValueError):
        return ()
    (sheet, *_) = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return tuple(
        tuple("" if value is None else str(value) for value in row)
        for row in sheet.iter_rows(values_only=True)
    )


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
