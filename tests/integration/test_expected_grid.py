"""What the report of May 2025 said to be to come is late in October, and a finding then.

Here: the same deposits, looked at five months later. Not here: which status a cell gets (the
models' own unit tests), nor what the rule VAN asks (``test_vanished``).
"""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from expectations.cells.indicator_definition import load_definitions
from expectations.rules.evaluate import evaluate
from orchestration.station.warehouse import read_observations
from tests.dbt_runs import run_dbt

LATER = "2025-10"
BUILT_AGAIN = [
    "1B1_etablissements_apprentissage",
    "2A4_eleves_orientibus",
    "2B3_de_remise_en_activite",
    "3B2_entrees_formation",
    "4B5_poursuite_etude_bacpro",
]


@pytest.fixture(scope="module")
def later(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The observations of the demo's extracts, five months later."""
    home = tmp_path_factory.mktemp("later")
    shutil.copy(demo_home / "warehouse.duckdb", home)
    shutil.copytree(demo_home / "landed", home / "landed")
    run_dbt(home, "run", "-s", *BUILT_AGAIN, "fct_observation", VIGIE_AS_OF=LATER)
    return read_observations(home / "warehouse.duckdb")


def _statuses(observations: pd.DataFrame, indicator: str, period: str) -> dict[str, str]:
    """The status of each cell, by area, or by category when there are several."""
    chosen = observations[
        (observations["indicator"] == indicator) & (observations["time_period"] == period)
    ]
    names = chosen["ref_area"].where(chosen["category"] == "_T", chosen["category"])
    return dict(zip(names, chosen["obs_status"], strict=True))


@pytest.mark.slow
def test_what_is_due_by_then_is_absent_or_empty(later: pd.DataFrame) -> None:
    departments = dict.fromkeys(["DEP-44", "DEP-49", "DEP-53", "DEP-72", "DEP-85"], "L")
    apprentices = _statuses(later, "1B1_etablissements_apprentissage", "2024")
    assert apprentices == {"REG-52": "O", **departments}
    assert _statuses(later, "2B3_de_remise_en_activite", "2024") == {"REG-52": "O"}


@pytest.mark.slow
def test_what_is_due_later_still_is_not_available(later: pd.DataFrame) -> None:
    assert _statuses(later, "3B2_entrees_formation", "2024") == {"REG-52": "Y"}
    assert _statuses(later, "4B5_poursuite_etude_bacpro", "2024") == {"masa": "A", "men": "Y"}


@pytest.mark.slow
def test_a_school_year_that_has_ended_is_expected_though_no_deposit_speaks_of_it(
    later: pd.DataFrame,
) -> None:
    assert set(_statuses(later, "2A4_eleves_orientibus", "2024-2025").values()) == {"Y"}
    assert _statuses(later, "2A4_eleves_orientibus", "2025-2026") == {}


@pytest.mark.slow
def test_what_is_due_and_absent_is_a_finding_and_what_is_not_due_is_none(
    demo_home: Path, later: pd.DataFrame
) -> None:
    manifest = json.loads((demo_home / "dbt" / "manifest.json").read_text("utf-8"))
    verdicts = evaluate(later, load_definitions(manifest))
    late = verdicts[(verdicts["rule"] == "LAG") & (verdicts["outcome"] == "fail")]
    found = set(zip(late["indicator"], late["time_period"], strict=True))
    assert ("1B1_etablissements_apprentissage", "2024") in found
    assert ("2B3_de_remise_en_activite", "2024") in found
    assert not found & {("3B2_entrees_formation", "2024"), ("4B5_poursuite_etude_bacpro", "2024")}
    assert not any(period == "2024-2025" for _, period in found)
