"""Whom the numbers of a row leave out, and on which day they were drawn up (RPC).

Here: « au 27/06/2025 : hors OPCO AKTO, OCAPIAT », told of a row or of one of its columns, compared
over the columns and the parts of the report; two that differ by their day only are not the same
either. Also the number of what its own cell leaves out, and a paragraph that leaves out more than
the cells whose shares it repeats. Not here: what is counted (``changed_words``), the period of a
figure (``misdated``).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.printed.comparisons import (
    PrintedComparison,
    Statement,
    about,
    common_period,
    place,
    statement,
    together,
)
from expectations.printed.document import Document, Passage, PrintedCell, PrintedFigure
from expectations.printed.names import plain, stems, words
from expectations.printed.numbers import MONTHS, PERCENTAGE, column_period
from expectations.printed.sentences import Sentence

OTHER_BODIES = "Le périmètre change : les deux nombres ne se comparent pas."
OTHER_DAY = "Le périmètre est le même, le jour où il est arrêté ne l'est pas."
SAME_NUMBER = "Un même nombre est donné pour deux périmètres."
SAME_NUMBER_OTHER_DAY = "Un même nombre est donné à deux dates."
_LEFT_OUT = re.compile(r"\bhors OPCO ((?:[A-ZÀ-Ý0-9]\w+(?:, | et )?)+)")
_EXCLUDED = re.compile(r"\bhors (?P<what>(?:(?! en plus\b)[^()\d:;,.]){3,60})")
_BESIDES = re.compile(r"\bhors (?:OPCO )?(?P<who>[\w, ]{2,80}?) en plus\b")
_LEFT = re.compile(r"\bhors [\w, ]{2,80}")
_AND = re.compile(r", | et ")
LEAST_SHARES = 2
NO_STEM: frozenset[str] = frozenset()
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


def excluded(document: Document) -> Iterator[PrintedComparison]:
    """Look in the cells that leave something out for the number of that very thing (RPC).

    « (hors enseignement agricole) » beside a figure of « MASA (agriculture) »: a word of the family
    of one that no other category has.
    """
    found: dict[PrintedCell, list[tuple[str, Passage, PrintedFigure]]] = defaultdict(list)
    for passage in document.cells:
        for match in _EXCLUDED.finditer(passage.text):
            for figure in _printed_of(document, passage, stems(words(match["what"]))):
                found[figure.cell].append((match[0], passage, figure))
    for several in found.values():
        yield _excluded(document, several)


def _printed_of(
    document: Document, passage: Passage, excluded_stems: frozenset[str]
) -> list[PrintedFigure]:
    """Return the figures of a cell whose category has a word of its own among those."""
    of_row = {
        figure.cell.category: stems(words(document.categories.get(figure.cell.category, "")))
        for figure in document.rows.get((passage.printed_in, passage.indicator), ())
        if figure.cell.category != TOTAL
    }
    used = Counter(stem for several in of_row.values() for stem in several)
    return [
        figure
        for figure in document.figures_of(passage)
        if any(
            used[stem] == 1 for stem in of_row.get(figure.cell.category, NO_STEM) & excluded_stems
        )
    ]


def _excluded(
    document: Document, several: list[tuple[str, Passage, PrintedFigure]]
) -> PrintedComparison:
    wording, _, first = several[0]
    columns = [passage.period for _, passage, _ in several]
    places = tuple(place(passage.printed_in, passage.period) for _, passage, _ in several)
    numbers = " ; ".join(statement(document, [figure]).text for _, _, figure in several)
    return PrintedComparison(
        rule="RPC",
        **about(document, first.cell),
        period=common_period(columns),
        first=Statement(numbers, None, places),
        second=Statement(french.quoted(wording), None, places),
        holds=False,
        explanation="La case dit laisser de côté ce dont elle donne le nombre.",
        question="Ce nombre est-il du périmètre que dit la case ?",
        lines=tuple(figure.line for _, _, figure in several),
    )


def narrowed(document: Document, said: Iterable[Sentence]) -> Iterator[PrintedComparison]:
    """Compare with the cells that print the same numbers whom a paragraph leaves out besides."""
    for sentence in said:
        match = _BESIDES.search(sentence.text)
        if match is None or sentence.passage.indicator:
            continue
        for cell in document.cells:
            if cell.indicator == sentence.indicator and _gives_shares_of(sentence.passage, cell):
                yield _narrowed(sentence.passage, cell, match)


def _gives_shares_of(passage: Passage, cell: Passage) -> bool:
    """Tell whether a paragraph gives the shares of a cell."""
    shares, printed = ({match[1] for match in PERCENTAGE.finditer(p.text)} for p in (passage, cell))
    return len(shares & printed) >= LEAST_SHARES and printed <= shares


def _narrowed(passage: Passage, cell: Passage, match: re.Match[str]) -> PrintedComparison:
    bodies = _bodies_in(match["who"])
    left_out = frozenset().union(*(words(also[0]) for also in _LEFT.finditer(cell.text)))
    apart = [body for body in bodies if not words(body) <= left_out]
    where, of_cell = place(passage.printed_in), place(cell.printed_in, cell.period)
    shares = french.listing(match[0] for match in PERCENTAGE.finditer(cell.text))
    wording = french.listing(also[0] for also in _LEFT.finditer(cell.text)) or "sans exclusion"
    return PrintedComparison(
        rule="RPC",
        indicator=cell.indicator,
        subject="périmètre des parts",
        period=cell.period,
        first=Statement(f"{shares}, {match[0]}", None, (where,)),
        second=Statement(f"{shares}, {wording}", None, (of_cell,)),
        holds=not apart,
        explanation=(
            f"Les mêmes parts sont données hors {french.listing(apart)} dans le commentaire ; le "
            "tableau ne le dit pas."
        ),
        question="De quel périmètre ces parts sont-elles ?",
    )


def _perimeters(document: Document) -> Iterator[Perimeter]:
    for passage in document.passages:
        bodies, day = _LEFT_OUT.search(passage.text), _DAY.search(passage.text)
        if passage.indicator and (bodies or day):
            numbers = (
                figure.number.value
                for figure in document.rows.get((passage.printed_in, passage.indicator), ())
                if figure.cell.is_total and passage.is_of_row(figure)
            )
            yield Perimeter(
                passage,
                frozenset(_bodies_in(bodies[1]) if bodies else ()),
                _day(day) if day else "",
                tuple(dict.fromkeys(numbers)),
            )


def _bodies_in(text: str) -> list[str]:
    return [body for body in _AND.split(text) if body]


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
        period=common_period(columns),
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
    have_common = [bool(numbers & others) for numbers, others in combinations(given, 2)]
    sentences = []
    if any(have_common):
        sentences.append(SAME_NUMBER if is_of_other_bodies else SAME_NUMBER_OTHER_DAY)
    if not all(have_common):
        sentences.append(OTHER_BODIES if is_of_other_bodies else OTHER_DAY)
    return " ".join(sentences)


def _statement(perimeters: list[Perimeter], *, with_day: bool) -> Statement:
    """Return a perimeter, the numbers that are given for it, and where."""
    numbers = list(dict.fromkeys(n for perimeter in perimeters for n in perimeter.numbers))
    bodies = sorted(perimeters[0].bodies)
    days = dict.fromkeys(perimeter.day for perimeter in perimeters if perimeter.day)
    parts = (
        " et ".join(french.number(number) for number in numbers),
        f"hors {french.listing(bodies)}" if bodies else "",
        f"(au {french.listing(days)})" if days and with_day else "",
    )
    return Statement(
        " ".join(filter(None, parts)),
        numbers[0] if len(numbers) == 1 else None,
        tuple(dict.fromkeys(perimeter.where for perimeter in perimeters)),
    )
