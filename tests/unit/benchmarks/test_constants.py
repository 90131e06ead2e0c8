"""Constants measured again without a panel: what it contributed goes, the chosen margin stays."""

import numpy as np
import pandas as pd
import pytest

from expectations.suites.policy import load_policy
from tests.benchmarks.breaks import constants

CONSTANT = "ecart_aux_autres_ordinaire"


def test_a_constant_without_the_restless_panel_is_smaller_and_without_the_calm_one_larger() -> None:
    measured = pd.DataFrame({"calm": {CONSTANT: 0.01}, "restless": {CONSTANT: 0.04}})
    policy = load_policy()
    in_force = policy.model_dump(by_alias=True)[CONSTANT]
    assert constants.without(policy, "restless", measured)[CONSTANT] < in_force
    assert constants.without(policy, "calm", measured)[CONSTANT] > in_force


def test_a_constant_stays_without_a_panel_that_was_not_measured() -> None:
    measured = pd.DataFrame({"here": {CONSTANT: 0.01}, "elsewhere": {CONSTANT: np.nan}})
    found = constants.without(load_policy(), "elsewhere", measured)[CONSTANT]
    assert found == pytest.approx(load_policy().ordinary_departure)


def test_spreads_are_what_moves_them() -> None:
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(
        [
            ("i", f"DEP-{area}", "age", f"c{code}", 2000 + year, 0.1 * year + rng.normal(0, 0.03))
            for area in range(20)
            for code in range(5)
            for year in range(10)
        ],
        columns=["indicator", "ref_area", "breakdown", "category", "time_period", "level"],
    )
    moves = rows.assign(
        move=rows.groupby(["ref_area", "category"])["level"].diff(), chance=0.0
    ).dropna()
    assert constants.common(moves) == pytest.approx(0.1, abs=0.01)
    assert constants.departure(moves) == pytest.approx(0.03 * np.sqrt(2), abs=0.004)
    assert constants.area(moves) < 0.03
