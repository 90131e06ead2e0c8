"""The kinds of periods: each has codes of its own, and none is written as another.

Here: reading a code. Not here: which periods are expected (the dbt macros), what a period is called
in French (``french``).
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

PeriodKind = Literal["year", "school_year", "campaign", "census", "quarter", "reading"]

_YEAR = "[0-9]{4}"
_SHAPES: dict[PeriodKind, str] = {
    "year": _YEAR,
    "school_year": f"{_YEAR}-{_YEAR}",
    "campaign": _YEAR,
    "census": _YEAR,
    "quarter": f"{_YEAR}-Q[1-4]",
    "reading": f"{_YEAR}-(0[1-9]|1[0-2])",
}
NAMES: dict[PeriodKind, str] = {
    "year": "une année",
    "school_year": "une année scolaire",
    "campaign": "une campagne",
    "census": "un millésime de recensement",
    "quarter": "un trimestre",
    "reading": "un mois de lecture",
}


SEASONS: dict[PeriodKind, int] = {"quarter": 4, "reading": 12}
"""How many periods make a year, for the kinds whose periods have a season."""


def is_of_kind(code: str, kind: PeriodKind) -> bool:
    """Tell whether a period is written as those of a kind are: ``2022-2023``, not ``2022-2024``."""
    if not re.fullmatch(_SHAPES[kind], code):
        return False
    return kind != "school_year" or int(code[:4]) + 1 == int(code[5:])


def months_of(code: str) -> tuple[int, int] | None:
    """Return the first and last month of a period, as numbers of months; None for another text.

    A quarter is written as SDMX does, ``2025-Q1``; a school year runs from September to August.
    """
    if re.fullmatch(_YEAR, code):
        return 12 * int(code), 12 * int(code) + 11
    if is_of_kind(code, "school_year"):
        return 12 * int(code[:4]) + 8, 12 * int(code[5:]) + 7
    if is_of_kind(code, "reading"):
        month = 12 * int(code[:4]) + int(code[5:]) - 1
        return month, month
    if is_of_kind(code, "quarter"):
        first = 12 * int(code[:4]) + 3 * (int(code[6]) - 1)
        return first, first + 2
    return None


def season_of(kind: PeriodKind, codes: Sequence[str]) -> int:
    """Return how many of some periods make a year; 1 without season, or when one is missing.

    Args:
        kind: Their kind.
        codes: The periods of a series, in their order.
    """
    season = SEASONS.get(kind, 1)
    spans = [months_of(code) for code in codes]
    starts = [months[0] for months in spans if months is not None]
    step = 12 // season
    follow = len(starts) == len(codes) and all(b - a == step for a, b in pairwise(starts))
    return season if follow else 1
