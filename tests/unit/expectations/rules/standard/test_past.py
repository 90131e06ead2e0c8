"""VNO after a break that a steward accepted: the past begins with it."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Make = Callable[..., Any]
LEVELS = [1000, 1010, 990, 1005, 1000, 400, 405, 398, 402, 400, 401, 399]


@pytest.fixture
def series(observe: Make) -> pd.DataFrame:
    """Return twelve years that fall by more than half in the sixth."""
    return observe(*(("REG-52", str(2010 + year), level) for year, level in enumerate(LEVELS)))


def test_the_median_of_five_years_never_spans_an_accepted_break(
    judge: Make, define: Make, series: pd.DataFrame
) -> None:
    told = series[series["time_period"] <= "2017"]
    accepted = told.assign(obs_status=told["obs_status"].mask(told["time_period"] == "2015", "B"))
    before = judge("VNO", told, define("a"), published=told)
    after = judge("VNO", told, define("a"), published=accepted)
    assert before.evidence("REG-52", "2017")["mad"][1] > 500
    assert after.evidence("REG-52", "2017").get("mad") is None


def test_what_follows_the_break_is_judged_by_what_followed_it(
    judge: Make, define: Make, series: pd.DataFrame
) -> None:
    broken = series["time_period"] == "2015"
    accepted = series.assign(obs_status=series["obs_status"].mask(broken, "B"))
    fallen = series.assign(obs_value=series["obs_value"].mask(series["time_period"] == "2021", 30))
    said = judge("VNO", fallen, define("a"), published=accepted)
    assert said.rows.loc[("REG-52", "2021"), "p_value"] < 1e-3
    calm = judge("VNO", series, define("a"), published=accepted)
    assert calm.rows.loc[("REG-52", "2021"), "p_value"] > 0.2
