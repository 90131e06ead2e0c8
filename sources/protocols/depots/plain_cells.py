"""The cells of a deposit without what cannot be seen in them, and what was taken away, told.

Here: one pass over a grid, before anything is compared. Not here: what counts as unseen
(``tables.plain_text``), nor numbers, masks and codes (``cells``, rules).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sources.contract import ExtractContract
from sources.errors import visible
from sources.protocols.depots.cells import NUMBERS
from sources.protocols.depots.collection import COMMENT
from sources.protocols.depots.grid import Cells, Grid
from sources.protocols.depots.titles import places_of
from sources.tables.plain_text import plain, unlike_plain

MOST_COLUMNS = 10


@dataclass
class _Column:
    """What was taken away in a column: the characters, and the places of their cells."""

    characters: dict[str, None] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)


def with_plain_cells(grid: Grid, contract: ExtractContract) -> Grid:
    """Return a grid whose cells are read as they are seen; a remark names what was taken away.

    The spaces that group the digits of a number go without a word: they are how numbers are
    written.
    """
    rows = tuple((number, _plain_row(cells)) for number, cells in grid.rows)
    changed = _changed(grid, contract)
    return replace(
        grid,
        rows=tuple((number, cells) for number, cells in rows if any(cells)),
        remarks=(*grid.remarks, *_remark(changed)),
    )


def _plain_row(cells: Cells) -> Cells:
    return tuple((plain(cell) or None) if cell else None for cell in cells)


def _changed(grid: Grid, contract: ExtractContract) -> dict[str, _Column]:
    codes = _places_of_codes(grid, contract)
    changed: dict[str, _Column] = {}
    for number, cells in grid.rows:
        for place in codes:
            cell = cells[place] or ""
            if cell.isascii() or plain(cell) == cell or not (names := unlike_plain(cell)):
                continue
            column = changed.setdefault(grid.titles[place], _Column())
            column.characters.update(dict.fromkeys(names))
            column.places.append(grid.address(number, place))
    return changed


def _places_of_codes(grid: Grid, contract: ExtractContract) -> Sequence[int]:
    """Return the places of the columns that hold no number, nor the prose of a comment."""
    apart = {
        place
        for name, place in places_of(contract, grid).items()
        if contract.columns[name].type in NUMBERS or name == COMMENT
    }
    return [place for place in range(len(grid.titles)) if place not in apart]


def _remark(changed: dict[str, _Column]) -> Iterator[str]:
    if not changed:
        return
    named = [
        f"« {visible(title[:80])} », {' et '.join(column.characters)} ({column.places[0]}"
        + (f" et {len(column.places) - 1} autre(s)" if len(column.places) > 1 else "")
        + ")"
        for title, column in list(changed.items())[:MOST_COLUMNS]
    ]
    yield f"Des caractères qui ne se voient pas n'ont pas été lus : {' ; '.join(named)}."
