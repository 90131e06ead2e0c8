"""Numbers that must add up inside a sentence (VAD, VCO), read and added up.

Here: « 29 400 scolaires (26 200 collégiens et 3 000 lycéens) », « 606 : 264 en …, 109 en … »,
« 300 stagiaires, soit 100 en … et 200 en … », « 43 PCRH se répartissent entre 26 en … et 17 en … »,
« 4 + 3 = 7 », « Sarthe : 1 Vendée : 9 Total : 10 », « parmi les 9, 5 croissent et 3 baissent »,
« 54,6 % / 58,6 %, écart 4 points », « de 43 à 4, soit −91 % ». What could be read otherwise is not
read. Not here: sums of the figures of a table (``totals``), a part beside its whole
(``proportions``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from expectations.printed.numbers import (
    BLANK,
    EPSILON,
    NOT_PERCENT,
    NUMBER,
    POINT,
    YEAR,
    Number,
    read_number,
)

_NOUN = r"[^\W\d][^()\d:;.%+=/]{1,40}?"
_ALONE = rf"(?<!\d{BLANK})(?<!à )"
_BOUND = r"(?P<bound>(?:plus de|près de|environ|quelque|moins de) )?"
_BRACKET = re.compile(
    rf"{_ALONE}{_BOUND}(?P<whole>{NUMBER}) (?P<noun>{_NOUN}) ?\((?P<parts>[^()]{{3,200}})\)"
)
_COLON = re.compile(
    rf"{_ALONE}(?<!de )(?P<bound>)(?P<whole>{NUMBER}) (?P<noun>{_NOUN}) ?: "
    r"(?P<parts>[^().:]{3,200})"
)
_OF_WHICH = re.compile(
    rf"{_ALONE}{_BOUND}(?P<whole>{NUMBER}) (?P<noun>{_NOUN}),? dont (?P<parts>[^().:;]{{3,200}})"
)
_SHARED = re.compile(
    rf"{_ALONE}{_BOUND}(?P<whole>{NUMBER}) (?P<noun>{_NOUN}),? "
    r"(?:soit|(?:se répartissent|réparti(?:e?s|e)?) (?:en|entre)) "
    r"(?P<parts>(?:(?!de (?:plus|moins))[^().:;]){3,200}+)(?=[.:;)]|$)"
)
_TERM = rf"{NUMBER}(?: {_NOUN})?"
_EQUATION = re.compile(
    rf"(?P<parts>{_TERM}(?: ?\+ ?{_TERM}){{1,20}}) ?(?:=|,? (?:soit|font)) ?"
    rf"(?P<bound>)(?P<noun>)(?:un total de |au total )?(?P<whole>{NUMBER}){NOT_PERCENT}"
)
_LABELLED = re.compile(
    rf"(?P<label>[^\d:;,.()%]{{2,60}}?)\s*:?\s*(?P<number>{NUMBER}){NOT_PERCENT}"
)
_TOTAL = re.compile(r"(?:total|ensemble|région)\s*$", re.IGNORECASE)
_AMONG = re.compile(rf"\bparmi les (?P<whole>{NUMBER}) (?P<noun>\w{{3,30}})")
_DOING = re.compile(rf"({NUMBER}) (?:voient|ont|sont|enregistrent|connaissent)\b")
_BETWEEN = re.compile(r"\s*[;+]\s*|,\s+|\s+et\s+")
_COUNTED = re.compile(rf"(?:dont |plus de |près de )?({NUMBER}) [^\W\d][^\d%]{{1,40}}")
_NAMED = re.compile(rf"[^\W\d][^\d%]{{1,40}}? ?:? ({NUMBER})")
_BARE = re.compile(rf"({NUMBER})")
LEAST_PARTS = 2


class Bound(StrEnum):
    """How a sentence gives its whole."""

    EQUAL = ""
    MORE = "plus de"
    LESS = "moins de"
    ABOUT = "environ"


@dataclass(frozen=True)
class WrittenSum:
    """A whole and its parts, told in one sentence.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        whole: The whole.
        parts: The parts, two at least.
        bound: How the whole is given.
        is_whole: Whether the parts are told to be all of it; else they are some.
        noun: What is counted.
        names: What is written beside each part.
    """

    start: int
    end: int
    whole: Number
    parts: tuple[Number, ...]
    bound: Bound = Bound.EQUAL
    is_whole: bool = True
    noun: str = ""
    names: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """What the parts add up to."""
        return sum(part.value for part in self.parts)

    @property
    def holds(self) -> bool:
        """Whether the whole can be the sum of its parts, each rounded as it is printed."""
        margin = sum(part.step for part in self.parts) / 2 * (self.whole.step < 1)
        gap = self.total - self.whole.value
        if not self.is_whole:
            return gap <= margin
        if self.bound is Bound.MORE:
            return gap > 0
        if self.bound is Bound.LESS:
            return gap < 0
        return (
            abs(gap) <= (_last_digit(self.whole) if self.bound is Bound.ABOUT else margin) + EPSILON
        )


def _last_digit(number: Number) -> float:
    """Return what the last digit that is not zero is worth: a thousand, in « près de 35 000 »."""
    step = number.step
    while number.value and number.value % (step * 10) == 0:
        step *= 10
    return step


def sums(text: str) -> Iterator[WrittenSum]:
    """Give the sums of a sentence, form by form."""
    for form in (_BRACKET, _COLON, _OF_WHICH, _SHARED, _EQUATION):
        for match in form.finditer(text):
            yield from _listed(match, is_whole=form is not _OF_WHICH)
    yield from _labelled(text)
    yield from _shared_out(text)


def _listed(match: re.Match[str], *, is_whole: bool) -> Iterator[WrittenSum]:
    parts = _parts(match["parts"], is_whole=is_whole)
    if len(parts) >= LEAST_PARTS and not _is_year(match["whole"]):
        yield WrittenSum(
            match.start(),
            match.end(),
            read_number(match["whole"]),
            tuple(read_number(part[1]) for part in parts),
            _bound(match["bound"] or ""),
            is_whole=is_whole and not match["parts"].startswith("dont "),
            noun=match["noun"].strip(" ,"),
            names=tuple(part[0].replace(part[1], " ") for part in parts),
        )


def _bound(text: str) -> Bound:
    word = text.strip()
    if word in {Bound.EQUAL, Bound.MORE, Bound.LESS}:
        return Bound(word)
    return Bound.ABOUT


def _parts(text: str, *, is_whole: bool) -> list[re.Match[str]]:
    """Return the numbers of a list, each with what is written beside it; none when it is no list.

    Every piece must be one number and its noun, written in the same order. Where the parts are not
    the whole, the list may go on with something else.
    """
    pieces = [piece.strip() for piece in _BETWEEN.split(text)]
    for form in (_COUNTED, _NAMED, *([_BARE] if "+" in text else [])):
        read = list(takewhile(_is_part, (form.fullmatch(piece) for piece in pieces)))
        found = [match for match in read if match is not None]
        if found and (len(found) == len(pieces) or not is_whole):
            return found
    return []


def _is_part(match: re.Match[str] | None) -> bool:
    return match is not None and not _is_year(match[1])


def _is_year(text: str) -> bool:
    return re.fullmatch(YEAR, text) is not None


def _labelled(text: str) -> Iterator[WrittenSum]:
    """Give the sum of « Sarthe : 1 Vendée : 9 Total : 10 »: all that is listed before the total."""
    run: list[re.Match[str]] = []
    for match in _LABELLED.finditer(text):
        if _is_year(match["number"]) or _is_apart(text, run, match):
            run = []
        if _TOTAL.search(match["label"]):
            if len(run) >= LEAST_PARTS:
                yield _totalled(run, match)
            run = []
        elif not _is_year(match["number"]):
            run.append(match)


def _is_apart(text: str, run: list[re.Match[str]], match: re.Match[str]) -> bool:
    return bool(run and text[run[-1].end() : match.start()].strip(" ;,-–"))


def _totalled(run: list[re.Match[str]], total: re.Match[str]) -> WrittenSum:
    return WrittenSum(
        run[0].start(),
        total.end(),
        read_number(total["number"]),
        tuple(read_number(match["number"]) for match in run),
        names=tuple(match["label"].strip() for match in run),
    )


def _shared_out(text: str) -> Iterator[WrittenSum]:
    """Give the sum of « parmi les 9 formations, 5 voient … et 3 voient … »."""
    among = _AMONG.search(text)
    if among is None:
        return
    doing = list(_DOING.finditer(text, among.end()))
    if len(doing) >= LEAST_PARTS:
        numbers = tuple(read_number(match[1]) for match in doing)
        whole = read_number(among["whole"])
        yield WrittenSum(among.start(), doing[-1].end(), whole, numbers, noun=among["noun"])


_GAP = re.compile(
    rf"({NUMBER})\s?%[^%()\d]{{0,20}}/ ?({NUMBER})\s?%[^%()\d]{{0,20}}\)?[^%().\d]{{0,30}}"
    rf"\bécart\b[^\d.;]{{0,12}}?({NUMBER})\s?{POINT}"
)
_SOIT = re.compile(
    rf"\b(?:de|d['’]) ?({NUMBER})(\s?%)?(?: [^\d.;:()]{{0,30}}?en {YEAR})? à "
    rf"(?:seulement |plus de |près de )?({NUMBER})(?:\s?%)?(?: [^\d.;:()]{{0,30}}?en {YEAR})?"
    rf",? ?(?:soit|\()(?P<way>[^\d.;:()]{{0,30}}?)(?P<change>{NUMBER})"
    rf"\s?(?P<unit>%|{POINT})"
)
_WAY = re.compile(
    r"hausse|progress|augment|gain|plus|\+\s?$|baiss|diminu|recul|perte|moins|[−-]\s?$"
)
_DOWN = re.compile(r"baiss|diminu|recul|perte|moins|[−-]\s?$")


@dataclass(frozen=True)
class WrittenDifference:
    """Two numbers and how far apart they are, told in one sentence.

    Attributes:
        start: Where the claim begins.
        end: Where it ends.
        before: The first number.
        after: The second one.
        claimed: What the sentence says that lies between them, with its sign.
        in_percent: Whether it is a change in percent; else it is in points.
    """

    start: int
    end: int
    before: Number
    after: Number
    claimed: Number
    in_percent: bool = False

    @property
    def found(self) -> float:
        """What lies between the two numbers."""
        if self.in_percent:
            return 100 * (self.after.value / self.before.value - 1)
        return self.after.value - self.before.value

    @property
    def holds(self) -> bool:
        """Whether the claim can be a rounding of it."""
        rounded = 0.0 if self.in_percent else (self.before.step + self.after.step) / 2
        return self.claimed.is_within(self.found, rounded + self.claimed.step / 2)


def differences(text: str) -> Iterator[WrittenDifference]:
    """Give the differences that a sentence tells beside both of its numbers."""
    for match in _GAP.finditer(text):
        low, high = sorted((read_number(match[1]), read_number(match[2])), key=_value)
        yield WrittenDifference(match.start(3), match.end(), low, high, read_number(match[3]))
    for match in _SOIT.finditer(text):
        before, after = read_number(match[1]), read_number(match[3])
        in_percent = match["unit"] == "%"
        if _WAY.search(match["way"]) and (before.value or not in_percent):
            claimed = read_number(match["change"])
            sign = -1 if _DOWN.search(match["way"]) else 1
            yield WrittenDifference(
                match.start("change"),
                match.end(),
                before,
                after,
                Number(sign * claimed.value, claimed.step),
                in_percent,
            )


def _value(number: Number) -> float:
    return number.value
