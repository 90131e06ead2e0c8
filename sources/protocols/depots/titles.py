"""Which column of a deposit is which of its contract, and all that is wrong with its titles.

Here: the match of titles with columns, and each flaw of a title. Not here: cells (``cells``).
``tables.conformity`` stops at the first thing that is wrong; a partner wants to hear of all of
them.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence

from sources.contract import RESERVED_COLUMNS, Column, ExtractContract
from sources.errors import visible
from sources.protocols.depots.flaws import Flaw, cell_address
from sources.protocols.depots.grid import Grid
from sources.tables.conformity import LIKENESS
from sources.tables.plain_text import folded


def places_of(contract: ExtractContract, grid: Grid) -> dict[str, int]:
    """Return the place, from 0, of each column of the contract that the deposit has."""
    names_by_title = {
        folded(title): name
        for name, column in contract.columns.items()
        for title in titles_of(name, column)
    }
    places: dict[str, int] = {}
    for place, title in enumerate(grid.titles):
        name = names_by_title.get(folded(title))
        if name is not None:
            places.setdefault(name, place)
    return places


def titles_of(name: str, column: Column) -> tuple[str, ...]:
    """Return the titles under which a column may be written, the usual one first."""
    return column.header or (name,)


def guesses_of(contract: ExtractContract, grid: Grid, places: Mapping[str, int]) -> dict[str, int]:
    """Return where the missing columns probably are, by the likeness of their titles.

    The deposit is refused all the same; what they hold is looked at, so that a partner hears of all
    of it.
    """
    free = {
        folded(title): place
        for place, title in enumerate(grid.titles)
        if folded(title) and place not in places.values()
    }
    guesses: dict[str, int] = {}
    for name, column in _missing(contract, places):
        title = folded(titles_of(name, column)[0])
        for close in difflib.get_close_matches(title, free, n=1, cutoff=LIKENESS):
            guesses[name] = free.pop(close)
    return guesses


def _missing(contract: ExtractContract, places: Mapping[str, int]) -> Iterator[tuple[str, Column]]:
    for name, column in contract.columns.items():
        if column.mandatory and name not in places:
            yield name, column


def title_flaws(
    contract: ExtractContract, grid: Grid, places: Mapping[str, int], guesses: Mapping[str, int]
) -> Iterator[Flaw]:
    """Yield all that is wrong with the titles: absent, repeated, empty, not agreed."""
    for name, column in _missing(contract, places):
        likely = visible(grid.titles[guesses[name]][:80]) if name in guesses else ""
        hint = f" ; elle semble remplacée par « {likely} »" if likely else ""
        where = _title_address(grid, guesses[name]) if likely else ""
        yield Flaw(
            where, f"La colonne attendue « {titles_of(name, column)[0]} » est absente{hint}."
        )
    seen = [folded(grid.titles[place]) for place in places.values()]
    agreed = {folded(title) for name in places for title in titles_of(name, contract.columns[name])}
    named = {*places.values(), *guesses.values()}
    for place in (place for place in range(len(grid.titles)) if place not in named):
        problem = _stranger(grid, place, agreed, seen, is_free=contract.other_columns == "kept")
        if problem:
            yield Flaw(_title_address(grid, place), problem)
        seen.append(folded(grid.titles[place]))


def _stranger(
    grid: Grid, place: int, agreed: set[str], seen: Sequence[str], *, is_free: bool
) -> str:
    """Return what is wrong with a title that names no column of the contract, if anything."""
    normal, title = folded(grid.titles[place]), visible(grid.titles[place][:80])
    if not normal:
        is_blank = all(cells[place] is None for _, cells in grid.rows)
        return "" if is_blank else "la colonne porte des valeurs mais n'a pas de titre."
    if normal in agreed or normal in seen:
        return f"le titre « {title} » fait double emploi avec celui d'une autre colonne."
    if normal in RESERVED_COLUMNS:
        return f"le titre « {title} » est réservé à Vigie."
    return "" if is_free else f"la colonne « {title} » n'est pas prévue."


def _title_address(grid: Grid, place: int) -> str:
    if grid.sheet:
        return cell_address(grid.sheet, grid.header_row, place + 1)
    return f"colonne n° {place + 1}"
