"""Where pages are: the explanation of a cell among those of a report, and what the desk serves.

Here: the names that whoever links to a page, and whoever serves it, must share. Not here: what the
pages say (``explain``, ``desk``).
"""

import hashlib
from pathlib import Path
from urllib.parse import quote

from expectations.verdicts.table import Cell

FOLDER = "explications"


def page_name(indicator: str) -> str:
    """Return the file name of the page that explains the cells of an indicator."""
    return f"{indicator}.html"


def anchor(cell: Cell) -> str:
    """Return where a cell is on the page; whatever its category says, nothing to be escaped."""
    words = "\x1f".join(cell.key)
    return f"cellule-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def indicator_address(indicator: str) -> str:
    """Return the address of the page of an indicator, from that of the report."""
    return f"{FOLDER}/{quote(page_name(indicator))}"


def cell_address(cell: Cell) -> str:
    """Return the address of the explanation of a cell, from that of the report."""
    return f"{indicator_address(cell.indicator)}#{anchor(cell)}"


STATION, FINDING, SHEET = "/station/", "/constats/", "/indicateurs/"
"""Under what the desk serves the station's own folders, the cards of findings, indicators."""
PUBLICATION = "/publication.csv"
"""Where the desk serves the release in force for a spreadsheet."""


def card_address(desk: str, finding_id: str) -> str:
    """Return the address of the card of a finding, from that of the desk."""
    return f"{desk}{FINDING}{finding_id}"


def kept_address(desk: str, home: Path, kept: Path) -> str:
    """Return where the desk serves what a night wrote, from the desk's own address."""
    return f"{desk}{STATION}{kept.relative_to(home).as_posix()}"
