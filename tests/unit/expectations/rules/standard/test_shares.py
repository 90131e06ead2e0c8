"""VNO on shares: a threshold that moved is seen where a crisis is not, on real job seekers."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from expectations.cells.observations import TOTAL
from tests.benchmarks.breaks.labour_market import job_seekers_by_profile

INDICATOR = "demandeurs_emploi_anciennete_longue"
FROM, INTO = "3_a_5_mois", "moins_3_mois"


@pytest.fixture
def doubted(judge: Callable[..., Any]) -> Callable[[pd.DataFrame, int], dict[str, str]]:
    """Return what VNO says of the categories that it fails in the newest year."""

    def failures(observations: pd.DataFrame, year: int) -> dict[str, str]:
        definitions = job_seekers_by_profile(year).definitions
        verdicts = judge("VNO", observations, *definitions).rows.reset_index()
        failing = verdicts[(verdicts["outcome"] == "fail") & (verdicts["time_period"] == str(year))]
        return dict(zip(failing["category"], failing["explanation"], strict=True))

    return failures


def with_moved_threshold(year: int, share: float) -> pd.DataFrame:
    """Return the job seekers, some of those of one class being counted in the class below."""
    observations = job_seekers_by_profile(year).observations.copy()
    here = (observations["indicator"] == INDICATOR) & (observations["time_period"] == str(year))
    source, target = (here & (observations["category"] == name) for name in (FROM, INTO))
    moved = share * observations.loc[source, "obs_value"].to_numpy()
    observations.loc[source, "obs_value"] -= moved
    observations.loc[target, "obs_value"] += moved
    return observations


@pytest.mark.parametrize("year", [2012, 2019])
def test_a_threshold_that_moved_is_seen_by_what_each_class_weighs(
    doubted: Callable[[pd.DataFrame, int], dict[str, str]], year: int
) -> None:
    told = doubted(with_moved_threshold(year, 0.35), year)
    assert FROM in told
    assert "d'après ce que cette part a fait jusque-là" in told[FROM]


@pytest.mark.parametrize("year", [2009, 2015, 2020])
def test_no_class_is_doubted_in_real_years_crises_included(
    doubted: Callable[[pd.DataFrame, int], dict[str, str]], year: int
) -> None:
    assert doubted(job_seekers_by_profile(year).observations, year) == {}


@pytest.mark.parametrize(
    ("year", "categories", "factor"),
    [
        (2012, ["12_a_23_mois"], 2.0),
        (2015, ["36_mois_plus"], 0.0),
        (2015, ["36_mois_plus", "moins_3_mois"], 0.0),
    ],
)
def test_classes_that_move_with_their_total_make_no_other_share_odd(
    doubted: Callable[[pd.DataFrame, int], dict[str, str]],
    year: int,
    categories: list[str],
    factor: float,
) -> None:
    observations = job_seekers_by_profile(year).observations.copy()
    here = (observations["indicator"] == INDICATOR) & (observations["time_period"] == str(year))
    moved, whole = (
        here & observations["category"].isin(categories),
        observations["category"] == TOTAL,
    )
    more = (factor - 1) * observations.loc[moved, "obs_value"]
    observations.loc[moved, "obs_value"] += more
    observations.loc[here & whole, "obs_value"] += more.sum()
    assert doubted(observations, year).keys() <= {*categories, TOTAL}
