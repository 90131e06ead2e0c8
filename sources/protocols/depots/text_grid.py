"""From a deposited text to its grid: CSV in the encodings and separators that office suites write.

Here: the encoding, the separator, the heading above the titles. Not here: the records themselves
(``tables.tabular``), nor workbooks (``sheet_grid``).
"""

import csv
import io
import re
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sources.contract import ExtractContract
from sources.errors import ExtractRefused
from sources.protocols.depots.grid import Grid, filled_rows
from sources.protocols.depots.guards import UTF_16_MARKS
from sources.protocols.depots.headings import (
    MOST_HEADING_ROWS,
    Row,
    TitlesRow,
    asked_titles,
    heading_flaws,
    heading_remark,
    titles_row,
)
from sources.tables.tabular import read_csv
from sources.tables.writing import SEPARATORS

DELIMITERS = (";", ",", "\t")
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
SEPARATOR_LINE = re.compile(r"(?i)\"?sep=[^\n]\"?\n")
"""A first line by which Excel is told the separator, and which it does not show."""

PADDING = " \t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
PADDED_QUOTE = re.compile(rf'[{PADDING}]"|"[{PADDING}]')
HEAD_CHARACTERS = 1 << 18


def text_grid(path: Path, contract: ExtractContract) -> Grid:
    """Read a deposited text.

    Raises:
        ExtractRefused: It cannot be read at all.
    """
    text, encoding = _decoded(path.read_bytes())
    # Lines may end in several ways in one file, that several systems wrote.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if declared := SEPARATOR_LINE.match(text):
        text = text[declared.end() :]
    layout = _layout(text, contract)
    with tempfile.TemporaryDirectory() as folder:
        unified = Path(folder) / "depot.csv"
        unified.write_bytes(layout.text.encode())
        table = read_csv(unified, layout.delimiter)
        numbers = _record_numbers(unified, layout)
    columns = [table.column(place).to_pylist() for place in range(table.num_columns)]
    return Grid(
        sheet="",
        header_row=layout.titles.number,
        titles=tuple(table.column_names),
        rows=filled_rows(zip(numbers, zip(*columns, strict=True), strict=True)),
        flaws=tuple(heading_flaws("", layout.heading)),
        remarks=tuple(heading_remark(layout.heading)),
        separator=layout.delimiter,
        encoding=encoding,
    )


@dataclass(frozen=True)
class _Layout:
    """How the columns of a text are parted, and where its titles are.

    Attributes:
        delimiter: Its separator.
        titles: The row of its titles.
        heading: The records above.
        text: The text from the titles on.
    """

    delimiter: str
    titles: TitlesRow
    heading: tuple[Row, ...]
    text: str

    @property
    def rank(self) -> tuple[int, int]:
        """The more titles a separator finds, the likelier it is."""
        return self.titles.rank


def _layout(text: str, contract: ExtractContract) -> _Layout:
    """Return the layout by which the titles are found.

    Raises:
        ExtractRefused: They are not found, or only by a separator that is not agreed.
    """
    layouts = [layout for mark in DELIMITERS if (layout := _layout_by(mark, text, contract))]
    if layouts:
        return max(layouts, key=lambda layout: layout.rank)
    for mark, name in SEPARATORS.items():
        if mark not in DELIMITERS and _layout_by(mark, text, contract):
            msg = (
                f"Ses colonnes sont séparées par {name} : l'enregistrer en « CSV UTF-8 », séparé "
                "par le point-virgule, la virgule ou la tabulation."
            )
            raise ExtractRefused(msg, rule="FDD")
    msg = f"Il n'a pas de ligne de titres : {asked_titles(contract)}."
    raise ExtractRefused(msg)


def _layout_by(mark: str, text: str, contract: ExtractContract) -> _Layout | None:
    text = _without_padding(text, mark)
    lines = io.StringIO(text[:HEAD_CHARACTERS], newline="")
    records: list[Row] = []
    starts = [0]
    try:
        for record in islice(csv.reader(lines, delimiter=mark), MOST_HEADING_ROWS):
            records.append(record)
            starts.append(lines.tell())
    except csv.Error:
        return None
    row = titles_row(records, contract)
    if row is None:
        return None
    above = row.number - 1
    return _Layout(mark, row, tuple(records[:above]), text[starts[above] :])


def _without_padding(text: str, mark: str) -> str:
    """Return a text without the spaces between its separators and the quotes of its cells."""
    if not PADDED_QUOTE.search(text):
        return text
    padding = f"[{PADDING.replace(mark, '')}]*"
    cell = re.compile(
        rf'{padding}(?P<quoted>"(?:[^"]|"")*+"){padding}(?=[{mark}\n]|\Z)|[^{mark}\n]++'
    )
    return cell.sub(lambda match: match["quoted"] or match[0], text)


def _record_numbers(path: Path, layout: _Layout) -> list[int]:
    """Return the number of each record but the titles, as a spreadsheet would count its rows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=layout.delimiter, strict=True)
        records = enumerate(reader, start=layout.titles.number)
        next(records)
        return [number for number, record in records if record]


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding; plain ASCII is in any of them."""
    if content.startswith(UTF_16_MARKS):
        return _utf_16(content), "UTF-16"
    for encoding, name in ENCODINGS.items():
        try:
            return content.decode(encoding), "" if content.isascii() else name
        except UnicodeDecodeError:
            continue
    msg = "Son texte n'est ni en UTF-8 ni en Windows-1252 : l'enregistrer en « CSV UTF-8 »."
    raise ExtractRefused(msg)


def _utf_16(content: bytes) -> str:
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError:
        msg = "Son texte, en UTF-16, est coupé ou abîmé : l'enregistrer en « CSV UTF-8 »."
        raise ExtractRefused(msg) from None
