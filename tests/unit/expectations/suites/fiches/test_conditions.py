"""Which cells an entry is about."""

from collections.abc import Callable, Mapping

import pandas as pd
import pytest
from pydantic import ValidationError

from expectations.suites.fiches.conditions import Condition

OTHER = {"breakdown": "ministere", "category": "men"}


@pytest.fixture
def cells(observe: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """Return four cells: a region, a department, a ministry, an absent one."""
    rows = observe(
        ("REG-52", "2022", 1),
        ("DEP-44", "2023", 2),
        ("REG-52", "2024", 3, OTHER),
        ("DEP-49", "2025", "L"),
    )
    return rows.astype("category")


@pytest.mark.parametrize(
    ("told", "met"),
    [
        ({}, [0, 1, 2, 3]),
        ({"types_de_territoire": ["DEP"]}, [1, 3]),
        ({"territoires": ["REG-52"]}, [0, 2]),
        ({"depuis": "2023"}, [1, 2, 3]),
        ({"depuis": 2023, "jusqu_a": 2024}, [1, 2]),
        ({"ventilations": ["ministere"]}, [2]),
        ({"categories": ["_T"]}, [0, 1, 3]),
        ({"statuts": ["L"]}, [3]),
        ({"types_de_territoire": ["REG"], "jusqu_a": "2023"}, [0]),
    ],
)
def test_all_that_is_told_must_be_met(
    cells: pd.DataFrame, told: Mapping[str, object], met: list[int]
) -> None:
    assert Condition.model_validate(told).met_by(cells).nonzero()[0].tolist() == met


@pytest.mark.parametrize(
    "told",
    [
        {"categories": ["1149"]},
        {"ventilations": ["tailles"]},
        {"types_de_territoire": ["DEPT"]},
        {"statuts": ["Z"]},
        {"territoires": ["Loire-Atlantique"]},
        {"depuis": "en 2023"},
        {"annee": "2023"},
    ],
)
def test_refuses_a_code_that_no_cell_could_have(told: Mapping[str, object]) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(told)
