"""A deposit as a grid of texts, each with its place, whatever file it came in.

Here: the record. Not here: how it is read of a text (``text_grid``) or of a workbook
(``sheet_grid``), nor what titles and cells should be (``titles``, ``cells``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from sources.protocols.depots.flaws import Flaw, cell_address

Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class Grid:
    """The texts of a deposit.

    Attributes:
        sheet: The sheet they are in; empty for a CSV file.
        header_row: The row of the titles, from 1.
        titles: Its titles.
        rows: The rows that hold something: their number in the file, from 1, and their cells.
        flaws: What in it cannot be read as what it shows.
        remarks: What is odd and was read all the same, French sentences.
        is_template: Whether it was filled in the template of Vigie.
        separator: What parts the columns of a CSV file; empty for a workbook.
        encoding: The encoding of its text, as a steward reads it; empty for a workbook.
        dressed: What is seen of numbers that a format writes otherwise, without changing them, by
            row and rank of column: ``044``, ``15 ans``.
    """

    sheet: str
    header_row: int
    titles: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]
    flaws: tuple[Flaw, ...] = ()
    remarks: tuple[str, ...] = ()
    is_template: bool = False
    separator: str = ""
    encoding: str = ""
    dressed: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def address(self, row: int, place: int) -> str:
        """Return where a cell is; ``place`` is the rank of its column, from 0."""
        return cell_address(self.sheet, row, place + 1, self.titles[place])

    def without_texts(self) -> Self:
        """Return it with the numbers of its rows and nothing of what they hold."""
        return replace(self, rows=tuple((number, ()) for number, _ in self.rows), dressed={})


def filled_rows(records: Iterable[tuple[int, Cells]]) -> tuple[tuple[int, Cells], ...]:
    """Return the rows that hold something; a cell of nothing but spaces is an empty one."""
    rows = (
        (number, tuple(cell if cell and cell.strip() else None for cell in cells))
        for number, cells in records
    )
    return tuple((number, cells) for number, cells in rows if any(cells))
