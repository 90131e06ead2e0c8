"""The kinds of periods: each has codes of its own, and none is written as another.

Here: reading a code. Not here: how codes are written (the variables of the dbt project, whose
macros read them too), which periods are expected (the dbt macros), what a period is called in
French (``french``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from expectations.cells.dbt_files import declared_definitions, variable

PeriodKind = Literal["year", "school_year", "campaign", "census", "quarter", "reading"]

_CODES: Mapping[PeriodKind, str] = variable("period_codes")
_WRITTEN_YEAR, _YEAR, _DEPOSITED_YEAR = "AAAA", "[0-9]{4}", variable("deposited_year")
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
    if not re.fullmatch(_pattern(kind, _YEAR), code):
        return False
    return kind != "school_year" or int(code[:4]) + 1 == int(code[5:])


def may_be_deposited(code: str, kinds: Iterable[PeriodKind] = tuple(NAMES)) -> bool:
    """Tell whether a deposit may give a period so, of some kinds: of any one unless told."""
    return any(re.fullmatch(_pattern(kind, _DEPOSITED_YEAR), code) for kind in kinds)


def kind_of_line(line_code: str) -> PeriodKind | None:
    """Return the kind of the periods of a line of a deposit: that of the indicator that it names.

    None of a line that names none of those that partners declare.
    """
    definition = declared_definitions().get(line_code)
    return definition["period_kind"] if definition else None


def _pattern(kind: PeriodKind, year: str) -> str:
    return _CODES[kind].replace(_WRITTEN_YEAR, year)


def months_of(code: str) -> tuple[int, int] | None:
    """Return the first and last month of a period, as numbers of months; None for another text.

    A quarter is written as SDMX does, ``2025-Q1``; a school year runs from September to August.
    """
    if is_of_kind(code, "year"):
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
