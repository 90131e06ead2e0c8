"""What follows from a fact that is told already is told with it, in its line.

Here: a number that is that of the row above is not told again as another value of its cell; a sum
that one of two values does not make, or a sentence that only the other one verifies, is told with
the two values; a sentence about a part, with the total that this part does not make. Not here:
places of one fact (``comparisons.merged``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from expectations.printed.comparisons import PrintedComparison
from expectations.printed.document import NO_LINE, Document
from expectations.printed.lone_copies import copied_numbers

ByLine = dict[int, list[PrintedComparison]]
"""Comparisons, by the lines of the deposit that they are about."""


def each_cause_once(
    document: Document, found: list[PrintedComparison]
) -> Iterator[PrintedComparison]:
    """Give what was found, each consequence in the line of what it follows from."""
    copied = _by_line(copy for copy in copied_numbers(document) if not copy.holds)
    wrong = [comparison for comparison in found if not comparison.holds]
    values = _by_line(_of_rule("VMP", wrong, apart_from=copied))
    sums = _by_line(_of_rule("VAD", wrong, apart_from=values))
    following: dict[tuple[str, ...], list[PrintedComparison]] = defaultdict(list)
    kept = []
    for comparison in found:
        cause = None if comparison.holds else _cause(comparison, values, sums)
        if cause is not None:
            following[cause.identity].append(comparison)
        elif comparison.holds or comparison.rule != "VMP" or not _about(comparison, copied):
            kept.append(comparison)
    for comparison in kept:
        consequences = () if comparison.holds else following.get(comparison.identity, ())
        yield _with_consequences(comparison, consequences) if consequences else comparison


def _by_line(comparisons: Iterable[PrintedComparison]) -> ByLine:
    found: ByLine = defaultdict(list)
    for comparison in comparisons:
        for line in set(comparison.lines) - {NO_LINE}:
            found[line].append(comparison)
    return found


def _of_rule(
    rule: str, comparisons: Iterable[PrintedComparison], *, apart_from: ByLine
) -> Iterator[PrintedComparison]:
    """Give the comparisons of a rule that are about no line of those."""
    for comparison in comparisons:
        if comparison.rule == rule and not _about(comparison, apart_from):
            yield comparison


def _about(comparison: PrintedComparison, by_line: ByLine) -> list[PrintedComparison]:
    """Return the comparisons that are about a line that this one is about."""
    return [other for line in comparison.lines for other in by_line.get(line, ())]


def _cause(comparison: PrintedComparison, values: ByLine, sums: ByLine) -> PrintedComparison | None:
    """Return what a contradiction follows from; None when it is a fact by itself."""
    if comparison.rule == "VAD":
        return next(iter(_about(comparison, values)), None)
    if comparison.rule != "VCO":
        return None
    of_its_cell = (
        other for other in _about(comparison, values) if other.subject == comparison.subject
    )
    return next(iter((*of_its_cell, *_about(comparison, sums))), None)


def _with_consequences(
    comparison: PrintedComparison, consequences: Iterable[PrintedComparison]
) -> PrintedComparison:
    said = dict.fromkeys((comparison.explanation, *map(_detailed, consequences)))
    return replace(comparison, explanation=" ".join(said))


def _detailed(consequence: PrintedComparison) -> str:
    """Return what a consequence says, with the figures that it follows from."""
    if consequence.rule == "VAD":
        return consequence.explanation
    figures = " ; ".join(consequence.second.places)
    return f"{consequence.explanation.removesuffix('.')} : {figures}."
