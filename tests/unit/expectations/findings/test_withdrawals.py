"""A value that its producer takes back is held, and stays the past that the next is judged by."""

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import normalise
from expectations.decisions.decision import Choice
from expectations.decisions.gate import gate
from expectations.decisions.standings import in_force, is_explained
from expectations.findings.code_names import Names
from expectations.findings.roll_up import roll_up
from expectations.findings.withdrawals import (
    keep_published,
    withdrawal_findings,
    withdrawn_cells,
)
from expectations.rules.evaluate import evaluate
from tests.unit.expectations.decisions.deciding import decided

Definitions = dict[str, IndicatorDefinition]


def _sent_again_on_the_basis_of_2024(published: pd.DataFrame) -> pd.DataFrame:
    """The year 2023 of 1A4, deposited again with fewer themes counted, as 2024 was."""
    again = published.copy()
    of_2023 = (again["indicator"] == "1A4_pcrh_te") & (again["time_period"] == "2023")
    lost = of_2023 & again["ref_area"].isin(["DEP-49", "DEP-72"])
    again.loc[of_2023 & (again["ref_area"] == "REG-52"), "obs_value"] = 4.0
    again.loc[of_2023 & again["ref_area"].isin(["DEP-44", "DEP-85"]), "obs_value"] = 2.0
    again.loc[lost, "obs_value"] = float("nan")
    again.loc[lost, "obs_status"] = "L"
    return again


def test_nothing_is_withdrawn_when_nothing_moved(real_observations: pd.DataFrame) -> None:
    published = normalise(real_observations)
    assert withdrawn_cells(published, published).empty
    assert withdrawn_cells(published, None).empty
    pd.testing.assert_frame_equal(keep_published(published, published), normalise(published))


def test_a_past_rewritten_with_fewer_departments_does_not_let_2024_out(
    real_observations: pd.DataFrame, real_definitions: Definitions, names: Names
) -> None:
    published = normalise(real_observations)
    last = published[
        ~((published["indicator"] == "1A4_pcrh_te") & (published["time_period"] == "2024"))
    ]
    tonight = _sent_again_on_the_basis_of_2024(published)
    kept = keep_published(tonight, last)
    findings = [
        *withdrawal_findings(tonight, last, real_definitions, names),
        *roll_up(evaluate(kept, real_definitions), kept, real_definitions, names),
    ]
    rows = gate(tonight, findings, last).rows
    of_1a4 = rows[rows["indicator"] == "1A4_pcrh_te"].set_index(["ref_area", "time_period"])
    assert of_1a4.loc[("REG-52", "2023"), "obs_value"] == 43
    assert of_1a4.loc[("REG-52", "2023"), "publication"] == "held"
    assert "2024" not in of_1a4.index.get_level_values("time_period")
    explanations = " ".join(finding.explanation for finding in findings)
    assert "Maine-et-Loire (26)" in explanations
    assert set(rows.loc[rows["indicator"] == "1C1_pcrh", "publication"]) == {"published"}


def test_a_published_value_is_withdrawn_even_before_its_period_is_due(
    real_observations: pd.DataFrame,
) -> None:
    published = normalise(real_observations)
    tonight = published.copy()
    whole = (tonight["indicator"] == "1C1_pcrh") & (tonight["time_period"] == "2024")
    tonight.loc[whole, "obs_value"] = float("nan")
    tonight.loc[whole, "obs_status"] = "Y"
    assert len(withdrawn_cells(tonight, published)) == 6


def test_a_withdrawal_says_nothing_of_what_was_never_given(
    real_observations: pd.DataFrame, real_definitions: Definitions, names: Names
) -> None:
    published = normalise(real_observations)
    of_2024 = (published["indicator"] == "1C1_pcrh") & (published["time_period"] == "2024")
    never = of_2024 & (published["ref_area"] == "DEP-49")
    published.loc[never, ["obs_value", "obs_status"]] = [float("nan"), "L"]
    tonight = published[~(of_2024 & (published["ref_area"] == "DEP-44"))]
    (finding,) = withdrawal_findings(tonight, published, real_definitions, names)
    areas = {cell.ref_area for cell in finding.cells}
    assert "DEP-44" in areas
    assert "DEP-49" not in areas


def test_a_withdrawal_that_was_accepted_is_so_as_long_as_what_it_accepted_is_absent(
    real_observations: pd.DataFrame, real_definitions: Definitions, names: Names
) -> None:
    published = normalise(real_observations)
    of_2024 = (published["indicator"] == "1C1_pcrh") & (published["time_period"] == "2024")
    gone, other = (of_2024 & (published["ref_area"] == area) for area in ("DEP-44", "DEP-49"))
    tonight = published.copy()
    tonight.loc[gone, ["obs_value", "obs_status"]] = [float("nan"), "L"]
    (finding,) = withdrawal_findings(tonight, published, real_definitions, names)
    assert [cell.ref_area for cell in finding.explained_cells] == ["DEP-44"]
    decision = decided(finding, Choice.VALUE, tonight)
    assert is_explained(finding, in_force([decision], tonight))
    rows = gate(tonight, [finding], published, [decision]).rows
    assert set(rows["publication"]) == {"published"}

    corrected = tonight.copy()
    corrected.loc[other, "obs_value"] += 1
    assert is_explained(finding, in_force([decision], corrected))
    assert in_force([decision], published) == {}
    waits = decided(finding, Choice.CORRECTION, tonight)
    assert in_force([waits], corrected) == {}


@pytest.mark.parametrize(
    ("gone", "title"),
    [
        (["DEP-44"], "une valeur publiée pour 2024 n'est plus donnée"),
        (["DEP-44", "DEP-49"], "des valeurs publiées pour 2024 ne sont plus données"),
    ],
)
def test_one_value_that_was_taken_back_is_told_as_one(
    real_observations: pd.DataFrame,
    real_definitions: Definitions,
    names: Names,
    gone: list[str],
    title: str,
) -> None:
    published = normalise(real_observations)
    is_gone = (published["indicator"] == "1C1_pcrh") & (published["time_period"] == "2024")
    tonight = published[~(is_gone & published["ref_area"].isin(gone))]
    (finding,) = withdrawal_findings(tonight, published, real_definitions, names)
    assert finding.title.endswith(title)
    assert finding.explanation.startswith(title[0].upper() + title[1:])
