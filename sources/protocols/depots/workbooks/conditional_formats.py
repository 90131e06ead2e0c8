"""Where a condition may choose another format for a number, or show none of it.

Here: the areas of a sheet that conditional formats are for, and the codes that may be in force in
a cell. Not here: which conditions hold, which is not worked out, nor what a code shows
(``number_formats``).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sources.protocols.depots.workbooks.cell_marks import Area

NOTHING = ";;"
"""A code that shows no number."""

UNKNOWN_CODE = "[?]"
"""Stands for a format that is not written: it is not understood."""

MOST_RANGES = 50
"""Areas of conditional formats beyond which no number of the sheet is believed."""

EVERYWHERE: Area = (1, 1 << 21, 1, 1 << 15)
RANGE = re.compile(r"\$?([A-Z]{0,3})\$?([0-9]{0,7})(?::\$?([A-Z]{0,3})\$?([0-9]{0,7}))?")
ODS_RANGE = re.compile(
    r"\.\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::[^:]*?\.\$?([A-Z]{1,3})\$?([0-9]{1,7}))?"
)


@dataclass(frozen=True)
class Conditions:
    """The codes that conditions may choose, and where.

    Attributes:
        chosen: Areas, and a code that may be in force in each.
    """

    chosen: Sequence[tuple[Area, str]] = ()

    @classmethod
    def of(cls, chosen: Iterable[tuple[Area, str]]) -> "Conditions":
        """Keep areas and codes; of too many, none is believed."""
        kept = tuple(dict.fromkeys(chosen))
        return cls(kept if len(kept) <= MOST_RANGES else ((EVERYWHERE, UNKNOWN_CODE),))

    def within(self, area: Area) -> tuple[str, ...]:
        """Return the codes that may be in force somewhere in an area."""
        return tuple(code for place, code in self.chosen if _meet(place, area))


def areas(written: str) -> Iterator[Area]:
    """Yield the areas that XLSX writes: ``E2:E9 G2``; one that is not understood is everywhere."""
    for text in written.split():
        match = RANGE.fullmatch(text)
        yield _area(match) if match else EVERYWHERE


def ods_areas(written: str) -> Iterator[Area]:
    """Yield the areas that ODS writes, under the name of their sheet: ``'F 1'.E2:'F 1'.E9``."""
    yield from map(_area, ODS_RANGE.finditer(written))


def column_number(letters: str) -> int:
    """Return the number of a column, from 1; 0 of no letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _area(match: re.Match[str]) -> Area:
    left, top, right, bottom = match.groups()
    right, bottom = (left, top) if right is None else (right, bottom)
    first, last = map(column_number, (left, right))
    return int(top or 1), int(bottom or EVERYWHERE[1]), first or 1, last or EVERYWHERE[3]


def _meet(area: Area, other: Area) -> bool:
    top, bottom, left, right = area
    return top <= other[1] and other[0] <= bottom and left <= other[3] and other[2] <= right
