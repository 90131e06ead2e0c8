"""The same figure printed twice (VMP, REP, FDT): each time, it must be the same.

Here: two printings agree when both can be roundings of one quantity; figures are compared under the
period that they are printed under. Not here: whether that is the right one (``misdated``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.printed.comparisons import (
    MOST_COMPARED,
    TABLES,
    WHICH_NUMBER,
    PrintedComparison,
    Statement,
    about,
    place,
    statement,
    together,
)
from expectations.printed.document import Document, PrintedCell, PrintedFigure
from expectations.printed.names import head
from expectations.printed.numbers import numbers_in

LEAST_PANEL = 5
"""Areas that a table must print before one that it lacks is looked for in it."""


def same_figure(document: Document) -> Iterator[PrintedComparison]:
    """Compare every two printings of the same cell under the same period (VMP)."""
    for printings in document.printings.values():
        groups = _distinct(printings[:MOST_COMPARED])
        if len(groups) > 1:
            yield _compared(document, groups, holds=False)
        for first, second in _repeated(groups):
            yield _compared(document, [[first], [second]], holds=True)


def _distinct(printings: Sequence[PrintedFigure]) -> list[list[PrintedFigure]]:
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


def _repeated(
    groups: list[list[PrintedFigure]],
) -> Iterator[tuple[PrintedFigure, PrintedFigure]]:
    """Give the printings that agree with the first one of their group."""
    for group in groups:
        for figure in group[1:]:
            yield group[0], figure


def _compared(
    document: Document, groups: list[list[PrintedFigure]], *, holds: bool
) -> PrintedComparison:
    """Return the comparison of the first group with all the others: one cell, one line."""
    first = groups[0][0]
    hints = "" if holds else "".join(_neighbour(document, group[0]) for group in groups)
    count = "Deux" if len(groups) == 2 else "Plusieurs"
    return PrintedComparison(
        rule="VMP",
        **about(document, first.cell),
        period=first.period,
        first=statement(document, groups[0]),
        second=together([statement(document, group) for group in groups[1:]]),
        holds=holds,
        explanation=f"{count} valeurs pour le même chiffre.{hints}",
        question=WHICH_NUMBER,
        lines=tuple(figure.line for group in groups for figure in group),
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
    """Look in the longest table by area for the areas that a shorter one names (REP).

    An area that several columns of a table lack is one line that it has not.
    """
    missing: dict[tuple[str, ...], list[PrintedFigure]] = defaultdict(list)
    for tables in _tables(document).values():
        longest = max(tables, key=lambda printed_in: len(tables[printed_in]))
        if len(tables[longest]) < LEAST_PANEL:
            continue
        in_longest = {figure.cell for figure in tables[longest]}
        for figures in tables.values():
            if len(figures) < len(in_longest):
                for figure in figures:
                    if figure.cell in in_longest:
                        yield _looked_for(document, [figure], longest, holds=True)
                    else:
                        missing[longest, figure.period, *_row(figure.cell)].append(figure)
    for (longest, *_), figures in missing.items():
        yield _looked_for(document, figures, longest, holds=False)


def _row(cell: PrintedCell) -> tuple[str, str]:
    """Return what tells a row of a table: its area for any indicator, a category for its own."""
    return (cell.ref_area, "" if cell.category == TOTAL else f"{cell.indicator} {cell.category}")


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
    document: Document, figures: list[PrintedFigure], printed_in: str, *, holds: bool
) -> PrintedComparison:
    first = figures[0]
    name, where = document.name_of(first.cell), place(printed_in, first.period)
    cited = statement(document, figures[:1])
    others = "".join(
        f" ; {statement(document, [figure]).text}, {_row_of(document, figure)}"
        for figure in figures[1:]
    )
    return PrintedComparison(
        rule="REP",
        **about(document, first.cell),
        period=first.period,
        first=replace(cited, text=f"{cited.text}{others}"),
        second=Statement("aucun nombre", None, (where,)),
        holds=holds,
        explanation=f"Le tableau qui donne ce détail n'a pas de ligne pour {name}.",
        question="D'où vient ce nombre, et pourquoi le tableau ne l'a-t-il pas ?",
        lines=tuple(figure.line for figure in figures),
    )


def _row_of(document: Document, figure: PrintedFigure) -> str:
    label = document.printed_label(figure.cell.indicator, figure.printed_in)
    return french.quoted(head(label))


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
