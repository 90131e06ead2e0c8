"""What does not hold together in the printed report, as the pages and the mail show it.

Here: frozen dataclasses, and how an examination becomes one. Not here: finding it
(``expectations.printed``), layout (the templates).
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.french import count, listing
from expectations.printed.claims import Fate
from expectations.printed.comparisons import PrintedComparison
from expectations.printed.examine import KINDS, Examination
from orchestration.station.first_told import NOTHING_TOLD, FirstTold

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
        is_new: No report has told it yet.
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
    is_new: bool = True


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
        n_new: Number of contradictions that no report has told yet.
        n_gone: Number of those that the report before told, and that are not found any more.
        is_told: Whether the report before told them, so that only changes are to be.
    """

    editor: str
    kinds: tuple[KindLines, ...]
    n_compared: int
    n_verified: int
    n_contradicted: int
    n_not_tied: int
    n_new: int = 0
    n_gone: int = 0
    is_told: bool = False

    @property
    def new(self) -> tuple[ContradictionLine, ...]:
        """The contradictions that no report has told yet, those of long kinds apart."""
        return tuple(line for kind in self.kinds for line in kind.lines if line.is_new)

    @property
    def sentence(self) -> str:
        """Say in French how many there are, and what changed since the report before."""
        found = count(self.n_lines, "contradiction trouvée", "contradictions trouvées")
        among = count(self.n_compared, "rapprochement", "rapprochements")
        total = f"{found} parmi {among} des chiffres et des phrases du bilan entre eux"
        if not self.is_told:
            return f"{total}."
        new = count(self.n_new, "est nouvelle", "sont nouvelles")
        gone = count(self.n_gone, "n'est plus trouvée", "ne sont plus trouvées")
        changes = listing([new] * bool(self.n_new) + [gone] * bool(self.n_gone))
        return f"{total}. Depuis le rapport précédent : {changes or 'rien de changé'}."

    @property
    def n_lines(self) -> int:
        """Number of contradictions."""
        return sum(kind.total for kind in self.kinds)

    @property
    def n_claims(self) -> int:
        """Number of claims that were read."""
        return self.n_verified + self.n_contradicted + self.n_not_tied


def printed_report_lines(
    examination: Examination,
    definitions: Mapping[str, IndicatorDefinition],
    editor: str,
    before: FirstTold = NOTHING_TOLD,
) -> PrintedReportLines:
    """Return what an examination found.

    Args:
        examination: It.
        definitions: The indicators, by id.
        editor: Whom to ask about the report itself.
        before: What the report before told.
    """
    former = set(before.contradictions)
    found = {comparison.comparison_id for comparison in examination.contradictions}
    kinds = groupby(examination.contradictions, key=lambda comparison: comparison.rule)
    return PrintedReportLines(
        editor=editor,
        kinds=tuple(_kind(rule, list(of_kind), definitions, former) for rule, of_kind in kinds),
        n_new=len(found - former),
        n_gone=len(former - found),
        is_told=bool(former),
        n_compared=len(examination.comparisons),
        n_verified=examination.claims.get(Fate.VERIFIED, 0),
        n_contradicted=examination.claims.get(Fate.CONTRADICTED, 0),
        n_not_tied=examination.claims.get(Fate.NOT_TIED, 0),
    )


def _kind(
    rule: str,
    found: Sequence[PrintedComparison],
    definitions: Mapping[str, IndicatorDefinition],
    former: Set[str],
) -> KindLines:
    lines = tuple(_line(comparison, definitions, former) for comparison in found[:MOST_SHOWN])
    return KindLines(rule, KINDS[rule], len(found), lines)


def _line(
    comparison: PrintedComparison, definitions: Mapping[str, IndicatorDefinition], former: Set[str]
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
        is_new=comparison.comparison_id not in former,
    )
