"""What the rules give: two things that the report says, and whether they agree.

Here: a comparison; one that holds is kept too, for a rule that compared nothing is not one that
passed. Not here: the comparing itself (the modules of the rules).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import TypeVar

from expectations import french
from expectations.printed.document import Document, PrintedCell, PrintedFigure
from expectations.verdicts.table import Severity

T = TypeVar("T")

SEVERITY = Severity.INFORMATION
"""A printed report is not a source of observations: an observation comes from a deposit, which has
its own checks, and agrees with one of two discordant figures or with neither. What is found in the
report is therefore listed and asked about, and holds no cell back; that a demonstration's deposits
were typed from the report's annex changes nothing to it."""

PLACES = {
    "fiche": "fiche",
    "commentaire": "commentaire de la fiche",
    "annexe": "annexe",
    "limites": "chapitre sur les limites",
}

TABLES = {"fiche", "annexe"}
WHICH_NUMBER = "Lequel de ces nombres est le bon, et d'où vient ce qui en diffère ?"
WHICH_PERIOD = "De quelle période ce chiffre parle-t-il, et sous laquelle faut-il le publier ?"


@dataclass(frozen=True)
class Statement:
    """One of the two things compared.

    Attributes:
        text: As a reader sees it: ``43``, ``69,1 % en 2021``, ``hors OPCO AKTO``.
        value: The number in it, when there is one.
        places: Where it is printed, or how it follows from what is printed.
    """

    text: str
    value: float | None
    places: tuple[str, ...]


@dataclass(frozen=True)
class PrintedComparison:
    """Two things that the report says of the same fact.

    Attributes:
        rule: Code of the rule.
        indicator: The indicator; empty when a whole section is concerned.
        subject: What of it, in French: an area, a category, a section; empty for the total.
        period: The period concerned, as printed; empty when there is no single one.
        first: One of them.
        second: The other one.
        holds: Whether they agree.
        explanation: French: what does not hold together, and why the rule says so.
        question: French question to ask about it.
        lines: Lines of the deposit of figures that are concerned.
        explained: What was declared since about it; empty when nothing was.
    """

    rule: str
    indicator: str
    subject: str
    period: str
    first: Statement
    second: Statement
    holds: bool
    explanation: str = ""
    question: str = ""
    lines: tuple[int, ...] = ()
    explained: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from any other, its places apart: it is listed once, with all of them."""
        topic = (self.rule, self.indicator, self.subject, self.period)
        return (*topic, self.first.text, self.second.text)

    @property
    def comparison_id(self) -> str:
        """Twelve hexadecimal digits that change when the numbers change."""
        return hashlib.sha256("\n".join(self.identity).encode()).hexdigest()[:12]


def statement(document: Document, figures: Iterable[PrintedFigure]) -> Statement:
    """Return one number, printed by each of the figures."""
    several = list(figures)
    first = several[0]
    unit = document.units.get(first.unit, first.unit)
    text = f"{french.number(first.number.value)}{french.NBSP}{unit}"
    places = dict.fromkeys(place(figure.printed_in, figure.period) for figure in several)
    return Statement(text, first.number.value, tuple(places))


def together(statements: Sequence[Statement]) -> Statement:
    """Return several statements as one, their places in the same order.

    Where one of them has several places, each place says what is there.
    """
    if len(statements) == 1:
        return statements[0]
    places: tuple[str, ...]
    if all(len(said.places) == 1 for said in statements):
        places = tuple(where for said in statements for where in said.places)
        places = places if len(set(places)) > 1 else places[:1]
    else:
        places = tuple(
            f"{said.text}{french.NBSP}: {french.listing(said.places)}" for said in statements
        )
    return Statement(" ; ".join(said.text for said in statements), None, places)


def place(printed_in: str, period: str = "") -> str:
    """Return where something is printed: ``annexe, sous 2023``; only tables have columns."""
    part = PLACES.get(printed_in, printed_in)
    return f"{part}, sous {french.period(period)}" if period and printed_in in TABLES else part


def common_period(periods: Iterable[str]) -> str:
    """Return the one period that all are; empty when there is no single one."""
    different = set(periods)
    return different.pop() if len(different) == 1 else ""


def about(document: Document, cell: PrintedCell) -> dict[str, str]:
    """Return the fields of a comparison that say which cell it is about."""
    return {"indicator": cell.indicator, "subject": document.name_of(cell)}


def pairs(printings: Iterable[T]) -> Iterator[tuple[T, T]]:
    """Give every two of the first printings of one thing."""
    return combinations(islice(printings, MOST_COMPARED), 2)


MOST_COMPARED = 20
"""Printings of one thing that are compared with one another: a report has two or three, and what is
deposited is bounded by nobody else."""


def merged(comparisons: Iterable[PrintedComparison]) -> list[PrintedComparison]:
    """Return each comparison once, with every place where it is printed, in order."""
    found: dict[tuple[object, ...], PrintedComparison] = {}
    for comparison in comparisons:
        key = (comparison.holds, *comparison.identity)
        first = found.get(key)
        found[key] = _with_places_of(first, comparison) if first else comparison
    return list(found.values())


def _with_places_of(first: PrintedComparison, other: PrintedComparison) -> PrintedComparison:
    return replace(
        first,
        first=_everywhere(first.first, other.first),
        second=_everywhere(first.second, other.second),
        lines=tuple(dict.fromkeys((*first.lines, *other.lines))),
    )


def _everywhere(first: Statement, other: Statement) -> Statement:
    return replace(first, places=tuple(dict.fromkeys((*first.places, *other.places))))
