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


def told_once(document: Document, found: list[PrintedComparison]) -> Iterator[PrintedComparison]:
    """Give what was found, each consequence in the line of what it follows from."""
    copied = _by_line(one for one in copied_numbers(document) if not one.holds)
    wrong = [one for one in found if not one.holds]
    values = _by_line(one for one in wrong if one.rule == "VMP" and not _about(one, copied))
    sums = _by_line(one for one in wrong if one.rule == "VAD" and not _about(one, values))
    following: dict[tuple[str, ...], list[PrintedComparison]] = defaultdict(list)
    kept = []
    for one in found:
        cause = None if one.holds else _cause(one, values, sums)
        if cause is not None:
            following[cause.identity].append(one)
        elif one.holds or one.rule != "VMP" or not _about(one, copied):
            kept.append(one)
    for one in kept:
        yield one if one.holds else _with_consequences(one, following.get(one.identity, ()))


def _by_line(comparisons: Iterable[PrintedComparison]) -> ByLine:
    found: ByLine = defaultdict(list)
    for one in comparisons:
        for line in set(one.lines) - {NO_LINE}:
            found[line].append(one)
    return found


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
    said = dict.fromkeys((comparison.explanation, *map(_told, consequences)))
    return replace(comparison, explanation=" ".join(said))


def _told(consequence: PrintedComparison) -> str:
    """Return what a consequence says, with the figures that it follows from."""
    if consequence.rule == "VAD":
        return consequence.explanation
    figures = " ; ".join(consequence.second.places)
    return f"{consequence.explanation.removesuffix('.')} : {figures}."
