"""The rules together, on the report's own figures."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.decisions.gate import gate
from expectations.findings.code_names import Names
from expectations.findings.roll_up import roll_up
from expectations.rules.evaluate import applicable_rules, evaluate

Definitions = dict[str, IndicatorDefinition]


def test_the_report_fails_where_reporting_changed_and_nowhere_else(
    real_observations: pd.DataFrame, real_definitions: Definitions
) -> None:
    verdicts = evaluate(real_observations, real_definitions)
    failing = verdicts[(verdicts["outcome"] == "fail") & (verdicts["severity"] != "Information")]
    columns = ["indicator", "ref_area", "time_period", "rule"]
    assert set(failing[columns].itertuples(index=False, name=None)) == {
        ("1A4_pcrh_te", "REG-52", "2024", "BRK"),
        ("1A4_pcrh_te", "REG-52", "2024", "LNK"),
        ("1A4_pcrh_te", "REG-52", "2024", "VAN"),
        ("1A4_pcrh_te", "DEP-49", "2024", "VAN"),
        ("1A4_pcrh_te", "DEP-72", "2024", "VAN"),
    }
    assert set(failing["severity"]) == {"Warning"}


def test_what_the_definitions_declare_is_told_and_holds_nothing(
    real_observations: pd.DataFrame, real_definitions: Definitions
) -> None:
    verdicts = evaluate(real_observations, real_definitions)
    told = verdicts[(verdicts["outcome"] == "fail") & (verdicts["severity"] == "Information")]
    assert set(told["rule"]) == {"DFC"}
    assert set(told["indicator"]) == {"1A4_pcrh_te", "1C1_pcrh"}
    assert "« regionale » → « nationale »" in told["explanation"].iloc[0].replace("\xa0", " ")


def test_every_rule_that_applies_speaks(
    real_observations: pd.DataFrame, real_definitions: Definitions
) -> None:
    verdicts = evaluate(real_observations, real_definitions)
    for name, definition in real_definitions.items():
        spoken = set(verdicts.loc[verdicts["indicator"] == name, "rule"])
        assert spoken == set(applicable_rules(definition))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(
    real_observations: pd.DataFrame, real_definitions: Definitions, seed: int
) -> None:
    shuffled = evaluate(real_observations.sample(frac=1, random_state=seed), real_definitions)
    pd.testing.assert_frame_equal(shuffled, evaluate(real_observations, real_definitions))


def test_an_unrelated_series_does_not_move_a_p_value(
    real_observations: pd.DataFrame,
    real_definitions: Definitions,
    observe: Callable[..., pd.DataFrame],
    define: Callable[..., IndicatorDefinition],
) -> None:
    other = observe(*((f"DEP-{n}", year, n) for n in range(10, 60) for year in ("2023", "2024")))
    alone = evaluate(real_observations, real_definitions)
    together = evaluate(
        pd.concat([real_observations, other]), {**real_definitions, "a": define("a")}
    )
    together = together[together["indicator"] != "a"].reset_index(drop=True)
    pd.testing.assert_series_equal(together["p_value"], alone["p_value"])


def test_a_crowd_of_ordinary_series_does_not_hide_the_founding_case(
    real_observations: pd.DataFrame,
    real_definitions: Definitions,
    observe: Callable[..., pd.DataFrame],
    define: Callable[..., IndicatorDefinition],
) -> None:
    draw = np.random.default_rng(7)
    crowd = observe(
        *((f"ZE2020-{n}", year, draw.poisson(n)) for n in range(400) for year in ("2023", "2024"))
    )
    verdicts = evaluate(
        pd.concat([real_observations, crowd]), {**real_definitions, "a": define("a")}
    )
    failing = verdicts[(verdicts["outcome"] == "fail") & verdicts["p_value"].notna()]
    assert set(failing["indicator"]) == {"1A4_pcrh_te"}


def test_refuses_an_indicator_without_definition(real_observations: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="sans définition : 1A4_pcrh_te"):
        evaluate(real_observations, {})


def test_refuses_a_key_that_occurs_twice(
    real_observations: pd.DataFrame, real_definitions: Definitions
) -> None:
    twice = pd.concat([real_observations, real_observations.head(1)])
    with pytest.raises(ValueError, match="Observations à la clé en double, 2"):
        evaluate(twice, real_definitions)


def test_refuses_a_missing_column(
    real_observations: pd.DataFrame, real_definitions: Definitions
) -> None:
    with pytest.raises(ValueError, match="Colonnes absentes des observations : obs_status"):
        evaluate(real_observations.drop(columns="obs_status"), real_definitions)


def test_no_observation_gives_no_verdict(
    real_observations: pd.DataFrame, real_definitions: Definitions
) -> None:
    verdicts = evaluate(real_observations.head(0), real_definitions)
    assert verdicts.empty
    assert roll_up(verdicts, real_observations.head(0), real_definitions, Names()) == []
    assert gate(real_observations.head(0), [], None).rows.empty
