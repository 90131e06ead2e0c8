"""Where the explanation of a cell is among the pages of a report.

Here: the names that the report, which links there, and the pages, which are there, must share.
Not here: what the pages say (``explain``).
"""

import hashlib
from urllib.parse import quote

from expectations.verdicts.table import Cell

FOLDER = "explications"


def page_name(indicator: str) -> str:
    """Return the file name of the page that explains the cells of an indicator."""
    return f"{indicator}.html"


def anchor(cell: Cell) -> str:
    """Return where a cell is on the page; whatever its category says, nothing to be escaped."""
    words = "\x1f".join(cell.to_dict().values())
    return f"cellule-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def indicator_address(indicator: str) -> str:
    """Return the address of the page of an indicator, from that of the report."""
    return f"{FOLDER}/{quote(page_name(indicator))}"


def cell_address(cell: Cell) -> str:
    """Return the address of the explanation of a cell, from that of the report."""
    return f"{indicator_address(cell.indicator)}#{anchor(cell)}"
