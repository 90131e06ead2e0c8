"""Figures shown under a period that they are not about (LAG), by what the report itself says.

Here: a period is read in the text of a cell, in a reading note, in the way the details of a total
are dated, or in another part that prints the same figure. Not here: whether the indicator's true
period is another still, which the report cannot say; whole rows under two periods
(``copied_rows``).
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from expectations import french
from expectations.cells.observations import REGION
from expectations.printed.comparisons import (
    MOST_COMPARED,
    WHICH_PERIOD,
    PrintedComparison,
    Statement,
    about,
    common_period,
    place,
    statement,
    together,
)
from expectations.printed.copied_rows import repeated_periods
from expectations.printed.document import NO_LINE, Document, Passage, PrintedCell, PrintedFigure
from expectations.printed.numbers import Period, column_period, periods_in

_READING_NOTE = re.compile(r"\bdonnées (20\d\d) correspondent à ([^.]{0,200})")


@dataclass(frozen=True)
class DatedCell:
    """The figures of a table cell, and the periods that its text names beside them."""

    passage: Passage
    figures: tuple[PrintedFigure, ...]
    named: tuple[Period, ...]

    @property
    def column(self) -> Period:
        """The period of its column."""
        return column_period(self.passage.period)

    @property
    def is_of_its_column(self) -> bool:
        """Whether a period that it names is that of its column."""
        return any(period.overlaps(self.column) for period in self.named)

    @property
    def dates(self) -> str:
        """The periods that it names."""
        return f"« {french.listing(dict.fromkeys(period.text for period in self.named))} »"


def cell_says_otherwise(document: Document) -> Iterator[PrintedComparison]:
    """Compare with its column the periods that the text of a cell names beside its number.

    A number that is printed in several cells is one figure: it is told once, with all of them, and
    their texts must not give it two dates.
    """
    printings: dict[tuple[PrintedCell, float], list[DatedCell]] = defaultdict(list)
    for passage in document.cells:
        named = tuple(periods_in(passage.text))
        figures = document.figures_of(passage) if named else ()
        if figures:
            key = (figures[0].cell, figures[0].number.value)
            printings[key].append(DatedCell(passage, figures, named))
    for cells in printings.values():
        if all(cell.is_of_its_column for cell in cells):
            yield from _of_one_date(document, cells)
        else:
            wrong = [cell for cell in cells if not cell.is_of_its_column]
            yield _dated(document, wrong, holds=False)


def _of_one_date(document: Document, cells: list[DatedCell]) -> Iterator[PrintedComparison]:
    """Compare the dates that cells give to their one number, each being of its column."""
    first = cells[0]
    others = [cell for cell in cells if _is_dated_otherwise(first, cell)]
    if others:
        yield _twice_dated(document, [first, *others])
    else:
        for cell in cells:
            yield _dated(document, [cell], holds=True)


def _is_dated_otherwise(cell: DatedCell, other: DatedCell) -> bool:
    """Tell whether two cells of one column name two months of the same year."""
    months, other_months = ({period.month for period in dated.named} for dated in (cell, other))
    is_of_same_column = cell.passage.period == other.passage.period
    return is_of_same_column and "" not in months | other_months and not months & other_months


def _dated(document: Document, cells: list[DatedCell], *, holds: bool) -> PrintedComparison:
    figures = [figure for cell in cells for figure in cell.figures]
    printed = statement(document, cells[0].figures[:1])
    columns = list(dict.fromkeys(cell.passage.period for cell in cells))
    places = tuple(place(cell.passage.printed_in, cell.passage.period) for cell in cells)
    same = [
        figure
        for column in dict.fromkeys(figure.period for figure in figures)
        for figure in document.printings[figures[0].cell, column]
        if figure.number.value == figures[0].number.value
    ]
    shown = " et ".join(french.period(column) for column in columns)
    dates = " ; ".join(dict.fromkeys(cell.dates for cell in cells))
    return PrintedComparison(
        rule="LAG",
        **about(document, figures[0].cell),
        period=common_period(columns),
        first=replace(statement(document, same), text=f"{printed.text} sous {shown}"),
        second=Statement(
            f"{printed.text}, {dates}",
            printed.value,
            tuple(f"texte de la case, {where}" for where in places),
        ),
        holds=holds,
        explanation=(
            "Le texte de la case dit de quand est le chiffre, et ce n'est pas la période de sa "
            "colonne."
        ),
        question=WHICH_PERIOD,
        lines=tuple(figure.line for figure in figures),
    )


def _twice_dated(document: Document, cells: list[DatedCell]) -> PrintedComparison:
    figures = [figure for cell in cells for figure in cell.figures]
    printed = statement(document, figures[:1])
    said = [
        Statement(
            f"{printed.text}, {cell.dates}",
            printed.value,
            (place(cell.passage.printed_in, cell.passage.period),),
        )
        for cell in cells
    ]
    return PrintedComparison(
        rule="LAG",
        **about(document, figures[0].cell),
        period=figures[0].period,
        first=said[0],
        second=together(said[1:]),
        holds=False,
        explanation="Le même chiffre est donné à deux dates.",
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
            f"Le détail par territoire n'est imprimé que sous {periods} : si le total en est la "
            "synthèse, l'un des deux n'est pas de la période qu'il affiche."
        ),
        question=WHICH_PERIOD,
        lines=(whole.line,),
    )


def printed_under_two_periods(document: Document) -> Iterator[PrintedComparison]:
    """Look for a figure that one part of the report prints under a period, another under the next.

    Only where neither part prints anything of it under the period of the other: an indicator may
    well have the same value twice. A figure that its own cells date, or that is one of a row that
    is under two periods, is told by these already.
    """
    dated = {
        line
        for comparison in (*cell_says_otherwise(document), *repeated_periods(document))
        if not comparison.holds
        for line in comparison.lines
    } | {NO_LINE}
    parts: dict[PrintedCell, dict[str, dict[str, PrintedFigure]]] = defaultdict(dict)
    for figure in document.figures:
        parts[figure.cell].setdefault(figure.printed_in, {})[figure.period] = figure
    for by_part in parts.values():
        for first, second in itertools.combinations(by_part.values(), 2):
            yield from _moved_between(document, first, second, dated)


def _moved_between(
    document: Document,
    printed: Mapping[str, PrintedFigure],
    elsewhere: Mapping[str, PrintedFigure],
    dated: Collection[int],
) -> Iterator[PrintedComparison]:
    """Compare the figures that two parts print of a cell, each under periods of its own."""
    ours = [figure for period, figure in printed.items() if period not in elsewhere]
    theirs = [figure for period, figure in elsewhere.items() if period not in printed]
    for first, second in itertools.product(ours[:MOST_COMPARED], theirs[:MOST_COMPARED]):
        if first.line not in dated and second.line not in dated:
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
    return PrintedComparison(
        rule="LAG",
        **about(document, first.cell),
        period=second.period,
        first=statements[0],
        second=statements[1],
        holds=first.number != second.number,
        explanation="Le même chiffre est imprimé sous deux périodes.",
        question=WHICH_PERIOD,
        lines=(first.line, second.line),
    )


def reading_notes(document: Document) -> Iterator[PrintedComparison]:
    """Compare with its column what a reading note says that the data of a year correspond to.

    A note that dates several columns is one line.
    """
    for passage in document.of_element("paragraphe"):
        dated = [
            (match, named[-1])
            for match in _READING_NOTE.finditer(passage.text)
            if (named := periods_in(match[2]))
        ]
        wrong = [(note, named) for note, named in dated if not _is_of_column(note, named)]
        if wrong:
            yield _noted(passage, wrong, holds=False)
        elif dated:
            yield _noted(passage, dated, holds=True)


def _is_of_column(note: re.Match[str], named: Period) -> bool:
    return named.overlaps(column_period(note[1]))


def _noted(
    passage: Passage, dated: list[tuple[re.Match[str], Period]], *, holds: bool
) -> PrintedComparison:
    about_whom = passage.text.partition(",")[0]
    columns = [note[1] for note, _ in dated]
    shown = [named.text.replace("/", "-") for _, named in dated]
    notes = [note[0] for note, _ in dated]
    return PrintedComparison(
        rule="LAG",
        indicator="",
        subject=f"{passage.section} : {about_whom}",
        period=columns[0] if len(columns) == 1 else "",
        first=Statement(f"sous {' et '.join(columns)}", None, (f"tableau, {passage.section}",)),
        second=Statement(
            " et ".join(shown), None, (f"clé de lecture, {place(passage.printed_in)}",)
        ),
        holds=holds,
        explanation=(
            f"Les nombres imprimés sous {' et '.join(columns)} sont ceux de {' et '.join(shown)}, "
            f"dit la clé de lecture : {' ; '.join(french.quoted(note) for note in notes)}."
        ),
        question=WHICH_PERIOD,
    )
