"""What is odd in one cell of a workbook.

Here: the record that both kinds of workbook are read into. Not here: how it is found
(``xlsx_cells``, ``ods_cells``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from sources.protocols.depots.workbooks.number_formats import (
    Display,
    display,
    shows_text_as_is,
)

Place = tuple[int, int]
"""Row and column of a cell, from 1."""


MOST_CODES = 8
"""Codes among which a condition may choose; of more, none is believed."""

Area = tuple[int, int, int, int]
"""First and last row, first and last column, from 1."""


@dataclass
class Unseen:
    """What a sheet keeps from sight, gathered on the way through its cells.

    Attributes:
        rows: The rows that are not shown, filtered ones included.
        columns: The columns that are not shown.
        merged: The merged ranges, where the engine does not see them.
    """

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CellMarks:
    """What is odd in a cell.

    Attributes:
        place: Where it is.
        error: The error that it holds.
        is_uncomputed: Whether it has no value, but a formula or a text that is seen.
        held: The number that it holds.
        display: What is seen of that number.
        hides_text: Whether its text is not seen as it is written.
        is_struck: Whether the whole of it is struck out.
    """

    place: Place
    error: str = ""
    is_uncomputed: bool = False
    held: Decimal | None = None
    display: Display | None = None
    hides_text: bool = False
    is_struck: bool = False

    @property
    def is_odd(self) -> bool:
        """Tell whether there is anything to say."""
        marks = (self.error, self.is_uncomputed, self.display, self.hides_text, self.is_struck)
        return any(map(bool, marks))


def least_true(codes: Iterable[str], held: Decimal) -> Display:
    """Return what is seen of a number under the codes that may be in force.

    Several may be: a condition that is not worked out here chooses. One that shows another number
    is enough.
    """
    displays = [display(code, held) for code in islice(codes, MOST_CODES + 1)]
    if len(displays) > MOST_CODES:
        return Display(None)
    return next((seen for seen in displays if not seen.shows(held)), displays[0])


def hides_text(codes: Iterable[str]) -> bool:
    """Tell whether a text may be shown otherwise than it is written."""
    first = tuple(islice(codes, MOST_CODES + 1))
    return len(first) > MOST_CODES or not all(map(shows_text_as_is, first))
