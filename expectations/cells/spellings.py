"""Texts written another way: without accents, and which code a period probably means.

Here: the spellings of producers, French, of SDMX 2.0, of spreadsheets. Nothing is replaced: what a
steward is told is a question. Not here: how a period is written here (``periods``), what follows
from another spelling (``rules.standard.coherence``).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import filterfalse

from expectations.cells.periods import PeriodKind, is_of_kind

_YEAR = "(?P<year>[0-9]{4})"
_BETWEEN = "[ /._-]*"
_QUARTER = r"(?:t|q|tr|trim|trimestre|quarter)\.?"
_RANK = "(?P<part>[1-4])"
_NEXT = "(?P<next>(?:[0-9]{2})?[0-9]{2})"
_MONTHS = (
    "jan|janv|janvier|january",
    "fev|fevr|fevrier|feb|february",
    "mar|mars|march",
    "avr|avril|apr|april",
    "mai|may",
    "juin|jun|june",
    "juil|juillet|jul|july",
    "aou|aout|aug|august",
    "sep|sept|septembre|september",
    "oct|octobre|october",
    "nov|novembre|november",
    "dec|decembre|december",
)
_MONTH_NAME = "|".join(f"(?P<month{rank}>{names})" for rank, names in enumerate(_MONTHS, start=1))
_MONTH = r"m?(?P<part>0?[1-9]|1[0-2])"
_OF_YEAR = (rf"(?:annee|an|campagne|millesime|fy)?{_BETWEEN}{_YEAR}(?:[.,]0+)?",)
_PATTERNS: Mapping[PeriodKind, tuple[str, ...]] = {
    "year": _OF_YEAR,
    "campaign": _OF_YEAR,
    "census": _OF_YEAR,
    "school_year": (rf"(?:annee|rentree)?{_BETWEEN}{_YEAR} ?[-/_ ] ?{_NEXT}",),
    "quarter": (
        rf"{_YEAR}{_BETWEEN}{_QUARTER} ?{_RANK}",
        rf"{_YEAR}{_BETWEEN}{_RANK}",
        rf"{_QUARTER} ?{_RANK}{_BETWEEN}(?:de )?{_YEAR}",
        rf"{_RANK}(?:er|e|eme|d|nd)? ?{_QUARTER}{_BETWEEN}(?:de )?{_YEAR}",
    ),
    "reading": (
        rf"{_YEAR}{_BETWEEN}{_MONTH}",
        rf"{_MONTH}[ /._-]+{_YEAR}",
        rf"(?:{_MONTH_NAME})\.?{_BETWEEN}{_YEAR}",
        rf"{_YEAR}{_BETWEEN}(?:{_MONTH_NAME})",
        rf"{_YEAR}-(?P<part>0[1-9]|1[0-2])-[0-9]{{2}}(?:[t ]00:00(?::00)?)?",
        rf"[0-9]{{2}}/(?P<part>0[1-9]|1[0-2])/{_YEAR}",
    ),
}  # fmt: skip


@lru_cache(maxsize=4096)
def meant_period(text: str, kind: PeriodKind) -> str | None:
    """Return the period that a text of another spelling means; None when it is of none.

    Args:
        text: What is written in the place of a period: ``2019T2``, ``2019/20``, ``janvier 2024``.
        kind: The kind of period that is expected there.
    """
    if is_of_kind(text, kind):
        return None
    plain = _plain(text)
    matches = (re.fullmatch(pattern, plain) for pattern in _PATTERNS[kind])
    codes = {_code_of[kind](match.groupdict()) for match in matches if match}
    likely = {code for code in codes if is_of_kind(code, kind)}
    return likely.pop() if len(likely) == 1 else None


def _plain(text: str) -> str:
    """Return a text without accents nor capitals, its dashes and spaces of one kind."""
    dashed = re.sub("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]", "-", text)
    bare = without_accents(dashed).encode("ascii", "ignore").decode()
    return " ".join(bare.split())


def without_accents(text: str) -> str:
    """Return a text without accents nor case."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filterfalse(unicodedata.combining, letters))


_Parts = Mapping[str, str | None]


def _year(parts: _Parts) -> str:
    return f"{parts['year']}"


def _school_year(parts: _Parts) -> str:
    """Return ``2019-2020``; two years that do not follow each other are no school year."""
    year, following = f"{parts['year']}", f"{parts['next']}"
    after = f"{int(year) + 1:04}"
    return f"{year}-{after if after.endswith(following) else following}"


def _quarter(parts: _Parts) -> str:
    return f"{parts['year']}-Q{parts['part']}"


def _reading(parts: _Parts) -> str:
    named = [rank for rank in range(1, 13) if parts.get(f"month{rank}")]
    month = named[0] if named else int(parts["part"] or 0)
    return f"{parts['year']}-{month:02}"


_code_of: Mapping[PeriodKind, Callable[[_Parts], str]] = {
    "year": _year,
    "campaign": _year,
    "census": _year,
    "school_year": _school_year,
    "quarter": _quarter,
    "reading": _reading,
}
