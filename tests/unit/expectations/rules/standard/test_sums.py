"""VAD as suites ask it: details that add up."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Make = Callable[..., Any]
CELL = ("REG-52", "2024")
MEN, MASA = ({"breakdown": "ministere", "category": code} for code in ("men", "masa"))
OF_MINISTRIES = {
    "quoi": "somme",
    "details": {
        "men": {"ventilation": "ministere", "categorie": "men"},
        "masa": {"ventilation": "ministere", "categorie": "masa"},
    },
}
TOTALS = {"categories": ["_T"]}


CASES = {
    (12, 2): "pass",
    (13, 2): "fail",
    (10, "L"): "pass",
    (11, "L"): "not_evaluated",
    (9, "L"): "fail",
    ("L", 2): "not_evaluated",
}


@pytest.mark.parametrize("case", CASES)
def test_a_missing_detail_leaves_a_lower_bound(
    judge: Make, observe: Make, define: Make, entry: Make, case: tuple[Any, Any]
) -> None:
    total, masa = case
    observations = observe((*CELL, total), (*CELL, 10, MEN), (*CELL, masa, MASA))
    asked = entry("VAD", OF_MINISTRIES, seulement_si=TOTALS)
    rows = judge("VAD", observations, define("a"), entries=(asked,)).rows
    assert rows.loc[rows["category"] == "_T", "outcome"].tolist() == [CASES[case]]


def test_parts_of_a_hundred(judge: Make, observe: Make, define: Make, entry: Make) -> None:
    control = {"quoi": "somme", "total": 100, "details_par_territoire": "DEP", "ecart_admis": 1}
    rows = [("DEP-44", "2023", 60), ("DEP-49", "2023", 41), ("REG-52", "2023", 77)]
    rows += [("DEP-44", "2024", 60), ("DEP-49", "2024", 30)]
    rows += [("DEP-44", "2025", 60), ("DEP-49", "2025", "L")]
    observations = observe(*rows, unit="pct")
    verdicts = judge("VAD", observations, define("a", "rate"), entries=(entry("VAD", control),))
    assert verdicts.failing == {("DEP-44", "2024"), ("DEP-49", "2024")}
    assert "Total : 100 ; somme de 2 détails : 90." in verdicts.explanation("DEP-44", "2024")


def test_a_year_is_the_sum_of_its_quarters(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    control = {
        "quoi": "somme",
        "details": {"trimestres": {"indicateur": "b"}},
        "suffixes_de_periode": ["-03", "-06", "-09", "-12"],
    }
    quarters = [
        ("REG-52", f"{year}-{month}", 5)
        for year in (2023, 2024)
        for month in ("03", "06", "09", "12")
    ]
    observations = pd.concat(
        [observe(("REG-52", "2023", 20), ("REG-52", "2024", 21)), observe(*quarters, indicator="b")]
    )
    quarterly = define("b", cadence="reading", period_kind="reading")
    verdicts = judge("VAD", observations, define("a"), quarterly, entries=(entry("VAD", control),))
    assert verdicts.failing == {("REG-52", "2024")}
