"""A sentence being read: what it stands under, and the cells that its numbers may be of.

Here: the scope of a sentence, and finding the cells behind a place in it. Not here: what words make
a claim (``claim_forms``), whether all numbers of a sentence are accounted for (``claim_check``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.readers.french_numerals import MarkedSentence, Token, shows
from tests.readers.station_truth import TOTAL, CellKey, StationTruth


@dataclass(frozen=True)
class CardScope:
    """What a sentence stands under: all that it does not say again.

    Attributes:
        indicator: The indicator of its card, page or row.
        area: The area of it.
        category: The category of it.
        period: The period of it.
        period_before: The one it is compared with.
        finding: Reference of the finding.
        role: What its number is, when its label says so: ``received``, ``published``…
        is_chart: Whether it is about a chart, which tells held from published in every point.
        ever: Whether what was once so counts: what was signed, what was sent.
    """

    indicator: str = ""
    area: str = ""
    category: str = TOTAL
    period: str = ""
    period_before: str = ""
    finding: str = ""
    role: str = ""
    is_chart: bool = False
    ever: bool = False


@dataclass
class ClaimReading:
    """A sentence being read: which of its tokens are accounted for, and what is wrong."""

    sentence: MarkedSentence
    scope: CardScope
    truth: StationTruth
    read: set[int] = field(default_factory=set)
    faults: list[tuple[Token, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def token(self, match: re.Match[str], name: str) -> Token:
        """Return the token of a group of a form."""
        return self.sentence.tokens[int(match[name])]

    def last(self, kind: str, place: int, after: int = -1) -> tuple[int, frozenset[str]]:
        """Return where the last name of a kind stands before a place, and its codes."""
        found = [
            mark
            for mark in re.finditer(rf"\{{{kind}([0-9]+)\}}", self.sentence.marked[:place])
            if mark.start() > after
        ]
        if not found:
            return -1, frozenset()
        return found[-1].start(), self.sentence.tokens[int(found[-1][1])].codes

    def categories(self, match: re.Match[str]) -> frozenset[str]:
        """Return the category that is named before a form, or that of its card."""
        return self.last("C", match.start())[1] or frozenset({self.scope.category})

    def areas(self, match: re.Match[str]) -> frozenset[str]:
        """Return the area that is named before a form, or that of its card."""
        return self.last("A", match.start())[1] or frozenset({self.scope.area})

    def period(self, match: re.Match[str]) -> str:
        """Return the period that is named before a form, or that of its card."""
        return next(iter(self.last("P", match.start())[1]), self.scope.period)

    def keys(self, place: int, period: str) -> list[CellKey]:
        """Return the cells that a number at a place of the sentence may be of."""
        at_indicator, indicators = self.last("I", place)
        at_area, areas = self.last("A", place, at_indicator)
        _, categories = self.last("C", place, max(at_area, at_indicator))
        if not areas:
            at_area, areas = self.last("A", place)
        indicators = indicators or frozenset({self.scope.indicator})
        areas = areas or frozenset({self.scope.area or self.truth.region})
        if not categories:
            is_named = at_indicator > at_area or (at_area >= 0 and not self.scope.is_chart)
            categories = frozenset({TOTAL} if is_named else {self.scope.category})
            total = [CellKey(name, area, period) for name in indicators for area in areas]
            if is_named and not any(key in self.truth.cells for key in total):
                categories = frozenset({self.scope.category})
        return [
            CellKey(indicator, area, period, category)
            for indicator in indicators
            for area in areas
            for category in categories
        ]

    def values(self, place: int, period: str, *, ever: bool = False) -> list[float]:
        """Return what the cells that a number may be of hold, or ever held."""
        found = (
            value
            for key in self.keys(place, period)
            for value in self.truth.values(key, ever=ever or self.scope.ever)
        )
        return [value for value in found if value is not None]


def none_shows(
    token: Token, values: list[float], what: str, step: float = 0.005
) -> Iterator[tuple[Token, str]]:
    if not any(shows(token, value, step) for value in values):
        there = ", ".join(sorted({f"{value:g}" for value in values})) or "aucune valeur"
        yield token, f"{what} : {there}"
