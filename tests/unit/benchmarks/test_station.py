"""What follows from a change: totals, shares, cells that differ."""

import numpy as np
import pandas as pd
import pytest

from expectations.cells.observations import COLUMNS
from expectations.verdicts.table import Cell
from tests.benchmarks.breaks.station import Station, with_shares
from tests.benchmarks.breaks.uniform import definition, uniform, with_totals

ADDS_UP = [
    {"by": "ref_area", "of": "REG", "parts": "DEP"},
    {"by": "category", "of": "_T", "parts": "taille"},
]


@pytest.fixture
def station() -> Station:
    """Two departments × two categories × two periods, and the share of women."""
    rows = pd.DataFrame(
        [
            (area, period, "taille", category, number, women)
            for period, more in (("2023", 0), ("2024", 10))
            for area, category, number, women in (
                ("DEP-44", "petites", 100 + more, 40),
                ("DEP-44", "grandes", 50 + more, 10),
                ("DEP-49", "petites", 30 + more, 15),
                ("DEP-49", "grandes", 20 + more, 5),
            )
        ],
        columns=["ref_area", "time_period", "breakdown", "category", "all", "women"],
    )
    rows = with_totals(rows, "REG-52", ["all", "women"])
    shares = {"share": ("women", "all")}
    tables = [uniform(rows, "all", "all", "eleve"), uniform(rows, "women", "women", "eleve")]
    tables.append(uniform(rows, "share", "all", "pct"))
    definitions = [
        definition("all", "Tous", "eleve", breakdowns=ADDS_UP),
        definition("women", "Femmes", "eleve", part_of="all", breakdowns=ADDS_UP),
        definition("share", "Part", "pct", "rate", breakdowns=ADDS_UP),
    ]
    return Station(
        observations=with_shares(pd.concat(tables, ignore_index=True), shares),
        definitions={it.id: it for it in definitions},
        files={"file": ("all", "women", "share")},
        shares=shares,
    )


def value(station: Station, indicator: str, area: str, category: str = "_T") -> float:
    rows = station.observations
    here = (rows["indicator"] == indicator) & (rows["ref_area"] == area)
    here &= (rows["category"] == category) & (rows["time_period"] == "2024")
    (found,) = rows.loc[here, "obs_value"]
    return float(found)


def row_of(station: Station, indicator: str, area: str, category: str) -> int:
    rows = station.details[indicator]
    (place,) = rows.index[(rows["ref_area"] == area) & (rows["category"] == category)]
    return int(place)


def test_details_are_the_newest_rows_that_are_no_total(station: Station) -> None:
    details = station.details["all"]
    assert set(details["time_period"]) == {"2024"}
    assert set(details["ref_area"]) == {"DEP-44", "DEP-49"}
    assert set(details["category"]) == {"petites", "grandes"}
    assert sorted(details["before"]) == [20, 30, 50, 100]


def test_totals_and_shares_follow_a_detail(station: Station) -> None:
    after = station.with_values(pd.Series({row_of(station, "all", "DEP-44", "petites"): 60.0}))
    assert value(after, "all", "DEP-44") == 60 + 60
    assert value(after, "all", "REG-52", "petites") == 60 + 40
    assert value(after, "all", "REG-52") == value(station, "all", "REG-52") - 50
    assert value(after, "share", "DEP-44", "petites") == pytest.approx(100 * 40 / 60)
    assert value(after, "women", "REG-52") == value(station, "women", "REG-52")


def test_a_line_that_is_gone_is_absent_and_leaves_the_totals(station: Station) -> None:
    place = row_of(station, "all", "DEP-49", "grandes")
    after = station.with_values(pd.Series({place: np.nan}))
    assert after.observations.loc[place, "obs_status"] == "L"
    assert value(after, "all", "DEP-49") == 40
    assert value(after, "all", "REG-52") == value(station, "all", "REG-52") - 30


def test_added_rows_count_in_the_totals(station: Station) -> None:
    place = row_of(station, "all", "DEP-44", "petites")
    added = station.observations.loc[[place]].assign(category="moyennes", obs_value=25.0)
    after = station.with_values(pd.Series({place: 85.0}), added)
    assert value(after, "all", "DEP-44") == value(station, "all", "DEP-44")
    assert value(after, "all", "DEP-44", "moyennes") == 25


def test_a_new_category_has_its_total_of_areas_and_its_shares(station: Station) -> None:
    areas = ("DEP-44", "DEP-49")
    places = [row_of(station, name, area, "petites") for name in ("all", "women") for area in areas]
    added = station.observations.loc[places].assign(category="moyennes")
    after = station.with_values(pd.Series(np.nan, index=places), added)
    assert value(after, "all", "REG-52", "moyennes") == 110 + 40
    assert value(after, "women", "REG-52", "moyennes") == 40 + 15
    assert value(after, "share", "DEP-49", "moyennes") == pytest.approx(100 * 15 / 40)
    assert value(after, "share", "REG-52", "moyennes") == pytest.approx(100 * 55 / 150)
    assert value(after, "all", "REG-52") == value(station, "all", "REG-52")


def test_what_differs_is_what_was_touched_and_what_follows(station: Station) -> None:
    after = station.with_values(pd.Series({row_of(station, "all", "DEP-44", "petites"): 60.0}))
    touched = {
        Cell(indicator, area, "2024", breakdown, category)
        for indicator in ("all", "share")
        for area in ("DEP-44", "REG-52")
        for breakdown, category in (("taille", "petites"), ("_T", "_T"))
    }
    assert after.differing(station) == touched
    assert not station.differing(station)


def test_what_follows_from_a_changed_cell_does_so_whatever_its_value(station: Station) -> None:
    meant = frozenset({Cell("women", "DEP-44", "2024", "taille", "petites")})
    followed = {
        (cell.indicator, cell.ref_area, cell.category)
        for cell in station.following(meant, frozenset())
    }
    above = {("REG-52", "petites"), ("DEP-44", "_T"), ("REG-52", "_T")}
    expected = {(name, *place) for name in ("women", "share") for place in above}
    assert followed == expected | {("share", "DEP-44", "petites")}


def test_a_total_whose_parts_exchanged_what_they_had_follows_from_nothing(station: Station) -> None:
    petites, grandes = (row_of(station, "all", "DEP-44", name) for name in ("petites", "grandes"))
    after = station.with_values(pd.Series({petites: 60.0, grandes: 110.0}))
    differing = after.differing(station)
    followed = after.following(differing, differing)
    assert not {cell for cell in followed if cell.category == "_T"}


def test_a_share_of_two_numbers_that_changed_alike_follows_from_neither(station: Station) -> None:
    meant = frozenset(
        Cell(name, "DEP-44", "2024", "taille", "petites") for name in ("all", "women")
    )
    followed = station.following(meant, meant)
    assert not {cell for cell in followed if cell.indicator == "share"}


def test_a_new_cell_and_one_that_is_gone_differ(station: Station) -> None:
    place = row_of(station, "women", "DEP-44", "petites")
    added = station.observations.loc[[place]].assign(category="moyennes", obs_value=40.0)
    after = station.with_values(pd.Series({place: np.nan}), added)
    found = {cell.category for cell in after.differing(station) if cell.indicator == "women"}
    assert found == {"petites", "moyennes"}


def test_totals_of_rates_do_not_add_up(station: Station) -> None:
    rates = station.only({"share"})
    place = row_of(rates, "share", "DEP-44", "petites")
    after = Station(rates.observations, station.definitions, {}).with_values(
        pd.Series({place: 1.0})
    )
    assert value(after, "share", "REG-52") == value(station, "share", "REG-52")


def test_a_total_holds_all_its_parts(station: Station) -> None:
    total = Cell("all", "REG-52", "2024", "_T", "_T")
    assert {cell.ref_area for cell in station.parts[total]} == {"DEP-44", "DEP-49", "REG-52"}


def test_observations_are_uniform(station: Station) -> None:
    assert list(station.observations.columns) == COLUMNS
