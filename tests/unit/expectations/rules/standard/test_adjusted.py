"""VSA: a seasonally adjusted series follows the raw one."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Make = Callable[..., Any]
MONTHS = [f"{month:02}" for month in range(1, 13)]
SEASON = [0.8, 0.9, 1.0, 1.1, 1.2, 1.0, 0.9, 0.9, 1.0, 1.1, 1.1, 1.0]
CONTROL = {"quoi": "serie_corrigee", "brute": {"indicateur": "b"}}


@pytest.fixture
def verdicts(judge: Make, observe: Make, define: Make, entry: Make) -> Make:
    """Return the verdicts on a series of adjusted values, 2023 then 2024, of raw ones near 100."""

    def run(adjusted: list[float | str]) -> object:
        periods = [f"{year}-{month}" for year in (2023, 2024) for month in MONTHS]
        raw = [100 * season for season in SEASON * 2]
        observations = pd.concat(
            [
                observe(*(("REG-52", *row) for row in zip(periods, adjusted, strict=True))),
                observe(
                    *(("REG-52", *row) for row in zip(periods, raw, strict=True)), indicator="b"
                ),
            ]
        )
        read = {"cadence": "reading", "period_kind": "reading"}
        definitions = define("a", **read), define("b", **read)
        return judge("VSA", observations, *definitions, entries=(entry("VSA", CONTROL),))

    return run


def test_what_follows_passes(verdicts: Make) -> None:
    assert verdicts([100.0] * 24).failing == set()


def test_a_year_whose_mean_differs_fails_as_a_whole(verdicts: Make) -> None:
    told = verdicts([100.0] * 12 + [103.0] * 12)
    assert told.failing == {("REG-52", f"2024-{month}") for month in MONTHS}
    assert "moyenne de l'année : 103 corrigée, 100 brute" in told.explanation("REG-52", "2024-01")


def test_a_season_that_is_not_what_it_was_fails_in_a_year_that_agrees(verdicts: Make) -> None:
    told = verdicts([100.0] * 12 + [180.0] + [100.0] * 10 + [20.0])
    assert told.failing == {("REG-52", "2024-01"), ("REG-52", "2024-12")}
    assert "rapport des deux : 2,25, et 1,25 à cette saison" in told.explanation(
        "REG-52", "2024-01"
    )


def test_a_first_year_that_is_not_whole_is_not_judged(verdicts: Make) -> None:
    told = verdicts(["L"] * 18 + [180.0] + [100.0] * 5)
    assert told.outcomes == {"not_evaluated"}
    assert told.reason("REG-52", "2024-07") == "série trop courte"


def test_a_year_that_is_not_whole_is_not_judged_as_a_year(verdicts: Make) -> None:
    told = verdicts([100.0] * 12 + [103.0] * 6 + ["Y"] * 6)
    assert told.failing == set()
    assert "l'année n'est pas complète" in told.explanation("REG-52", "2024-01")
    assert told.outcome("REG-52", "2024-12") == "not_evaluated"
