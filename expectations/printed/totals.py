"""Totals and shares (VAD): a whole is the sum of its parts, shares make a hundred.

Here: adding up what is printed in one place. Not here: what adds up, which the definitions of the
indicators say (``cells.indicator_definition``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from expectations import french
from expectations.cells.indicator_definition import Breakdown
from expectations.cells.observations import TOTAL
from expectations.printed.comparisons import PrintedComparison, Statement, about, place, statement
from expectations.printed.document import Document, PrintedCell, PrintedFigure
from expectations.printed.numbers import NUMBER, read_number

SHARE = "pct"
MISSING_PART = "Manque-t-il une partie, ou l'un de ces nombres est-il arrondi sans le dire ?"
PrintedPlace = tuple[str, str, str]
"""Indicator, period, kind of part of the report."""


def totals(document: Document) -> Iterator[PrintedComparison]:
    """Compare each total with the sum of its parts, printed in the same place."""
    for key, figures in _by_place(document).items():
        definition = document.definitions.get(key[0])
        whole = [figure for figure in figures if figure.cell.is_total]
        if definition is None or not whole or definition.value_kind != "count":
            continue
        for breakdown in definition.breakdowns:
            parts = _parts(figures, breakdown, whole[0].unit)
            if parts:
                yield _added(document, whole[0], parts)


def _by_place(document: Document) -> Mapping[PrintedPlace, list[PrintedFigure]]:
    found: dict[PrintedPlace, list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        found[figure.cell.indicator, figure.period, figure.printed_in].append(figure)
    return found


def _parts(figures: list[PrintedFigure], breakdown: Breakdown, unit: str) -> list[PrintedFigure]:
    return [
        figure
        for figure in figures
        if figure.unit == unit and _is_part(figure.cell, breakdown) and not figure.cell.is_total
    ]


def _is_part(cell: PrintedCell, breakdown: Breakdown) -> bool:
    if breakdown.by == "category":
        return cell.breakdown == breakdown.parts
    return cell.category == TOTAL and cell.ref_area.startswith(f"{breakdown.parts}-")


def _added(
    document: Document, whole: PrintedFigure, parts: list[PrintedFigure]
) -> PrintedComparison:
    total = sum(part.number.value for part in parts)
    margin = sum(part.number.step for part in parts) / 2 * (whole.number.step < 1)
    exceeds = _exceeds(document, whole)
    holds = total > whole.number.value if exceeds else whole.number.is_within(total, margin)
    detail = " + ".join(french.number(part.number.value) for part in parts)
    printed, where = statement(document, [whole]), place(whole.printed_in, whole.period)
    return PrintedComparison(
        rule="VAD",
        **about(document, whole.cell),
        period=whole.period,
        first=printed,
        second=Statement(french.number(total), total, (f"{detail} ({where})",)),
        holds=holds,
        explanation=not_the_sum(detail, total, whole.number.value),
        question=MISSING_PART,
        lines=(whole.line, *(part.line for part in parts)),
    )


def not_the_sum(detail: str, total: float, whole: float) -> str:
    """Say what parts add up to, beside the whole that is printed with them."""
    gap = total - whole
    more = f"{french.number(abs(gap))} de {'plus' if gap > 0 else 'moins'}"
    return (
        f"{detail} font {french.number(total)}, soit {more} que le total imprimé au même endroit."
    )


def _exceeds(document: Document, figure: PrintedFigure) -> bool:
    """Tell whether the report says there that the figure is more than what it prints."""
    floors = [
        read_number(match[1])
        for passage in document.passages
        if passage.indicator == figure.cell.indicator and passage.printed_in == figure.printed_in
        for match in re.finditer(rf"plus de\s+({NUMBER})", passage.text)
    ]
    return any(number.agrees_with(figure.number) for number in floors)


def shares(document: Document) -> Iterator[PrintedComparison]:
    """Compare with a hundred the sum of the shares that a count is broken down into."""
    for (indicator, period, printed_in), figures in _by_place(document).items():
        definition = document.definitions.get(indicator)
        if definition is None or definition.value_kind != "count":
            continue
        groups: dict[tuple[str, str], list[PrintedFigure]] = defaultdict(list)
        for figure in figures:
            if figure.unit == SHARE and not figure.cell.is_total:
                groups[_group(figure.cell)].append(figure)
        for parts in groups.values():
            yield _made_a_hundred(document, parts, place(printed_in, period))


def _group(cell: PrintedCell) -> tuple[str, str]:
    """Return what shares are shares among: the areas of a type, or the categories of an area."""
    area_type = cell.ref_area.partition("-")[0]
    return (cell.breakdown, cell.category if area_type != "REG" else cell.ref_area)


def _made_a_hundred(
    document: Document, parts: list[PrintedFigure], where: str
) -> PrintedComparison:
    total = sum(part.number.value for part in parts)
    margin = sum(part.number.step for part in parts) / 2
    detail = " + ".join(french.number(part.number.value) for part in parts)
    names = french.listing(document.name_of(part.cell) for part in parts)
    return PrintedComparison(
        rule="VAD",
        indicator=parts[0].cell.indicator,
        subject=names,
        period=parts[0].period,
        first=Statement(french.percent(total), total, (f"{detail} ({where})",)),
        second=Statement(french.percent(100), 100.0, ("ce que font des parts",)),
        holds=abs(total - 100) <= margin,
        explanation=f"Les parts imprimées ({where}), {detail}, font {french.percent(total)}.",
        question="Manque-t-il une part, ou l'une d'elles est-elle fausse ?",
        lines=tuple(part.line for part in parts),
    )
