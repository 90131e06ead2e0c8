"""What sentences add up, share out or subtract (VAD, VCO), beside what their own numbers give.

Here: each sum that a sentence tells is one more printing of the total that it is about. Not here:
reading it (``sentence_sums``), sums of the figures of a table (``totals``).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from expectations import french
from expectations.cells.observations import REGION
from expectations.printed.changes import POINTS, shown_change
from expectations.printed.claims import Claim, claim_statement, otherwise_by_figures
from expectations.printed.comparisons import PrintedComparison, Statement, place, statement
from expectations.printed.document import Document, PrintedFigure
from expectations.printed.names import named_code
from expectations.printed.numbers import NUMBER, Number, column_period, read_number
from expectations.printed.sentence_sums import (
    Bound,
    WrittenDifference,
    WrittenSum,
    differences,
    sums,
)
from expectations.printed.sentences import Sentence
from expectations.printed.totals import MISSING_PART, not_the_sum

_SHARE_OF_AREA = re.compile(
    rf"(?P<label>[^\d:;,.()%]{{2,60}}?) ?:? ?(?:{NUMBER} ?\()?(?P<share>{NUMBER})\s?%"
)
_SHARED_OUT = re.compile(r"\brépart", re.IGNORECASE)
WHOLE = Number(100.0, 1.0)


def added(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Compare each whole that a sentence gives with the sum of the parts that it gives beside."""
    for read in sums(sentence.text):
        written = replace(read, is_whole=read.is_whole and _names_all(document, read.names))
        yield Claim(sentence, written.start, written.end, _added(document, sentence, written))


def _names_all(document: Document, names: tuple[str, ...]) -> bool:
    """Tell whether parts that are areas are all those of their type that the report prints.

    « 606 missions (264 en Loire-Atlantique et 149 en Vendée) » gives some of them.
    """
    areas = {
        figure.cell.ref_area: document.areas.get(figure.cell.ref_area, "")
        for figure in document.figures
        if not figure.cell.ref_area.startswith(REGION)
    }
    named = {code for name in names if (code := named_code(name, areas)) is not None}
    kinds = {code.partition("-")[0] for code in named}
    return {code for code in areas if code.partition("-")[0] in kinds} <= named


def _added(document: Document, sentence: Sentence, written: WrittenSum) -> PrintedComparison:
    figure = _total(document, sentence, written.whole)
    detail = " + ".join(french.number(part.value) for part in written.parts)
    where = _where(sentence, figure)
    bound = f"{written.bound} " if written.bound is not Bound.EQUAL else ""
    if figure is not None:
        printed = statement(document, [figure]).text
    else:
        printed = f"{french.number(written.whole.value)} {written.noun}".strip()
    return PrintedComparison(
        rule="VAD",
        indicator=figure.cell.indicator if figure else sentence.indicator,
        subject=written.noun if figure is None else "",
        period=figure.period if figure else sentence.passage.period or sentence.year or "",
        first=Statement(f"{bound}{printed}", written.whole.value, (where,)),
        second=Statement(french.number(written.total), written.total, (f"{detail} ({where})",)),
        holds=written.holds,
        explanation=not_the_sum(detail, written.total, written.whole.value),
        question=MISSING_PART,
    )


def _total(document: Document, sentence: Sentence, whole: Number) -> PrintedFigure | None:
    """Return the one total that prints a number, as the part of the sentence prints it first."""
    passage = sentence.passage
    periods = [*sentence.periods, column_period(passage.period)]
    printed = [
        figure
        for figure in document.in_section(passage.section, whole)
        if figure.cell.is_total
        and passage.indicator in {"", figure.cell.indicator}
        and any(column_period(figure.period).overlaps(period) for period in periods)
    ]
    if len({(figure.cell, figure.period) for figure in printed}) != 1:
        return None
    return min(printed, key=lambda figure: figure.printed_in != passage.printed_in)


def _where(sentence: Sentence, figure: PrintedFigure | None) -> str:
    """Return where a sentence is; in a table, under the period that its figure is printed under."""
    passage = sentence.passage
    is_of_cell = figure is not None and figure.printed_in == passage.printed_in
    period = figure.period if figure is not None and is_of_cell else passage.period
    return place(passage.printed_in, period)


def shared_out(document: Document, sentence: Sentence) -> Iterator[PrintedComparison]:
    """Compare with a hundred the shares of all the areas that a sentence shares a whole among."""
    if not _SHARED_OUT.search(sentence.text):
        return
    shares = [
        (match["label"], read_number(match["share"]))
        for match in _SHARE_OF_AREA.finditer(sentence.text)
    ]
    names = tuple(name for name, _ in shares if named_code(name, document.areas) is not None)
    if len(names) == len(shares) > 1 and _names_all(document, names):
        yield _made_whole(sentence, [share for _, share in shares])


def _made_whole(sentence: Sentence, shares: list[Number]) -> PrintedComparison:
    total = sum(share.value for share in shares)
    detail = " + ".join(french.number(share.value) for share in shares)
    where = place(sentence.passage.printed_in, sentence.passage.period)
    return PrintedComparison(
        rule="VAD",
        indicator=sentence.indicator,
        subject="répartition",
        period=sentence.passage.period or sentence.year or "",
        first=Statement(french.percent(total), total, (f"{detail} ({where})",)),
        second=Statement(french.percent(WHOLE.value), WHOLE.value, ("ce que font des parts",)),
        holds=WHOLE.is_within(total, sum(share.step for share in shares) / 2),
        explanation=f"Les parts que donne la phrase, {detail}, font {french.percent(total)}.",
        question=MISSING_PART,
    )


def subtracted(sentence: Sentence) -> Iterator[Claim]:
    """Compare the difference that a sentence gives with that of the two numbers beside it."""
    for written in differences(sentence.text):
        yield Claim(sentence, written.start, written.end, _subtracted(sentence, written))


def _subtracted(sentence: Sentence, written: WrittenDifference) -> PrintedComparison:
    unit = "%" if written.in_percent else POINTS
    shown, computed = (
        shown_change(value, unit) for value in (written.claimed.value, written.found)
    )
    values = f"{french.number(written.before.value)} puis {french.number(written.after.value)}"
    where = place(sentence.passage.printed_in, sentence.passage.period)
    return PrintedComparison(
        rule="VCO",
        indicator=sentence.indicator,
        subject="",
        period=sentence.passage.period or sentence.year or "",
        first=claim_statement(sentence, shown, written.claimed.value),
        second=Statement(computed, written.found, (f"{values} ({where})",)),
        holds=written.holds,
        explanation=otherwise_by_figures(sentence, computed),
        question="Sur quels nombres cette évolution a-t-elle été calculée ?",
    )
