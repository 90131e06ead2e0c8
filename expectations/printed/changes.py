"""Changes that sentences claim (VCO): « a progressé de 30 % », « 38 PCRH, +81 % », « +1,8 pts ».

Here: each is compared with the change between the two figures that it speaks of. A change agrees
when the claim, and the figures, can be roundings of quantities between which it holds. Not here:
shares and ratios (``proportions``).
"""

import re
from collections.abc import Iterator
from itertools import product

from expectations import french
from expectations.cells.observations import REGION, TOTAL
from expectations.printed.claims import Claim, claim_statement, otherwise_by_figures, values_of
from expectations.printed.comparisons import PrintedComparison, Statement, about, place
from expectations.printed.document import Document, PrintedCell, PrintedFigure
from expectations.printed.names import plain
from expectations.printed.numbers import NUMBER, POINT, Number, read_number
from expectations.printed.sentences import Sentence

_OF_A_COUNT = re.compile(rf"({NUMBER})\s+[A-Za-zÀ-ÿ]+\s+([+−-])\s?({NUMBER})\s?%")
_OF_THE_WHOLE = re.compile(
    rf"\b(progress|augment|baiss|diminu|recul)\w*,? (?:de |d['’]environ )?([+−-])?\s?({NUMBER})\s?%"
)
_POINTS = re.compile(rf"([+−-])\s?({NUMBER})\s?{POINT}")
_POINTS_IN_WORDS = re.compile(
    rf"\b(progress|augment|baiss|diminu|recul)\w* d(?:e |['’])(un|deux|trois|{NUMBER}) points?\b"
)
WORDS = {"un": "1", "deux": "2", "trois": "3"}
POINTS = "points"
DOWN = {"baiss", "diminu", "recul", "-", "−"}


def changes(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Give the changes that a sentence claims between two years, tied to their figures."""
    if sentence.span is None:
        return
    yield from _of_counts(document, sentence)
    yield from _of_the_whole(document, sentence)
    yield from _by_area(document, sentence)


def _of_counts(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Tie « 38 PCRH +81 % » to the one cell that is at 38 in the second year."""
    for match in _OF_A_COUNT.finditer(sentence.text):
        cells = _cells_at(document, sentence, read_number(match[1]))
        if len(cells) == 1:
            claimed = signed(match[2], match[3])
            yield from _claim(document, sentence, match, (cells.pop(), claimed, "%"))


def _cells_at(document: Document, sentence: Sentence, number: Number) -> set[PrintedCell]:
    _, after = sentence.span or ("", "")
    printed = document.in_section(sentence.passage.section, number)
    return {figure.cell for figure in printed if figure.period == after}


def _of_the_whole(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Tie « a progressé de 30 % » to the total of the indicator that the sentence names."""
    region = next((area for area in document.areas if area.startswith(REGION)), None)
    if not sentence.named or region is None:
        return
    cell = PrintedCell(sentence.named, region, TOTAL, TOTAL)
    for match in _OF_THE_WHOLE.finditer(sentence.text):
        claimed = signed(match[2] or match[1], match[3])
        yield from _claim(document, sentence, match, (cell, claimed, "%"))
    for match in _POINTS_IN_WORDS.finditer(sentence.text):
        claimed = signed(match[1], WORDS.get(match[2], match[2]))
        yield from _claim(document, sentence, match, (cell, claimed, POINTS))


def _by_area(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Tie « Le Mans : +1,5 pts » to the area named just before, of the indicator in question."""
    cells = {
        plain(document.areas[figure.cell.ref_area]): figure.cell
        for figure in document.figures
        if figure.cell.indicator == sentence.indicator and figure.cell.category == TOTAL
    }
    for match in _POINTS.finditer(sentence.text):
        before = plain(sentence.text[: match.start()])
        named = [name for name in cells if before == name or before.endswith(f" {name}")]
        if named:
            claimed = signed(match[1], match[2])
            yield from _claim(
                document, sentence, match, (cells[max(named, key=len)], claimed, POINTS)
            )


def signed(direction: str, text: str) -> Number:
    """Return a number with the sign that a word or a sign before it gives."""
    number = read_number(text)
    return Number(-number.value, number.step) if direction in DOWN else number


def _claim(
    document: Document,
    sentence: Sentence,
    match: re.Match[str],
    claimed: tuple[PrintedCell, Number, str],
) -> Iterator[Claim]:
    """Give the claim, when both years have a figure elsewhere.

    Where one part of the report prints both years, a change is between two of its figures. A cell
    that is printed with several numbers contradicts itself already: the claim is compared with
    those that come nearest to it.
    """
    cell, change, unit = claimed
    before, after = (
        values_of(document, cell, year, sentence.passage) for year in sentence.span or ("", "")
    )
    pairs = [pair for pair in product(before, after) if unit == POINTS or pair[0].number.value]
    if pairs:
        of_one_part = [pair for pair in pairs if pair[0].printed_in == pair[1].printed_in]
        nearest = min(
            of_one_part or pairs,
            key=lambda pair: abs(_change(pair[0], pair[1], unit)[0] - change.value),
        )
        comparison = _compared(document, sentence, nearest, (change, unit))
        yield Claim(sentence, match.start(), match.end(), comparison)


def _compared(
    document: Document,
    sentence: Sentence,
    figures: tuple[PrintedFigure, PrintedFigure],
    claimed: tuple[Number, str],
) -> PrintedComparison:
    before, after = figures
    change, unit = claimed
    found, margin = _change(before, after, unit)
    shown, computed = (shown_change(value, unit) for value in (change.value, found))
    places = " ; ".join(place(figure.printed_in, figure.period) for figure in figures)
    values = f"{french.number(before.number.value)} puis {french.number(after.number.value)}"
    return PrintedComparison(
        rule="VCO",
        **about(document, after.cell),
        period=after.period,
        first=claim_statement(sentence, shown, change.value),
        second=Statement(computed, found, (f"{values} ({places})",)),
        holds=change.is_within(found, margin + change.step / 2),
        explanation=otherwise_by_figures(sentence, computed),
        question="Sur quels nombres cette évolution a-t-elle été calculée ?",
        lines=(before.line, after.line),
    )


def _change(before: PrintedFigure, after: PrintedFigure, unit: str) -> tuple[float, float]:
    """Return the change from a figure to another, and by how much rounding can have moved it."""
    old, new = before.number, after.number
    if unit == POINTS:
        return new.value - old.value, (old.step + new.step) / 2
    return 100 * (new.value / old.value - 1), 0.0


def shown_change(value: float, unit: str) -> str:
    """Return a change with its sign: ``+22 %``, ``−1,3 point``."""
    sign = "+" if value > 0 else ""
    name = "point" if unit == POINTS and abs(value) < 2 else unit
    return f"{sign}{french.number(value, 1)}{french.NBSP}{name}"
