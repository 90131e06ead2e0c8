"""FDT and FDL: whole counts, few decimals."""

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]
CELL = ("REG-52", "2024")


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (43, "pass"),
        (43.5, "fail"),
        (0, "pass"),
        (1e9, "pass"),
        (float("inf"), "fail"),
        ("L", "not_evaluated"),
    ],
)
def test_what_counts_things_is_whole(
    judge: Make, observe: Make, define: Make, value: float, outcome: str
) -> None:
    assert judge("FDT", observe((*CELL, value)), define("a")).outcome(*CELL) == outcome


def test_a_rate_need_not_be_whole(judge: Make, observe: Make, define: Make) -> None:
    share = {"breakdown": "taille", "category": "moins_11", "unit_measure": "pct"}
    observations = observe((*CELL, 43), ("DEP-44", "2024", 12.5, share))
    verdicts = judge("FDT", observations, define("a", other_units={"moins_11": "pct"}))
    assert set(verdicts.rows.index) == {CELL}


def test_a_suite_says_how_many_decimals(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry("FDL", {"quoi": "decimales", "au_plus": 1})
    rows = [(*CELL, 65.3), ("DEP-44", "2024", 65.0), ("DEP-49", "2024", 65.34)]
    observations = observe(*rows, ("DEP-53", "2024", "L"), unit="pct")
    verdicts = judge("FDL", observations, define("a", "rate"), entries=(asked,))
    assert verdicts.failing == {("DEP-49", "2024")}
    assert verdicts.reason("DEP-53", "2024") == "valeur absente"


def test_the_value_is_shown_with_all_its_decimals(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry("FDL", {"quoi": "decimales", "au_plus": 1})
    observations = observe((*CELL, 65.3412), unit="pct")
    verdicts = judge("FDL", observations, define("a", "rate"), entries=(asked,))
    assert "Constaté : 65,3412 ; décimales admises : 1." in verdicts.explanation(*CELL)
