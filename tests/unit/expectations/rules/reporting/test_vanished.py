"""VAN: absent, null and zero are three things."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition

REG = "REG-52"
D44 = "DEP-44"
D49 = "DEP-49"
D72 = "DEP-72"
D85 = "DEP-85"
DEPARTMENTS = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]


def rate(value: float, numerator: float, denominator: float) -> tuple[float, dict[str, float]]:
    return value, {"numerator": numerator, "denominator": denominator}


Check = Callable[..., Any]
Observe = Callable[..., pd.DataFrame]
Define = Callable[..., IndicatorDefinition]


def test_absent_null_and_zero_are_three_things(check: Check) -> None:
    verdicts = check(
        "VAN",
        *((area, "2023", 26) for area in (D44, D49, D72)),
        (D44, "2024", "L"),
        (D49, "2024", "O"),
        (D72, "2024", 0),
    )
    assert [verdicts.outcome(area, "2024") for area in (D44, D49, D72)] == [
        "fail",
        "fail",
        "pass",
    ]
    assert "n'a plus de ligne" in verdicts.explanation(D44, "2024")
    assert "sa ligne est là mais sa valeur est vide" in verdicts.explanation(D49, "2024")
    assert "un zéro est une valeur" in verdicts.explanation(D72, "2024")


@pytest.mark.parametrize("status", ["Q", "M"])
def test_what_somebody_declared_has_not_vanished(check: Check, status: str) -> None:
    verdicts = check("VAN", (D44, "2023", 26), (D44, "2024", status))
    assert verdicts.outcome(D44, "2024") == "pass"


def test_what_is_not_yet_available_has_not_vanished(check: Check) -> None:
    rows = [(REG, "2023", 43), (D44, "2023", 17), (D49, "2023", 26)]
    verdicts = check(
        "VAN", *rows, *((area, "2024", "Y") for area in (REG, D44, D49)), breakdowns=DEPARTMENTS
    )
    assert {verdicts.outcome(area, "2024") for area in (REG, D44, D49)} == {"not_evaluated"}
    assert "celle de 2024 n'est pas encore due" in verdicts.explanation(REG, "2024")


@pytest.mark.parametrize("status", ["L", "O"])
def test_once_due_it_has(check: Check, status: str) -> None:
    others = [(D44, "2023", 17), (D44, "2024", 18)]
    verdicts = check("VAN", (REG, "2023", 43), (REG, "2024", status), *others)
    assert verdicts.outcome(REG, "2024") == "fail"


def test_a_period_of_which_nothing_came_is_late_and_has_not_vanished(check: Check) -> None:
    rows = [(REG, "2023", 43), (D44, "2023", 17), (REG, "2024", "L"), (D44, "2024", "L")]
    verdicts = check("VAN", *rows)
    assert verdicts.outcome(REG, "2024") == "not_evaluated"
    assert verdicts.rows.loc[(REG, "2024"), "reason"] == "période en retard"


@pytest.mark.parametrize(("size", "severity"), [(16, "Information"), (26, "Warning")])
def test_a_small_cell_of_a_table_that_lives_on_is_an_information(
    observe: Observe, define: Define, judge: Callable[..., Any], size: int, severity: str
) -> None:
    kinds = {name: {"breakdown": "famille", "category": name} for name in ("BTS", "DMA")}
    rows = [
        (area, year, 300, kinds[name])
        for area in (D44, D49)
        for name in kinds
        for year in ("2018", "2019")
        if (area, name) != (D49, "DMA")
    ]
    rows.append((D49, "2018", size, kinds["DMA"]))
    verdicts = judge("VAN", observe(*rows), define("a")).rows.reset_index()
    gone = verdicts[verdicts["outcome"] == "fail"]
    assert gone[["ref_area", "category", "severity"]].to_numpy().tolist() == [
        [D49, "DMA", severity]
    ]


def test_a_cell_without_any_row_is_absent(check: Check) -> None:
    verdicts = check("VAN", (D44, "2023", 26), (D49, "2023", 3), (D49, "2024", 3))
    assert "n'a plus de ligne" in verdicts.explanation(D44, "2024")
    assert verdicts.outcome(D44, "2024") == "fail"
    assert verdicts.outcome(D49, "2024") == "pass"


def test_a_zero_and_a_gap_had_nothing_to_lose(check: Check) -> None:
    verdicts = check(
        "VAN",
        *((D44, "2023", 0), (D49, "2023", "L"), (D72, "2023", 5)),
        *((D44, "2024", "L"), (D49, "2024", "L"), (D72, "2024", 6)),
    )
    assert verdicts.outcome(D44, "2024") == "pass"
    assert verdicts.outcome(D49, "2024") == "not_evaluated"


@pytest.mark.parametrize(("lost", "expected"), [(9, "pass"), (10, "fail")])
def test_a_total_is_in_doubt_from_a_tenth_lost(check: Check, lost: int, expected: str) -> None:
    rows = [(REG, "2023", 100), (D44, "2023", 100 - lost), (D49, "2023", lost)]
    rows += [(REG, "2024", 100), (D44, "2024", 100), (D49, "2024", "L")]
    verdicts = check("VAN", *rows, breakdowns=DEPARTMENTS)
    assert verdicts.outcome(D49, "2024") == "fail"
    assert verdicts.outcome(REG, "2024") == expected
    evidence = verdicts.evidence(REG, "2024")
    assert [item["ref_area"] for item in evidence["vanished"]] == [D49]


@pytest.mark.parametrize(("came", "expected"), [(48, "pass"), (41, "pass"), (38, "fail")])
def test_a_total_whose_parts_come_back_under_other_codes_lost_nothing(
    check: Check, came: int, expected: str
) -> None:
    rows = [(REG, "2023", 100), (D44, "2023", 50), (D49, "2023", 50)]
    rows += [(REG, "2024", 50 + came), (D44, "2024", 50), (D49, "2024", "L"), (D72, "2024", came)]
    verdicts = check("VAN", *rows, breakdowns=DEPARTMENTS)
    assert verdicts.outcome(D49, "2024") == "fail"
    assert verdicts.outcome(REG, "2024") == expected


@pytest.mark.parametrize(("total", "expected"), [(100, "pass"), (50, "fail"), (55, "fail")])
def test_a_total_that_still_has_what_its_parts_do_not_show_lost_nothing(
    check: Check, total: int, expected: str
) -> None:
    rows = [(REG, "2023", 100), (D44, "2023", 50), (D49, "2023", 50)]
    rows += [(REG, "2024", total), (D44, "2024", 50), (D49, "2024", "L")]
    verdicts = check("VAN", *rows, breakdowns=DEPARTMENTS)
    assert verdicts.outcome(D49, "2024") == "fail"
    assert verdicts.outcome(REG, "2024") == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [((402, 295, 255), "pass"), ((308, 203, 152), "fail"), ((355, 205, 150), "fail")],
    ids=["won by one of the others", "won by none", "less than half of it won"],
)
def test_a_total_of_which_another_part_won_what_vanished_lost_nothing(
    check: Check, after: tuple[int, ...], expected: str
) -> None:
    rows = [(REG, "2023", 950), (D44, "2023", 400), (D49, "2023", 300), (D72, "2023", 150)]
    rows += [(D85, "2023", 100), (D85, "2024", "L"), (REG, "2024", sum(after))]
    rows += [(area, "2024", value) for area, value in zip((D44, D49, D72), after, strict=True)]
    verdicts = check("VAN", *rows, breakdowns=DEPARTMENTS)
    assert verdicts.outcome(D85, "2024") == "fail"
    assert verdicts.outcome(REG, "2024") == expected


def test_where_a_category_went_into_another_small_areas_lost_nothing_either(check: Check) -> None:
    draws = np.random.default_rng(20190930)
    means = draws.lognormal(5, 0.5, (60, 5))
    before, after = (
        draws.poisson(means),
        draws.poisson(means * draws.lognormal(-0.03, 0.08, means.shape)),
    )
    after[:, 1] += after[:, 0]
    rows = []
    for area, (was, now) in enumerate(zip(before, after, strict=True)):
        place = f"EPCI-{area:02}"
        rows += [(place, "2023", was.sum()), (place, "2024", now[1:].sum())]
        rows += [
            (place, period, counts[rank], {"breakdown": "duree", "category": f"c{rank}"})
            for period, counts in (("2023", was), ("2024", now))
            for rank in range(1 if period == "2024" else 0, 5)
        ]
        rows.append((place, "2024", "L", {"breakdown": "duree", "category": "c0"}))
    parts = [{"by": "category", "of": "_T", "parts": "duree"}]
    failing = check("VAN", *rows, breakdowns=parts).rows.query("outcome == 'fail'")
    assert (failing["category"] == "c0").sum() == 60
    assert (failing["category"] == "_T").sum() < 60 / 8  # a small area's own chance


@pytest.mark.parametrize(("lost", "expected"), [(5, "pass"), (50, "fail")])
def test_parts_of_a_rate_weigh_their_denominators(check: Check, lost: int, expected: str) -> None:
    rows = [
        (REG, "2018", *rate(30.0, 30, 100)),
        (D44, "2018", *rate(20.0, lost / 5, lost)),
        (D49, "2018", *rate(30.0, 30 - lost / 5, 100 - lost)),
        (REG, "2019", *rate(30.0, 30, 100 - lost)),
        (D44, "2019", "L"),
        (D49, "2019", *rate(30.0, 30, 100 - lost)),
    ]
    verdicts = check("VAN", *rows, kind="rate", breakdowns=DEPARTMENTS)
    assert verdicts.outcome(REG, "2019") == expected
