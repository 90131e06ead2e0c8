"""Reporting changes put into a station: what is done to the numbers, and which cells it concerns.

Each kind is a pure function of a station and a random generator. It gives the station as the
producer would then have sent it, and the cells of the newest period that no longer mean what they
meant: those it touched, and the totals and shares that follow from them. A kind that finds nothing
large enough to be changed in that station gives None, and another is drawn.

Half of the changes that in life come with a word about them say it in the column ``reporters``,
``collection``, ``definition`` or ``unit_measure``; the other half, and all other kinds, are numbers
alone. How cells are chosen is in ``targets``.

**Floors.** Nobody can see 1 → 0, so that nothing is changed below a size, told with each kind:
``CELL`` for one cell, ``AREA`` for all the cells of an area, ``SIBLINGS`` cells at least when the
change shows in several of them together. Magnitudes are drawn from what such changes do in life,
never from what a method can find.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from tests.benchmarks.breaks import targets
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.targets import AREA, CELL, SIBLINGS, Change

Kind = Callable[[Station, np.random.Generator], Change | None]
LONG, DRIFT_YEARS = 10, 5


def fewer_themes(station: Station, rng: np.random.Generator) -> Change | None:
    """A part of a whole is declared far less often (PCRH: 43 → 4); the whole is not touched.

    Between 8 and 45 % of the part stays, area by area; 4 / 43 is 9 %. Floor: ``AREA`` in all.
    """
    parts = [rows for rows in targets.counts(station) if targets.definition(station, rows).part_of]
    rows = targets.drawn(rng, parts, targets.sum_at_least(AREA))
    if rows is None:
        return None
    kept = rng.uniform(0.08, 0.45)
    by_area = {area: kept * rng.lognormal(0, 0.2) for area in rows["ref_area"].unique()}
    values = targets.thinned(rows["obs_value"], rows["ref_area"].map(by_area), rng)
    story = f"{targets.name(rows)} : {kept:.0%} kept"
    return targets.changed(station, values, rows, story, rng, declared={"collection": "nationale"})


def reporter_gone(station: Station, rng: np.random.Generator) -> Change | None:
    """One of the bodies behind an area does not report: all its numbers are lost at once.

    It weighed 30 % of its area or more, all of it included, unevenly between categories. Floor:
    ``AREA`` in the area, and ``SIBLINGS`` areas.
    """
    rows = targets.area_of_file(station, rng)
    if rows is None:
        return None
    lost = rng.uniform(0.3, 0.99)
    by_category = {code: rng.beta(6 * lost, 6 * (1 - lost)) for code in rows["category"].unique()}
    if rows["category"].nunique() < SIBLINGS:
        by_category = dict.fromkeys(by_category, lost)
    values = targets.thinned(rows["obs_value"], 1 - rows["category"].map(by_category), rng)
    values = values.mask(values == 0)
    story = f"{targets.name(rows)} : {lost:.0%} lost"
    return targets.changed(
        station,
        values,
        rows,
        story,
        rng,
        declared={"reporters": "A, B"},
        declared_before={"reporters": "A, B, C"},
    )


def national_collection(station: Station, rng: np.random.Generator) -> Change | None:
    """Collection becomes national: habits of each area are lost, by another factor in each.

    Between 10 and 80 % stays, area by area; one area in five is absent. Floor: ``AREA`` in all, and
    ``SIBLINGS`` areas.
    """
    rows = targets.drawn(rng, targets.counts(station), targets.several_areas)
    if rows is None:
        return None
    areas = rows["ref_area"].unique()
    kept = np.exp(rng.uniform(np.log(0.1), np.log(0.8), len(areas)))
    kept[rng.random(len(areas)) < 0.2] = 0
    values = targets.thinned(
        rows["obs_value"], rows["ref_area"].map(dict(zip(areas, kept, strict=True))), rng
    )
    values = values.mask(rows["ref_area"].map(dict(zip(areas, kept == 0, strict=True))))
    story = f"{targets.name(rows)} : kept {np.round(kept, 2).tolist()[:8]}"
    return targets.changed(station, values, rows, story, rng, declared={"collection": "nationale"})


def unit_changed(station: Station, rng: np.random.Generator) -> Change | None:
    """Other things are counted (missions for establishments): two to six times more, or fewer.

    Everywhere, with 15 % of spread between areas. Floor: ``AREA`` in all.
    """
    rows = targets.drawn(rng, targets.counts(station), targets.several_areas)
    if rows is None:
        return None
    factor = rng.uniform(2, 6) ** rng.choice([-1, 1])
    by_area = {area: factor * rng.lognormal(0, 0.15) for area in rows["ref_area"].unique()}
    values = (rows["obs_value"] * rows["ref_area"].map(by_area)).round()
    story = f"{targets.name(rows)} : × {factor:.2f}"
    return targets.changed(
        station, values, rows, story, rng, declared={"unit_measure": "situation"}
    )


def scale_changed(station: Station, rng: np.random.Generator) -> Change | None:
    """Numbers in tens, hundreds or thousands, or the reverse; rates as fractions of one.

    In the whole indicator, or in one area. Floor: ``AREA`` in what is changed (rates: 2 %).
    """
    if rng.random() < 0.3:
        rows = targets.drawn(
            rng, targets.rates(station), lambda table: table["obs_value"].median() >= 2
        )
        factor = 0.01
    else:
        rows = targets.drawn(rng, targets.counts(station), targets.sum_at_least(AREA))
        factor = float(rng.choice([10, 100, 1000, 0.1, 0.01, 0.001]))
    if rows is None:
        return None
    if rng.random() < 0.5 and rows["ref_area"].nunique() >= SIBLINGS:
        heavy = rows[rows["obs_value"] >= (2 if factor == 0.01 else CELL)]
        rows = (
            rows[rows["ref_area"] == rng.choice(heavy["ref_area"].unique())] if len(heavy) else rows
        )
    values = (rows["obs_value"] * factor).round(6 if targets.is_rate(rows) else 1)
    return targets.changed(station, values, rows, f"{targets.name(rows)} : × {factor:g}", rng)


def double_count(station: Station, rng: np.random.Generator) -> Change | None:
    """What was sent twice is counted twice, all of it or nine tenths of it, in one area or in all.

    Floor: ``AREA`` in each area.
    """
    rows = targets.area_of_file(station, rng)
    if rows is None:
        return None
    if rng.random() < 0.5:
        rows = targets.file_of(station, rows)
    factor = 2.0 if rng.random() < 0.5 else rng.uniform(1.9, 2.0)
    values = (rows["obs_value"] * factor).round()
    return targets.changed(station, values, rows, f"{targets.name(rows)} : × {factor:.2f}", rng)


def columns_swapped(station: Station, rng: np.random.Generator) -> Change | None:
    """Two columns of the file are exchanged: two categories, or two indicators, in every area.

    Floor: ``AREA`` in each, and one at least 1.5 times the other: equal columns can be exchanged
    without anybody seeing it.
    """
    rows = targets.drawn(rng, targets.files(station), targets.sum_at_least(2 * AREA))
    if rows is None:
        return None
    by = "indicator" if rows["indicator"].nunique() > 1 and rng.random() < 0.5 else "category"
    pair = targets.unlike_pair(
        rows[rows["indicator"] == targets.name(rows)] if by == "category" else rows, by, rng
    )
    if pair is None:
        return None
    rows = rows[rows[by].isin(pair)]
    other = rows.assign(**{by: rows[by].map({pair[0]: pair[1], pair[1]: pair[0]})})
    values = targets.values_of_keys(rows, other)
    return targets.changed(
        station, values, rows, f"{targets.name(rows)} : {pair[0]} ↔ {pair[1]}", rng
    )


def codes_relabelled(station: Station, rng: np.random.Generator) -> Change | None:
    """The code list moved: each area gets the numbers of the next, or categories have new codes.

    Floor: ``SIBLINGS`` areas that differ by 1.5 from the next, or categories of ``AREA``.
    """
    if rng.random() < 0.5:
        return targets.areas_shifted(station, rng)
    rows = targets.drawn(rng, targets.files(station), targets.sum_at_least(2 * AREA))
    heavy = [] if rows is None else targets.heavy(rows, "category", AREA)
    if rows is None or len(heavy) < 2:
        return None
    renamed = rows[rows["category"].isin(rng.choice(heavy, 2, replace=False))]
    added = station.observations.loc[renamed.index]
    added = added.assign(category=added["category"] + " (n)")
    values = renamed["obs_value"] * np.nan
    return targets.changed(
        station, values, renamed, f"{targets.name(rows)} : new codes", rng, added=added
    )


def threshold_moved(station: Station, rng: np.random.Generator) -> Change | None:
    """The bound between two classes moves (« under 11 » becomes « under 20 »), in every area.

    25 to 60 % of the upper class falls into the lower one; totals stay. Floor: ``AREA`` moved.
    """
    pair = targets.neighbouring_classes(station, rng)
    if pair is None:
        return None
    rows, lower, upper = pair
    share = rng.uniform(0.25, 0.6)
    moved = (rows["obs_value"] * share).where(rows["category"] == upper, 0.0).round()
    gained = targets.values_of_keys(
        rows.assign(obs_value=moved), rows.assign(category=upper)
    ).fillna(0)
    values = (rows["obs_value"] - moved).where(
        rows["category"] == upper, rows["obs_value"] + gained
    )
    story = f"{targets.name(rows)} : {share:.0%} of {upper} → {lower}"
    return targets.changed(station, values, rows, story, rng, declared={"definition": "seuil-2"})


def category_merged(station: Station, rng: np.random.Generator) -> Change | None:
    """A category is counted in another one, in every area; its own line is gone, or zero.

    Floor: ``AREA`` in the category that goes.
    """
    pair = targets.two_categories(station, rng)
    if pair is None:
        return None
    rows, gone, into = pair
    gained = targets.values_of_keys(rows, rows.assign(category=gone)).fillna(0)
    left = np.nan if rng.random() < 0.5 else 0.0
    values = (rows["obs_value"] + gained).where(rows["category"] == into, left)
    return targets.changed(station, values, rows, f"{targets.name(rows)} : {gone} in {into}", rng)


def category_split(station: Station, rng: np.random.Generator) -> Change | None:
    """A category keeps 30 to 70 % of itself, the rest has a code of its own, in every area.

    Floor: ``AREA`` in the category.
    """
    pair = targets.two_categories(station, rng)
    if pair is None:
        return None
    rows, split, _ = pair
    rows = rows[rows["category"] == split]
    kept = targets.thinned(rows["obs_value"], pd.Series(rng.uniform(0.3, 0.7), rows.index), rng)
    rest = (rows["obs_value"] - kept).to_numpy()
    added = station.observations.loc[rows.index].assign(obs_value=rest, category=f"{split} (2)")
    return targets.changed(
        station, kept, rows, f"{targets.name(rows)} : {split} split", rng, added=added
    )


def stale_repeat(station: Station, rng: np.random.Generator) -> Change | None:
    """The numbers of the period before are sent again, for an area or for a whole indicator.

    Floor: six cells that had ``CELL`` before (rates: six cells): one equal number is chance.
    """
    if rng.random() < 0.3:
        rows = targets.drawn(rng, targets.rates(station), targets.six_given)
    elif rng.random() < 0.5:
        rows = targets.drawn(rng, targets.counts(station), targets.six_given)
    else:
        rows = targets.area_of_file(station, rng, targets.six_given)
    if rows is None:
        return None
    rows = rows[rows["before"].notna()]
    return targets.changed(station, rows["before"], rows, f"{targets.name(rows)} : as before", rng)


def copied(station: Station, rng: np.random.Generator) -> Change | None:
    """An area has the numbers of another one, or an indicator those of another, same areas.

    Floor: ``SIBLINGS`` numbers other than zero, two of ``CELL``.
    """
    if rng.random() < 0.5:
        return targets.copied_indicator(station, rng)
    rows = targets.area_of_file(station, rng, targets.four_numbers)
    if rows is None:
        return None
    everywhere = targets.file_of(station, rows)
    others = everywhere[everywhere["ref_area"] != rows["ref_area"].iloc[0]]
    areas = [area for area, here in others.groupby("ref_area") if targets.four_numbers(here)]
    if not areas:
        return None
    source = rng.choice(areas)
    values = targets.values_of_keys(everywhere, rows.assign(ref_area=source)).dropna()
    return targets.changed(
        station, values, rows.loc[values.index], f"{targets.name(rows)} = {source}", rng
    )


def missing_as_zero(station: Station, rng: np.random.Generator) -> Change | None:
    """What was not sent is written as zero: one cell, one area, or one category everywhere.

    Floor: ``CELL`` before (rates: 2 %), ``SIBLINGS`` cells in the indicator.
    """
    if rng.random() < 0.2:
        rows = targets.drawn(
            rng, targets.rates(station), lambda table: table["before"].median() >= 2
        )
        least = 2
    else:
        rows = targets.drawn(rng, targets.counts(station), targets.several_areas)
        least = CELL
    if rows is None or not (rows["before"] >= least).any():
        return None
    chosen = rows[rows["before"] >= least].sample(1, random_state=rng)
    form = rng.choice(["cell", "ref_area", "category"])
    if form != "cell" and rows[form].nunique() > 1:
        chosen = rows[(rows[form] == chosen[form].iloc[0]) & (rows["before"] > 0)]
    return targets.changed(
        station, chosen["obs_value"] * 0.0, chosen, f"{targets.name(chosen)} : {form} = 0", rng
    )


def rounding_changed(station: Station, rng: np.random.Generator) -> Change | None:
    """Numbers that were exact come rounded: to tens, fifties or hundreds; rates to whole points.

    Floor: fifteen cells of at least twice the step (rates: ten cells), in one indicator.
    """
    if rng.random() < 0.3:
        step, least = 1.0, 10
        tables = targets.rates(station)
    else:
        step, least = float(rng.choice([10, 50, 100])), 15
        tables = targets.counts(station)
    rows = targets.drawn(rng, tables, lambda table: (table["obs_value"] >= 2 * step).sum() >= least)
    if rows is None:
        return None
    values = (rows["obs_value"] / step).round() * step
    story = f"{targets.name(rows)} : to {step:g}"
    return targets.changed(station, values, rows, story, rng, is_everywhere=True)


def slow_drift(station: Station, rng: np.random.Generator) -> Change | None:
    """One area drifts away from the others, 5 to 9 % more each year for the last five years.

    Floor: ten periods known, ``SIBLINGS`` areas.
    """
    rows = long_area(station, rng)
    if rows is None:
        return None
    return drifted(station, rows, 1 + rng.choice([-1, 1]) * rng.uniform(0.05, 0.09), rng)


def long_area(station: Station, rng: np.random.Generator) -> pd.DataFrame | None:
    """Return the details of one of several areas whose past is long enough for a drift, or None."""
    lengths = station.observations.groupby("indicator")["time_period"].nunique()
    tables = [*targets.counts(station), *targets.rates(station)]
    tables = [table for table in tables if lengths[targets.name(table)] >= LONG]
    rows = targets.drawn(rng, tables, lambda table: table["ref_area"].nunique() >= SIBLINGS)
    return None if rows is None else rows[rows["ref_area"] == rng.choice(rows["ref_area"])]


def drifted(
    station: Station, rows: pd.DataFrame, yearly: float, rng: np.random.Generator
) -> Change | None:
    """Return the change that moves some newest cells away, year after year, since five years.

    Args:
        station: The station before.
        rows: The details.
        yearly: What they are multiplied by, in each year more than in the one before.
        rng: That of the night.
    """
    indicator, decimals = targets.name(rows), 1 if targets.is_rate(rows) else 0
    earlier = station.observations.copy()
    own = station.observations[station.observations["indicator"] == indicator]
    last = sorted(own["time_period"].unique())[-DRIFT_YEARS:]
    for years, period in enumerate(last[:-1], start=1):
        then = replace(station, observations=own[own["time_period"] <= period])
        details = then.details[indicator]
        moved = details[details["ref_area"].isin(rows["ref_area"])]["obs_value"]
        after = then.with_values((moved * yearly**years).round(decimals)).observations
        earlier.loc[after.index, "obs_value"] = earlier.loc[after.index, "obs_value"].where(
            after["time_period"] != period, after["obs_value"]
        )
    values = (rows["obs_value"] * yearly**DRIFT_YEARS).round(decimals)
    story = f"{indicator} {rows['ref_area'].iloc[0]} : {yearly - 1:+.1%} a year"
    return targets.changed(replace(station, observations=earlier), values, rows, story, rng)


KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (
        fewer_themes,
        reporter_gone,
        national_collection,
        unit_changed,
        scale_changed,
        double_count,
        columns_swapped,
        codes_relabelled,
        threshold_moved,
        category_merged,
        category_split,
        stale_repeat,
        copied,
        missing_as_zero,
        rounding_changed,
        slow_drift,
    )
}
