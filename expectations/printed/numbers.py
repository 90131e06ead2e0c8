"""The numbers and the periods that a French text names.

Here: reading; texts are bounded before they are read, and no expression backtracks over more than a
few words. Not here: what numbers are about (``names`` and the rules).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

BLANK = r"[ \u00a0\u202f]"
NUMBER = rf"(?<![\d.,])(?:\d{{1,3}}(?:{BLANK}\d{{3}})+(?!\d)|\d+)(?:[.,]\d+)?"
NOT_PERCENT = rf"(?![.,]?\d|{BLANK}\d{{3}}(?!\d)|\s?%)"
"""After a number: it is read to its end, and is no percentage."""
PERCENTAGE = re.compile(rf"({NUMBER})\s?%")
POINT = r"(?:pts?|points?)\b"
"""The unit of a difference between percentages."""
YEAR = r"20\d\d"
MONTHS = (
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
)
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_PERIOD = re.compile(
    rf"(?P<months>{'|'.join(MONTHS)})?\s*(?<!\d)(?P<first>{YEAR})(?!\d)"
    rf"(?:\s?(?:[-–/]|à|et)\s?(?P<last>{YEAR})(?!\d))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    """A number as it is printed.

    Attributes:
        value: Its value.
        step: What its last digit is worth.
    """

    value: float
    step: float

    def agrees_with(self, other: "Number") -> bool:
        """Tell whether both can be the same quantity, each rounded as it is printed."""
        return self.is_within(other.value, max(self.step, other.step) / 2)

    def is_within(self, value: float, margin: float) -> bool:
        """Tell whether it is no further from a value than a margin."""
        return abs(self.value - value) <= margin + EPSILON


EPSILON = 1e-9
"""Binary fractions are not decimal ones: 0.1 + 0.2 is not 0.3."""


def read_number(text: str) -> Number:
    """Return the number that a text matched by ``NUMBER`` writes.

    Raises:
        ValueError: It is not a number.
    """
    plain = re.sub(BLANK, "", text).replace(",", ".")
    decimals = len(plain.partition(".")[2])
    return Number(float(plain), 10.0**-decimals)


def numbers_in(text: str) -> list[Number]:
    """Return every number of a text, in order."""
    return [read_number(match[0]) for match in re.finditer(NUMBER, text)]


@dataclass(frozen=True)
class Period:
    """A span of years that a text names.

    Attributes:
        first: Its first year.
        last: Its last year.
        text: How it is written.
        month: The month that it names, in lower case; empty when it names none.
    """

    first: int
    last: int
    text: str
    month: str = ""

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two have a year in common."""
        return self.first <= other.last and other.first <= self.last


def periods_in(text: str) -> list[Period]:
    """Return the periods that a text names, in order.

    A full date (27/06/2025) is the day when something was done, not a period that a number is
    about: it is left out.
    """
    return list(_periods(_DAY.sub(" ", text)))


def _periods(text: str) -> Iterator[Period]:
    for match in _PERIOD.finditer(text):
        first = int(match["first"])
        month = (match["months"] or "").lower()
        yield Period(first, int(match["last"] or first), match[0].strip(), month)


def column_period(code: str) -> Period:
    """Return the period of a column: ``2024``, ``2023-2024`` or ``2025-04``.

    One that has no year overlaps with any other: nothing can be said against it.
    """
    years = [int(year) for year in re.findall(YEAR, code)] or [0, 9999]
    return Period(years[0], years[-1], code)
