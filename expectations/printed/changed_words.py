"""What is counted, in the report's own words (DFC): units, measures, labels.

Here: a number keeps its meaning only with its words; when these change from one year to the next or
from one part of the report to another, both are shown. Not here: who is left out (``perimeters``),
comparing the numbers themselves (``twice``).
"""

import difflib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.printed.comparisons import (
    PrintedComparison,
    Statement,
    about,
    pairs,
    place,
    statement,
)
from expectations.printed.document import Document, Passage, PrintedCell, PrintedFigure
from expectations.printed.names import head, plain, words
from expectations.printed.numbers import Number
from expectations.printed.sentences import Sentence

SAME_WORD = 0.75
"""Likeness from which two words are one, spelled otherwise: « genrées » and « générées »."""
COUNTED = "Que compte ce chiffre au juste, et depuis quand ?"
_PERIMETER = re.compile(r" \([^)]{0,80}\bhors\b[^)]{0,120}\)")
_AND_NOT = re.compile(r"nombre (?:de |d['’])(\w+) et non (?:le )?nombre (?:de |d['’])(\w+)")
_EXPRESSED_IN = re.compile(r"exprimées en nombre (?:de |d['’])(\w+)")
_NOT_LIMITED = re.compile(
    r"ne se limit\w+ pas (?:uniquement |seulement )?(?:aux?|à la|à l['’]|à) ?(?P<limit>\w+)"
)


def units(document: Document) -> Iterator[PrintedComparison]:
    """Compare the units that a cell is printed in: by each part of the report, each period.

    Two parts are compared once, at the first period that both print; two periods once, with the
    numbers of the first part that prints both, and of those that print the same.
    """
    printings: dict[PrintedCell, list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        printings[figure.cell].append(figure)
    for figures in printings.values():
        compared: dict[tuple[object, ...], tuple[Number, Number] | None] = {}
        for figure, other in pairs(figures):
            parts = frozenset({figure.printed_in, other.printed_in})
            numbers = (figure.number, other.number)
            if figure.period != other.period and len(parts) == 1:
                years = (figure.period, other.period, figure.unit, other.unit)
                if compared.setdefault(years, numbers) == numbers:
                    yield _counted(document, figure, other)
            elif figure.period == other.period and (parts,) not in compared:
                compared[parts,] = None
                yield _counted(document, figure, other)


def _counted(document: Document, figure: PrintedFigure, other: PrintedFigure) -> PrintedComparison:
    first, second = statement(document, [figure]), statement(document, [other])
    is_elsewhere = figure.printed_in != other.printed_in
    between = "d'une partie du bilan à l'autre" if is_elsewhere else "d'une période à l'autre"
    return PrintedComparison(
        rule="DFC",
        **about(document, figure.cell),
        period=figure.period if is_elsewhere else other.period,
        first=first,
        second=second,
        holds=figure.unit == other.unit,
        explanation=f"L'unité change {between}.",
        question=COUNTED,
        lines=(figure.line, other.line),
    )


def measures(document: Document) -> Iterator[PrintedComparison]:
    """Compare the categories of a breakdown from a period to the next, in the same place.

    When exactly one is gone and exactly one is new, the second is shown as what the first became.
    """
    for figures in _breakdowns(document).values():
        periods = sorted({figure.period for figure in figures})
        for before, after in itertools.pairwise(periods):
            old = {figure.cell: figure for figure in figures if figure.period == before}
            new = {figure.cell: figure for figure in figures if figure.period == after}
            gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
            if len(gone) == len(come) == 1:
                yield _renamed(document, old[gone[0]], new[come[0]])
            elif not gone and not come:
                yield _kept(document, old[min(old)], new[min(new)])


def _breakdowns(document: Document) -> dict[tuple[str, str, str, str], list[PrintedFigure]]:
    found: dict[tuple[str, str, str, str], list[PrintedFigure]] = defaultdict(list)
    for figure in document.figures:
        cell = figure.cell
        if cell.category != TOTAL:
            key = (cell.indicator, cell.ref_area, cell.breakdown, figure.printed_in)
            found[key].append(figure)
    return found


def _kept(document: Document, old: PrintedFigure, new: PrintedFigure) -> PrintedComparison:
    first, second = statement(document, [old]), statement(document, [new])
    return PrintedComparison("DFC", old.cell.indicator, "", new.period, first, second, holds=True)


def _renamed(document: Document, old: PrintedFigure, new: PrintedFigure) -> PrintedComparison:
    first, second = (
        Statement(
            f"{french.quoted(document.name_of(figure.cell))} : "
            f"{french.number(figure.number.value)}",
            figure.number.value,
            (place(figure.printed_in, figure.period),),
        )
        for figure in (old, new)
    )
    return PrintedComparison(
        rule="DFC",
        indicator=new.cell.indicator,
        subject=document.name_of(new.cell),
        period=new.period,
        first=first,
        second=second,
        holds=False,
        explanation=(
            "Ce qui est mesuré change de nom d'une période à l'autre ; rien ne dit que ce soit la "
            "même chose."
        ),
        question=COUNTED,
        lines=(old.line, new.line),
    )


def row_labels(document: Document) -> Iterator[PrintedComparison]:
    """Compare the labels of a row from one part of the report to another.

    A label that says more is no contradiction; each must have a word that the other does not.
    """
    rows: dict[str, list[Passage]] = defaultdict(list)
    for passage in document.of_element("intitule"):
        rows[passage.indicator].append(passage)
    for passages in rows.values():
        for passage, other in pairs(passages):
            yield _labelled(passage, other)


def _labelled(passage: Passage, other: Passage) -> PrintedComparison:
    label, other_label = (_PERIMETER.sub("", row.text) for row in (passage, other))
    first, second = words(label), words(other_label)
    return PrintedComparison(
        rule="DFC",
        indicator=passage.indicator,
        subject="intitulé",
        period="",
        first=Statement(french.quoted(head(label)), None, (place(passage.printed_in),)),
        second=Statement(french.quoted(head(other_label)), None, (place(other.printed_in),)),
        holds=not (_unlike(first, second) and _unlike(second, first)),
        explanation="La même ligne a deux intitulés, et chacun dit ce que l'autre ne dit pas.",
        question="Lequel des deux intitulés dit ce qui est compté ?",
    )


def _unlike(label: frozenset[str], other: frozenset[str]) -> set[str]:
    """Return the words that no word of the others resembles."""
    return {word for word in label if not difflib.get_close_matches(word, other, 1, SAME_WORD)}


def worded_units(document: Document) -> Iterator[PrintedComparison]:
    """Compare with the label of its row what the text of a cell says that its number counts."""
    rows = {
        (passage.printed_in, passage.indicator): passage
        for passage in document.of_element("intitule")
    }
    for passage in document.cells:
        label = rows.get((passage.printed_in, passage.indicator))
        if label is None:
            continue
        if match := _AND_NOT.search(passage.text):
            yield _worded(label, passage, match[0], holds=not _counts(label, match[2]))
        elif match := _EXPRESSED_IN.search(passage.text):
            yield _worded(label, passage, match[0], holds=_counts(label, match[1]))


def unlimited(document: Document, said: Iterable[Sentence]) -> Iterator[PrintedComparison]:
    """Compare with the labels of its row what a sentence says that a number is not limited to."""
    for sentence in said:
        match = _NOT_LIMITED.search(sentence.text)
        if match is None or not sentence.indicator:
            continue
        for label in document.of_element("intitule"):
            if label.indicator == sentence.indicator:
                holds = not words(match["limit"]) <= words(label.text)
                found = _worded(label, sentence.passage, sentence.text.rstrip("."), holds=holds)
                yield replace(
                    found,
                    indicator=sentence.indicator,
                    subject="champ",
                    first=replace(found.first, text=french.quoted(label.text)),
                    explanation="L'intitulé donne une limite que la phrase dit dépassée.",
                )


def _counts(label: Passage, noun: str) -> bool:
    """Tell whether a label begins by saying that it counts such things."""
    subject = plain(label.text).removeprefix("nombre d ").removeprefix("nombre de ").split()
    return bool(subject and words(subject[0]) == words(noun))


def _worded(label: Passage, passage: Passage, wording: str, *, holds: bool) -> PrintedComparison:
    return PrintedComparison(
        rule="DFC",
        indicator=passage.indicator,
        subject="unité",
        period="",
        first=Statement(french.quoted(head(label.text)), None, (place(label.printed_in),)),
        second=Statement(
            french.quoted(wording), None, (place(passage.printed_in, passage.period),)
        ),
        holds=holds,
        explanation="L'intitulé de la ligne et le texte de la case ne comptent pas la même chose.",
        question=COUNTED,
    )
