"""VNO on quarters: a year of another shape in one place, on the real job seekers of the regions."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

Make = Callable[..., Any]
RECORDED = Path("tests/benchmarks/breaks/data/demandeurs_emploi_A_regions.csv")
REGION = "PAYS DE LA LOIRE"
CALM = slice("2010-Q1", "2019-Q4")


@pytest.fixture(scope="module")
def quarters() -> pd.DataFrame:
    """Return the job seekers by quarter and region, ten calm years."""
    with RECORDED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = pd.DataFrame(rows).set_index("Période").drop(columns="FRANCE METROPOLITAINE")
    table.index = table.index.str.replace("T", "-Q")
    return table.astype(float).loc[CALM]


@pytest.fixture
def said(
    observe: Make, define: Make, judge: Make
) -> Callable[[pd.DataFrame], dict[tuple[str, str], str]]:
    """Return what VNO says of the areas that it fails."""

    def failures(table: pd.DataFrame) -> dict[tuple[str, str], str]:
        names = {name: f"REG-{number:02d}" for number, name in enumerate(table)}
        rows = [
            (names[name], period, value)
            for name, values in table.items()
            for period, value in values.items()
        ]
        definition = define("a", cadence="quarterly", period_kind="quarter")
        verdicts = judge("VNO", observe(*rows), definition).rows.reset_index()
        failing = verdicts[verdicts["outcome"] == "fail"]
        places = {code: name for name, code in names.items()}
        keys = zip(failing["ref_area"].map(places), failing["time_period"], strict=True)
        return dict(zip(keys, failing["explanation"], strict=True))

    return failures


def test_a_year_reported_on_another_calendar_is_held(said: Make, quarters: pd.DataFrame) -> None:
    quarters = quarters.copy()
    quarters.loc["2019-Q1":, REGION] *= [1.08, 1.0, 0.92, 1.0]
    told = said(quarters)
    assert set(told) == {(REGION, "2019-Q4")}
    explanation = told[REGION, "2019-Q4"].replace("\xa0", " ")
    assert "L'année qui se termine en 2019 (4e trimestre)" in explanation


def test_the_real_quarters_are_not(said: Make, quarters: pd.DataFrame) -> None:
    assert said(quarters) == {}


def test_a_season_that_changes_everywhere_is_no_fault_of_one(
    said: Make, quarters: pd.DataFrame
) -> None:
    quarters = quarters.copy()
    for name in quarters:
        quarters.loc["2019-Q1":, name] *= [1.08, 1.0, 0.92, 1.0]
    assert said(quarters) == {}
