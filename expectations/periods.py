"""The kinds of periods: each has codes of its own, and none is written as another.

Reading a code only; which periods are expected is worked out by the dbt macros, what a period is
called in French is in ``french``.
"""

import re
from typing import Literal

PeriodKind = Literal["year", "school_year", "campaign", "census", "reading"]

_YEAR = "[0-9]{4}"
_SHAPES: dict[PeriodKind, str] = {
    "year": _YEAR,
    "school_year": f"{_YEAR}-{_YEAR}",
    "campaign": _YEAR,
    "census": _YEAR,
    "reading": f"{_YEAR}-(0[1-9]|1[0-2])",
}
NAMES: dict[PeriodKind, str] = {
    "year": "une année",
    "school_year": "une année scolaire",
    "campaign": "une campagne",
    "census": "un millésime de recensement",
    "reading": "un mois de lecture",
}


def is_of_kind(code: str, kind: PeriodKind) -> bool:
    """Tell whether a period is written as those of a kind are: ``2022-2023``, not ``2022-2024``."""
    if not re.fullmatch(_SHAPES[kind], code):
        return False
    return kind != "school_year" or int(code[:4]) + 1 == int(code[5:])


def months_of(code: str) -> tuple[int, int] | None:
    """Return the first and last month of a period, as numbers of months; None for another text.

    A school year runs from September to August.
    """
    if re.fullmatch(_YEAR, code):
        return 12 * int(code), 12 * int(code) + 11
    if is_of_kind(code, "school_year"):
        return 12 * int(code[:4]) + 8, 12 * int(code[5:]) + 7
    if is_of_kind(code, "reading"):
        month = 12 * int(code[:4]) + int(code[5:]) - 1
        return month, month
    return None
