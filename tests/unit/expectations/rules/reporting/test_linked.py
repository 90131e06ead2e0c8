"""LNK: a part and its whole."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition

REG = "REG-52"


@pytest.fixture
def linked(
    observe: Callable[..., pd.DataFrame],
    define: Callable[..., IndicatorDefinition],
    judge: Callable[..., Any],
) -> Callable[..., pd.Series]:
    def run(part: list[Any], whole: list[Any]) -> pd.Series:
        rows = [
            observe(*((REG, year, value) for year, value in values), indicator=name)
            for name, values in (
                ("part", zip(("2023", "2024"), part, strict=True)),
                ("whole", zip(("2023", "2024"), whole, strict=True)),
            )
        ]
        definitions = {"part": define("part", part_of="whole"), "whole": define("whole")}
        verdicts = judge("LNK", pd.concat(rows), *definitions.values()).rows
        return verdicts.reset_index().set_index("time_period").loc["2024"]

    return run


def test_a_part_that_leaves_its_whole_fails(linked: Callable[..., pd.Series]) -> None:
    verdict = linked([43, 4], [502, 606])
    assert (verdict["outcome"], verdict["severity"]) == ("fail", "Warning")
    assert "43 sur 502 en 2023, 4 sur 606 en 2024" in verdict["explanation"]


@pytest.mark.parametrize("part", [[43, 52], [7, 6], [1, 0]])
def test_a_part_that_follows_passes(linked: Callable[..., pd.Series], part: list[int]) -> None:
    assert linked(part, [502, 606])["outcome"] == "pass"


def test_a_part_that_falls_with_its_whole_passes(linked: Callable[..., pd.Series]) -> None:
    assert linked([430, 40], [5020, 470])["outcome"] == "pass"


@pytest.mark.parametrize("whole", [[502, "L"], [0, 606]])
def test_without_a_whole_nothing_is_said(
    linked: Callable[..., pd.Series], whole: list[Any]
) -> None:
    assert linked([43, 4], whole)["outcome"] == "not_evaluated"


def test_a_part_greater_than_its_whole_is_an_error(linked: Callable[..., pd.Series]) -> None:
    verdict = linked([43, 607], [502, 606])
    assert (verdict["outcome"], verdict["severity"]) == ("fail", "Error")
    assert pd.isna(verdict["p_value"])


@pytest.fixture
def in_doubt(
    observe: Callable[..., pd.DataFrame],
    define: Callable[..., IndicatorDefinition],
    judge: Callable[..., Any],
) -> Callable[..., dict[str, str]]:
    """Return which of a part and its whole fails a rule in 2024, and with which severity."""

    def failing(rule: str, part: list[int], whole: list[int]) -> dict[str, str]:
        rows = [
            observe(*((REG, year, value) for year, value in values), indicator=name)
            for name, values in (
                ("part", zip(("2023", "2024"), part, strict=True)),
                ("whole", zip(("2023", "2024"), whole, strict=True)),
            )
        ]
        definitions = define("part", part_of="whole"), define("whole")
        verdicts = judge(rule, pd.concat(rows), *definitions).rows
        fails = verdicts[verdicts["outcome"] == "fail"]
        return dict(zip(fails["indicator"].astype(str), fails["severity"].astype(str), strict=True))

    return failing


def test_of_a_part_and_its_whole_the_one_that_moved_is_in_doubt(
    in_doubt: Callable[..., dict[str, str]],
) -> None:
    assert in_doubt("LNK", [430, 440], [5020, 1506]) == {}
    assert in_doubt("BRK", [430, 440], [5020, 1506]) == {"whole": "Warning"}
    assert in_doubt("LNK", [430, 120], [5020, 5100]) == {"part": "Warning"}


def test_a_whole_that_fell_below_its_part_is_the_error(
    in_doubt: Callable[..., dict[str, str]],
) -> None:
    assert in_doubt("LNK", [430, 440], [5020, 50]) == {}
    assert in_doubt("BRK", [430, 440], [5020, 50]) == {"whole": "Error"}
