"""Everything that does not hold together in a printed report: runs every rule, and counts.

Here: which rules are run, and their findings in order; no list of known errors is read, what was
declared since is only put beside what was found. Not here: what each rule asks (its own module).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from expectations.printed import (
    changed_words,
    copied_rows,
    lone_copies,
    misdated,
    perimeters,
    proportions,
    totals,
    twice,
)
from expectations.printed.adding_up import added, shared_out, subtracted
from expectations.printed.causes_once import each_cause_once
from expectations.printed.changes import changes
from expectations.printed.claims import Claim, Fate, fates
from expectations.printed.comparisons import PrintedComparison, merged
from expectations.printed.document import Document
from expectations.printed.levels import levels
from expectations.printed.listed_extremes import listed_extremes
from expectations.printed.sentences import Sentence, sentences

RULES: tuple[Callable[[Document], Iterator[PrintedComparison]], ...] = (
    twice.same_figure,
    twice.missing_from_table,
    twice.readable_number,
    copied_rows.copied_rows,
    copied_rows.repeated_periods,
    lone_copies.sources,
    lone_copies.copied_units,
    lone_copies.copied_numbers,
    lone_copies.copied_texts,
    misdated.cell_says_otherwise,
    misdated.details_of_other_periods,
    misdated.printed_under_two_periods,
    misdated.reading_notes,
    totals.totals,
    totals.shares,
    changed_words.units,
    changed_words.measures,
    changed_words.row_labels,
    changed_words.worded_units,
    perimeters.left_out,
    perimeters.excluded,
)

KINDS = {
    "CPY": "Ce qui est recopié d'une autre ligne",
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
        found = (comparison for comparison in self.comparisons if not comparison.holds)
        return tuple(sorted(found, key=_order))


def _order(comparison: PrintedComparison) -> tuple[int, bool, str, str, str]:
    return (
        list(KINDS).index(comparison.rule),
        comparison.subject != "",
        comparison.indicator,
        comparison.period,
        comparison.subject,
    )


def examine(document: Document) -> Examination:
    """Compare everything that a printed report says with everything else that it says."""
    printed_sentences = list(sentences(document))
    read = [claim for sentence in printed_sentences for claim in levels(document, sentence)]
    read_levels = [claim.level for claim in read if claim.level is not None]
    whole = replace(document, figures=(*document.figures, *read_levels))
    tied = list(_tied(document, printed_sentences))
    compared = [claim.comparison for claim in tied if claim.comparison is not None]
    compared += changed_words.unlimited(document, printed_sentences)
    compared += perimeters.narrowed(document, printed_sentences)
    for sentence in printed_sentences:
        compared += shared_out(document, sentence)
        compared += listed_extremes(document, sentence)
    found = [comparison for rule in RULES for comparison in rule(whole)]
    return Examination(
        comparisons=tuple(merged(each_cause_once(whole, [*found, *compared]))),
        claims=fates(document, printed_sentences, [*read, *tied])
        if printed_sentences
        else Counter(),
    )


def _tied(document: Document, printed_sentences: list[Sentence]) -> Iterator[Claim]:
    for sentence in printed_sentences:
        yield from changes(document, sentence)
        yield from proportions.shares(document, sentence)
        yield from proportions.fractions(document, sentence)
        yield from proportions.parts(document, sentence)
        yield from added(document, sentence)
        yield from subtracted(sentence)
    yield from proportions.ratios(printed_sentences)
    yield from proportions.outcomes(printed_sentences)


def explained(
    contradictions: Iterable[PrintedComparison], reasons: Mapping[int, str]
) -> tuple[PrintedComparison, ...]:
    """Put beside each contradiction what was declared since of one of its figures.

    Args:
        contradictions: What was found.
        reasons: What was declared, by line of the deposit of figures.
    """
    return tuple(
        replace(contradiction, explained=_reasons_of(contradiction, reasons))
        for contradiction in contradictions
    )


def _reasons_of(contradiction: PrintedComparison, reasons: Mapping[int, str]) -> str:
    found = (reasons[line] for line in contradiction.lines if line in reasons)
    return " ".join(dict.fromkeys(found))
