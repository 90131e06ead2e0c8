"""Which cells are the parts of which: the details of a total, by area and by category.

Here: parts and wholes, read from the definitions. Not here: whether parts add up
(``rules.standard.aggregates``) or vanished (``rules.reporting.vanished``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.cell_index import CellIndex, Integers
from expectations.cells.indicator_definition import Breakdown, IndicatorDefinition
from expectations.cells.observations import KEY, TOTAL

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
        The rows of ``cells`` that are parts, once per whole, with ``parts`` (which breakdown),
        ``whole_area``, ``whole_breakdown``, ``whole_category``, and ``part_row`` and ``whole_row``:
        positions in ``cells``, -1 for a whole that has no row. Columns are there even when empty.

    Raises:
        ValueError: Several areas could be the whole, so that parts cannot be attached.
    """
    keyed = cells.astype(dict.fromkeys(KEY, "category"))
    links = _links(CellIndex(keyed), definitions)
    table = _table(links)
    parts = keyed.take(table["part_row"].to_numpy()).reset_index(drop=True)
    for column in ("ref_area", "breakdown", "category"):
        of_whole = _repeated([link.changed[column] for link in links], links)
        of_part = parts[column].astype(object).to_numpy()
        parts[f"whole_{column.removeprefix('ref_')}"] = np.where(of_whole == "", of_part, of_whole)
    return parts.assign(**{name: table[name] for name in ("parts", "part_row", "whole_row")})


def links_of_parts(
    cells: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> pd.DataFrame:
    """Return where the parts and their wholes are, without their texts.

    Args:
        cells: At least the columns of the key, as categories.
        definitions: The indicators, by id.

    Returns:
        One row a part and whole: ``parts``, ``part_row``, ``whole_row`` (-1 when it has no row).

    Raises:
        ValueError: Several areas could be the whole, so that parts cannot be attached.
    """
    return _table(_links(CellIndex(cells), definitions))


def parts_label(parts: str) -> str:
    """Return what the parts of a breakdown are called in French."""
    return AREA_TYPES.get(parts, "catégories")


@dataclass(frozen=True)
class _Link:
    """The parts of one breakdown.

    Attributes:
        parts: Which breakdown.
        changed: What differs in the key of the whole; empty where it is that of the part.
        part_row: Positions of the parts.
        whole_row: Position of the whole of each, -1 when it has no row.
    """

    parts: str
    changed: Mapping[str, str]
    part_row: Integers
    whole_row: Integers


def _links(index: CellIndex, definitions: Mapping[str, IndicatorDefinition]) -> list[_Link]:
    return [
        _link(index, definition.id, breakdown)
        for definition in definitions.values()
        for breakdown in definition.breakdowns
    ]


def _table(links: Sequence[_Link]) -> pd.DataFrame:
    none = np.array([], dtype=np.int64)
    return pd.DataFrame(
        {
            "parts": pd.Categorical([link.parts for link in links]).repeat(_sizes(links)),
            "part_row": np.concatenate([none, *(link.part_row for link in links)]),
            "whole_row": np.concatenate([none, *(link.whole_row for link in links)]),
        }
    )


def _repeated(texts: Sequence[str], links: Sequence[_Link]) -> NDArray[np.object_]:
    """Return a text of each link for each of its parts."""
    return np.repeat(np.array(texts, dtype=object), _sizes(links))


def _sizes(links: Sequence[_Link]) -> Integers:
    return np.array([len(link.part_row) for link in links], dtype=np.int64)


def _link(index: CellIndex, indicator: str, breakdown: Breakdown) -> _Link:
    cells = index.rows_of(indicator)
    if breakdown.by == "category":
        rows = cells[index.codes["breakdown"][cells] == index.code("breakdown", breakdown.parts)]
        changed = {"ref_area": "", "breakdown": TOTAL, "category": TOTAL}
    else:
        area = _only_area(index, cells, breakdown.of)
        rows = cells[index.are_of_type(breakdown.parts)[index.codes["ref_area"][cells]]]
        rows = rows if area else rows[:0]
        changed = {"ref_area": area, "breakdown": "", "category": ""}
    codes = {column: index.code(column, text) for column, text in changed.items() if text}
    return _Link(breakdown.parts, changed, rows, index.like(rows, **codes))


def _only_area(index: CellIndex, rows: Integers, area_type: str) -> str:
    areas = index.categories["ref_area"]
    present = np.unique(index.codes["ref_area"][rows])
    of_type = index.are_of_type(area_type)
    found = [str(areas[code]) for code in present if of_type[code]]
    if len(found) > 1:
        message = f"Plusieurs territoires {area_type} ({found}) : à qui rattacher les détails ?"
        raise ValueError(message)
    return found[0] if found else ""
