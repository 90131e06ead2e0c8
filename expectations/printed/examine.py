"""Everything that does not hold together in a printed report: runs every rule, and counts.

What each rule asks is in its own module. No list of known errors is read; what was declared since
is only put beside what was found.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from expectations.printed import changed_words as wording
from expectations.printed import copied_rows as copies
from expectations.printed import misdated as periods
from expectations.printed import proportions, twice
from expectations.printed import totals as sums
from expectations.printed.changes import changes
from expectations.printed.claims import Claim, Fate, fates
from expectations.printed.comparisons import PrintedComparison, merged
from expectations.printed.document import Document
from expectations.printed.levels import levels
from expectations.printed.sentences import Sentence, sentences

RULES: tuple[Callable[[Document], Iterator[PrintedComparison]], ...] = (
    twice.same_figure,
    twice.missing_from_table,
    twice.readable_number,
    copies.copied_rows,
    copies.repeated_periods,
    periods.cell_says_otherwise,
    periods.details_of_other_periods,
    periods.printed_under_two_periods,
    periods.reading_notes,
    sums.totals,
    sums.shares,
    wording.units,
    wording.measures,
    wording.row_labels,
    wording.left_out,
    wording.said_units,
)

KINDS = {
    "CPY": "Des nombres recopiés d'une autre ligne",
    "VMP": "Le même chiffre imprimé deux fois, avec deux valeurs",
    "LAG": "Un chiffre imprimé sous une période qui n'est pas la sienne",
    "VAD": "Un total qui n'est pas la somme de ses parties",
    "VCO": "Une phrase qui ne suit pas des nombres",
    "DFC": "Ce qui est compté change de nom",
    "RPC": "Le périmètre change",
    "REP": "Un chiffre cité, absent de son tableau",
    "FDT": "Un nombre qui ne se lit pas",
}
"""What each rule finds in a printed report, in the order in which it is listed."""


@dataclass(frozen=True)
class Examination:
    """What the rules found.

    Attributes:
        comparisons: Every comparison that was made, each once.
        claims: What became of what the sentences claim.
    """

    comparisons: tuple[PrintedComparison, ...]
    claims: Mapping[Fate, int]

    @property
    def contradictions(self) -> tuple[PrintedComparison, ...]:
        """What does not hold together, by kind; in each, totals first, then by indicator."""
        return tuple(sorted((one for one in self.comparisons if not one.holds), key=_rank))


def _rank(one: PrintedComparison) -> tuple[int, bool, str, str, str]:
    is_detail = one.subject != ""
    return (list(KINDS).index(one.rule), is_detail, one.indicator, one.period, one.subject)


def examine(document: Document) -> Examination:
    """Compare everything that a printed report says with everything else that it says."""
    told = list(sentences(document))
    read = [claim for sentence in told for claim in levels(document, sentence)]
    given = [claim.level for claim in read if claim.level is not None]
    whole = replace(document, figures=(*document.figures, *given))
    tied = list(_tied(document, told))
    compared = [claim.comparison for claim in tied if claim.comparison is not None]
    found = [comparison for rule in RULES for comparison in rule(whole)]
    return Examination(
        comparisons=tuple(merged([*found, *compared])),
        claims=fates(document, told, [*read, *tied]) if told else Counter(),
    )


def _tied(document: Document, told: list[Sentence]) -> Iterator[Claim]:
    for sentence in told:
        yield from changes(document, sentence)
        yield from proportions.shares(document, sentence)
        yield from proportions.parts(document, sentence)
    yield from proportions.ratios(told)
    yield from proportions.outcomes(told)


def explained(
    contradictions: Iterable[PrintedComparison], reasons: Mapping[int, str]
) -> tuple[PrintedComparison, ...]:
    """Put beside each contradiction what was declared since of one of its figures.

    Args:
        contradictions: What was found.
        reasons: What was declared, by line of the deposit of figures.
    """
    return tuple(
        replace(one, explained=" ".join(dict.fromkeys(_told(one, reasons))))
        for one in contradictions
    )


def _told(one: PrintedComparison, reasons: Mapping[int, str]) -> Iterator[str]:
    return (reasons[line] for line in one.lines if line in reasons)
