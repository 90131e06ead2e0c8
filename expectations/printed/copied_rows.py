"""Figures that are those of another row (CPY) or of another period (LAG).

Here: one number can be met twice by chance, a vector of three hardly: the cells of one indicator
are compared with those of the others as vectors. Numbers read in the text of a table cell, each
after the name of an area, are a vector too. Not here: a single figure under two periods
(``misdated``).
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from expectations import french
from expectations.cells.observations import REGION, TOTAL
from expectations.printed.comparisons import WHICH_PERIOD, PrintedComparison, Statement, place
from expectations.printed.document import Document, Passage, PrintedCell, PrintedFigure
from expectations.printed.names import named_code
from expectations.printed.numbers import NOT_PERCENT, NUMBER, Number, read_number

LEAST_COMMON = 3
"""Numbers that two vectors must share, each at the same place, to be one and the same."""
CellPlace = tuple[str, str, str]
"""An area, a breakdown, a category."""
_LABELLED = re.compile(rf"([^\d:;,.()]{{3,60}}?)\s*:?\s*({NUMBER}){NOT_PERCENT}")


@dataclass(frozen=True)
class Vector:
    """Numbers printed together, of one indicator and period."""

    indicator: str
    period: str
    printed_in: str
    numbers: Mapping[CellPlace, Number]
    lines: tuple[int, ...] = ()


def copied_rows(document: Document) -> Iterator[PrintedComparison]:
    """Look for the vector of each row in the rows of the other indicators (CPY).

    A vector read in a text is compared with what is printed in figures; when it is that of its own
    row, it is at home.
    """
    printed = _vectors(document)
    read = [vector for passage in document.cells if (vector := _read(document, passage))]
    for vector in read:
        own_row = (other for other in printed if other.indicator == vector.indicator)
        if not any(_is_same(vector, other) for other in own_row):
            yield from _found_elsewhere(document, vector, printed)
    for vector, other in itertools.combinations(printed, 2):
        if vector.indicator != other.indicator and _is_same(vector, other):
            yield _copied(document, vector, other)


def _found_elsewhere(
    document: Document, vector: Vector, printed: list[Vector]
) -> Iterator[PrintedComparison]:
    for other in printed:
        if other.indicator != vector.indicator and _is_same(vector, other):
            yield _copied(document, vector, other)


def repeated_periods(document: Document) -> Iterator[PrintedComparison]:
    """Look for the vector of each period under another period of the same indicator (LAG).

    In one part of the report every number must be the same. Between two parts, each of which prints
    its own period only, most of them: those that differ are told with the others.
    """
    vectors = _vectors(document)
    periods: dict[tuple[str, str], set[str]] = defaultdict(set)
    for figure in document.figures:
        periods[figure.cell.indicator, figure.printed_in].add(figure.period)
    for vector, other in itertools.combinations(vectors, 2):
        if vector.indicator != other.indicator or vector.period == other.period:
            continue
        if vector.printed_in == other.printed_in:
            is_repeat = _is_same(vector, other)
        else:
            is_repeat = _is_nearly_same(vector, other) and not (
                other.period in periods[vector.indicator, vector.printed_in]
                or vector.period in periods[other.indicator, other.printed_in]
            )
        if is_repeat:
            yield _repeated(document, vector, other)


def _is_nearly_same(vector: Vector, other: Vector) -> bool:
    """Tell whether two vectors have enough numbers in common, and more than they have apart."""
    shared = vector.numbers.keys() & other.numbers.keys()
    n_equal = sum(vector.numbers[at] == other.numbers[at] for at in shared)
    return n_equal >= LEAST_COMMON and 2 * n_equal > len(shared)


def _vectors(document: Document) -> list[Vector]:
    found: dict[tuple[str, str, str, str], list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        cell = figure.cell
        kind = cell.ref_area.partition("-")[0] if cell.category == TOTAL else cell.breakdown
        if cell.is_total:
            kind = ""
        found[cell.indicator, figure.period, figure.printed_in, kind].append(figure)
    vectors = [
        _vector(key[:3], [*figures, *found.get((*key[:3], ""), [])])
        for key, figures in found.items()
        if key[3]
    ]
    return [vector for vector in vectors if len(vector.numbers) >= LEAST_COMMON]


def _vector(key: tuple[str, str, str], figures: list[PrintedFigure]) -> Vector:
    numbers = {
        (figure.cell.ref_area, figure.cell.breakdown, figure.cell.category): figure.number
        for figure in figures
    }
    return Vector(*key, numbers, tuple(figure.line for figure in figures))


def _read(document: Document, passage: Passage) -> Vector | None:
    """Return the numbers that a table cell writes after names of areas; None when it has few."""
    numbers: dict[CellPlace, Number] = {}
    for match in _LABELLED.finditer(passage.text):
        area = _area(document, match[1])
        if area:
            numbers[area, TOTAL, TOTAL] = read_number(match[2])
    if len(numbers) < LEAST_COMMON:
        return None
    return Vector(passage.indicator, passage.period, passage.printed_in, numbers)


def _area(document: Document, label: str) -> str | None:
    if named_code(label, {"": "total"}) == "":
        return next((area for area in document.areas if area.startswith(REGION)), None)
    departments = {area: name for area, name in document.areas.items() if area.startswith("DEP-")}
    return named_code(label, departments)


def _is_same(vector: Vector, other: Vector) -> bool:
    """Tell whether two vectors have enough places in common, and the same number at each."""
    shared = vector.numbers.keys() & other.numbers.keys()
    is_equal = all(vector.numbers[at] == other.numbers[at] for at in shared)
    return len(shared) >= LEAST_COMMON and is_equal


def _copied(document: Document, vector: Vector, other: Vector) -> PrintedComparison:
    label = document.label_of(other.indicator)
    shown = _shown(document, vector, vector.numbers)
    where, elsewhere = (place(row.printed_in, row.period) for row in (vector, other))
    return PrintedComparison(
        rule="CPY",
        indicator=vector.indicator,
        subject="",
        period=vector.period,
        first=Statement(shown, None, (where,)),
        second=Statement(
            _shown(document, other, vector.numbers),
            None,
            (f"{french.quoted(label)} ({elsewhere})",),
        ),
        holds=False,
        explanation=(
            "Les nombres imprimés dans la ligne de cet indicateur sont, un par un, ceux de la "
            f"ligne {french.quoted(label)}."
        ),
        question="Quel était le contenu de cette case avant que ces nombres n'y soient recopiés ?",
        lines=vector.lines,
    )


def _repeated(document: Document, earlier: Vector, other: Vector) -> PrintedComparison:
    shown = _shown(document, earlier, other.numbers)
    shared = earlier.numbers.keys() & other.numbers.keys()
    same = [at for at in shared if earlier.numbers[at] == other.numbers[at]]
    apart = [at for at in earlier.numbers if at in shared and at not in same]
    but = f" ; n'y sont pas les mêmes : {_apart(document, earlier, other, apart)}" if apart else ""
    first, second = (
        Statement(
            f"sous {french.period(vector.period)}, {shown}",
            None,
            (place(vector.printed_in, vector.period),),
        )
        for vector in (earlier, other)
    )
    return PrintedComparison(
        rule="LAG",
        indicator=earlier.indicator,
        subject="",
        period=other.period,
        first=first,
        second=second,
        holds=False,
        explanation=(
            f"Les mêmes {len(same)} nombres sont imprimés pour deux périodes, "
            f"{french.period(earlier.period)} et {french.period(other.period)}{but}."
        ),
        question=WHICH_PERIOD,
        lines=(*earlier.lines, *other.lines),
    )


def _apart(document: Document, earlier: Vector, other: Vector, apart: list[CellPlace]) -> str:
    """Return the numbers that differ, each with its name."""
    return french.listing(
        f"{document.name_of(PrintedCell(other.indicator, *at)) or 'total'} "
        f"({french.number(earlier.numbers[at].value)} et {french.number(other.numbers[at].value)})"
        for at in apart
    )


def _shown(document: Document, vector: Vector, places: Mapping[CellPlace, Number]) -> str:
    """Return the numbers that a vector has at the given places, each after its name."""
    named = (
        f"{document.name_of(PrintedCell(vector.indicator, *at)) or 'total'} : "
        f"{french.number(vector.numbers[at].value)}"
        for at in places
        if at in vector.numbers
    )
    return " ; ".join(named)
