"""What is told of events: of a category everywhere, of a whole table, once."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.findings.code_names import Names
from expectations.findings.roll_up import Finding, roll_up
from expectations.rules.evaluate import evaluate_rules
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy
from expectations.verdicts.table import Severity
from tests.unit.expectations.findings.rolling import (
    DEPARTMENTS,
    Define,
    Observe,
    plain,
)

BY_AGE = [
    {"by": "category", "of": "_T", "parts": "age"},
    {"by": "ref_area", "of": "REG", "parts": "DEP"},
]
SIZES = {"DEP-44": 9, "DEP-49": 5, "DEP-53": 2, "DEP-72": 4, "DEP-85": 6}
OFTEN = {"a": 80.0, "b": 60.0, "c": 30.0, "d": 50.0, "e": 40.0, "f": 70.0}


def rolled_numbers(observations: pd.DataFrame, definition: IndicatorDefinition) -> list[Finding]:
    """Return what the rules on numbers find."""
    by_id = {definition.id: definition}
    verdicts = evaluate_rules(["BRK", "VNO"], Subject.of(observations, by_id, load_policy()))
    return roll_up(verdicts, observations, by_id, Names())


def by_age(last: dict[str, float]) -> list[tuple[Any, ...]]:
    """Return seven years of departments and ages with all their totals; of the last, other ages."""
    rng = np.random.default_rng(4)
    rows: list[tuple[Any, ...]] = []
    for year in range(2018, 2025):
        ages = {**OFTEN, **(last if year == 2024 else {})}
        cells: dict[tuple[str, str], int] = {}
        for area, size in SIZES.items():
            for age, often in ages.items():
                count = int(rng.poisson(size * often))
                for cell in ((area, age), (area, "_T"), ("REG-52", age), ("REG-52", "_T")):
                    cells[cell] = cells.get(cell, 0) + count
        rows += [
            (
                area,
                str(year),
                float(n),
                {} if age == "_T" else {"breakdown": "age", "category": age},
            )
            for (area, age), n in cells.items()
        ]
    return rows


def test_a_category_that_moves_everywhere_is_told_once_with_the_totals_that_it_moved(
    observe: Observe, define: Define
) -> None:
    findings = rolled_numbers(observe(*by_age({"c": 60.0})), define("a", breakdowns=BY_AGE))
    assert [finding.severity for finding in findings] == [Severity.INFORMATION]
    (event,) = findings
    assert plain(event.title) == (
        "Indicateur a : « c », 775 en 2023, 1 584 en 2024, en tout dans 5 territoires"
    )
    assert plain(event.question) == "Que s'est-il passé entre 2023 et 2024 pour « c » ?"
    told, *others = plain(event.explanation).split("\n\n")
    assert all(other.startswith("REG-52, « c » : ") for other in others)
    assert told.startswith("DEP-44, DEP-49, DEP-53, DEP-72, DEP-85, « c » : là où elle change")
    assert "Aucune autre ne perd ce que celle-ci gagne." in told
    assert {cell.category for cell in event.cells} == {"c"}
    assert "REG-52" in {cell.ref_area for cell in event.cells}


def test_what_is_zero_everywhere_is_held_up_to_the_total_of_totals(
    observe: Observe, define: Define
) -> None:
    rows = by_age(dict.fromkeys(OFTEN, 0.0))
    findings = rolled_numbers(observe(*rows), define("a", breakdowns=BY_AGE))
    held = {cell for finding in findings if finding.holds for cell in finding.cells}
    newest = {cell for cell in held if cell.time_period == "2024"}
    assert len(newest) == len([*OFTEN, "_T"]) * len([*SIZES, "REG-52"])
    assert not any("s'écartent ensemble" in finding.explanation for finding in findings)


def test_an_event_of_a_whole_table_is_titled_by_what_the_table_did(
    observe: Observe, define: Define
) -> None:
    rng = np.random.default_rng(5)
    moves = (0.03, -0.02, 0.04, 0.01, -0.03, 0.02, -0.01, 0.03, 0.3)
    levels = 500 * np.exp(np.cumsum([0.0, *moves]))
    rows = [
        (area, str(2015 + year), float(round(level * np.exp(rng.normal(0, 0.01)))))
        for year, level in enumerate(levels)
        for area in DEPARTMENTS
    ]
    findings = rolled_numbers(observe(*rows), define("a"))
    (event,) = [finding for finding in findings if finding.time_period == "2024"]
    assert not event.holds
    assert plain(event.title).startswith(
        "Indicateur a : entre 2023 et 2024, les 12 séries du tableau passent ensemble de "
    )


@pytest.mark.parametrize("odd", [False, True])
def test_what_a_whole_table_did_is_told_once(
    observe: Observe, define: Define, *, odd: bool
) -> None:
    """All fall together: areas, categories and details say one thing, be one odd by itself too."""
    observations = observe(*by_age({age: 0.5 * often for age, often in OFTEN.items()}))
    by_id = {"a": define("a", breakdowns=BY_AGE)}
    verdicts = evaluate_rules(["BRK", "VNO"], Subject.of(observations, by_id, load_policy()))
    first = verdicts[["rule", "ref_area", "time_period", "category"]].eq(
        ["BRK", "DEP-44", "2024", TOTAL]
    )
    if odd:
        own = "3 000 en 2023, 1 500 en 2024 : environ 1 chance sur 180 d'un écart pareil. "
        verdicts.loc[first.all(axis=1), "explanation"] = own + verdicts["explanation"]
    (told_once,) = roll_up(verdicts, observations, by_id, Names())
    assert told_once.holds
    assert plain(told_once.title).startswith(
        "Indicateur a : entre 2023 et 2024, les 5 séries du tableau passent ensemble de "
    )
    assert told_once.explanation.count("passent ensemble") == 1
    assert "pour le nombre lui-même" not in told_once.explanation


def test_what_departs_from_a_table_that_moved_is_held_without_telling_its_movement_again(
    observe: Observe, define: Define
) -> None:
    observations = observe(*by_age({age: 0.7 * often for age, often in OFTEN.items()}))
    by_id = {"a": define("a", breakdowns=BY_AGE)}
    verdicts = evaluate_rules(["BRK", "VNO"], Subject.of(observations, by_id, load_policy()))
    place = verdicts[["rule", "ref_area", "time_period", "category"]]
    odd = place.eq(["BRK", "DEP-44", "2024", "a"]).all(axis=1)
    own = "750 en 2023, 510 en 2024 : environ 1 chance sur 180 d'un écart pareil."
    verdicts.loc[odd, "severity"] = str(Severity.WARNING)
    verdicts.loc[odd, "explanation"] = f"{own} {verdicts.loc[odd, 'explanation'].item()}"
    held, event = roll_up(verdicts, observations, by_id, Names())
    assert (held.holds, event.holds) == (True, False)
    assert "passent ensemble" not in held.title + held.explanation
    assert plain(held.explanation) == f"DEP-44, « a » : {own}"
    assert event.explanation.count("passent ensemble") == 1
