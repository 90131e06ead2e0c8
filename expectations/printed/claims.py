"""What sentences claim, and the census of it.

Here: a claim is a percentage, a number of points, a part of a whole, or a level written in a
sentence. It is tied to the figures that it speaks of, or it is not tied at all: no claim is tied by
guessing. Not here: reading each kind (``levels``, ``changes``, ``proportions``).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from expectations import french
from expectations.printed.comparisons import (
    MOST_COMPARED,
    PrintedComparison,
    Statement,
    place,
)
from expectations.printed.document import Document, Passage, PrintedCell, PrintedFigure
from expectations.printed.numbers import NUMBER, POINT, Number, read_number
from expectations.printed.sentences import Sentence

PERCENT_OR_POINTS = re.compile(rf"({NUMBER})\s?(?:%|{POINT})")


@dataclass(frozen=True)
class Claim:
    """What a sentence claims, once it is tied.

    Attributes:
        sentence: The sentence.
        start: Where the claim begins in it.
        end: Where it ends.
        comparison: What it claims beside what the figures say; None for a level.
        level: The figure that it gives, to be compared as those of the tables are.
    """

    sentence: Sentence
    start: int
    end: int
    comparison: PrintedComparison | None = None
    level: PrintedFigure | None = None


class Fate(StrEnum):
    """What became of a claim."""

    VERIFIED = "verified"
    CONTRADICTED = "contradicted"
    NOT_TIED = "not_tied"


def claim_statement(sentence: Sentence, shown: str, value: float) -> Statement:
    """Return what a sentence says."""
    return Statement(shown, value, (place(sentence.passage.printed_in),))


def quoted(sentence: Sentence) -> str:
    """Return the sentence between quotes, shortened."""
    text = sentence.text.rstrip(".")
    return french.quoted(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…")


LONGEST_QUOTE = 240


def otherwise_by_figures(sentence: Sentence, computed: str) -> str:
    """Say what a sentence is, and what the figures give instead."""
    return f"La phrase est {quoted(sentence)} ; les nombres imprimés donnent {computed}."


def values_of(
    document: Document, cell: PrintedCell, period: str, claiming: Passage
) -> list[PrintedFigure]:
    """Return what is printed of a cell and period elsewhere than where it is claimed.

    One figure for each different number of a part of the report.
    """
    printed = document.elsewhere(document.printings.get((cell, period), ()), claiming)
    different = {(figure.printed_in, figure.number.value): figure for figure in printed}
    return list(different.values())[:MOST_COMPARED]


def fates(
    document: Document, sentences: Iterable[Sentence], claims: Iterable[Claim]
) -> Counter[Fate]:
    """Count what became of every claim; a percentage that no claim ties is not tied.

    A percentage that the deposit of figures has already is a figure, not a claim.
    """
    tied: dict[Sentence, list[Claim]] = defaultdict(list)
    count: Counter[Fate] = Counter()
    for claim in claims:
        fate = _fate(document, claim)
        if fate is Fate.NOT_TIED and _is_figure(document, claim.sentence, _level_of(claim)):
            continue
        tied[claim.sentence].append(claim)
        count[fate] += 1
    for sentence in sentences:
        for match in PERCENT_OR_POINTS.finditer(sentence.text):
            is_tied = any(
                claim.start <= match.start() < claim.end for claim in tied.get(sentence, ())
            )
            if not is_tied and not _is_figure(document, sentence, read_number(match[1])):
                count[Fate.NOT_TIED] += 1
    return count


def _fate(document: Document, claim: Claim) -> Fate:
    if claim.comparison is not None:
        return Fate.VERIFIED if claim.comparison.holds else Fate.CONTRADICTED
    level = claim.level
    if level is None:
        return Fate.NOT_TIED
    printed = values_of(document, level.cell, level.period, claim.sentence.passage)
    if not printed:
        return Fate.NOT_TIED
    holds = any(level.number.agrees_with(figure.number) for figure in printed)
    return Fate.VERIFIED if holds else Fate.CONTRADICTED


def _is_figure(document: Document, sentence: Sentence, number: Number | None) -> bool:
    passage = sentence.passage
    return number is not None and any(
        figure.printed_in == passage.printed_in and passage.indicator in {"", figure.cell.indicator}
        for figure in document.in_section(passage.section, number)
    )


def _level_of(claim: Claim) -> Number | None:
    return claim.level.number if claim.level is not None else None
