"""From the words somebody typed to the one cell they mean, or to what exists instead.

Here: choosing among the cells that exist, which are given. Not here: what is told of the cell
(``cell_evidence``).
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence

from expectations.cells.observations import TOTAL
from expectations.french import listing, quoted
from expectations.verdicts.table import Cell

LISTED = 40


class UnknownCellError(ValueError):
    """No cell, or several, are what was asked for; the message, in French, lists those that are."""


def find_cell(  # noqa: PLR0913 the five words that name a cell
    cells: Iterable[Cell],
    names: Mapping[str, str],
    *,
    indicator: str,
    time_period: str,
    ref_area: str,
    breakdown: str | None = None,
    category: str | None = None,
) -> Cell:
    """Return the cell that some words mean.

    Args:
        cells: Every cell that exists.
        names: French names of areas, by code.
        indicator: Its indicator.
        time_period: Its period.
        ref_area: Its area.
        breakdown: Its breakdown; needed only when a category is in several.
        category: Its category; the total unless told.

    Raises:
        UnknownCellError: There is no such cell, or there are several.
    """
    existing = list(cells)
    _expect(indicator, {cell.indicator for cell in existing}, "L'indicateur")
    existing = [cell for cell in existing if cell.indicator == indicator]
    where = f"pour {indicator}"
    _expect(time_period, {cell.time_period for cell in existing}, "La période", where)
    existing = [cell for cell in existing if cell.time_period == time_period]
    where += f" en {time_period}"
    _expect(ref_area, {cell.ref_area for cell in existing}, "Le territoire", where, names)
    existing = [cell for cell in existing if cell.ref_area == ref_area]
    if breakdown is not None:
        _expect(breakdown, {cell.breakdown for cell in existing}, "La ventilation", where)
        existing = [cell for cell in existing if cell.breakdown == breakdown]
    return _of_category(existing, category, f"{where}, {ref_area}")


def _expect(
    word: str,
    existing: set[str],
    kind: str,
    where: str = "",
    names: Mapping[str, str] | None = None,
) -> None:
    if word in existing:
        return
    close = difflib.get_close_matches(word, existing, n=1)
    hint = f" Vouliez-vous dire {quoted(close[0])} ?" if close else ""
    place = f" {where}" if where else ""
    message = (
        f"{kind} {quoted(word)} n'existe pas{place}.{hint} Il y a : {_listed(existing, names)}."
    )
    raise UnknownCellError(message)


def _of_category(existing: Sequence[Cell], category: str | None, where: str) -> Cell:
    """Return the only cell of a category; of the total, or the only one there is, unless told."""
    wanted = category or TOTAL
    chosen = [cell for cell in existing if cell.category == wanted]
    if category is None and not chosen:
        chosen = list(existing)
    if len(chosen) == 1:
        return chosen[0]
    if category is not None and not chosen:
        _expect(category, {cell.category for cell in existing}, "La catégorie", where)
    choices = ", ".join(
        f"--ventilation {cell.breakdown} --categorie {cell.category!r}"
        for cell in (chosen or existing)[:LISTED]
    )
    message = f"Plusieurs cellules répondent {where} ; précisez laquelle : {choices}."
    raise UnknownCellError(message)


def _listed(words: set[str], names: Mapping[str, str] | None) -> str:
    """Return the words that exist, in order, areas with their names, cut when there are many."""
    shown = (
        f"{word} ({names[word]})" if names and word in names else word for word in sorted(words)
    )
    return listing(shown, LISTED)
