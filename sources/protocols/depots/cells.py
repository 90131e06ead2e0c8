"""The cells of a deposit as they are landed: plain numbers, secrecy told by one mark.

Here: what a partner may write for a number, and the cells that say that this is another deposit.
Not here: whether a text is a number, a key is unique, a code is known: those are rules on extracts
(``expectations``).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from sources.contract import MASKED, Column, ExtractContract
from sources.errors import quoted
from sources.protocols.depots.flaws import Flaw
from sources.protocols.depots.grid import Grid
from sources.tables.plain_text import folded_mark

NUMBERS = frozenset({"integer", "decimal"})
SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
GROUPED = re.compile(rf"[+-]?[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?:[.,][0-9]*)?")
PERCENT = re.compile(rf"(?P<number>[^%]*[0-9.,])[{SPACES}]*%")
WHOLE = re.compile(r"(?P<number>[+-]?(?:[0-9]{4,}|[0-9]{1,3}(?!.0{3}\Z)|0(?=.)))[.,]0*")
"""An integer with decimals that are all zero; ``264,000`` may be thousands, and is left to ask."""

UNIT, PERCENT_UNIT = "unite", "pct"

Row = dict[str, str | None]


def landed_row(contract: ExtractContract, row: Row) -> Row:
    """Return the cells of a row, those of numbers written plainly."""
    is_percent = row.get(UNIT, PERCENT_UNIT) == PERCENT_UNIT
    return {
        name: value
        if value is None
        else _landed(contract, contract.columns[name], value, is_percent=is_percent)
        for name, value in row.items()
    }


def _landed(
    contract: ExtractContract, column: Column, written: str, *, is_percent: bool
) -> str | None:
    if column.type in NUMBERS:
        return _number(contract, column, written, is_percent=is_percent)
    return without_zero_decimals(written) if column.type == "year" else written


def _number(
    contract: ExtractContract, column: Column, written: str, *, is_percent: bool
) -> str | None:
    """Return a number without the spaces that group its digits, nor a sign that its unit says.

    What stands for a masked value is the mark of secrecy; for an unknown one, nothing. What is no
    number is left as it is: the rule on types refuses it, with its place.
    """
    text = written.strip(SPACES)
    mark = folded_mark(text)
    if mark in _folded(contract.masked_as):
        return MASKED
    if mark in _folded(contract.missing_as):
        return None
    shown = PERCENT.fullmatch(text) if is_percent and column.type == "decimal" else None
    bare = shown["number"].strip(SPACES) if shown else text
    if GROUPED.fullmatch(bare):
        bare = re.sub(rf"[{SPACES}]", "", bare)
    return without_zero_decimals(bare) if column.type == "integer" else bare


def without_zero_decimals(written: str) -> str:
    """Return ``264`` for ``264,00``; what is no such number is left as it is."""
    match = WHOLE.fullmatch(written)
    return match["number"] if match else written


@cache
def _folded(marks: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(folded_mark, marks))


def telltale_flaws(
    contract: ExtractContract, grid: Grid, places: Mapping[str, int]
) -> Iterator[Flaw]:
    """Yield the cells that say that the file is not the one that is expected: another year."""
    for name, column in contract.columns.items():
        if not column.only or name not in places:
            continue
        place = places[name]
        for number, cells in grid.rows:
            if without_zero_decimals(cells[place] or "") not in column.only:
                problem = (
                    f"« {(cells[place] or '(vide)')[:80]} » alors que ce dépôt doit porter sur "
                    f"{quoted(column.only)} : ce n'est pas l'extrait attendu."
                )
                yield Flaw(grid.address(number, place), problem, rule="EVA")
