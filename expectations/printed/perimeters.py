"""Whom the numbers of a row leave out, and on which day they were drawn up (RPC).

Here: « au 27/06/2025 : hors OPCO AKTO, OCAPIAT », told of a row or of one of its columns, compared
over the columns and the parts of the report; two that differ by their day only are not the same
either. Not here: what is counted (``changed_words``), the period of a figure (``misdated``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from expectations import french
from expectations.printed.comparisons import PrintedComparison, Statement, place, together
from expectations.printed.document import Document, Passage, PrintedFigure
from expectations.printed.names import plain
from expectations.printed.numbers import MONTHS, column_period

OTHER_BODIES = "Le périmètre change : les deux nombres ne se comparent pas."
OTHER_DAY = "Le périmètre est le même, le jour où il est arrêté ne l'est pas."
SAME_NUMBER = "Un même nombre est donné pour deux périmètres."
SAME_NUMBER_OTHER_DAY = "Un même nombre est donné à deux dates."
_LEFT_OUT = re.compile(r"\bhors OPCO ((?:[A-ZÀ-Ý0-9]\w+(?:, | et )?)+)")
_DAY = re.compile(
    rf"\bau (\d{{1,2}})(?:er)?(?:/(\d{{1,2}})/| ({'|'.join(MONTHS)}) )(20\d\d)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Perimeter:
    """What a passage says of the numbers of its row.

    Attributes:
        passage: The passage: a label speaks of all columns, a cell of its own.
        bodies: Whom it leaves out.
        day: The day on which it was drawn up: ``27/06/2025``; empty when it names none.
        numbers: The totals of its row and column.
    """

    passage: Passage
    bodies: frozenset[str]
    day: str
    numbers: tuple[float, ...]

    @property
    def key(self) -> tuple[frozenset[str], str]:
        """What must not change: the bodies, and the day, but for the year of its own column.

        « au 31/12/2023 » in the column of 2023 is the same day as « au 31/12/2024 » in the next.
        """
        column = column_period(self.passage.period)
        year = int(self.day[-4:] or 0)
        is_of_column = bool(self.passage.period) and column.first <= year <= column.last
        return (frozenset(map(plain, self.bodies)), self.day[:-5] if is_of_column else self.day)

    @property
    def where(self) -> str:
        """Where it is printed."""
        return place(self.passage.printed_in, self.passage.period)


def left_out(document: Document) -> Iterator[PrintedComparison]:
    """Compare whom a row says it leaves out, and when: all its columns and parts in one line."""
    rows: dict[str, list[Perimeter]] = defaultdict(list)
    for perimeter in _perimeters(document):
        rows[perimeter.passage.indicator].append(perimeter)
    for perimeters in rows.values():
        if len(perimeters) > 1:
            yield _compared(perimeters)


def _perimeters(document: Document) -> Iterator[Perimeter]:
    totals: dict[tuple[str, str], list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        if figure.cell.is_total:
            totals[figure.cell.indicator, figure.printed_in].append(figure)
    for passage in document.passages:
        bodies, day = _LEFT_OUT.search(passage.text), _DAY.search(passage.text)
        if passage.indicator and (bodies or day):
            printed = totals[passage.indicator, passage.printed_in]
            numbers = (figure.number.value for figure in printed if passage.is_of_row(figure))
            yield Perimeter(
                passage,
                frozenset(filter(None, re.split(r", | et ", bodies[1]))) if bodies else frozenset(),
                _day(day) if day else "",
                tuple(dict.fromkeys(numbers)),
            )


def _day(match: re.Match[str]) -> str:
    month = int(match[2]) if match[2] else MONTHS.index(match[3].lower()) + 1
    return f"{int(match[1]):02}/{month:02}/{match[4]}"


def _compared(perimeters: list[Perimeter]) -> PrintedComparison:
    same: dict[tuple[frozenset[str], str], list[Perimeter]] = defaultdict(list)
    for perimeter in perimeters:
        same[perimeter.key].append(perimeter)
    is_of_one_day = len({perimeter.day for perimeter in perimeters}) == 1
    shown = [_statement(several, with_day=not is_of_one_day) for several in same.values()]
    columns = [perimeter.passage.period for perimeter in perimeters if perimeter.passage.period]
    return PrintedComparison(
        rule="RPC",
        indicator=perimeters[0].passage.indicator,
        subject="périmètre",
        period=columns[0] if len(set(columns)) == 1 else "",
        first=shown[0],
        second=together(shown[1:] or shown),
        holds=len(same) == 1,
        explanation=_explained(list(same.values())),
        question="Quel est le chiffre des seuls organismes présents partout ?",
    )


def _explained(different: list[list[Perimeter]]) -> str:
    """Say what changes, and whether a number is given for several perimeters all the same."""
    given = [{n for perimeter in several for n in perimeter.numbers} for several in different]
    is_of_other_bodies = len({several[0].key[0] for several in different}) > 1
    told = []
    if any(one & other for one, other in combinations(given, 2)):
        told.append(SAME_NUMBER if is_of_other_bodies else SAME_NUMBER_OTHER_DAY)
    if any(not one & other for one, other in combinations(given, 2)):
        told.append(OTHER_BODIES if is_of_other_bodies else OTHER_DAY)
    return " ".join(told)


def _statement(perimeters: list[Perimeter], *, with_day: bool) -> Statement:
    """Return a perimeter, the numbers that are given for it, and where."""
    numbers = list(dict.fromkeys(n for perimeter in perimeters for n in perimeter.numbers))
    bodies = sorted(perimeters[0].bodies)
    days = dict.fromkeys(perimeter.day for perimeter in perimeters if perimeter.day)
    told = (
        " et ".join(french.number(number) for number in numbers),
        f"hors {french.listing(bodies)}" if bodies else "",
        f"(au {french.listing(days)})" if days and with_day else "",
    )
    return Statement(
        " ".join(filter(None, told)),
        numbers[0] if len(numbers) == 1 else None,
        tuple(dict.fromkeys(perimeter.where for perimeter in perimeters)),
    )
