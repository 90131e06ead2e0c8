"""What codes are called in French: areas, their types, breakdowns, categories.

Here: the names, and what stands for a code without one. Not here: reading them
(``orchestration.station.warehouse``), the labels of indicators (``indicator_definition``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.verdicts.table import Cell

MOST_NAMED = 8


@dataclass(frozen=True)
class Names:
    """What codes are called in French.

    Attributes:
        areas: Name of each area, by its code.
        area_types: Name of each type of area, in the plural, by its code.
        breakdowns: Name of each breakdown, by its code.
        categories: Name of each category, by its code; no two breakdowns share one.
    """

    areas: Mapping[str, str] = field(default_factory=dict)
    area_types: Mapping[str, str] = field(default_factory=dict)
    breakdowns: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)

    def area(self, code: str) -> str:
        """Return the name of an area; its code when it has none."""
        return self.areas.get(code, code)

    def category(self, code: str) -> str:
        """Return the name of a category; its code when it has none."""
        return self.categories.get(code, code)

    def place(self, area: str, category: str) -> str:
        """Return where a cell is: « Sarthe », « Sarthe, « agriculture » »."""
        if category == TOTAL:
            return self.area(area)
        return f"{self.area(area)}, {french.quoted(self.category(category))}"

    def places(self, cells: Iterable[Cell]) -> str:
        """Name some cells, area by area, the first ones when there are many."""
        categories: dict[str, list[str]] = {}
        for cell in dict.fromkeys(cells):
            is_total = cell.category == TOTAL
            name = "total" if is_total else french.quoted(self.category(cell.category))
            categories.setdefault(self.area(cell.ref_area), []).append(name)
        alike = {tuple(names) for names in categories.values()}
        if len(categories) > 1 and len(alike) == 1 and ["total"] not in categories.values():
            (names,) = alike
            areas = french.listing(categories, MOST_NAMED)
            return f"{areas}, {french.listing(names[:MOST_NAMED])}"
        named = [
            area if names == ["total"] else f"{area}, {french.listing(names[:MOST_NAMED])}"
            for area, names in categories.items()
        ]
        more = len(named) - MOST_NAMED
        rest = f" et {french.count(more, 'autre', 'autres')}" if more > 0 else ""
        return f"{' ; '.join(named[:MOST_NAMED])}{rest}"
