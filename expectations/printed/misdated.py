"""Figures shown under a period that they are not about (LAG), by what the report itself says.

Here: a period is read in the text of a cell, in a reading note, or in the way the details of a
total are dated. Not here: whether the indicator's true period is another still, which the report
cannot say; whole rows under two periods (``copied_rows``).
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

from expectations import french
from expectations.printed.comparisons import (
    WHICH_PERIOD,
    PrintedComparison,
    Statement,
    about,
    place,
    statement,
)
from expectations.printed.document import REGION, Document, Passage, PrintedFigure
from expectations.printed.numbers import column_period, numbers_in, periods_in

_READING_NOTE = re.compile(r"\bdonnées (20\d\d) correspondent à ([^.]{0,200})")


def cell_says_otherwise(document: Document) -> Iterator[PrintedComparison]:
    """Compare with its column the periods that the text of a cell names beside its number."""
    for passage in document.cells:
        named = periods_in(passage.text)
        figures = _figures_in(document, passage)
        if not named or not figures:
            continue
        column = column_period(passage.period)
        yield _dated(
            document,
            passage,
            figures,
            dates=french.listing(dict.fromkeys(period.text for period in named)),
            holds=any(period.overlaps(column) for period in named),
        )


def _figures_in(document: Document, passage: Passage) -> list[PrintedFigure]:
    """Return the figures of a row that its cell prints."""
    read = numbers_in(passage.text)
    column = column_period(passage.period)
    return [
        figure
        for figure in document.figures
        if (figure.cell.indicator, figure.printed_in) == (passage.indicator, passage.printed_in)
        and column_period(figure.period).overlaps(column)
        and figure.number in read
    ]


def _dated(
    document: Document, passage: Passage, figures: list[PrintedFigure], *, dates: str, holds: bool
) -> PrintedComparison:
    printed, where = statement(document, figures), place(passage.printed_in, passage.period)
    return PrintedComparison(
        rule="LAG",
        **about(document, figures[0].cell),
        period=passage.period,
        first=Statement(
            f"{printed.text} sous {french.period(passage.period)}", printed.value, (where,)
        ),
        second=Statement(
            f"{printed.text}, « {dates} »", printed.value, (f"texte de la case, {where}",)
        ),
        holds=holds,
        explanation=(
            "Le texte de la case dit de quand est le chiffre, et ce n'est pas la période de sa "
            "colonne."
        ),
        question=WHICH_PERIOD,
        lines=tuple(figure.line for figure in figures),
    )


def details_of_other_periods(document: Document) -> Iterator[PrintedComparison]:
    """Compare the periods of a total with those of its details by area, when both are printed.

    A total whose own cell says of when it is has been told already.
    """
    dated = {
        (comparison.indicator, comparison.period)
        for comparison in cell_says_otherwise(document)
        if not comparison.holds
    }
    wholes: dict[str, list[PrintedFigure]] = defaultdict(list)
    details: dict[str, list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        indicator = figure.cell.indicator
        if figure.cell.is_total and (indicator, figure.period) not in dated:
            wholes[indicator].append(figure)
        elif not figure.cell.ref_area.startswith(REGION):
            details[indicator].append(figure)
    for indicator in sorted(wholes.keys() & details.keys()):
        yield from _undetailed(document, wholes[indicator], details[indicator])


def _undetailed(
    document: Document, wholes: list[PrintedFigure], details: list[PrintedFigure]
) -> Iterator[PrintedComparison]:
    detailed = sorted({figure.period for figure in details})
    is_dated_otherwise = not {figure.period for figure in wholes} & set(detailed)
    for whole in wholes:
        if is_dated_otherwise or whole.period in detailed:
            yield _detailed(document, whole, details, detailed)


def _detailed(
    document: Document, whole: PrintedFigure, details: list[PrintedFigure], detailed: list[str]
) -> PrintedComparison:
    printed = statement(document, [whole])
    latest = [figure.number.value for figure in details if figure.period == detailed[-1]]
    span = f"{french.number(min(latest))} à {french.number(max(latest))}"
    periods = " et ".join(french.period(period) for period in detailed)
    return PrintedComparison(
        rule="LAG",
        **about(document, whole.cell),
        period=whole.period,
        first=Statement(
            f"{printed.text} sous {french.period(whole.period)}", printed.value, printed.places
        ),
        second=Statement(
            f"{span} en {detailed[-1]}", None, (f"détail par territoire, sous {periods}",)
        ),
        holds=whole.period in detailed,
        explanation=(
            f"Le détail par territoire n'est imprimé que sous {periods} : l'un des deux n'est pas "
            "de la période qu'il affiche."
        ),
        question=WHICH_PERIOD,
        lines=(whole.line,),
    )


def printed_under_two_periods(document: Document) -> Iterator[PrintedComparison]:
    """Look for a figure that one part of the report prints under a period, another under the next.

    Only where it is the one figure that each part prints of the indicator, under one period and no
    other: an indicator may well have the same value twice.
    """
    printings: dict[tuple[str, str], list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        printings[figure.cell.indicator, figure.printed_in].append(figure)
    alone = [figures[0] for figures in printings.values() if len(figures) == 1]
    for first, second in itertools.combinations(alone, 2):
        if first.cell == second.cell:
            yield _moved(document, first, second)


def _moved(document: Document, first: PrintedFigure, second: PrintedFigure) -> PrintedComparison:
    statements = [
        Statement(
            f"{statement(document, [figure]).text} sous {french.period(figure.period)}",
            figure.number.value,
            (place(figure.printed_in),),
        )
        for figure in (first, second)
    ]
    is_moved = first.number == second.number and first.period != second.period
    return PrintedComparison(
        rule="LAG",
        **about(document, first.cell),
        period=second.period,
        first=statements[0],
        second=statements[1],
        holds=not is_moved,
        explanation="Le même chiffre est imprimé sous deux périodes.",
        question=WHICH_PERIOD,
        lines=(first.line, second.line),
    )


def reading_notes(document: Document) -> Iterator[PrintedComparison]:
    """Compare with its column what a reading note says that the data of a year correspond to."""
    for passage in document.of_element("paragraphe"):
        for match in _READING_NOTE.finditer(passage.text):
            named = periods_in(match[2])
            if named:
                yield _noted(passage, match[1], named[-1].text, match[0])


def _noted(passage: Passage, column: str, period: str, quoted: str) -> PrintedComparison:
    about_whom = passage.text.partition(",")[0]
    shown = period.replace("/", "-")
    return PrintedComparison(
        rule="LAG",
        indicator="",
        subject=f"{passage.section} : {about_whom}",
        period=column,
        first=Statement(f"sous {column}", float(column), (f"tableau, {passage.section}",)),
        second=Statement(shown, None, (f"clé de lecture, {place(passage.printed_in)}",)),
        holds=periods_in(period)[0].overlaps(column_period(column)),
        explanation=(
            f"Les nombres imprimés sous {column} sont ceux de {shown}, dit la clé de lecture : "
            f"{french.quoted(quoted)}."
        ),
        question=WHICH_PERIOD,
    )
