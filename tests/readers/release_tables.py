"""The release held against itself: published parts and their total, deposits that are mixed.

Here: what a partner who adds up a table would find. Not here: what is held, and why.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import duckdb

from tests.readers.discrepancies import Discrepancy, Place
from tests.readers.station_truth import TOTAL, StationTruth

PLACE = Place("publication", "releases/current/observations.parquet")
COLUMNS = (
    "indicator", "time_period", "ref_area", "category", "obs_value", "obs_status", "extract_id",
    "caveat",
)  # fmt: skip


class ReleasedRow(NamedTuple):
    """A row of the release."""

    indicator: str
    period: str
    area: str
    category: str
    value: float | None
    status: str
    extract: str | None
    caveat: str | None


def of_release(truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield the totals that are not the sum of their parts, in the tables whose parts add up."""
    path = truth.home / "releases" / "current" / "observations.parquet"
    tables: dict[tuple[str, str], list[ReleasedRow]] = defaultdict(list)
    table = duckdb.execute(f"select * from '{path}'")
    names = [column[0] for column in table.description or []]
    for row in table.fetchall():
        told = dict(zip(names, row, strict=True))
        released = ReleasedRow(*(told.get(name) for name in COLUMNS))
        if released.category == TOTAL:
            tables[released.indicator, released.period].append(released)
    for (indicator, period), rows in tables.items():
        for breakdown in truth.declared.get(indicator, {}).get("breakdowns", ()):
            if breakdown["by"] == "ref_area" and breakdown.get("of") == "REG":
                yield from _of_table(f"{indicator}, {period}", rows, breakdown["parts"], truth)


def _of_table(
    name: str, rows: list[ReleasedRow], parts: str, truth: StationTruth
) -> Iterator[Discrepancy]:
    totals = [row for row in rows if row.area == truth.region and row.value is not None]
    details = [row for row in rows if row.area.startswith(f"{parts}-")]
    values = [row.value for row in details if row.value is not None]
    if not totals or not values or truth.cells_are_rates(totals[0].indicator):
        return
    if all(row.caveat for row in (*totals, *details)):  # each says why not
        return
    total = totals[0]
    added = sum(values)
    told = ", ".join(f"{row.area} = {row.value} {row.status}" for row in (total, *details))
    is_whole = len(values) == len(details)
    if total.value is not None and (total.value < added or (is_whole and total.value != added)):
        why = f"le total publié est {total.value:g}, la somme de ses parties {added:g}"
        yield PLACE.found(f"{name} : {told}", f"{total.value:g}", why)
    if len({row.extract for row in (total, *details) if row.value is not None}) > 1:
        why = "total et parties viennent de deux dépôts, et rien ne le dit"
        yield PLACE.found(f"{name} : {told}", f"{total.value:g}", why)
