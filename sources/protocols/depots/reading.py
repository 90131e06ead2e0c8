"""A deposit as it is read: its rows, their places, and every reason to refuse it, all at once.

Here: the order in which a deposit is read. Not here: each step (``guards``, ``grid``, ``titles``,
``collection``, ``cells``), nor the rules on its values, judged on the table that this gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from sources.contract import ExtractContract
from sources.protocols.depots.cells import Row, landed_row, telltale_flaws
from sources.protocols.depots.collection import (
    Collection,
    read_collection,
    unanswered,
    with_collection,
)
from sources.protocols.depots.dressed_numbers import seen_in_texts
from sources.protocols.depots.flaws import Flaw
from sources.protocols.depots.grid import Grid
from sources.protocols.depots.guards import FileKind, kind_of
from sources.protocols.depots.plain_cells import with_plain_cells
from sources.protocols.depots.sheet_grid import sheet_grid
from sources.protocols.depots.text_grid import text_grid
from sources.protocols.depots.titles import guesses_of, places_of, title_flaws
from sources.tables.tabular import text_table
from sources.tables.writing import Writing, with_writing


@dataclass(frozen=True)
class Deposit:
    """A deposit that could be opened.

    Attributes:
        grid: Where its rows are and how it is written; their texts are in ``rows`` alone.
        places: The place, from 0, of each column of the contract that it has, or seems to have.
        rows: Its rows under their landed names, as they are landed.
        flaws: What is wrong with it, its values apart.
    """

    grid: Grid
    places: Mapping[str, int]
    rows: tuple[Row, ...]
    flaws: tuple[Flaw, ...]

    def table(self, contract: ExtractContract) -> pa.Table:
        """Return its rows as text columns; an absent column that is optional is all null."""
        names = [
            name
            for name, column in contract.columns.items()
            if name in self.places or not column.mandatory
        ]
        table = text_table(names, [[row.get(name) for name in names] for row in self.rows])
        as_they_came = tuple(sorted(self.places, key=self.places.__getitem__))
        writing = Writing(
            as_they_came,
            self.grid.separator,
            self.grid.encoding,
            lines=tuple(number for number, _ in self.grid.rows),
        )
        return with_writing(table, writing)

    def address(self, line: int, column: str) -> str:
        """Return where a cell is, in French.

        Args:
            line: The rank of its row, from 1.
            column: Its landed name; one that the deposit has not is nowhere in particular.
        """
        if column in self.places:
            return self.grid.address(self.grid.rows[line - 1][0], self.places[column])
        return self.row_address(line)

    def rank_of(self, number: int) -> int:
        """Return the rank, from 1, of the row that has a number in the file."""
        return next(rank for rank, row in enumerate(self.grid.rows, 1) if row[0] == number)

    def row_address(self, line: int) -> str:
        """Return where a row is, in French; ``line`` is its rank, from 1."""
        number = self.grid.rows[line - 1][0]
        return (
            f"feuille « {self.grid.sheet[:80]} », ligne {number}"
            if self.grid.sheet
            else f"ligne {number}"
        )


def _grid(contract: ExtractContract, path: Path) -> Grid:
    kind = kind_of(path)
    if kind is FileKind.CSV:
        return text_grid(path, contract)
    return sheet_grid(path, contract, is_ods=kind is FileKind.ODS)


def read_deposit(contract: ExtractContract, path: Path) -> Deposit:
    """Read a deposit by what its bytes say it is.

    Raises:
        ExtractRefused: It cannot be opened at all, or safely.
    """
    grid = with_plain_cells(_grid(contract, path), contract)
    collection = read_collection(path) if grid.is_template else Collection()
    agreed = places_of(contract, grid)
    guesses = guesses_of(contract, grid, agreed)
    places = {**agreed, **guesses}
    seen = seen_in_texts(contract, grid, places)
    rows = [
        {name: seen.texts.get((number, place), cells[place]) for name, place in places.items()}
        for number, cells in grid.rows
    ]
    collection_flaws: tuple[Flaw, ...] = ()
    if grid.is_template:
        collection_flaws = (*collection.flaws, *unanswered(collection, rows))
        rows = [with_collection(collection, row) for row in rows]
    return Deposit(
        grid=grid.without_texts(),
        places=places,
        rows=tuple(landed_row(contract, row) for row in rows),
        flaws=(
            *title_flaws(contract, grid, agreed, guesses),
            *grid.flaws,
            *seen.flaws,
            *telltale_flaws(contract, grid, places),
            *collection_flaws,
        ),
    )
