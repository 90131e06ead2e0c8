"""Numbers that stand in a column of texts: what is read of them is what is seen.

Here: ``044`` for 44, as a code may be shown, and the refusal of what is shown rounded or beside
words. Not here: columns of numbers, where only the number counts (``sheet_grid``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sources.contract import ExtractContract
from sources.protocols.depots.cells import NUMBERS
from sources.protocols.depots.flaws import Flaw
from sources.protocols.depots.grid import Grid
from sources.protocols.depots.sheet_grid import disguise

PADDED = re.compile(r"0+[0-9]+")


@dataclass(frozen=True)
class SeenTexts:
    """What is seen of the numbers of the columns of texts.

    Attributes:
        texts: By row and rank of column, what is read in place of the number.
        flaws: The cells that show something else than their number.
    """

    texts: Mapping[tuple[int, int], str]
    flaws: tuple[Flaw, ...]


def seen_in_texts(contract: ExtractContract, grid: Grid, places: Mapping[str, int]) -> SeenTexts:
    """Return what is seen of the numbers that stand in columns of texts."""
    columns = {
        place for name, place in places.items() if contract.columns[name].type not in NUMBERS
    }
    dressed = {where: text for where, text in grid.dressed.items() if where[1] in columns}
    held = {(number, place): cells[place] for number, cells in grid.rows for place in columns}
    padded = {
        where: text
        for where, text in dressed.items()
        if PADDED.fullmatch(text) and text.lstrip("0") == (held.get(where) or "").lstrip("0")
    }
    flaws = (
        Flaw(grid.address(*where), disguise(value, text))
        for where, text in dressed.items()
        if where not in padded and (value := held.get(where))
    )
    return SeenTexts(padded, tuple(flaws))
