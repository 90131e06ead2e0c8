"""What does not hold together in the printed report, as the pages and the mail show it.

Here: frozen dataclasses, and how an examination becomes one. Not here: finding it
(``expectations.printed``), layout (the templates).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.printed.claims import Fate
from expectations.printed.comparisons import PrintedComparison
from expectations.printed.examine import KINDS, Examination

MOST_SHOWN = 100
"""Contradictions of one kind that a page shows; the file of the examination has them all."""


@dataclass(frozen=True)
class ContradictionLine:
    """Two things that the report says of one fact, and that do not agree.

    Attributes:
        reference: 12 hexadecimal digits.
        label: French label of the indicator; the part of the report when there is none.
        indicator: Its id; empty when a whole part of the report is concerned.
        subject: What of it: an area, a category; empty for the total.
        period: The period concerned; empty when there is no single one.
        first: What is printed.
        first_places: Where.
        second: What is printed as well, or follows from what is.
        second_places: Where, or from what.
        explanation: French.
        question: French question to ask.
        addressee: Whom to ask about the figure; empty when nobody vouches for it.
        explained: What was declared since; empty when nothing was.
    """

    reference: str
    label: str
    indicator: str
    subject: str
    period: str
    first: str
    first_places: tuple[str, ...]
    second: str
    second_places: tuple[str, ...]
    explanation: str
    question: str
    addressee: str
    explained: str


@dataclass(frozen=True)
class KindLines:
    """The contradictions of one kind.

    Attributes:
        code: Code of the rule.
        title: French title.
        total: How many there are.
        lines: The first of them.
    """

    code: str
    title: str
    total: int
    lines: tuple[ContradictionLine, ...]

    @property
    def question(self) -> str:
        """The question to ask of all of them; empty when each has its own."""
        questions = {line.question for line in self.lines}
        return questions.pop() if len(questions) == 1 else ""


@dataclass(frozen=True)
class PrintedReportLines:
    """What does not hold together in the printed report.

    Attributes:
        editor: Whom to ask about the report itself.
        kinds: The contradictions, by kind.
        n_compared: Number of comparisons made.
        n_verified: Number of claims of its sentences that its figures verify.
        n_contradicted: Number of those that they contradict.
        n_not_tied: Number of those that no figure could be tied to.
    """

    editor: str
    kinds: tuple[KindLines, ...]
    n_compared: int
    n_verified: int
    n_contradicted: int
    n_not_tied: int

    @property
    def n_lines(self) -> int:
        """Number of contradictions."""
        return sum(kind.total for kind in self.kinds)

    @property
    def n_claims(self) -> int:
        """Number of claims that were read."""
        return self.n_verified + self.n_contradicted + self.n_not_tied


def printed_report_lines(
    examination: Examination, definitions: Mapping[str, IndicatorDefinition], editor: str
) -> PrintedReportLines:
    """Return what an examination found.

    Args:
        examination: It.
        definitions: The indicators, by id.
        editor: Whom to ask about the report itself.
    """
    kinds = groupby(examination.contradictions, key=lambda comparison: comparison.rule)
    return PrintedReportLines(
        editor=editor,
        kinds=tuple(_kind(rule, list(found), definitions) for rule, found in kinds),
        n_compared=len(examination.comparisons),
        n_verified=examination.claims.get(Fate.VERIFIED, 0),
        n_contradicted=examination.claims.get(Fate.CONTRADICTED, 0),
        n_not_tied=examination.claims.get(Fate.NOT_TIED, 0),
    )


def _kind(
    rule: str, found: Sequence[PrintedComparison], definitions: Mapping[str, IndicatorDefinition]
) -> KindLines:
    lines = tuple(_line(comparison, definitions) for comparison in found[:MOST_SHOWN])
    return KindLines(rule, KINDS[rule], len(found), lines)


def _line(
    comparison: PrintedComparison, definitions: Mapping[str, IndicatorDefinition]
) -> ContradictionLine:
    definition = definitions.get(comparison.indicator)
    return ContradictionLine(
        reference=comparison.comparison_id,
        label=definition.label if definition else comparison.indicator or comparison.subject,
        indicator=comparison.indicator,
        subject=comparison.subject if comparison.indicator else "",
        period=comparison.period,
        first=comparison.first.text,
        first_places=comparison.first.places,
        second=comparison.second.text,
        second_places=comparison.second.places,
        explanation=comparison.explanation,
        question=comparison.question,
        addressee=definition.contact if definition else "",
        explained=comparison.explained,
    )
