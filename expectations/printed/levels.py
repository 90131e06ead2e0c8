"""Levels that sentences give: « passé de 43 en 2023 à 4 en 2024 », « moins de 11 salariés 18 % ».

Here: reading them; a level read in a sentence is one more figure of the report. Not here: comparing
it, as the other figures are (``twice``).
"""

import re
from collections.abc import Iterator

from expectations.cells.observations import REGION, TOTAL
from expectations.printed.claims import Claim
from expectations.printed.document import NO_LINE, Document, PrintedCell, PrintedFigure
from expectations.printed.names import named_code
from expectations.printed.numbers import NUMBER, PERCENTAGE, YEAR, Number, read_number
from expectations.printed.sentences import Sentence

_FROM_TO = re.compile(
    rf"\bpassée?s? de ({NUMBER}) en ({YEAR}) à (?:seulement |plus de )?({NUMBER}) en ({YEAR})"
)
_CLAUSE = re.compile(r"(?:[^,;:]|[,;:](?!\s))+")


def levels(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Give the levels that a sentence claims."""
    yield from _from_to(document, sentence)
    yield from _by_category(document, sentence)


def _from_to(document: Document, sentence: Sentence) -> Iterator[Claim]:
    region = next((area for area in document.areas if area.startswith(REGION)), None)
    definition = document.definitions.get(sentence.named)
    if definition is None or region is None:
        return
    cell = PrintedCell(sentence.named, region, TOTAL, TOTAL)
    unit = definition.unit_measure
    for match in _FROM_TO.finditer(sentence.text):
        for number, year in ((1, 2), (3, 4)):
            level = _level(sentence, cell, match[year], read_number(match[number]), unit)
            yield Claim(sentence, match.start(number), match.end(number), level=level)


def _by_category(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Read the clauses that have one category and one percentage."""
    if not sentence.indicator or sentence.year is None or sentence.passage.element == "cellule":
        return
    shares = {
        figure.cell.category: figure.cell
        for figure in document.figures
        if figure.cell.indicator == sentence.indicator
        and figure.cell.category != TOTAL
        and figure.unit == "pct"
        and figure.cell.ref_area.startswith(REGION)
    }
    names = {category: document.categories.get(category, category) for category in shares}
    for clause in _CLAUSE.finditer(sentence.text):
        percents = list(PERCENTAGE.finditer(clause[0]))
        category = named_code(clause[0], names)
        if len(percents) == 1 and category is not None:
            number = read_number(percents[0][1])
            level = _level(sentence, shares[category], sentence.year, number, "pct")
            yield Claim(sentence, clause.start(), clause.end(), level=level)


def _level(
    sentence: Sentence, cell: PrintedCell, period: str, number: Number, unit: str
) -> PrintedFigure:
    return PrintedFigure(NO_LINE, sentence.passage.printed_in, cell, period, number, unit)
