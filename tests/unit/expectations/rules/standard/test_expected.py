"""REP: what is expected is given."""

from collections.abc import Callable
from typing import Any

import pytest

from expectations.cells.indicator_definition import Breakdown

Make = Callable[..., Any]
Departments = tuple[Breakdown, ...]


def test_a_part_is_missed_when_another_is_given(
    judge: Make, observe: Make, define: Make, departments: Departments
) -> None:
    rows = [("REG-52", "2024", 12), ("DEP-44", "2024", 7), ("DEP-49", "2024", "L")]
    verdicts = judge("REP", observe(*rows), define("a", breakdowns=departments))
    assert verdicts.failing == {("DEP-49", "2024")}
    assert verdicts.severity("DEP-49", "2024") == "Information"
    assert "d'autres détails du même total" in verdicts.explanation("DEP-49", "2024")
    assert "vaut-il zéro" in verdicts.evidence("DEP-49", "2024")["question"]


def test_a_zero_that_was_not_written_is_no_fault(
    judge: Make, observe: Make, define: Make, departments: Departments
) -> None:
    rows = [("REG-52", "2024", 7), ("DEP-44", "2024", 7), ("DEP-49", "2024", "L")]
    verdicts = judge("REP", observe(*rows), define("a", breakdowns=departments))
    assert verdicts.failing == set()
    assert "un zéro qui n'est pas écrit" in verdicts.explanation("DEP-49", "2024")


def test_a_rate_has_no_zero_left_over(judge: Make, observe: Make, define: Make) -> None:
    rows = [("REG-52", "2024", 50), ("ZE2020-5201", "2024", 50), ("ZE2020-5214", "2024", "L")]
    zones = (Breakdown(by="ref_area", of="REG", parts="ZE2020"),)
    verdicts = judge("REP", observe(*rows, unit="pct"), define("a", "rate", breakdowns=zones))
    assert verdicts.failing == {("ZE2020-5214", "2024")}
    assert "zéro" not in verdicts.evidence("ZE2020-5214", "2024")["question"]


@pytest.mark.parametrize("status", ["O", "Q", "M", "Y"])
def test_only_an_absence_is_missed(
    judge: Make, observe: Make, define: Make, departments: Departments, status: str
) -> None:
    rows = [("REG-52", "2024", 12), ("DEP-44", "2024", 7), ("DEP-49", "2024", status)]
    assert judge("REP", observe(*rows), define("a", breakdowns=departments)).failing == set()


def test_nothing_is_missed_where_no_part_is_given(
    judge: Make, observe: Make, define: Make, departments: Departments
) -> None:
    rows = [("REG-52", "2024", 12), ("DEP-44", "2024", "L"), ("DEP-49", "2024", "L")]
    assert judge("REP", observe(*rows), define("a", breakdowns=departments)).failing == set()


def test_what_vanished_is_not_said_twice(
    judge: Make, observe: Make, define: Make, departments: Departments
) -> None:
    rows = [("REG-52", "2023", 33), ("DEP-44", "2023", 7), ("DEP-49", "2023", 26)]
    rows += [("REG-52", "2024", 33), ("DEP-44", "2024", 7), ("DEP-49", "2024", "L")]
    verdicts = judge("REP", observe(*rows), define("a", breakdowns=departments))
    assert verdicts.failing == set()
    assert verdicts.reason("DEP-49", "2024") == "disparue, ce que dit une autre règle"


ABSENT, UNEXPECTED = ("DEP-49", "2024"), ("DEP-53", "2024")
PRESENCES = {"au_moins": {ABSENT}, "seulement": {UNEXPECTED}, "exactement": {ABSENT, UNEXPECTED}}


@pytest.mark.parametrize("presence", PRESENCES)
def test_a_suite_lists_what_it_expects(
    judge: Make, observe: Make, define: Make, entry: Make, presence: str
) -> None:
    asked = entry(
        "REP", {"quoi": "attendus", "presence": presence, "territoires": ["DEP-44", "DEP-49"]}
    )
    observations = observe(("DEP-44", "2024", 3), ("DEP-53", "2024", 2))
    verdicts = judge("REP", observations, define("a"), entries=(asked,))
    assert verdicts.failing == PRESENCES[presence]


def test_what_nobody_ever_gave_is_expected_in_the_areas_that_are_known(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry(
        "REP",
        {
            "quoi": "attendus",
            "presence": "au_moins",
            "types_de_territoire": ["REG"],
            "ventilation": "ministere",
            "categories": ["men", "masa"],
        },
    )
    men = {"breakdown": "ministere", "category": "men"}
    observations = observe(("REG-52", "2024", 3, men), ("REG-52", "2025", "Y", men))
    verdicts = judge("REP", observations, define("a"), entries=(asked,))
    failing = verdicts.rows[verdicts.rows["outcome"] == "fail"]
    assert failing["category"].tolist() == ["masa"]
    assert failing.index.tolist() == [("REG-52", "2024")]


def test_nobody_misses_a_category_before_it_enters(
    judge: Make, observe: Make, define: Make
) -> None:
    men, masa = ({"breakdown": "ministere", "category": code} for code in ("men", "masa"))
    total = [("REG-52", year, 30) for year in ("2022", "2023", "2024")]
    rows = [("REG-52", year, 10, men) for year in ("2022", "2023", "2024")]
    entering = [
        ("REG-52", "2022", "L", masa),
        ("REG-52", "2023", 9, masa),
        ("REG-52", "2024", "O", masa),
    ]
    definition = define("a", breakdowns=[{"by": "category", "of": "_T", "parts": "ministere"}])
    assert judge("REP", observe(*total, *rows, *entering), definition).failing == set()
    never = [("REG-52", year, "L", masa) for year in ("2022", "2023", "2024")]
    verdicts = judge("REP", observe(*total, *rows, *never), definition)
    assert {year for _, year in verdicts.failing} == {"2022", "2023", "2024"}
