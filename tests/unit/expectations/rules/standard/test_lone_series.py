"""VNO on lone long series: classical annual series, judged as their points come."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.cells.indicator_definition import Breakdown

Make = Callable[..., Any]
Values = dict[int, float]
CLASSICAL = Path(__file__).parents[4] / "data" / "lone_series" / "classical_series.csv"
JOB_SEEKERS = (
    Path(__file__).parents[4] / "benchmarks" / "breaks" / "data" / "demandeurs_emploi_A_regions.csv"
)
AREA = "REG-52"


def classical(name: str) -> Values:
    """Return a series by year."""
    table = pd.read_csv(CLASSICAL)
    chosen = table[table["series"] == name]
    return dict(zip(chosen["year"].tolist(), chosen["value"].tolist(), strict=True))


def job_seekers(region: str) -> Values:
    """Return the job seekers of a region, yearly means of quarters, 1996 to 2024."""
    quarters = pd.read_csv(JOB_SEEKERS, index_col="Période")[region]
    years = quarters.groupby(quarters.index.str[:4].astype(int)).mean()
    return {year: round(value) for year, value in years.items() if year < 2025}


@pytest.fixture(scope="session")
def failing(observe: Make, define: Make, judge: Make) -> Make:
    """Return the nights of some years on which VNO fails a lone series, with its verdicts."""

    def run(
        series: Values,
        nights: Iterable[int],
        kind: str = "mean",
        published: pd.DataFrame | None = None,
        **other: object,
    ) -> dict[int, Any]:
        definition = define("a", kind, unit_measure="pcrh", **other)
        said = {}
        for night in nights:
            known = [(AREA, str(year), value) for year, value in series.items() if year <= night]
            verdicts = judge("VNO", observe(*known), definition, published=published)
            if verdicts.failing:
                assert verdicts.failing == {(AREA, str(night))}, "only the newest cell is held"
                said[night] = verdicts
        return said

    return run


def test_the_nile_is_lower_since_1899_which_is_told_at_the_fourth_point(failing: Make) -> None:
    said = failing(classical("nile"), (1901, 1902))
    assert list(said) == [1902]
    assert (
        said[1902]
        .explanation(AREA, "1902")
        .startswith(
            "Depuis 1899, 4 valeurs de suite, la série est à un autre niveau : de l'ordre de 792"
        )
    )
    evidence = said[1902].evidence(AREA, "1902")
    assert (evidence["shift"]["since"], evidence["shift"]["points"]) == ("1899", 4)
    assert evidence["shift"]["former"] == pytest.approx(1091, abs=1)
    assert evidence["question"].startswith("Qu'est-ce qui a changé en 1899")


def test_counted_in_another_unit_belgian_calls_are_found_and_are_not_before(failing: Make) -> None:
    said = failing(classical("phones"), (1963, 1964, 1965))
    assert set(said) == {1964, 1965}, "one value that is odd, then two that stay"
    assert "Depuis" not in said[1964].explanation(AREA, "1964")
    assert "Depuis 1964" in said[1965].explanation(AREA, "1965")


def test_estimates_that_were_worked_out_otherwise_are_found(failing: Make) -> None:
    assert "Depuis 2001" in failing(classical("guinea_rice"), [2002])[2002].explanation(
        AREA, "2002"
    )


@pytest.mark.parametrize(
    ("name", "nights"),
    [
        ("nile", (1898, 1900, 1912)),
        ("huron", (1888, 1972)),
        ("erie", (1940, 2009)),
        ("nhtemp", (1930, 1971)),
        ("elnino", (1983, 1998)),
        ("christenings", (1655, 1703)),
        ("guinea_rice", (1985, 2000)),
    ],
)
def test_quiet_series_and_those_away_from_their_shift_fail_on_no_night(
    failing: Make, name: str, nights: tuple[int, ...]
) -> None:
    assert failing(classical(name), nights, minimum=-100) == {}


def test_job_seekers_of_a_region_are_quiet_through_crises(failing: Make) -> None:
    nights = (2010, 2021, 2024)
    assert failing(job_seekers("PAYS DE LA LOIRE"), nights, "count") == {}


def test_job_seekers_of_whom_more_than_half_are_counted_no_more_are_found_beside_crises(
    failing: Make,
) -> None:
    series = {y: v if y < 2016 else v * 0.4 for y, v in job_seekers("PAYS DE LA LOIRE").items()}
    assert set(failing(series, [2017], "count")) == {2017}


def test_a_rate_that_moves_to_another_level_is_found(
    observe: Make, define: Make, judge: Make
) -> None:
    noise = np.random.default_rng(3).normal(0, 0.3, 20).round(1)
    levels = np.where(np.arange(20) < 16, 12.0, 16.0) + noise
    rows = observe(*((AREA, str(2005 + i), v) for i, v in enumerate(levels)), unit="pct")
    said = judge("VNO", rows, define("a", "rate"))
    assert "Depuis 2021" in said.explanation(AREA, "2024")
    assert "%" in said.explanation(AREA, "2024")


def test_what_came_before_an_accepted_break_is_another_series(failing: Make, observe: Make) -> None:
    nile = classical("nile")
    break_of_1899 = observe((AREA, "1899", nile[1899]))
    assert failing(nile, [1902], published=break_of_1899.assign(obs_status="B")) == {}


def test_a_constant_does_not_alarm_at_its_first_small_move(failing: Make) -> None:
    constant = {2000 + i: 12.5 if i < 17 else 12.6 for i in range(20)}
    assert failing(constant, [2018, 2019]) == {}


def test_series_that_have_siblings_or_parts_are_left_to_them(
    observe: Make, define: Make, judge: Make, departments: tuple[Breakdown, ...]
) -> None:
    noise = np.random.default_rng(5).normal(0, 0.01, (5, 20))
    levels = 1000 * np.exp(noise - 0.4 * (np.arange(20) >= 16))
    parts = [
        (f"DEP-{area}", str(2005 + year), float(round(levels[i, year])))
        for i, area in enumerate(("44", "49", "53", "72", "85"))
        for year in range(20)
    ]
    whole = [(AREA, str(2005 + year), float(levels.round()[:, year].sum())) for year in range(20)]
    said = judge("VNO", observe(*parts, *whole), define("a", breakdowns=departments))
    assert not said.rows["explanation"].str.contains("Depuis").any()
