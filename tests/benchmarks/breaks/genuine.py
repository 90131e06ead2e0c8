"""What really happens, and must pass: growth, chance, a crisis, an event.

Each kind is a pure function of a station and a random generator: it gives the station of a night
when nothing is wrong. The real numbers themselves are one more such night, and so are those of
Parcoursup with the nursing and social-work schools that entered it in 2019, everywhere at once
(``panels.station(..., with_event=True)``). Reporting changes are in ``changes``.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import special

from tests.benchmarks.breaks import targets
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import AREA, CELL, SIBLINGS

Kind = Callable[[Station, np.random.Generator], Station]
SHARE_SPREAD = 0.1
"""Spread of the logit of a share from one period to the next: 0.08 to 0.10 between departments
(``expectations/statistics/counts.py``)."""


def ordinary_growth(station: Station, rng: np.random.Generator) -> Station:
    """Every file grows or shrinks by 3 to 12 %, 2 % more or less in each area; rates by 5 %."""
    values = [
        _by_area(rows, rng.uniform(1.03, 1.12) ** rng.choice([-1, 1]), 0.02, rng)
        for rows in targets.files(station)
    ]
    values += [(rows["obs_value"] * rng.uniform(0.95, 1.05)).round(1) for rows in _rates(station)]
    return station.with_values(pd.concat(values))


def chance(station: Station, rng: np.random.Generator) -> Station:
    """The newest period is drawn again from the one before: growth, over-dispersion, Poisson.

    Common growth and over-dispersion of each indicator are those of its real cells; what is a part
    of something else is a binomial share of it, that moves as shares do.
    """
    drawn: dict[str, pd.Series[float]] = {}
    tables = {targets.name(rows): rows[rows["before"].notna()] for rows in targets.counts(station)}
    wholes_first = sorted(tables, key=lambda name: station.definitions[name].part_of is not None)
    for name in wholes_first:
        whole = station.definitions[name].part_of
        if whole in drawn:
            drawn[name] = _share_of(tables[whole], drawn[whole], tables[name], rng)
        else:
            drawn[name] = _counts_again(tables[name], rng)
    values = [*drawn.values(), *(_rates_again(rows, rng) for rows in _rates(station))]
    return station.with_values(pd.concat(values))


def crisis_everywhere(station: Station, rng: np.random.Generator) -> Station:
    """All counts fall by 10 to 35 % or rise by 10 to 50 %, within 4 % by area; rates follow."""
    factor = rng.uniform(0.65, 0.9) if rng.random() < 0.5 else rng.uniform(1.1, 1.5)
    values = [_by_area(rows, factor, 0.04, rng) for rows in targets.files(station)]
    rates = rng.uniform(1.1, 1.4)
    values += [(_by_area(rows, rates, 0.02, rng, decimals=1)) for rows in _rates(station)]
    return station.with_values(pd.concat(values))


def event_everywhere(station: Station, rng: np.random.Generator) -> Station:
    """One category is multiplied by two to four in every area of its file, others as they were.

    It is one that most areas have: what is in two of seventeen happens in two places.
    """
    tables = [rows for rows in targets.files(station) if rows["ref_area"].nunique() >= SIBLINGS]
    rows = targets.drawn(rng, tables, lambda table: len(_widespread(table)) > 2)
    if rows is None:
        return station
    category = rng.choice(_widespread(rows))
    rows = rows[rows["category"] == category]
    return station.with_values(_by_area(rows, rng.uniform(2, 4), 0.1, rng))


def _widespread(rows: pd.DataFrame) -> list[str]:
    """Return the large categories that most areas have."""
    areas = rows.groupby("category")["ref_area"].nunique()
    most = rows["ref_area"].nunique() / 2
    return [name for name in targets.heavy(rows, "category", AREA) if areas[name] > most]


def _by_area(
    rows: pd.DataFrame, factor: float, spread: float, rng: np.random.Generator, decimals: int = 0
) -> "pd.Series[float]":
    by_area = {area: factor * rng.lognormal(0, spread) for area in rows["ref_area"].unique()}
    return (rows["obs_value"] * rows["ref_area"].map(by_area)).round(decimals)


def _counts_again(rows: pd.DataFrame, rng: np.random.Generator) -> "pd.Series[float]":
    before, now = rows["before"], rows["obs_value"]
    large = (before >= CELL) & (now >= CELL)
    moves = np.log(now[large] / before[large])
    common = float(moves.median()) if large.any() else 0.0
    extra = (
        float(moves.var() - (1 / now[large] + 1 / before[large]).mean()) if sum(large) > 1 else 0
    )
    means = before * np.exp(common + rng.normal(0, np.sqrt(max(extra, 0.0)), len(rows)))
    return pd.Series(rng.poisson(means), rows.index, dtype="float64")


def _share_of(
    wholes: pd.DataFrame,
    drawn: "pd.Series[float]",
    parts: pd.DataFrame,
    rng: np.random.Generator,
) -> "pd.Series[float]":
    def of_same_cell(column: "pd.Series[float]") -> "pd.Series[float]":
        keyed = parts.assign(indicator=targets.name(wholes))
        return targets.values_of_keys(wholes.assign(obs_value=column), keyed)

    shares = (parts["before"] / of_same_cell(wholes["before"])).fillna(0).clip(0, 1)
    moved = special.expit(special.logit(shares) + rng.normal(0, SHARE_SPREAD, len(parts)))
    trials = of_same_cell(drawn).fillna(0).astype("int64")
    return pd.Series(rng.binomial(trials, moved), parts.index, dtype="float64")


def _rates_again(rows: pd.DataFrame, rng: np.random.Generator) -> "pd.Series[float]":
    rows = rows[rows["before"].notna()]
    moves = rows["obs_value"] - rows["before"]
    spread = float(moves.std()) if len(rows) > 1 else 0.2
    return (rows["before"] + rng.normal(moves.median(), spread, len(rows))).clip(0, 100).round(1)


def _rates(station: Station) -> list[pd.DataFrame]:
    return [rows for rows in targets.rates(station) if rows["before"].notna().any()]


KINDS: dict[str, Kind] = {
    kind.__name__: kind for kind in (ordinary_growth, chance, crisis_everywhere, event_everywhere)
}
