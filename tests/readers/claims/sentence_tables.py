"""The tables that a sentence may speak of: their cells in the period before and in its own.

Here: which cells stand beside one another, and by what they are multiplied. Not here: what is said
of them (``moving_tables``, ``departures_from_others``).
"""

from collections import defaultdict
from collections.abc import Iterator

from tests.readers.claims.claim_reading import ClaimReading
from tests.readers.station_truth import CellKey

Pair = tuple[float, float]
"""What a cell holds in the period before and in that of a sentence."""


def tables_of_sentence(reading: ClaimReading) -> Iterator[list[CellKey]]:
    """Yield all categories of each breakdown in all areas of a type, then in all areas."""
    tables: dict[tuple[str, ...], list[CellKey]] = {}
    for key in reading.truth.group(reading.scope.indicator, reading.scope.period):
        breakdown = reading.truth.breakdowns[key.category]
        for name in ((breakdown, key.area.partition("-")[0]), (breakdown,)):
            tables.setdefault(name, []).append(key)
    yield from tables.values()


def pairs_of_cells(reading: ClaimReading, table: list[CellKey]) -> dict[CellKey, Pair]:
    """Return what cells hold in both periods of a sentence, of those that hold something."""
    return {
        key: (float(was.value), float(now.value))
        for key in table
        if (was := reading.truth.cells.get(key._replace(period=reading.scope.period_before)))
        and was.value is not None
        and (now := reading.truth.cells[key]).value is not None
    }


def columns_of(reading: ClaimReading, table: list[CellKey]) -> dict[str, dict[str, Pair]]:
    """Return what a table holds in both periods, by category and area."""
    columns: dict[str, dict[str, Pair]] = defaultdict(dict)
    for key, pair in pairs_of_cells(reading, table).items():
        columns[key.category][key.area] = pair
    return columns


def growth_of(pairs: list[Pair]) -> float:
    """Return by what cells are multiplied, all together; a half keeps nothing from being nought."""
    was, now = (sum(side) for side in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
    return (now + 0.5) / (was + 0.5)


def is_in_both(reading: ClaimReading, key: CellKey) -> bool:
    """Tell whether a cell has a value in the period of a sentence and in the one before."""
    before = key._replace(period=reading.scope.period_before)
    values = [*reading.truth.values(key), *reading.truth.values(before)]
    return len(values) == 2 and None not in values
