"""A reason to refuse a deposit, and where in it: what a partner needs to put it right.

Here: the flaw and its words. Not here: what is a flaw (``grid``, ``titles``, ``cells``,
``collection``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from sources.errors import visible

MOST_NAMED = 12
"""Flaws that a message names; the receipt has all of them."""


@dataclass(frozen=True)
class Flaw:
    """One reason to refuse a deposit.

    Attributes:
        where: The place, in French: ``feuille « X », cellule C7``; empty for the whole file.
        what: What is wrong there, a French sentence.
        rule: The type of the rule it breaks, in the vocabulary of the European Statistical System.
    """

    where: str
    what: str
    rule: str = "FLF"

    def __str__(self) -> str:
        """Return the flaw as one sentence."""
        if not self.where:
            return self.what
        return f"{self.where[0].upper()}{self.where[1:]} : {self.what}"


def joined(flaws: Sequence[Flaw]) -> str:
    """Return flaws as one text, the first of them when they are many."""
    rest = len(flaws) - MOST_NAMED
    more = (
        [f"Et {rest} autre(s) motif(s), que l'accusé de réception donne tous."] if rest > 0 else []
    )
    return " ".join([*map(str, flaws[:MOST_NAMED]), *more])


def cell_address(sheet: str, row: int, column: int, title: str = "") -> str:
    """Return where a cell is, in French, as its partner finds it.

    Args:
        sheet: The sheet of the workbook; empty for a CSV file.
        row: Its row, from 1.
        column: Its column, from 1.
        title: The title of its column, by which it is found in a CSV file.
    """
    if sheet:
        return f"feuille « {visible(sheet[:80])} », cellule {get_column_letter(column)}{row}"
    return f"ligne {row}, colonne « {visible(title[:80])} »"
