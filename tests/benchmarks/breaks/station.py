"""What one night looks at: observations, definitions, and what a producer's file ties together.

A change is put into the cells of the newest period that are not a total; what adds up from them and
the shares computed from them follow, as they would when Vigie builds the indicators. Which numbers
are in a station is for ``panels``, which changes are made for ``changes`` and ``genuine``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from expectations.cells.hierarchy import WHOLE_KEY, parts_of_wholes
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY, TOTAL
from expectations.cells.statuses import ABSENT, CANNOT_EXIST
from expectations.subject.series import SERIES
from expectations.verdicts.table import Cell


@dataclass(frozen=True)
class Station:
    """The indicators of one night.

    Attributes:
        observations: The uniform observations, one row a cell; a cell keeps its place in the index
            in all that is made of a station.
        definitions: The indicators, by id.
        files: The indicators that come in one file of a producer, by file.
        shares: The indicators computed as numerator over denominator, by id.
        orders: Categories in their order, by breakdown, where they have one.
        deserved: Indicators where the real numbers have a known fault, and which.
    """

    observations: pd.DataFrame
    definitions: Mapping[str, IndicatorDefinition]
    files: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deserved: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def newest_periods(self) -> dict[str, str]:
        """The newest period of each indicator."""
        newest = self.observations.groupby("indicator")["time_period"].max()
        return {str(indicator): str(period) for indicator, period in newest.items()}

    @cached_property
    def newest(self) -> pd.DataFrame:
        """The rows of the newest periods.

        Beside the columns of observations: ``before``, the value one period back, and
        ``is_detail``, whether the row is no total of others.
        """
        rows = self.observations
        periods = rows[["indicator", "time_period"]].drop_duplicates().sort_values("time_period")
        periods["period_after"] = periods.groupby("indicator")["time_period"].shift(-1)
        before = rows[[*SERIES, "time_period", "obs_value"]].rename(columns={"obs_value": "before"})
        before = before.merge(periods.dropna(), on=["indicator", "time_period"])
        before = before.drop(columns="time_period").rename(columns={"period_after": "time_period"})
        newest = self._newest_rows()
        found = newest.merge(before, on=KEY, how="left").set_axis(newest.index)
        return found.assign(is_detail=~self._is_whole(newest))

    @cached_property
    def series(self) -> dict[str, pd.DataFrame]:
        """The values of each indicator: one row a series, one column a period."""
        keyed = self.observations.set_index([*SERIES, "time_period"])["obs_value"]
        return {
            str(indicator): rows.droplevel("indicator").unstack("time_period")
            for indicator, rows in keyed.groupby(level="indicator")
        }

    @cached_property
    def parts(self) -> dict[Cell, frozenset[Cell]]:
        """The newest cells that are parts of each total."""
        rows = parts_of_wholes(self._newest_rows()[KEY], self.definitions)
        found: dict[Cell, set[Cell]] = {}
        for whole, part in zip(
            rows[WHOLE_KEY].itertuples(index=False, name=None),
            rows[KEY].itertuples(index=False, name=None),
            strict=True,
        ):
            found.setdefault(Cell(*whole), set()).add(Cell(*part))
        return {whole: frozenset(parts) for whole, parts in found.items()}

    @cached_property
    def valued(self) -> frozenset[Cell]:
        """The newest cells that have a value."""
        rows = self._newest_rows()
        return cells_of(rows[rows["obs_value"].notna()])

    def only(self, indicators: Collection[str]) -> "Station":
        """Return the station of some indicators alone."""
        rows = self.observations[self.observations["indicator"].isin(indicators)]
        return replace(self, observations=rows)

    @cached_property
    def details(self) -> dict[str, pd.DataFrame]:
        """The newest rows of each indicator that are no total, have a value and are in its unit."""
        units = {name: item.unit_measure for name, item in self.definitions.items()}
        rows = self.newest
        chosen = rows["is_detail"] & rows["obs_value"].notna()
        chosen &= rows["unit_measure"] == rows["indicator"].map(units)
        return {str(name): table for name, table in rows[chosen].groupby("indicator")}

    def with_values(
        self, values: "pd.Series[float]", added: pd.DataFrame | None = None
    ) -> "Station":
        """Return the station with new values of some details, and what follows from them.

        Args:
            values: New values by row of ``observations``; NaN is a cell whose line is gone.
            added: Rows for cells that were not there.
        """
        rows = self.observations.copy()
        values = values.astype("float64")
        moved = rows.loc[values.index, KEY].assign(
            moved=values.fillna(0.0) - rows.loc[values.index, "obs_value"].fillna(0.0)
        )
        if added is not None:
            moved = pd.concat([moved, added[KEY].assign(moved=added["obs_value"])])
        rows.loc[values.index, "obs_value"] = values
        rows.loc[values[values.isna()].index, "obs_status"] = ABSENT
        for place, move in self._moves_of_wholes(moved).items():
            rows.loc[place, "obs_value"] += move
        if added is not None:
            added = self._with_what_follows(added)
            first = int(rows.index.max()) + 1
            rows = pd.concat([rows, added.set_axis(range(first, first + len(added)))])
        touched = set(moved["indicator"])
        shares = {share: of for share, of in self.shares.items() if touched.intersection(of)}
        return replace(self, observations=with_shares(rows, shares))

    def differing(self, other: "Station") -> frozenset[Cell]:
        """Return the newest cells whose value or status differs in what this station was made of.

        Args:
            other: The station that this one was made of, by ``with_values``.
        """
        mine = self._newest_rows()
        theirs = other.observations.reindex(mine.index)
        gap = mine["obs_value"].sub(theirs["obs_value"]).abs()
        same_value = (gap < 1e-9) | (mine["obs_value"].isna() & theirs["obs_value"].isna())
        return cells_of(mine[~(same_value & (mine["obs_status"] == theirs["obs_status"]))])

    def following(self, meant: frozenset[Cell], differing: frozenset[Cell]) -> frozenset[Cell]:
        """Return the totals and shares made of some cells, whether their values differ or not.

        A total whose parts changed and that did not is none: they exchanged what they had. Nor is a
        share of which both numbers changed alike.

        Args:
            meant: The cells that no longer mean what they meant.
            differing: The newest cells whose value or status differs.
        """
        wholes: set[Cell] = set()
        while added := {
            whole
            for whole, parts in self.parts.items()
            if parts & (meant | wholes) and not parts & differing
        }.difference(wholes):
            wholes |= added
        counts = meant | wholes
        shares = {
            cell
            for cell in cells_of(self.newest[self.newest["indicator"].isin(self.shares)])
            if sum(replace(cell, indicator=of) in counts for of in self.shares[cell.indicator]) == 1
        }
        return frozenset(wholes | shares)

    def _newest_rows(self) -> pd.DataFrame:
        rows = self.observations
        return rows[rows["time_period"] == rows["indicator"].map(self.newest_periods)]

    def _with_what_follows(self, added: pd.DataFrame) -> pd.DataFrame:
        """Return new rows with their totals of areas and their shares, that nobody had before."""
        above = [
            up
            for indicator, rows in added.groupby("indicator")
            for up in self._above(rows, self.definitions[str(indicator)])
        ]
        totals = pd.concat([added.head(0), *above])
        totals["obs_value"] = totals.groupby(KEY)["obs_value"].transform("sum")
        given = pd.MultiIndex.from_frame(self.newest[KEY])
        is_new = ~pd.MultiIndex.from_frame(totals[KEY]).isin(given)
        counts = pd.concat([added, totals[is_new].drop_duplicates(KEY)])
        own = [column for column in added if column not in KEY[1:]]
        shares = [
            counts[counts["indicator"] == denominator].assign(**self.details[share][own].iloc[0])
            for share, (_, denominator) in self.shares.items()
            if share in self.details
        ]
        return pd.concat([counts, *shares])

    def _is_whole(self, rows: pd.DataFrame) -> "pd.Series[bool]":
        """Tell which rows are a total of other rows."""
        types = rows["indicator"] + " " + rows["ref_area"].str.partition("-")[0]
        groups = rows["indicator"] + " " + rows["breakdown"]
        declared = [(own.id, part) for own in self.definitions.values() for part in own.breakdowns]
        areas, categories = set(types), set(groups)
        of_areas = {
            f"{name} {part.of}" for name, part in declared if f"{name} {part.parts}" in areas
        }
        of_categories = {name for name, part in declared if f"{name} {part.parts}" in categories}
        in_total = rows["indicator"].isin(of_categories) & (rows["category"] == TOTAL)
        return types.isin(of_areas) | in_total

    def _moves_of_wholes(self, rows: pd.DataFrame) -> dict[int, float]:
        """Return by how much each total moves when some details do."""
        above = [
            up
            for indicator, here in rows.groupby("indicator")
            for definition in [self.definitions[str(indicator)]]
            if definition.value_kind == "count"
            for up in self._above(here, definition)
        ]
        if not above:
            return {}
        sums = pd.concat(above).groupby(KEY)["moved"].sum()
        newest = self.newest[self.newest["indicator"].isin(set(rows["indicator"]))]
        places = newest.reset_index(names="place").set_index(KEY)["place"]
        return {int(places[key]): float(move) for key, move in sums.items() if key in places.index}

    def _above(self, rows: pd.DataFrame, definition: IndicatorDefinition) -> list[pd.DataFrame]:
        """Return the moves under the keys of the totals: of areas, of categories, of both."""
        areas = [part for part in definition.breakdowns if part.by == "ref_area"]
        categories = {part.parts for part in definition.breakdowns if part.by == "category"}
        given = self.newest.loc[self.newest["indicator"] == definition.id, "ref_area"].unique()
        wholes = [area for part in areas for area in given if area.startswith(f"{part.of}-")]
        by_area = [rows.assign(ref_area=wholes[0])] if wholes else []
        in_category = rows["breakdown"].isin(categories)
        return by_area + [
            up[in_category].assign(breakdown=TOTAL, category=TOTAL) for up in [rows, *by_area]
        ]


def with_shares(rows: pd.DataFrame, shares: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Return observations whose shares are computed from their numerators and denominators."""
    rows = rows.copy()
    same_cell = KEY[1:]
    for share, (numerator, denominator) in shares.items():
        here = rows["indicator"] == share
        for column, indicator in (("numerator", numerator), ("denominator", denominator)):
            counts = rows[rows["indicator"] == indicator].set_index(same_cell)["obs_value"]
            keys = pd.MultiIndex.from_frame(rows.loc[here, same_cell])
            rows.loc[here, column] = counts.reindex(keys).to_numpy()
        quotient = 100 * rows["numerator"] / rows["denominator"].where(rows["denominator"] > 0)
        rows.loc[here, "obs_value"] = quotient[here]
        absent = rows["denominator"].isna()
        status = quotient.where(quotient.isna(), "A").mask(quotient.isna(), CANNOT_EXIST)
        rows.loc[here, "obs_status"] = status.mask(quotient.isna() & absent, ABSENT)[here]
    return rows


def cells_of(rows: pd.DataFrame) -> frozenset[Cell]:
    """Return the cells of some rows."""
    return frozenset(Cell(*key) for key in rows[KEY].itertuples(index=False, name=None))
