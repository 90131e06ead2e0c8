"""Proportions that sentences claim (VCO, VMP): « 3 412 (62 % de la liste) », « 388 dont 388 ».

Here: each is compared with the figures that it speaks of, or with the same proportion told
elsewhere. Not here: changes between two years (``changes``).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.printed.claims import (
    Claim,
    claim_statement,
    otherwise_by_figures,
    quoted,
    values_of,
)
from expectations.printed.comparisons import (
    WHICH_NUMBER,
    PrintedComparison,
    Statement,
    about,
    pairs,
    place,
)
from expectations.printed.document import Document, PrintedFigure
from expectations.printed.names import named_code, plain, words
from expectations.printed.numbers import NUMBER, Number, read_number
from expectations.printed.sentences import Sentence

_SHARE = re.compile(
    rf"({NUMBER})[^()\d]{{0,40}}\(({NUMBER})\s?%(?: d(?:e la|e l['’]|es|u|e) ([^()]{{2,40}}))?\)"
)
_PART = re.compile(
    rf"({NUMBER}) ([^,;:()\d.]{{3,40}}?),? dont (?:plus de |près de )?({NUMBER})"
    r" ([^,;:()\d.A-ZÀ-Ý]{3,40})"
)
_RATIO = re.compile(rf"({NUMBER}) [^.;:()\d]{{2,60}}? sur ({NUMBER}) (\w{{3,30}})")
_FRACTION = re.compile(
    rf"(?P<bound>plus|moins) (?:de |d['’])(?P<part>{NUMBER}) (?P<noun>\w{{3,30}}) sur "
    rf"(?P<whole>{NUMBER})\b(?! \w)"
)
_OUT_OF = re.compile(rf"\bparmi les ({NUMBER}) (\w{{3,30}})")
_DOING = re.compile(rf"({NUMBER}) (?:voient|ont|sont|enregistrent|connaissent)\b")
_SHARE_OF = re.compile(rf"({NUMBER})\s?% des (\w{{3,30}})")
UNLIKELY = "Ce nombre est-il bien celui de cette case ?"


def shares(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Tie « 3 412 (62 % de la liste brute) » to the figure and to the whole that it names."""
    for match in _SHARE.finditer(sentence.text):
        printed = document.in_section(sentence.passage.section, read_number(match[1]))
        parts = [figure for figure in printed if figure.unit != "pct"]
        part = _elsewhere(document, sentence, parts)
        whole = _whole(document, sentence, part, match[3]) if part is not None else None
        if part is not None and whole is not None:
            comparison = _share(document, sentence, (part, whole), read_number(match[2]))
            yield Claim(sentence, match.start(), match.end(), comparison)


def _elsewhere(
    document: Document, sentence: Sentence, parts: list[PrintedFigure]
) -> PrintedFigure | None:
    """Return what is printed elsewhere of the one cell that a sentence counts."""
    if len({(figure.cell.indicator, figure.period) for figure in parts}) != 1:
        return None
    cell, period = parts[0].cell, parts[0].period
    printed = values_of(document, cell, period, sentence.passage)
    return min(
        printed,
        key=lambda figure: abs(figure.number.value - parts[0].number.value),
        default=None,
    )


def _whole(
    document: Document, sentence: Sentence, part: PrintedFigure, named: str | None
) -> PrintedFigure | None:
    """Return the one whole of a part: the category that is named, or the total of the region."""
    printed = document.elsewhere(
        (
            figure
            for figure in document.figures
            if (figure.cell.indicator, figure.period) == (part.cell.indicator, part.period)
        ),
        sentence.passage,
    )
    wholes = [figure for figure in printed if _is_whole(document, figure, named)]
    values = {figure.number for figure in wholes}
    return wholes[0] if len(values) == 1 and wholes[0].number.value else None


def _is_whole(document: Document, figure: PrintedFigure, named: str | None) -> bool:
    if named is None:
        return figure.cell.is_total
    category = figure.cell.category
    return category != TOTAL and words(named) <= words(document.categories.get(category, category))


def _share(
    document: Document,
    sentence: Sentence,
    figures: tuple[PrintedFigure, PrintedFigure],
    claimed: Number,
) -> PrintedComparison:
    part, whole = figures
    found = 100 * part.number.value / whole.number.value
    shown, computed = french.percent(claimed.value), french.percent(found, 1)
    quotient = f"{french.number(part.number.value)} / {french.number(whole.number.value)}"
    where = place(whole.printed_in, whole.period)
    return PrintedComparison(
        rule="VCO",
        **about(document, part.cell),
        period=part.period,
        first=claim_statement(sentence, shown, claimed.value),
        second=Statement(computed, found, (f"{quotient} ({where})",)),
        holds=claimed.is_within(found, claimed.step / 2),
        explanation=otherwise_by_figures(sentence, computed),
        question="Sur quels nombres cette part a-t-elle été calculée ?",
        lines=(part.line, whole.line),
    )


def fractions(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Tie « La Sarthe représente plus de 2 PCRH sur 5 » to the area and to what is so counted."""
    for match in _FRACTION.finditer(sentence.text):
        noun = words(match["noun"])
        counted = [
            figure
            for figure in document.figures
            if figure.cell.indicator in document.indicators_of_section[sentence.passage.section]
            and noun == words(document.units.get(figure.unit, ""))
        ]
        areas = {figure.cell.ref_area: document.name_of(figure.cell) for figure in counted}
        area = named_code(sentence.text[: match.start()], areas)
        of_area = [figure for figure in counted if figure.cell.ref_area == area]
        if len({figure.cell for figure in of_area}) == 1:
            yield from _fraction(document, sentence, match, of_area)


def _fraction(
    document: Document, sentence: Sentence, match: re.Match[str], counted: list[PrintedFigure]
) -> Iterator[Claim]:
    """Compare a fraction with the share of the year that it names, else of the last one."""
    part = max(counted, key=lambda figure: (figure.period == sentence.year, figure.period))
    whole = _whole(document, sentence, part, None)
    if whole is None or not read_number(match["whole"]).value:
        return
    bound = 100 * read_number(match["part"]).value / read_number(match["whole"]).value
    comparison = _share(document, sentence, (part, whole), Number(bound, 1.0))
    found = comparison.second.value or 0.0
    holds = found > bound if match["bound"] == "plus" else found < bound
    said = claim_statement(sentence, match[0], bound)
    yield Claim(sentence, match.start(), match.end(), replace(comparison, first=said, holds=holds))


def parts(document: Document, sentence: Sentence) -> Iterator[Claim]:
    """Compare « 388 journées, dont 388 … »: a part that is told apart is less than its whole."""
    for match in _PART.finditer(sentence.text):
        whole, part = read_number(match[1]), read_number(match[3])
        indicator = sentence.indicator or _printing(document, sentence, whole)
        where = place(sentence.passage.printed_in)
        comparison = PrintedComparison(
            rule="VCO",
            indicator=indicator,
            subject=match[2],
            period=french.listing(dict.fromkeys(period.text for period in sentence.periods)),
            first=Statement(f"{french.number(whole.value)} {match[2]}", whole.value, (where,)),
            second=Statement(
                f"dont {french.number(part.value)} {match[4].strip()}", part.value, (where,)
            ),
            holds=part.value < whole.value,
            explanation=(
                f"La phrase est {french.quoted(match[0].strip())} : la partie n'est pas moindre "
                "que son tout."
            ),
            question=UNLIKELY,
        )
        yield Claim(sentence, match.start(), match.end(), comparison)


def _printing(document: Document, sentence: Sentence, number: Number) -> str:
    """Return the one indicator of the section that prints a number; empty when several do."""
    printed = document.in_section(sentence.passage.section, number)
    found = {figure.cell.indicator for figure in printed}
    return found.pop() if len(found) == 1 else ""


def ratios(sentences: Iterable[Sentence]) -> Iterator[Claim]:
    """Compare « 1 791 … sur 6 793 candidatures » with the same ratio told elsewhere (VMP).

    Two ratios of one indicator are the same one when they have the same noun and one same number.
    """
    by_noun: dict[tuple[str, str], list[tuple[Sentence, re.Match[str]]]] = defaultdict(list)
    for sentence in sentences:
        for match in _RATIO.finditer(sentence.text):
            if sentence.indicator:
                by_noun[sentence.indicator, plain(match[3])].append((sentence, match))
    for several in by_noun.values():
        for first, second in pairs(several):
            (sentence, match), (_, other_match) = first, second
            if read_number(match[1]) == read_number(other_match[1]):
                comparison = _compared_ratios(first, second)
                yield Claim(sentence, match.start(), match.end(), comparison)


def _compared_ratios(
    first: tuple[Sentence, re.Match[str]], second: tuple[Sentence, re.Match[str]]
) -> PrintedComparison:
    statements = [
        Statement(
            f"{french.number(read_number(match[1]).value)} sur "
            f"{french.number(read_number(match[2]).value)} {match[3]}",
            read_number(match[2]).value,
            (place(sentence.passage.printed_in, sentence.passage.period),),
        )
        for sentence, match in (first, second)
    ]
    sentence, match = first
    return PrintedComparison(
        rule="VMP",
        indicator=sentence.indicator,
        subject=match[3],
        period=sentence.year or second[0].year or "",
        first=statements[0],
        second=statements[1],
        holds=statements[0].value == statements[1].value,
        explanation="Deux valeurs pour le même rapport.",
        question=WHICH_NUMBER,
    )


def outcomes(sentences: Iterable[Sentence]) -> Iterator[Claim]:
    """Compare « 55 % des formations » with « parmi les 9 formations, 5 voient… » (VCO)."""
    several = list(sentences)
    for sentence in several:
        for match in _SHARE_OF.finditer(sentence.text):
            counted = _counted(several, sentence.indicator, match[2])
            if counted is not None:
                comparison = _outcome(sentence, read_number(match[1]), match[2], counted)
                yield Claim(sentence, match.start(), match.end(), comparison)


def _counted(
    sentences: Iterable[Sentence], indicator: str, noun: str
) -> tuple[Sentence, Number, list[Number]] | None:
    for sentence in sentences:
        match = _OUT_OF.search(sentence.text)
        if match and indicator == sentence.indicator and plain(match[2]) == plain(noun):
            parts = [read_number(part[1]) for part in _DOING.finditer(sentence.text)]
            return (sentence, read_number(match[1]), parts) if parts else None
    return None


def _outcome(
    sentence: Sentence,
    claimed: Number,
    noun: str,
    counted: tuple[Sentence, Number, list[Number]],
) -> PrintedComparison:
    counting, whole, parts = counted
    nearest = min(parts, key=lambda part: abs(100 * part.value / whole.value - claimed.value))
    found = 100 * nearest.value / whole.value
    shown, computed = french.percent(claimed.value), french.percent(found, 1)
    ratio = f"{french.number(nearest.value)} sur {french.number(whole.value)}"
    where = place(counting.passage.printed_in)
    return PrintedComparison(
        rule="VCO",
        indicator=sentence.indicator,
        subject=noun,
        period=sentence.passage.period,
        first=claim_statement(sentence, f"{shown} des {noun}", claimed.value),
        second=Statement(computed, found, (f"{ratio} ({where})",)),
        holds=claimed.is_within(found, claimed.step / 2),
        explanation=(
            f"Une phrase est {quoted(sentence)} ; une autre, {quoted(counting)}, donne {computed}."
        ),
        question="Sur quels nombres cette part a-t-elle été calculée ?",
    )
