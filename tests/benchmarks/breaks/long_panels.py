"""Panels of many lengths: areas × categories over 2 to 20 periods, real ones and made-up ones.

A real panel is cut at a year that is drawn, so that every length and every end occurs, and thinned
(each thing counted is kept with one probability) to the size that is drawn: a smaller producer with
the same movements. A made-up one has what real ones have: areas that move in common by 4 %,
categories too, every series by its own, and chance (Poisson).

A producer who rounds for secrecy does so in all periods, to 3, 5 or 10, to the nearest or at random
(so that expectations are kept: Eurostat, *Handbook on Statistical Disclosure Control*, 2010,
§ 5.4); his totals are then sums of rounded numbers.

Here: the numbers. Not here: what is put into them (``long_nights``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from expectations.cells.observations import TOTAL
from tests.benchmarks.breaks import labour_market, parcoursup
from tests.benchmarks.breaks.panels import REGIONS
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.uniform import definition, uniform, with_totals

LENGTHS = {
    "2": (2, 2),
    "3": (3, 3),
    "4-5": (4, 5),
    "6-9": (6, 9),
    "10-14": (10, 14),
    "15-20": (15, 20),
}
"""Classes of lengths, in periods."""
INDICATOR, BREAKDOWN = "producteur_nombre", "tranche"
AREA_SPREAD = CATEGORY_SPREAD = 0.04
OWN_SPREAD = 0.03
MADE_UP_SHARE, TOTALS_SHARE = 0.5, 0.6
BASES = (3, 5, 10)
KEYS = ["ref_area", "time_period", "breakdown", "category"]
Generator = np.random.Generator


@dataclass(frozen=True)
class Rounding:
    """How a producer rounds.

    Attributes:
        base: To multiples of this; 1 for one who does not.
        is_random: Up or down at random, rather than to the nearest.
        seed: Draws the side of each cell, always the same one.
    """

    base: int
    is_random: bool
    seed: int

    def __call__(self, values: "pd.Series[float]") -> "pd.Series[float]":
        """Return rounded values; what is rounded already stays as it is."""
        rng = np.random.default_rng(self.seed)
        sides = rng.random(int(values.index.max()) + 1)[values.index] if self.is_random else 0.5
        return np.floor(values / self.base + sides) * self.base

    def __str__(self) -> str:
        way = "random" if self.is_random else "nearest"
        return "" if self.base == 1 else f", rounded to {self.base} ({way})"


EXACT = Rounding(1, is_random=False, seed=0)


@dataclass(frozen=True)
class LongPanel:
    """One producer's panel.

    Attributes:
        name: Where its numbers are from.
        station: The night that looks at it alone.
        rounding: How its producer rounds.
    """

    name: str
    station: Station
    rounding: Rounding

    @cached_property
    def periods(self) -> int:
        """How many periods it has."""
        return int(self.station.observations["time_period"].nunique())

    def __str__(self) -> str:
        return f"{self.name}, {self.periods} periods{self.rounding}"


@dataclass(frozen=True)
class Source:
    """Where the numbers of panels are from.

    Attributes:
        name: Its name.
        kind: Whether it counts, or gives rates.
        most: How many periods it has.
        rows: Draws a panel of so many periods.
        is_thinned: Whether its counts are thinned to other sizes.
        weight: How often it is drawn, beside the other real ones.
    """

    name: str
    kind: str
    most: int
    rows: Callable[[int, Generator], pd.DataFrame]
    is_thinned: bool = True
    weight: float = 1.0


def long_panel(
    shortest: int, longest: int, rng: Generator, sources: Sequence[Source]
) -> LongPanel | None:
    """Return a panel whose length is between two, of one of the sources; None if none is so long.

    Half of them are made up, where that is among the sources.
    """
    sources = [source for source in sources if source.most >= shortest]
    real = [source for source in sources if source.name != MADE_UP.name]
    if not sources:
        return None
    is_made_up = not real or (len(real) < len(sources) and rng.random() < MADE_UP_SHARE)
    source = MADE_UP if is_made_up else _drawn(real, rng)
    periods = int(rng.integers(shortest, min(longest, source.most), endpoint=True))
    rows = source.rows(periods, rng)
    if source.kind == "count" and source.is_thinned:
        rows = _thinned(rows, rng)
    rounding = _rounding(rng) if source.kind == "count" else EXACT
    has_totals = bool(rng.random() < TOTALS_SHARE)
    station = _station(rows, source.kind, rounding, has_totals=has_totals)
    return LongPanel(source.name, station, rounding)


def _drawn(sources: Sequence[Source], rng: Generator) -> Source:
    weights = np.array([source.weight for source in sources])
    return sources[int(rng.choice(len(sources), p=weights / weights.sum()))]


def cut(rows: pd.DataFrame, periods: int, rng: Generator) -> pd.DataFrame:
    """Return some periods in a row of a longer panel, that end in a year that is drawn."""
    every = sorted(rows["time_period"].unique())
    end = int(rng.integers(periods, len(every), endpoint=True))
    return rows[rows["time_period"].isin(every[end - periods : end])]


def _regions(periods: int, rng: Generator) -> pd.DataFrame:
    """Job seekers by region: category A, and those of B and C."""
    rows = labour_market.job_seekers_by_region(2024).observations
    rows = rows[rows["ref_area"].str.startswith("REG-")]
    wide = rows.pivot(index=["ref_area", "time_period"], columns="indicator", values="obs_value")
    a, abc = labour_market.JOB_SEEKERS["A"], labour_market.JOB_SEEKERS["ABC"]
    table = wide.assign(a=wide[a], bc=wide[abc] - wide[a])[["a", "bc"]].reset_index()
    rows = table.melt(["ref_area", "time_period"], ["a", "bc"], "category", "obs_value")
    return cut(rows, periods, rng)


def _profile(periods: int, rng: Generator) -> pd.DataFrame:
    """Job seekers of the country by sex and age, or by seniority."""
    rows = labour_market.job_seekers_by_profile(2024).observations
    name = rng.choice(rows["indicator"].unique())
    rows = rows[(rows["indicator"] == name) & (rows["category"] != TOTAL)]
    return cut(rows.assign(ref_area="REG-52"), periods, rng)


def _unemployment(periods: int, rng: Generator) -> pd.DataFrame:
    """Unemployment rates of the employment zones of a region."""
    rows = labour_market.unemployment(_region(rng), 2020).observations
    return cut(rows, periods, rng)


def _epci(periods: int, rng: Generator) -> pd.DataFrame:
    """Job seekers of a region's EPCI by seniority."""
    return cut(_details(labour_market.job_seekers_by_epci(_region(rng)).observations), periods, rng)


def _families(periods: int, rng: Generator) -> pd.DataFrame:
    """Admitted on Parcoursup by department and course family."""
    rows = parcoursup.parcoursup(_region(rng)).observations
    return cut(_details(rows[rows["indicator"] == "psup_admis"]), periods, rng)


def _region(rng: Generator) -> str:
    return str(rng.choice(REGIONS[:-1]))


def _details(rows: pd.DataFrame) -> pd.DataFrame:
    is_detail = ~rows["ref_area"].str.startswith("REG-") & (rows["category"] != TOTAL)
    return rows[is_detail].dropna(subset="obs_value")


def _thinned(rows: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """Return the counts of a producer who sees a part of what was counted."""
    typical = float(rows["obs_value"].median())
    wanted = float(np.exp(rng.uniform(np.log(15), np.log(5000))))
    kept = min(1.0, wanted / typical)
    thinned = rng.binomial(rows["obs_value"].round().astype("int64"), kept)
    return rows.assign(obs_value=thinned.astype("float64"))


def _made_up(periods: int, rng: Generator) -> pd.DataFrame:
    """Areas and categories that move in common, series that move by their own, and chance."""
    n_areas, n_categories = int(rng.integers(5, 30)), int(rng.integers(2, 10))
    shape = (n_areas, n_categories, periods)
    typical = rng.uniform(np.log(15), np.log(3000))
    level = rng.normal(0, 0.8, (n_areas, 1, 1)) + rng.normal(0, 0.8, (1, n_categories, 1))
    level = typical + level + rng.normal(0, 0.3, (n_areas, n_categories, 1))
    moves = (
        rng.normal(0.01, 0.03, (1, 1, periods))
        + rng.normal(0, AREA_SPREAD, (n_areas, 1, periods))
        + rng.normal(0, CATEGORY_SPREAD, (1, n_categories, periods))
        + rng.normal(0, OWN_SPREAD, shape)
    )
    values = rng.poisson(np.exp(level + moves.cumsum(axis=2)))
    codes = [f"t{number:02}" for number in range(n_categories)]
    areas = [f"DEP-{number:02}" for number in range(1, n_areas + 1)]
    years = [str(2024 - back) for back in reversed(range(periods))]
    index = pd.MultiIndex.from_product(
        [areas, codes, years], names=["ref_area", "category", "time_period"]
    )
    values = pd.Series(values.ravel().astype("float64"), index, name="obs_value")
    return values.reset_index()


MADE_UP = Source("made up", "count", 20, _made_up, is_thinned=False)
REAL = (
    Source("job seekers by region", "count", 29, _regions, weight=3.0),
    Source("job seekers by profile", "count", 29, _profile),
    Source("unemployment by zone", "rate", 18, _unemployment),
    Source("job seekers by EPCI", "count", 2, _epci, weight=3.0),
    Source("Parcoursup", "count", 2, _families, weight=3.0),
)


def _rounding(rng: Generator) -> Rounding:
    base = int(rng.choice(BASES)) if rng.random() < 0.35 else 1
    return Rounding(base, is_random=bool(rng.random() < 0.5), seed=int(rng.integers(2**31)))


def _station(rows: pd.DataFrame, kind: str, rounding: Rounding, *, has_totals: bool) -> Station:
    unit = "pct" if kind == "rate" else "demandeur_emploi"
    part = str(rows["ref_area"].iloc[0]).partition("-")[0]
    whole = "PAYS" if part == "REG" else "REG"
    several = rows["category"].nunique() > 1
    rows = rows[["ref_area", "time_period", "category", "obs_value"]].reset_index(drop=True)
    rows = rows.assign(breakdown=BREAKDOWN if several else TOTAL)
    if not several:
        rows = rows.assign(category=TOTAL)
    if rounding.base > 1:
        rows = rows.assign(obs_value=rounding(rows["obs_value"]))
    adds_up = []
    if kind == "count" and has_totals:
        if rows["ref_area"].nunique() > 1:
            adds_up.append({"by": "ref_area", "of": whole, "parts": part})
        if several:
            adds_up.append({"by": "category", "of": TOTAL, "parts": BREAKDOWN})
        rows = _with_declared_totals(rows, f"{whole}-FR", adds_up)
    name = definition(INDICATOR, "Nombre", unit, kind, breakdowns=adds_up)
    observations = uniform(rows, INDICATOR, "obs_value", unit)
    categories = tuple(sorted(rows.loc[rows["breakdown"] == BREAKDOWN, "category"].unique()))
    return Station(
        observations.reset_index(drop=True),
        {INDICATOR: name},
        {"producteur": (INDICATOR,)},
        orders={BREAKDOWN: categories} if several else {},
    )


def _with_declared_totals(
    rows: pd.DataFrame, whole: str, adds_up: list[dict[str, str]]
) -> pd.DataFrame:
    """Return rows with the totals that their definition says they add up to."""
    declared = {part["by"] for part in adds_up}
    if "category" in declared:
        return with_totals(rows, whole if "ref_area" in declared else None, ["obs_value"])
    if "ref_area" not in declared:
        return rows
    sums = rows.assign(ref_area=whole).groupby(KEYS, as_index=False)["obs_value"].sum()
    return pd.concat([rows, sums], ignore_index=True)


def rounded_again(panel: LongPanel, station: Station) -> Station:
    """Return a station whose newest details its producer rounds as ever."""
    if panel.rounding.base == 1:
        return station
    details = station.newest[station.newest["is_detail"]]["obs_value"].dropna()
    rounded = panel.rounding(details)
    return station.with_values(rounded[rounded != details])
