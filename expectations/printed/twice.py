"""The same figure printed twice (VMP, REP, FDT): each time, it must be the same.

Here: two printings agree when both can be roundings of one quantity; figures are compared under the
period that they are printed under. Not here: whether that is the right one (``misdated``).
"""

from collections.abc import Iterator, Mapping

from expectations import french
from expectations.printed.comparisons import (
    TABLES,
    WHICH_NUMBER,
    PrintedComparison,
    Statement,
    about,
    pairs,
    place,
    statement,
)
from expectations.printed.document import Document, PrintedCell, PrintedFigure
from expectations.printed.numbers import numbers_in

LEAST_PANEL = 5
"""Areas that a table must print before one that it lacks is looked for in it."""


def same_figure(document: Document) -> Iterator[PrintedComparison]:
    """Compare every two printings of the same cell under the same period (VMP)."""
    for printings in document.printings.values():
        for group, other in pairs(_distinct(printings)):
            yield _compared(document, group, other, holds=False)
        for first, second in _repeated(printings):
            yield _compared(document, [first], [second], holds=True)


def _distinct(printings: list[PrintedFigure]) -> list[list[PrintedFigure]]:
    """Return the printings in groups that agree, in the order of the report."""
    groups: list[list[PrintedFigure]] = []
    for figure in printings:
        for group in groups:
            if figure.number.agrees_with(group[0].number):
                group.append(figure)
                break
        else:
            groups.append([figure])
    return groups


def _repeated(printings: list[PrintedFigure]) -> Iterator[tuple[PrintedFigure, PrintedFigure]]:
    """Give the printings that agree with the first one of their group."""
    for group in _distinct(printings):
        for figure in group[1:]:
            yield group[0], figure


def _compared(
    document: Document, first: list[PrintedFigure], second: list[PrintedFigure], *, holds: bool
) -> PrintedComparison:
    cell, period = first[0].cell, first[0].period
    return PrintedComparison(
        rule="VMP",
        **about(document, cell),
        period=period,
        first=statement(document, first),
        second=statement(document, second),
        holds=holds,
        explanation="Deux valeurs pour le même chiffre."
        + _neighbour(document, first[0])
        + _neighbour(document, second[0]),
        question=WHICH_NUMBER,
        lines=tuple(figure.line for figure in (*first, *second)),
    )


def _neighbour(document: Document, figure: PrintedFigure) -> str:
    """Say that a discordant number is, in a table, exactly that of one other area."""
    others = [
        other
        for other in document.figures
        if other.cell.indicator == figure.cell.indicator
        and (other.cell.breakdown, other.cell.category)
        == (figure.cell.breakdown, figure.cell.category)
        and (other.period, other.number) == (figure.period, figure.number)
        and other.cell != figure.cell
        and other.printed_in in TABLES - {figure.printed_in}
    ]
    if len(others) != 1:
        return ""
    name = document.name_of(others[0].cell)
    where = place(others[0].printed_in)
    return f" {french.number(figure.number.value)} est celle de {name} ({where})."


def missing_from_table(document: Document) -> Iterator[PrintedComparison]:
    """Look in the longest table by area for the areas that a shorter one names (REP)."""
    for tables in _tables(document).values():
        longest = max(tables, key=lambda printed_in: len(tables[printed_in]))
        if len(tables[longest]) < LEAST_PANEL:
            continue
        in_longest = {figure.cell for figure in tables[longest]}
        for figures in tables.values():
            if len(figures) < len(in_longest):
                for figure in figures:
                    yield _looked_for(document, figure, longest, in_longest)


def _tables(document: Document) -> Mapping[tuple[str, str, str], dict[str, list[PrintedFigure]]]:
    """Return the details by area: by indicator, period and type of area, then by part."""
    found: dict[tuple[str, str, str], dict[str, list[PrintedFigure]]] = {}
    for figure in document.figures:
        if kind := _kind(figure.cell):
            tables = found.setdefault((figure.cell.indicator, figure.period, kind), {})
            tables.setdefault(figure.printed_in, []).append(figure)
    return found


def _kind(cell: PrintedCell) -> str:
    """Return the type of area of a detail; empty for the total and for categories."""
    return "" if cell.is_total else cell.ref_area.partition("-")[0]


def _looked_for(
    document: Document, figure: PrintedFigure, printed_in: str, table: set[PrintedCell]
) -> PrintedComparison:
    name, where = document.name_of(figure.cell), place(printed_in, figure.period)
    return PrintedComparison(
        rule="REP",
        **about(document, figure.cell),
        period=figure.period,
        first=statement(document, [figure]),
        second=Statement("aucun nombre", None, (where,)),
        holds=figure.cell in table,
        explanation=f"Le tableau de {len(table)} territoires n'a pas de ligne pour {name}.",
        question="D'où vient ce nombre, et pourquoi le tableau ne l'a-t-il pas ?",
        lines=(figure.line,),
    )


def readable_number(document: Document) -> Iterator[PrintedComparison]:
    """Read again, in what is printed around a figure, the figure itself (FDT)."""
    for figure in document.figures:
        read = numbers_in(figure.text)
        if not read:
            continue
        where = place(figure.printed_in, figure.period)
        understood = statement(document, [figure])
        yield PrintedComparison(
            rule="FDT",
            **about(document, figure.cell),
            period=figure.period,
            first=Statement(french.quoted(figure.text), read[0].value, (where,)),
            second=Statement(understood.text, understood.value, ("le nombre que l'on comprend",)),
            holds=any(number.value == figure.number.value for number in read),
            explanation="Lu tel qu'il est imprimé, ce n'est pas le nombre que l'on comprend.",
            question="Le nombre que l'on comprend est-il bien celui qui était à imprimer ?",
            lines=(figure.line,),
        )
