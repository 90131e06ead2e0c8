"""Where the titles of a deposit are: in which sheet, under how many rows of heading.

Here: the search for the titles of the contract, exact or alike, among the first rows. Not here:
what is wrong with each of them (``titles``), nor reading (``grid``).
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sources.contract import ExtractContract
from sources.errors import ExtractRefused, quoted, visible
from sources.protocols.depots.flaws import Flaw
from sources.tables.conformity import LIKENESS
from sources.tables.plain_text import folded
from sources.tables.tabular import SheetHead

MOST_HEADING_ROWS = 30
"""Rows among which titles are looked for."""

MOST_TITLES, LONGEST_TITLE = 200, 80
MOST_HEADING_CELLS = 2
"""Filled cells of a row of heading; a row that has more holds data, which would be lost."""

SCALE = re.compile(r"(?i)(?:\ben|:)\s*(?:milliers?|millions?|milliards?|[km]€)(?!\w)")
"""What a heading says that numbers are counted in, when they are not written whole."""

Row = Sequence[str | None]


@dataclass(frozen=True)
class TitlesRow:
    """A row that has titles of the contract.

    Attributes:
        number: Its number, from 1.
        found: How many of the columns that are asked for have a title there, or one alike.
        is_whole: Whether all of them have.
    """

    number: int
    found: int
    is_whole: bool

    @property
    def rank(self) -> tuple[int, int]:
        """The more titles, the better; the first of equal rows."""
        return self.found, -self.number


def titles_row(rows: Sequence[Row], contract: ExtractContract) -> TitlesRow | None:
    """Return the row of the titles, None when no row has half of them."""
    asked = [
        [folded(title) for title in column.header or (name,)]
        for name, column in contract.columns.items()
        if column.mandatory
    ]
    found = (_found(number, row, asked) for number, row in enumerate(rows, start=1))
    likely = [row for row in found if 2 * row.found >= len(asked)]
    return max(likely, key=lambda row: row.rank, default=None)


def _found(number: int, row: Row, asked: Sequence[Sequence[str]]) -> TitlesRow:
    titles = {folded(cell[:LONGEST_TITLE]) for cell in row[:MOST_TITLES] if cell} - {""}
    count = sum(any(_is_there(title, titles) for title in aliases) for aliases in asked)
    return TitlesRow(number, count, is_whole=count == len(asked))


def _is_there(title: str, titles: set[str]) -> bool:
    return title in titles or bool(difflib.get_close_matches(title, titles, n=1, cutoff=LIKENESS))


def seen_sheet(heads: Sequence[SheetHead], contract: ExtractContract) -> tuple[str, int]:
    """Return the sheet that has the titles, among those that are seen, and the row of its titles.

    Raises:
        ExtractRefused: None has them, or several do.
    """
    seen = [head for head in heads if head.is_seen]
    located = [(head.name, row) for head in seen if (row := titles_row(head.rows, contract))]
    whole = [(name, row) for name, row in located if row.is_whole] or located
    if len(whole) > 1:
        names = quoted((name for name, _ in whole), MOST_TITLES)
        msg = (
            f"Plusieurs de ses feuilles ont les titres attendus, une seule serait lue : {names}. "
            "Réunir les lignes en une feuille, et supprimer ou masquer les autres."
        )
        raise ExtractRefused(msg)
    if not whole:
        raise ExtractRefused(_no_titles(heads, contract))
    ((name, row),) = whole
    return name, row.number


def _no_titles(heads: Sequence[SheetHead], contract: ExtractContract) -> str:
    seen = [head.name for head in heads if head.is_seen]
    unseen = [head.name for head in heads if not head.is_seen]
    among = f" parmi celles que l'on voit ({quoted(seen)})" if seen else " visible"
    apart = (
        f" Les feuilles masquées, ou sans cellules, ne sont pas lues : {quoted(unseen)}."
        if unseen
        else ""
    )
    return f"Aucune feuille{among} n'a de ligne de titres : {asked_titles(contract)}.{apart}"


def asked_titles(contract: ExtractContract) -> str:
    """Say which titles are looked for, and where."""
    titles = [
        (column.header or (name,))[0]
        for name, column in contract.columns.items()
        if column.mandatory
    ]
    return (
        f"on attend {quoted(titles, MOST_TITLES)} dans l'une des {MOST_HEADING_ROWS} "
        "premières lignes"
    )


def heading_remark(rows: Sequence[Row]) -> Iterator[str]:
    """Say what stands above the titles: it may tell a unit, or a year."""
    filled = [_filled(row) for row in rows]
    if texts := [cell for cells in filled if len(cells) <= MOST_HEADING_CELLS for cell in cells]:
        yield f"Ce qui est au-dessus des titres n'a pas été lu : {quoted(texts, 10)}."


def heading_flaws(sheet: str, rows: Sequence[Row]) -> Iterator[Flaw]:
    """Yield the rows above the titles that hold data, which would be lost, or tell a scale."""
    for number, row in enumerate(rows, start=1):
        where = f"feuille « {visible(sheet[:80])} », ligne {number}" if sheet else f"ligne {number}"
        filled = _filled(row)
        if len(filled) > MOST_HEADING_CELLS:
            problem = (
                f"elle est au-dessus des titres (ligne {len(rows) + 1}) et ne serait pas lue, avec "
                f"{quoted(filled, 3)} : mettre les titres au-dessus des données."
            )
            yield Flaw(where, problem)
        elif mention := next(filter(SCALE.search, filled), None):
            problem = (
                f"« {visible(mention[:80])} » dit que les nombres ne sont pas écrits en entier : "
                "les écrire en entier, et ôter cette mention."
            )
            yield Flaw(where, problem)


def _filled(row: Row) -> list[str]:
    return [cell.strip() for cell in row if cell and cell.strip()]
