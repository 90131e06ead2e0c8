"""Lists of the areas where an indicator is high or low (VCO): « Zones à forte activité : Laval … ».

Here: the table of the areas must have none beyond all those that the list cites, by their own
numbers: a list of the highest that leaves out the very highest is no list of them. An area between
two that are cited may be left out, nobody says how long the list is. Not here: whether the cited
numbers are right (``twice``, ``changes``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from expectations import french
from expectations.cells.observations import REGION, TOTAL
from expectations.printed.changes import POINTS, shown_change, signed
from expectations.printed.comparisons import PrintedComparison, Statement, place
from expectations.printed.document import Document, PrintedCell, PrintedFigure
from expectations.printed.names import named_code
from expectations.printed.numbers import NUMBER, POINT, Number
from expectations.printed.sentences import Sentence
from expectations.printed.twice import LEAST_PANEL

LEAST_CITED = 3
"""Areas from which what a sentence cites is a list."""
_HEAD = re.compile(
    r"(?P<high>\bfortes?\b|\bforts?\b|\bélevée?s?\b|\bhauts?\b|\bhautes?\b|\bnotables?\b|\bmeilleure?s?\b)"
    r"|\bfaibles?\b|\bbass?e?s?\b|\bmoindres?\b"
)
_CITED = re.compile(
    rf"(?P<name>[^\d:;,()%]{{2,60}}?) ?(?:\(|: )(?P<sign>[+−-]?) ?(?P<number>{NUMBER})\s?"
    rf"(?P<unit>%|{POINT})"
)


@dataclass(frozen=True)
class CitedList:
    """What a sentence cites as high, or as low.

    Attributes:
        sentence: The sentence.
        is_high: Whether it cites the highest; else the lowest.
        unit: ``%`` for levels, ``points`` for changes between two years.
        numbers: The number that it gives of each area.
    """

    sentence: Sentence
    is_high: bool
    unit: str
    numbers: Mapping[str, Number]

    def is_beyond(self, value: float) -> bool:
        """Tell whether a value is further than all those that are cited."""
        cited = [number.value for number in self.numbers.values()]
        return value > max(cited) if self.is_high else value < min(cited)


def listed_extremes(document: Document, sentence: Sentence) -> Iterator[PrintedComparison]:
    """Look in the table of an indicator for areas that a list of the extreme ones leaves out."""
    cited = _cited(document, sentence)
    if cited is None:
        return
    panel = _panel(document, cited)
    if len(panel) >= LEAST_PANEL:
        left_out = {
            area: found
            for area, found in panel.items()
            if area not in cited.numbers and cited.is_beyond(found[0])
        }
        yield _compared(document, cited, panel, left_out)


def _cited(document: Document, sentence: Sentence) -> CitedList | None:
    introduction, colon, rest = sentence.text.partition(":")
    head = _HEAD.search(introduction)
    if head is None or not colon or not sentence.indicator:
        return None
    areas = {
        figure.cell.ref_area: document.areas.get(figure.cell.ref_area, "")
        for figure in document.figures
        if figure.cell.indicator == sentence.indicator and not _is_region(figure.cell)
    }
    read = [(named_code(match["name"], areas), match) for match in _CITED.finditer(rest)]
    numbers = {
        area: signed(match["sign"], match["number"]) for area, match in read if area is not None
    }
    units = {"%" if match["unit"] == "%" else POINTS for _, match in read}
    if len(numbers) < LEAST_CITED or len(units) != 1:
        return None
    return CitedList(sentence, head["high"] is not None, units.pop(), numbers)


def _is_region(cell: PrintedCell) -> bool:
    return cell.ref_area.startswith(REGION) or cell.category != TOTAL


Panel = dict[str, tuple[float, tuple[PrintedFigure, ...]]]
"""What is printed of each area, and the figures that it follows from."""


def _panel(document: Document, cited: CitedList) -> Panel:
    """Return the longest table elsewhere of the indicator, as levels or as changes."""
    tables: dict[tuple[str, str], dict[str, PrintedFigure]] = defaultdict(dict)
    for figure in document.elsewhere(document.figures, cited.sentence.passage):
        if figure.cell.indicator == cited.sentence.indicator and not _is_region(figure.cell):
            tables[figure.printed_in, figure.period][figure.cell.ref_area] = figure
    if cited.unit == POINTS:
        return _changes(tables, cited.sentence.span)
    longest = max(tables.values(), key=len, default={})
    return {area: (figure.number.value, (figure,)) for area, figure in longest.items()}


def _changes(
    tables: Mapping[tuple[str, str], Mapping[str, PrintedFigure]], span: tuple[str, str] | None
) -> Panel:
    """Return the changes of the areas of the one part that prints both years of most of them."""
    if span is None:
        return {}
    panels: list[Panel] = []
    for printed_in in dict.fromkeys(printed_in for printed_in, _ in tables):
        before, after = (tables.get((printed_in, year), {}) for year in span)
        panels.append(
            {
                area: (after[area].number.value - figure.number.value, (figure, after[area]))
                for area, figure in before.items()
                if area in after
            }
        )
    return max(panels, key=len, default={})


def _compared(
    document: Document, cited: CitedList, panel: Panel, left_out: Panel
) -> PrintedComparison:
    others = sorted(left_out.items(), key=lambda item: item[1][0], reverse=cited.is_high)
    figures = next(iter(panel.values()))[1]
    beyond = "plus haut" if cited.is_high else "plus bas"
    names = french.listing(document.areas.get(area, area) for area, _ in others)
    return PrintedComparison(
        rule="VCO",
        indicator=cited.sentence.indicator,
        subject=cited.sentence.text.partition(":")[0].strip(),
        period=figures[-1].period,
        first=Statement(
            _cited_listed(document, cited), None, (place(cited.sentence.passage.printed_in),)
        ),
        second=Statement(
            " ; ".join(_shown(document, cited, found) for _, found in others) or "aucun autre",
            None,
            (place(figures[-1].printed_in, figures[-1].period),),
        ),
        holds=not others,
        explanation=f"La liste ne cite pas {names}, {beyond} que tous ceux qu'elle cite.",
        question="Manquent-ils à la liste, ou ses nombres viennent-ils d'une autre source ?",
        lines=tuple(figure.line for _, (_, several) in others for figure in several),
    )


def _cited_listed(document: Document, cited: CitedList) -> str:
    return " ; ".join(
        f"{document.areas.get(area, area)} : {_quantity(number.value, cited.unit)}"
        for area, number in cited.numbers.items()
    )


def _shown(
    document: Document, cited: CitedList, found: tuple[float, tuple[PrintedFigure, ...]]
) -> str:
    """Return a level, or a change and the two numbers that it is between."""
    value, figures = found
    name = document.name_of(figures[0].cell)
    between = " puis ".join(french.number(figure.number.value) for figure in figures)
    detail = f" ({between})" if len(figures) > 1 else ""
    return f"{name} : {_quantity(value, cited.unit)}{detail}"


def _quantity(value: float, unit: str) -> str:
    return french.percent(value) if unit == "%" else shown_change(value, unit)
