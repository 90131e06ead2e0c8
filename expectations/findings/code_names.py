"""What codes are called in French: areas, their types, breakdowns, categories.

Here: the names, and what stands for a code without one. Not here: reading them
(``orchestration.station.warehouse``), the labels of indicators (``indicator_definition``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from expectations import french
from expectations.cells.observations import TOTAL


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
