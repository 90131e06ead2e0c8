"""What a spreadsheet shows of a number under a format code such as ``#,##0.0`` or ``[<5]"s.s";0``.

Here: the codes that workbooks write (ECMA-376, 18.8.31), and the number that a reader sees through
one. Not here: which cell has which code (``xlsx_cells``, ``ods_cells``), nor what is refused of it
(``grid``). What is not understood shows no number: the cell is refused rather than believed. No
library that renders these codes in Python is kept up, and a rendering would not say which number is
seen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

from sources.tables.tabular import SHOWN_DIGITS

GENERAL = "General"
LONGEST_CODE = 255
"""Characters of the longest code that a spreadsheet takes."""

WIDE = Context(prec=2000, rounding=ROUND_HALF_UP)
"""Room for the largest number that a cell holds, with all the decimals that a code can ask for."""

TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | _(?P<space>.) | \*(?P<fill>.)
    | \[(?P<bracket>[^\]]*)\] | (?P<general>General) | (?P<exponent>E[+-])
    | (?P<date>AM/PM|A/P|[ymdhsbge]) | (?P<digit>[0\#?]) | (?P<mark>[.,%/@;])
    | (?P<bare>[-+$€£¥\ \u00a0\u202f():'&~{}=<>^!])
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)")
COMPARISONS = {"<=": le, ">=": ge, "<>": ne, "<": lt, ">": gt, "=": eq}
COLOUR = re.compile(r"(?i)black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]{1,2}")
CURRENCY = re.compile(r"\$([^-\]]*)(?:-[0-9A-Fa-f]{1,4})?")
ELAPSED = re.compile(r"(?i)h+|m+|s+")
GROUPING = " '\u2019\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
NUMBER = re.compile(
    rf"(?i)(?P<digits>[0-9][0-9{GROUPING}.,]{{0,40}})(?:E(?P<power>[+-]?[0-9]{{1,3}}))?"
)
MINUS = "-\u2212\u2013"
WHOLE_DATE = frozenset("ymd")
SCALE_WORDS = re.compile(
    r"(?i)(?<![^\W\d_])(?:k|m|md|mds|mrd|mio|mille|milliers?|millions?|milliards?|dizaines?|centaines?)"
    r"(?:€|eur|euros?)?(?![^\W\d_])"
)
CHANGES_MEANING = re.compile("[0-9<>\u2264\u2265~\u2248\u00b1\u2030]")


class _NotUnderstoodError(ValueError):
    """A code that no number is believed through."""


@dataclass(frozen=True, slots=True)
class Display:
    """What a cell shows.

    Attributes:
        text: What is seen, decimals after a comma as in France; None when it cannot be told.
        number: The number that is read of it; None when none is.
        tolerance: How far rounding may have taken that number from what the cell holds.
        date_letters: What is shown of a date: ``y``, ``m``, ``d``, ``h``, ``s``; empty for others.
    """

    text: str | None
    number: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    date_letters: frozenset[str] = frozenset()

    @property
    def is_whole_date(self) -> bool:
        """Tell whether the day, the month and the year are all seen."""
        return self.date_letters >= WHOLE_DATE

    def shows(self, value: Decimal) -> bool:
        """Tell whether what is seen is this value, but for its rounding."""
        return self.number is not None and abs(self.number - value) <= self.tolerance


_Token = tuple[str, str]


@dataclass(frozen=True)
class _Section:
    """One of the parts of a code, and the values that its brackets keep it for."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None = None

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)


@lru_cache(maxsize=4096)
def display(code: str, value: Decimal) -> Display:
    """Return what is seen of a number under a format code."""
    try:
        section, is_signed = _section_of(_numeric_sections(code), value)
        if section.has("date"):
            letters = "".join(text for kind, text in section.tokens if kind == "date").lower()
            return Display(None, date_letters=frozenset(letters))
        return _number_display(section, value, is_signed=is_signed)
    except _NotUnderstoodError:
        return Display(None)


def display_as_written(text: str, value: Decimal) -> Display:
    """Return what is seen of a number where its display is written beside it, as ODS does.

    Whether a mark parts decimals or thousands is not written: it is what brings nearest.
    """
    found = list(NUMBER.finditer(text))
    if len(found) != 1 or _changes_meaning(text[: found[0].start()], text[found[0].end() :]):
        return Display(text)
    is_negative = any(mark in text[: found[0].start()] for mark in (*MINUS, "("))
    readings = [
        (-number if is_negative else number, tolerance)
        for number, tolerance in _readings(found[0]["digits"], int(found[0]["power"] or 0))
    ]
    number, tolerance = min(readings, key=lambda reading: abs(reading[0] - value))
    return Display(text, number, tolerance)


def _readings(written: str, power: int) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the numbers that digits with marks may be, and how far they may be rounded."""
    digits = "".join(mark for mark in written if mark not in GROUPING).rstrip(".,")
    yield Decimal(re.sub("[.,]", "", digits)).scaleb(power), Decimal("0.5")
    for mark in {*digits} & {*".,"}:
        if digits.count(mark) == 1:
            whole, _, decimals = digits.partition(mark)
            number = Decimal(f"{re.sub('[.,]', '', whole) or 0}.{re.sub('[.,]', '', decimals)}")
            step = Decimal(1).scaleb(power - len(decimals))
            yield number.scaleb(power), min(step, Decimal(1)) / 2


@lru_cache(maxsize=4096)
def shows_text_as_is(code: str) -> bool:
    """Tell whether a text is seen as it is written under a format code."""
    try:
        sections = _sections(code)
    except _NotUnderstoodError:
        return False
    last = sections[-1]
    is_for_text = last.has("@") or len(sections) > 3
    return not is_for_text or (
        last.has("@") and not "".join(text for kind, text in last.tokens if kind != "@").strip()
    )


def plain_number(value: Decimal) -> str:
    """Return a number without a power of ten, a point before its decimals."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def as_kept(value: float) -> Decimal:
    """Return a number as spreadsheets keep it: beyond 15 digits, there is only residue."""
    return Decimal(f"{value:.{SHOWN_DIGITS}g}")


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    if len(code) > LONGEST_CODE:
        raise _NotUnderstoodError
    sections: list[list[_Token]] = [[]]
    for kind, text in _tokens(code or GENERAL):
        if (kind, text) == ("mark", ";"):
            sections.append([])
        else:
            sections[-1].append((text if kind == "mark" else kind, text))
    return tuple(map(_section, sections))


def _tokens(code: str) -> Iterator[_Token]:
    place = 0
    while place < len(code):
        match = TOKEN.match(code, place)
        if match is None or match.lastgroup is None:
            raise _NotUnderstoodError
        yield match.lastgroup, match[match.lastgroup]
        place = match.end()


def _section(tokens: Sequence[_Token]) -> _Section:
    kept: list[_Token] = []
    condition: tuple[str, Decimal] | None = None
    for kind, text in tokens:
        if kind != "bracket":
            kept.append(_literal(kind, text))
        elif match := CONDITION.fullmatch(text):
            condition = match[1], Decimal(match[2])
        elif ELAPSED.fullmatch(text):
            kept.append(("date", text))
        elif match := CURRENCY.fullmatch(text):
            kept.append(("literal", match[1]))
        elif not COLOUR.fullmatch(text):
            raise _NotUnderstoodError
    return _Section(tuple(kept), condition)


def _literal(kind: str, text: str) -> _Token:
    """Return a token as what it writes; a space that is kept, or filled with, is a space."""
    if kind in {"quoted", "escaped", "bare"}:
        return "literal", text
    if kind == "space":
        return "literal", " "
    if kind == "fill":
        if not text.isspace():
            raise _NotUnderstoodError
        return "literal", ""
    return kind, text


def _numeric_sections(code: str) -> tuple[_Section, ...]:
    """Return the parts of a code that are for numbers: the last one may be for texts."""
    sections = _sections(code)
    if len(sections) > 4:
        raise _NotUnderstoodError
    if len(sections) > 1 and (len(sections) == 4 or sections[-1].has("@")):
        return sections[:-1]
    return sections


def _section_of(sections: Sequence[_Section], value: Decimal) -> tuple[_Section, bool]:
    """Return the part that a value is shown by, and whether it gets a minus of its own."""
    if any(section.condition for section in sections):
        return _conditional_section(sections, value), False
    if len(sections) == 1 or value >= 0:
        is_zero_apart = len(sections) == 3 and value == 0
        return sections[2 if is_zero_apart else 0], value < 0
    return sections[1], False


def _conditional_section(sections: Sequence[_Section], value: Decimal) -> _Section:
    """Return the first part whose condition holds; spreadsheets disagree on negative numbers."""
    *conditional, last = sections
    if value < 0 or not all(section.condition for section in conditional):
        raise _NotUnderstoodError
    for section in sections:
        if section.condition is None:
            return last
        comparison, bound = section.condition
        if COMPARISONS[comparison](value, bound):
            return section
    raise _NotUnderstoodError


def _number_display(section: _Section, value: Decimal, *, is_signed: bool) -> Display:
    places = [rank for rank, (kind, _) in enumerate(section.tokens) if kind in _BODY]
    if not places:
        return Display("".join(text for _, text in section.tokens).strip())
    start, end = places[0], places[-1] + 1
    prefix, suffix = (_written(section.tokens[part]) for part in (slice(start), slice(end, None)))
    hundreds = (prefix + suffix).count(_PERCENT)
    shown = _body(section.tokens[start:end], abs(value) * 100**hundreds)
    sign = "-" if is_signed else ""
    text = f"{sign}{prefix}{shown.text}{suffix}".replace(_PERCENT, "%").strip()
    if hundreds or not re.search("[0-9]", shown.text) or _changes_meaning(prefix, suffix):
        return Display(text)
    is_negative = is_signed != any(mark in prefix for mark in (*MINUS, "("))
    number = -shown.number if is_negative else shown.number
    return Display(text, number, shown.tolerance)


_BODY = frozenset({"digit", ".", ",", "exponent", "general", "@"})
_PERCENT = "\x00"
"""Stands for a percent sign that multiplies, beside those of literals, which do not."""


def _written(tokens: Sequence[_Token]) -> str:
    return "".join(_PERCENT if kind == "%" else text for kind, text in tokens)


def _changes_meaning(prefix: str, suffix: str) -> bool:
    """Tell whether what stands around a number makes another of it: ``264 k``, ``< 5``, ``,5``."""
    around = f"{prefix} {suffix}"
    return bool(
        CHANGES_MEANING.search(around)
        or SCALE_WORDS.search(around)
        or re.search(r"(?:[.,]|[^\W\d_])\Z", prefix)
        or suffix.lstrip().startswith(tuple(MINUS))
    )


@dataclass(frozen=True)
class _Body:
    text: str
    number: Decimal
    tolerance: Decimal


def _body(tokens: Sequence[_Token], size: Decimal) -> _Body:
    kinds = [kind for kind, _ in tokens]
    if kinds in (["general"], ["@"]):
        return _Body(plain_number(size).replace(".", ","), size, Decimal(0))
    if {"general", "@", "/", "%"} & set(kinds) or kinds.count(".") > 1 or "digit" not in kinds:
        raise _NotUnderstoodError
    if any(kind == "literal" and text.strip(GROUPING) for kind, text in tokens):
        raise _NotUnderstoodError
    if "exponent" in kinds:
        return _scientific(tokens, size)
    point = kinds.index(".") if "." in kinds else len(kinds)
    return _positional(tokens[:point], tokens[point + 1 :], size)


def _positional(whole: Sequence[_Token], rest: Sequence[_Token], size: Decimal) -> _Body:
    """Show a size under the placeholders that stand before the point, and after it."""
    whole, thousands = _without_scale(whole)
    rest, more = _without_scale(rest)
    if any(kind == "," for kind, _ in rest) or (whole and whole[0][0] == ","):
        raise _NotUnderstoodError
    placeholders = "".join(text for kind, text in rest if kind == "digit")
    step = Decimal(1).scaleb(-len(placeholders))
    number = (size / Decimal(1000) ** (thousands + more)).quantize(step, context=WIDE)
    digits, _, decimals = format(number, "f").partition(".")
    kept = len(placeholders.rstrip("#?"))
    decimals = decimals[:kept] + decimals[kept:].rstrip("0")
    text = _whole_text(whole, digits)
    return _Body(f"{text},{decimals}" if decimals else text, number, step / 2)


def _without_scale(tokens: Sequence[_Token]) -> tuple[Sequence[_Token], int]:
    """Take away the commas at the end: each divides what is shown by a thousand."""
    end = len(tokens)
    while end and tokens[end - 1][0] == ",":
        end -= 1
    return tokens[:end], len(tokens) - end


def _whole_text(tokens: Sequence[_Token], digits: str) -> str:
    """Write a whole number under its placeholders, from the last one to the first."""
    left = list(digits.lstrip("0"))
    written: list[str] = []
    for kind, text in reversed(tokens):
        if kind == "digit":
            written.append(left.pop() if left else text.replace("#", "").replace("?", " "))
        elif kind == "literal":
            written.append(text)
    whole = "".join([*left, *reversed(written)])
    return f"{int(whole):,}".replace(",", " ") if _is_grouped(tokens, whole) else whole


def _is_grouped(tokens: Sequence[_Token], whole: str) -> bool:
    return (",", ",") in tokens and whole.isdecimal() and not whole.startswith("0")


def _scientific(tokens: Sequence[_Token], size: Decimal) -> _Body:
    """Show a size as ``1.2E+3``; powers of ten by threes are not understood."""
    kinds = "".join({"digit": "0", "exponent": "E"}.get(kind, kind) for kind, _ in tokens)
    match = re.fullmatch(r"0(?:\.(0*))?E0+", kinds)
    if match is None:
        raise _NotUnderstoodError
    step = Decimal(1).scaleb((size.adjusted() if size else 0) - len(match[1] or ""))
    number = size.quantize(step, context=WIDE)
    return _Body(f"{number:E}".replace(".", ","), number, min(step, Decimal(1)) / 2)
