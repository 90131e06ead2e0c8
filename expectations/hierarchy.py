"""Which cells are the parts of which: the details of a total, by area and by category.

Read from the definitions; whether parts add up, or vanished, is for ``rules``.
"""

from collections.abc import Mapping

import pandas as pd

from expectations.definitions import Breakdown, IndicatorDefinition
from expectations.observations import KEY, TOTAL

WHOLE_KEY = ["indicator", "whole_area", "time_period", "whole_breakdown", "whole_category"]
AREA_TYPES = {
    "DEP": "départements",
    "ZE2020": "zones d'emploi",
    "CLPE": "comités locaux pour l'emploi",
    "EPCI": "EPCI",
}


def parts_of_wholes(
    cells: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> pd.DataFrame:
    """Return the cells that are parts, each beside the key of its whole.

    Args:
        cells: At least the columns of the key.
        definitions: The indicators, by id.

    Returns:
        The rows of ``cells`` that are parts, once per whole, with ``parts`` (which breakdown) and
        ``whole_area``, ``whole_breakdown``, ``whole_category``. Columns are there even when empty.

    Raises:
        ValueError: Several areas could be the whole, so that parts cannot be attached.
    """
    found = [
        _attach(cells[cells["indicator"] == definition.id], breakdown)
        for definition in definitions.values()
        for breakdown in definition.breakdowns
    ]
    none = cells.head(0).assign(parts="", whole_area="", whole_breakdown="", whole_category="")
    return pd.concat([none, *found]) if any(len(part) for part in found) else none


def parts_label(parts: str) -> str:
    """Return what the parts of a breakdown are called in French."""
    return AREA_TYPES.get(parts, "catégories")


def _attach(cells: pd.DataFrame, breakdown: Breakdown) -> pd.DataFrame:
    if breakdown.by == "category":
        parts = cells[cells["breakdown"] == breakdown.parts]
        return parts.assign(
            parts=breakdown.parts,
            whole_area=parts["ref_area"],
            whole_breakdown=TOTAL,
            whole_category=TOTAL,
        )
    parts = cells[cells["ref_area"].str.startswith(f"{breakdown.parts}-")]
    return parts.assign(
        parts=breakdown.parts,
        whole_area=_only_area(cells, breakdown.of),
        whole_breakdown=parts["breakdown"],
        whole_category=parts["category"],
    )


def _only_area(cells: pd.DataFrame, area_type: str) -> str:
    areas = sorted({area for area in cells["ref_area"] if area.startswith(f"{area_type}-")})
    if len(areas) > 1:
        message = f"Plusieurs territoires {area_type} ({areas}) : à qui rattacher les détails ?"
        raise ValueError(message)
    return areas[0] if areas else ""


def whole_cells(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the keys of the wholes of some parts, one row each, named as a key is."""
    wholes = parts[WHOLE_KEY].drop_duplicates()
    return wholes.set_axis(KEY, axis=1)
