"""Which cells a change is put into, and the one way to put it there.

Details only: what adds up from them follows (``station``). Indicators whose real numbers have a
known fault are never changed: nobody could tell which fault was found. What the changes do is in
``changes``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise, permutations

import numpy as np
import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY, TOTAL
from expectations.verdicts.table import Cell
from tests.benchmarks.breaks.station import Station, cells_of

CELL = 20
AREA = 100
SIBLINGS = 4
DECLARED_SHARE = 0.5
UNLIKE = 1.5

Test = Callable[[pd.DataFrame], bool]
Generator = np.random.Generator


@dataclass(frozen=True)
class Change:
    """A station after a change.

    Attributes:
        station: What the night will look at.
        cells: The newest cells that no longer mean what they meant.
        touched: Those among them that were changed themselves: the others follow.
        is_declared: Whether the columns beside the numbers say so.
        story: What was done, for whoever reads a miss.
    """

    station: Station
    cells: frozenset[Cell]
    touched: frozenset[Cell]
    is_declared: bool
    story: str

    @cached_property
    def concerned(self) -> Station:
        """The indicators of its cells alone: all that a method of one indicator sees."""
        return self.station.only({cell.indicator for cell in self.cells})


def changed(  # noqa: PLR0913 what a change is made of
    station: Station,
    values: "pd.Series[float]",
    rows: pd.DataFrame,
    story: str,
    rng: Generator,
    *,
    declared: Mapping[str, str] | None = None,
    declared_before: Mapping[str, str] | None = None,
    added: pd.DataFrame | None = None,
    is_everywhere: bool = False,
) -> Change | None:
    """Return the change that gives some cells new values, or None when nothing would differ.

    Args:
        station: The station before.
        values: New values, by row of its observations; NaN is a cell without a line any more.
        rows: The cells meant, whether their values happen to differ or not.
        story: What was done.
        rng: Decides whether it is declared.
        declared: Columns beside the numbers that say it, when it is declared.
        declared_before: What those columns said one period before.
        added: Rows of cells that were not there.
        is_everywhere: Whether the totals of what changed did too, though they be what they were: a
            sum of rounded numbers that stays does so by chance.
    """
    after = station.with_values(values, added)
    differing = after.differing(station)
    if not differing:
        return None
    meant = cells_of(rows if added is None else pd.concat([rows[KEY], added[KEY]]))
    said: frozenset[Cell] = frozenset()
    is_declared = declared is not None and rng.random() < DECLARED_SHARE
    if is_declared and declared is not None:
        after, said = _declaring(after, rows, declared, declared_before or {})
    follows = after.following(meant, frozenset() if is_everywhere else differing)
    concerned = differing | meant | follows | said
    return Change(after, concerned, differing & meant, is_declared, story)


def _declaring(
    station: Station, rows: pd.DataFrame, declared: Mapping[str, str], before: Mapping[str, str]
) -> tuple[Station, frozenset[Cell]]:
    """Return the station whose columns say what happened to some cells, and all that say so."""
    table = station.observations.copy()
    is_newest = table["time_period"] == table["indicator"].map(station.newest_periods)
    totals = {cell.ref_area for cell in cells_of(station.newest[~station.newest["is_detail"]])}
    here = table["indicator"].isin(rows["indicator"])
    here &= table["ref_area"].isin(totals.union(rows["ref_area"]))
    table.loc[here & is_newest, list(declared)] = list(declared.values())
    if before:
        table.loc[here & ~is_newest, list(before)] = list(before.values())
    return replace(station, observations=table), cells_of(table[here & is_newest])


def counts(station: Station) -> list[pd.DataFrame]:
    """Return the details of each indicator that counts things."""
    return _of_kind(station, "count")


def rates(station: Station) -> list[pd.DataFrame]:
    """Return the details of each rate that comes as such: without numerator nor denominator."""
    return [table for table in _of_kind(station, "rate") if table["numerator"].isna().all()]


def _of_kind(station: Station, kind: str) -> list[pd.DataFrame]:
    return [
        table
        for indicator, table in station.details.items()
        if station.definitions[indicator].value_kind == kind and indicator not in station.deserved
    ]


def files(station: Station) -> list[pd.DataFrame]:
    """Return the details of the counts of each file."""
    by_name = {name(table): table for table in counts(station)}
    found = [
        [by_name[indicator] for indicator in indicators if indicator in by_name]
        for indicators in station.files.values()
    ]
    return [pd.concat(tables) for tables in found if tables]


def name(rows: pd.DataFrame) -> str:
    """Return the indicator that the first of some rows belongs to."""
    return str(rows["indicator"].iloc[0])


def definition(station: Station, rows: pd.DataFrame) -> IndicatorDefinition:
    """Return the definition of the indicator of some rows."""
    return station.definitions[name(rows)]


def is_rate(rows: pd.DataFrame) -> bool:
    """Tell whether rows are rates."""
    return bool((rows["unit_measure"] == "pct").all())


def drawn(rng: Generator, tables: Sequence[pd.DataFrame], test: Test) -> pd.DataFrame | None:
    """Return one of the tables that pass a test, or None."""
    passing = [table for table in tables if test(table)]
    return passing[rng.integers(len(passing))] if passing else None


def area_of_file(station: Station, rng: Generator, test: Test | None = None) -> pd.DataFrame | None:
    """Return all the counts of one area in one file that has several areas, or None."""
    test = test or first_sum_at_least(AREA)
    found = [
        [rows for _, rows in table.groupby("ref_area") if test(rows)]
        for table in files(station)
        if several_areas(table)
    ]
    passing = [areas for areas in found if areas]
    if not passing:
        return None
    areas = passing[rng.integers(len(passing))]
    return areas[rng.integers(len(areas))]


def file_of(station: Station, rows: pd.DataFrame) -> pd.DataFrame:
    """Return all the counts of the file that some rows belong to."""
    return next(table for table in files(station) if (table["indicator"] == name(rows)).any())


def sum_at_least(least: float) -> Test:
    """Return a test: do values sum up to a least size, before and now?"""
    return lambda rows: rows[["obs_value", "before"]].sum().min() >= least


def first_sum_at_least(least: float) -> Test:
    """Return a test: do those of the first indicator sum up to a least size, before and now?"""
    return lambda rows: sum_at_least(least)(rows[rows["indicator"] == name(rows)])


def several_areas(rows: pd.DataFrame) -> bool:
    """Tell whether rows have enough areas, and enough things in all."""
    return rows["ref_area"].nunique() >= SIBLINGS and sum_at_least(AREA)(rows)


def six_given(rows: pd.DataFrame) -> bool:
    """Tell whether six cells at least were large enough before."""
    return int((rows["before"] >= (0 if is_rate(rows) else CELL)).sum()) >= 6


def four_numbers(rows: pd.DataFrame) -> bool:
    """Tell whether there are enough numbers to recognise a copy."""
    values = rows["obs_value"]
    return int((values > 0).sum()) >= SIBLINGS and int((values >= CELL).sum()) >= 2


def thinned(
    values: "pd.Series[float]", kept: "pd.Series[float]", rng: Generator
) -> "pd.Series[float]":
    """Return what is left of counts of which each thing is kept with some probability."""
    left = rng.binomial(values.round().astype("int64"), kept.clip(0, 1))
    return pd.Series(left, index=values.index, dtype="float64")


def values_of_keys(rows: pd.DataFrame, keyed: pd.DataFrame) -> "pd.Series[float]":
    """Return, in the index of ``keyed``, the values that ``rows`` have under its keys."""
    values = rows.set_index(KEY)["obs_value"]
    found = values.reindex(pd.MultiIndex.from_frame(keyed[KEY]))
    return pd.Series(found.to_numpy(), index=keyed.index, dtype="float64")


def heavy(rows: pd.DataFrame, by: str, least: float) -> list[str]:
    """Return the categories or indicators that sum up to a least size, before and now."""
    sums = rows.groupby(by)[["obs_value", "before"]].sum().min(axis=1)
    return sorted(str(code) for code in sums.index[sums >= least] if code != TOTAL)


def unlike_pair(rows: pd.DataFrame, by: str, rng: Generator) -> tuple[str, str] | None:
    """Return two categories or indicators, both large, that cannot be taken for each other."""
    names = heavy(rows, by, AREA)
    sums = rows.groupby(by)["obs_value"].sum()
    pairs = [
        (first, second)
        for first, second in combinations(names, 2)
        if max(sums[first], sums[second]) >= UNLIKE * min(sums[first], sums[second])
    ]
    return pairs[rng.integers(len(pairs))] if pairs else None


def two_categories(station: Station, rng: Generator) -> tuple[pd.DataFrame, str, str] | None:
    """Return the rows of two categories of a file, the first large, the second wherever it is."""
    rows = drawn(rng, files(station), lambda table: len(heavy(table, "category", AREA)) >= 2)
    if rows is None:
        return None
    places = rows.groupby("category")[["indicator", "ref_area"]].agg(list)
    where = {code: set(zip(*places.loc[code], strict=True)) for code in places.index}
    large = heavy(rows[rows["indicator"] == name(rows)], "category", AREA)
    pairs = [
        (first, second)
        for first in large
        for second in where
        if first != second and where[first] <= where[second]
    ]
    if not pairs:
        return None
    pair = pairs[rng.integers(len(pairs))]
    return rows[rows["category"].isin(pair)], *pair


def neighbouring_classes(station: Station, rng: Generator) -> tuple[pd.DataFrame, str, str] | None:
    """Return the rows of two neighbouring classes, the lower and the upper, of a file."""
    found = []
    for table in files(station):
        for breakdown, order in station.orders.items():
            rows = table[table["breakdown"] == breakdown]
            large = heavy(rows, "category", 4 * AREA) if len(rows) else []
            pairs = pairwise(order)
            found += [(rows, lower, upper) for lower, upper in pairs if {lower, upper} <= {*large}]
    if not found:
        return None
    rows, lower, upper = found[rng.integers(len(found))]
    return rows[rows["category"].isin([lower, upper])], lower, upper


def areas_shifted(station: Station, rng: Generator) -> Change | None:
    """Each area of a file, from one on, gets the numbers of the next one in the code list."""
    rows = drawn(rng, files(station), several_areas)
    if rows is None:
        return None
    areas = sorted(rows["ref_area"].unique())
    shifted = areas[rng.integers(len(areas) - SIBLINGS + 1) :]
    following = dict(zip(shifted, [*shifted[1:], shifted[0]], strict=True))
    sums = rows.groupby("ref_area")["obs_value"].sum()
    unlike = [
        max(sums[area], sums[other]) >= UNLIKE * min(sums[area], sums[other])
        for area, other in following.items()
    ]
    if sum(unlike) < 2:
        return None
    moved = rows[rows["ref_area"].isin(shifted)]
    values = values_of_keys(rows, moved.assign(ref_area=moved["ref_area"].map(following)))
    return changed(station, values, moved, f"{name(rows)} : shifted from {shifted[0]}", rng)


def copied_indicator(station: Station, rng: Generator) -> Change | None:
    """An indicator gets, area by area, the numbers of another one."""
    tables = [table for table in [*counts(station), *rates(station)] if len(table) >= SIBLINGS]
    place = ["ref_area", "breakdown", "category"]
    pairs = [
        (target, source)
        for target, source in permutations(tables, 2)
        if target[place].merge(source[place]).shape[0] >= SIBLINGS
    ]
    if not pairs:
        return None
    target, source = pairs[rng.integers(len(pairs))]
    found = source.set_index(place)["obs_value"].reindex(pd.MultiIndex.from_frame(target[place]))
    values = pd.Series(found.to_numpy(), index=target.index).dropna()
    rows = target.loc[values.index].assign(obs_value=values)
    if not four_numbers(rows):
        return None
    return changed(station, values, rows, f"{name(target)} = {name(source)}", rng)
