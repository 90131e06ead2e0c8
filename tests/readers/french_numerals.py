"""Numbers, periods and dates in French text, and the names that hold digits and are none.

Here: turning a sentence into one where each of them is a token. Not here: what a number is about
(``claims``), which is found in the words between the tokens.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
MONTH = "|".join(MONTHS)
SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
BETWEEN_THOUSANDS = "\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}"
BLANK = rf"[ {BETWEEN_THOUSANDS}]"
YEAR = "(?:19|20)[0-9]{2}"
NUMERALS = re.compile(
    "|".join(
        (
            rf"(?P<date>(?:1er|[12]?[0-9]|3[01]){BLANK}(?:{MONTH}){BLANK}[0-9]{{4}})",
            rf"(?P<time>(?<!\w)[0-2]?[0-9]{BLANK}h{BLANK}[0-5][0-9])",
            r"(?P<release>[0-9]{8}T[0-9]{6,12}Z)",
            rf"(?P<quarter>{YEAR}{BLANK}\([1-4](?:er|e){BLANK}trimestre\))",
            rf"(?P<month>(?:{MONTH}){BLANK}{YEAR})",
            rf"(?P<iso>(?<![\w-]){YEAR}-(?:0[1-9]|1[0-2])(?![\w-]))",
            rf"(?P<school>(?<![\w-]){YEAR}[-/]{YEAR}(?![\w-]))",
            rf"(?P<year>(?<![\w,.{BETWEEN_THOUSANDS}-]){YEAR}(?![\w-]|[,.][0-9]))",
            r"(?P<value>(?<![\w,.])(?P<sign>[+−-]?)"
            rf"(?P<whole>[0-9]{{1,3}}(?:[{BETWEEN_THOUSANDS}][0-9]{{3}})+(?![0-9])|[0-9]+)"
            rf"(?:,(?P<decimals>[0-9]+))?(?:{BLANK}(?P<scale>million|milliard)s?\b)?"
            r"(?!\w|[.][0-9]))",
        )
    )
)
ADDRESS = re.compile(r"(?:https?:)?/[^\s/]+/\S*")
WORD = re.compile(r"«|[^\W_](?:[\w’'.-]*\w)?")
KINDS = {
    **dict.fromkeys(("date", "time", "release"), "D"),
    **dict.fromkeys(("quarter", "month", "iso", "school", "year"), "P"),
}
SCALES = {"": 1.0, "million": 1e6, "milliard": 1e9}


@dataclass(frozen=True)
class Token:
    """Something in a text that is no ordinary word.

    Attributes:
        kind: One letter: a value V, a period P, a date D, an area A, a category C, an indicator I,
            any other name or quotation N.
        text: As it is written.
        start: Where it begins in the text.
        value: What a number is worth.
        decimals: How many decimals are written.
        sign: Its sign, if one is written.
        unit: The unit that follows it, as it is written.
        codes: What a period, a date or a name may stand for.
    """

    kind: str
    text: str
    start: int
    value: float = 0.0
    decimals: int = 0
    sign: str = ""
    unit: str = ""
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MarkedSentence:
    """A text where each token is written ``{V0}``, ``{P1}``…, its rank among the tokens."""

    text: str
    marked: str
    tokens: tuple[Token, ...]


@dataclass
class Lexicon:
    """Names, and what they stand for: kind and codes by name; found by their first word."""

    units: tuple[str, ...] = ()
    _by_first_word: dict[str, list[tuple[str, str, frozenset[str]]]] = field(default_factory=dict)
    _names: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, kind: str, name: str, codes: Iterable[str] = ()) -> None:
        """Add a name; the same name of the same kind may stand for several codes."""
        folded = " ".join(name.translate(SPACES).split())
        if len(folded) > 1 and WORD.search(folded):
            self._names.setdefault((kind, folded), set()).update(codes)
            self._by_first_word.clear()

    def names_at(self, text: str) -> Iterator[tuple[int, int, str, frozenset[str]]]:
        """Yield where each name stands in a text, the longest at each place, none over another."""
        if not self._by_first_word:
            self._index()
        end = 0
        for word in WORD.finditer(text):
            if word.start() < end:
                continue
            for name, kind, codes in self._by_first_word.get(word.group(), ()):
                stop = word.start() + len(name)
                if text.startswith(name, word.start()) and not text[stop : stop + 1].isalnum():
                    yield word.start(), stop, kind, codes
                    end = stop
                    break

    def _index(self) -> None:
        for (kind, name), codes in self._names.items():
            first = WORD.search(name)
            if first and first.start() == 0:
                entry = (name, kind, frozenset(codes))
                self._by_first_word.setdefault(first.group(), []).append(entry)
        for entries in self._by_first_word.values():
            entries.sort(key=lambda entry: (-len(entry[0]), "AICN".find(entry[1])))


def read_sentence(text: str, lexicon: Lexicon) -> MarkedSentence:
    """Find the tokens of a text: its names first, then the numbers that are in no name."""
    own = ADDRESS.sub("", text).replace("{", "(").replace("}", ")")
    kept = " ".join(re.split(r"[ \t\n]+", own))
    tokenizer = _Tokenizer(kept, lexicon.units)
    for start, stop, kind, codes in lexicon.names_at(kept.translate(SPACES)):
        tokenizer.read_numerals(start)
        tokenizer.add(Token(kind, kept[start:stop], start, codes=codes), stop)
    tokenizer.read_numerals(len(kept))
    marked = "".join(tokenizer.parts).translate(SPACES)
    return MarkedSentence(kept, marked, tuple(tokenizer.tokens))


@dataclass
class _Tokenizer:
    text: str
    units: tuple[str, ...]
    place: int = 0
    tokens: list[Token] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def add(self, token: Token, stop: int) -> None:
        """Add a token, after the words before it."""
        self.parts += [self.text[self.place : token.start], f"{{{token.kind}{len(self.tokens)}}}"]
        self.tokens.append(token)
        self.place = stop

    def read_numerals(self, end: int) -> None:
        """Read the numerals up to a place, and the unit behind each number."""
        while match := NUMERALS.search(self.text, self.place, end):
            token, stop = _token(match), match.end()
            if token.kind == "V":
                unit = _unit_at(self.text[stop : min(end, stop + 40)], self.units)
                token, stop = replace(token, unit=unit[1:]), stop + len(unit)
            self.add(token, stop)
        self.parts.append(self.text[self.place : end])
        self.place = end


def _unit_at(rest: str, units: tuple[str, ...]) -> str:
    folded = rest.translate(SPACES)
    for unit in units:
        if folded.startswith(f" {unit}") and not folded[len(unit) + 1 : len(unit) + 2].isalnum():
            return rest[: len(unit) + 1]
    return ""


def _token(match: re.Match[str]) -> Token:
    kinds = [kind for kind, code in KINDS.items() if match[kind]]
    if kinds:
        (kind,) = kinds
        codes = kind if KINDS[kind] == "D" else period_code(match.group())
        return Token(KINDS[kind], match.group(), match.start(), codes=frozenset({codes}))
    whole, decimals = re.sub(r"\D", "", match["whole"]), match["decimals"] or ""
    value = float(f"{whole}.{decimals or 0}") * SCALES[match["scale"] or ""]
    return Token(
        kind="V",
        text=match.group(),
        start=match.start(),
        value=-value if match["sign"] in {"-", "−"} else value,
        decimals=len(decimals),
        sign=match["sign"],
    )


def period_code(text: str) -> str:
    """Return the code of a period as it is written: « avril 2025 » is ``2025-04``."""
    folded = text.translate(SPACES).replace("/", "-")
    quarter = re.fullmatch(r"([0-9]{4}) \(([1-4])(?:er|e) trimestre\)", folded)
    if quarter:
        return f"{quarter[1]}-Q{quarter[2]}"
    month = re.fullmatch(rf"({MONTH}) ([0-9]{{4}})", folded)
    return f"{month[2]}-{MONTHS.index(month[1]) + 1:02d}" if month else folded


def shows(token: Token, value: float | None, step: float = 0.005) -> bool:
    """Whether a number as it is written is a value, rounded to a step on either side."""
    return value is not None and abs(token.value - value) <= step + 1e-9
