"""From the words somebody typed to the one cell they mean, or to what exists instead.

Pure: the cells that exist are given. What is told of the cell is for ``evidence``.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence

from expectations.cells.observations import TOTAL
from expectations.french import quoted
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
    known = list(cells)
    _expect(indicator, {cell.indicator for cell in known}, "L'indicateur")
    known = [cell for cell in known if cell.indicator == indicator]
    where = f"pour {indicator}"
    _expect(time_period, {cell.time_period for cell in known}, "La période", where)
    known = [cell for cell in known if cell.time_period == time_period]
    where += f" en {time_period}"
    _expect(ref_area, {cell.ref_area for cell in known}, "Le territoire", where, names)
    known = [cell for cell in known if cell.ref_area == ref_area]
    if breakdown is not None:
        _expect(breakdown, {cell.breakdown for cell in known}, "La ventilation", where)
        known = [cell for cell in known if cell.breakdown == breakdown]
    return _of_category(known, category, f"{where}, {ref_area}")


def _expect(
    word: str, known: set[str], kind: str, where: str = "", names: Mapping[str, str] | None = None
) -> None:
    if word in known:
        return
    close = difflib.get_close_matches(word, known, n=1)
    hint = f" Vouliez-vous dire {quoted(close[0])} ?" if close else ""
    place = f" {where}" if where else ""
    message = f"{kind} {quoted(word)} n'existe pas{place}.{hint} Il y a : {_listed(known, names)}."
    raise UnknownCellError(message)


def _of_category(known: Sequence[Cell], category: str | None, where: str) -> Cell:
    """Return the only cell of a category; of the total, or the only one there is, unless told."""
    wanted = category or TOTAL
    chosen = [cell for cell in known if cell.category == wanted]
    if category is None and not chosen:
        chosen = list(known)
    if len(chosen) == 1:
        return chosen[0]
    if category is not None and not chosen:
        _expect(category, {cell.category for cell in known}, "La catégorie", where)
    choices = ", ".join(
        f"--ventilation {cell.breakdown} --categorie {cell.category!r}"
        for cell in (chosen or known)[:LISTED]
    )
    message = f"Plusieurs cellules répondent {where} ; précisez laquelle : {choices}."
    raise UnknownCellError(message)


def _listed(words: set[str], names: Mapping[str, str] | None) -> str:
    """Return the words that exist, in order, areas with their names, cut when there are many."""
    shown = [
        f"{word} ({names[word]})" if names and word in names else word for word in sorted(words)
    ]
    rest = len(shown) - LISTED
    return ", ".join(shown[:LISTED]) + (f" et {rest} autres" if rest > 0 else "")
