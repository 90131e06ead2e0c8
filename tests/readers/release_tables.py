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
ROWS = """
    select indicator, time_period, ref_area, category, obs_value::double, obs_status,
        extract_id, publication, comment
    from '{path}'
"""


class ReleasedRow(NamedTuple):
    """A row of the release."""

    indicator: str
    period: str
    area: str
    category: str
    value: float | None
    status: str
    extract: str | None
    publication: str
    comment: str | None


def of_release(truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield the totals that are not the sum of their parts, in the tables whose parts add up."""
    path = truth.home / "releases" / "current" / "observations.parquet"
    tables: dict[tuple[str, str], list[ReleasedRow]] = defaultdict(list)
    for row in duckdb.execute(ROWS.format(path=path)).fetchall():
        released = ReleasedRow(*row)
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
