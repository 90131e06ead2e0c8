"""The sentences of a report, each with what it is about: an indicator, periods.

Here: a sentence that names no indicator is about the last one named before it in its section; one
that names no period, about those last named. Not here: what the sentences claim (``claims``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from expectations.printed.document import Document, Passage
from expectations.printed.names import labels, named_indicator
from expectations.printed.numbers import Period, column_period, periods_in

_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«(0-9])")


@dataclass(frozen=True)
class Sentence:
    """A sentence.

    Attributes:
        passage: Where it is printed.
        text: The sentence.
        named: The indicator that it names; empty when it names none.
        indicator: The indicator that it is about; empty when none was named before it.
        periods: The periods that it is about.
    """

    passage: Passage
    text: str
    named: str = ""
    indicator: str = ""
    periods: tuple[Period, ...] = ()

    @property
    def span(self) -> tuple[str, str] | None:
        """The two years that it compares, when it names a span of years."""
        spans = [period for period in self.periods if period.first < period.last]
        return (str(spans[-1].first), str(spans[-1].last)) if spans else None

    @property
    def year(self) -> str | None:
        """The year that it is about, when it names one and no other."""
        years = {(period.first, period.last) for period in self.periods}
        return str(self.periods[0].first) if len(years) == 1 and self.span is None else None


def sentences(document: Document) -> Iterator[Sentence]:
    """Give every sentence of the paragraphs and of the table cells, in the order of the report."""
    words_of_labels = labels(document)
    before = Sentence(Passage(0, "", "", "", "", "", ""), "")
    for passage in document.passages:
        if passage.section != before.passage.section or passage.element == "titre":
            before = Sentence(passage, "")
        if passage.element == "cellule":
            yield from _of_cell(passage)
        elif passage.element in {"paragraphe", "titre"}:
            among = document.indicators_of_section[passage.section] or document.indicators
            for text in texts_of(passage):
                named = named_indicator(text, words_of_labels, among) or ""
                before = _following(before, passage, text, named)
                if passage.element == "paragraphe":
                    yield before


def texts_of(passage: Passage) -> list[str]:
    """Return the sentences of a passage, as texts."""
    return _END.split(passage.text)


def _of_cell(passage: Passage) -> Iterator[Sentence]:
    column = (column_period(passage.period),)
    for text in texts_of(passage):
        yield Sentence(passage, text, "", passage.indicator, tuple(periods_in(text)) or column)


def _following(before: Sentence, passage: Passage, text: str, named: str) -> Sentence:
    return replace(
        before,
        passage=passage,
        text=text,
        named=named,
        indicator=named or before.indicator,
        periods=tuple(periods_in(text)) or before.periods,
    )
