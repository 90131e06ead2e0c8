"""Which cells a cause reaches: details below a total in doubt, totals above details."""

import numpy as np
import pandas as pd
import pytest

from expectations.cells.observations import TOTAL
from expectations.findings.code_names import Names
from expectations.findings.roll_up import roll_up
from expectations.rules.evaluate import evaluate_rules
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy
from tests.unit.expectations.findings.rolling import (
    DEPARTMENTS,
    Define,
    Observe,
    departments,
    of_rule,
    plain,
    rolled,
)

AGES = ["0_24", "25_34", "35_49", "50_64"]


def test_a_total_that_one_detail_explains_holds_that_detail_and_no_other(
    observe: Observe, define: Define
) -> None:
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*departments(400_000.0)), define("a", breakdowns=breakdowns))
    assert [cell.ref_area for cell in finding.cells] == ["DEP-44", "REG-52"]


@pytest.mark.parametrize(
    ("of_44", "held"),
    [
        (400_000.0, ["DEP-44", "REG-52"]),
        (403.0, [*(f"DEP-{code}" for code in range(44, 56)), "REG-52"]),
    ],
)
def test_a_total_that_departs_alone_is_held_with_the_details_that_moved_it(
    observe: Observe, define: Define, of_44: float, held: list[str]
) -> None:
    region = 400.0 if of_44 == 403.0 else None
    observations = observe(*departments(of_44, region))
    by_id = {"a": define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])}
    verdicts = evaluate_rules(["BRK"], Subject.of(observations, by_id, load_policy()))
    of_total = verdicts[verdicts["ref_area"] == "REG-52"]
    (finding,) = roll_up(of_total, observations, by_id, Names())
    assert [cell.ref_area for cell in finding.cells] == held
    why = "DEP-44 : ce détail est retenu avec le total, qu'il a fait bouger."
    assert (why in plain(finding.explanation)) is (len(held) == 2)


def crossed(times: dict[str, float]) -> list[tuple[str, str, float, dict[str, str]]]:
    """Return two periods of departments by ages, with their totals both ways.

    Args:
        times: What some departments, or ages, are multiplied by in the second.
    """
    rng = np.random.default_rng(2)
    sizes = np.outer(
        [150, 150, 1500, 150], [15.0 if area == "DEP-43" else 1.0 for area in DEPARTMENTS]
    )
    rows: list[tuple[str, str, float, dict[str, str]]] = []
    for period in ("2023", "2024"):
        table = pd.DataFrame(rng.poisson(sizes).astype(float), index=AGES, columns=DEPARTMENTS)
        for name, factor in times.items() if period == "2024" else ():
            table.loc[
                name if name in AGES else AGES, name if name in DEPARTMENTS else DEPARTMENTS
            ] *= factor
        table["REG-52"] = table.sum(axis=1)
        table.loc[TOTAL] = table.sum()
        rows += [
            (area, period, value, {"breakdown": "_T" if age == TOTAL else "age", "category": age})
            for area, column in table.items()
            for age, value in column.items()
        ]
    return rows


BOTH_WAYS = (
    {"by": "category", "of": TOTAL, "parts": "age"},
    {"by": "ref_area", "of": "REG", "parts": "DEP"},
)


@pytest.mark.parametrize("by", [20, -20, 400])
@pytest.mark.parametrize(
    ("wrong", "sums"),
    [
        (("REG-52", TOTAL), set()),
        (("REG-52", "35_49"), {("REG-52", TOTAL)}),
        (("DEP-46", TOTAL), {("REG-52", TOTAL)}),
        (("DEP-46", "35_49"), {("REG-52", "35_49"), ("DEP-46", TOTAL)}),
    ],
)
def test_of_two_sums_that_are_wrong_by_as_much_the_number_in_both_is_held_and_no_other_detail(
    observe: Observe, define: Define, wrong: tuple[str, str], sums: set[tuple[str, str]], by: int
) -> None:
    rows = [
        (area, period, value + by * ((area, at["category"], period) == (*wrong, "2024")), at)
        for area, period, value, at in crossed({})
    ]
    (finding,) = of_rule("VAD", observe(*rows), define("a", breakdowns=BOTH_WAYS))
    assert {(at.ref_area, at.category) for at in finding.cells} == sums | {wrong}


def test_a_detail_that_is_held_for_the_sums_it_is_in_is_told_with_why(
    observe: Observe, define: Define
) -> None:
    def told(values: dict[tuple[str, str], float]) -> str:
        rows = [
            (
                area,
                period,
                values.get((area, at["category"]), value) if period == "2024" else value,
                at,
            )
            for area, period, value, at in crossed({})
        ]
        (finding,) = of_rule("VAD", observe(*rows), define("a", breakdowns=BOTH_WAYS))
        return plain(finding.explanation)

    one = told({("DEP-46", "35_49"): 4_000.0})
    assert one.endswith(
        "DEP-46, « 35_49 » : ce détail est retenu aussi : c'est sans doute lui qui est faux."
    )
    assert "retenu aussi" not in told({("REG-52", TOTAL): 4_000_000.0})


@pytest.mark.parametrize(
    ("wrong", "held"),
    [
        ("DEP-43", {(area, age) for area in ("DEP-43", "REG-52") for age in (*AGES, TOTAL)}),
        ("35_49", {(area, age) for area in (*DEPARTMENTS, "REG-52") for age in ("35_49", TOTAL)}),
    ],
)
def test_totals_that_their_details_in_doubt_moved_are_held_with_them(
    observe: Observe, define: Define, wrong: str, held: set[tuple[str, str]]
) -> None:
    rows = crossed({wrong: 3.0 if wrong in DEPARTMENTS else 0.0})
    found = rolled(observe(*rows), define("a", breakdowns=BOTH_WAYS))
    of_levels = [finding for finding in found if "BRK" in finding.rules and finding.holds]
    assert {(at.ref_area, at.category) for item in of_levels for at in item.cells} == held
    (text,) = (plain(finding.explanation) for finding in of_levels)
    assert text.endswith(" : ces totaux sont retenus avec les détails qui les ont fait bouger.")


def test_a_total_that_moved_beyond_its_details_in_doubt_holds_them_all(
    observe: Observe, define: Define
) -> None:
    rows = departments(400_000.0, region=4.0)
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    findings = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert max(len(finding.cells) for finding in findings) == 13


def test_a_total_that_is_not_the_sum_of_its_categories_says_nothing_of_its_areas(
    observe: Observe, define: Define
) -> None:
    women, men = ({"breakdown": "sexe", "category": category} for category in ("F", "M"))
    rows = [("REG-52", "2023", 90.0), ("DEP-44", "2023", 60.0), ("DEP-49", "2023", 30.0)]
    rows += [("REG-52", "2023", 50.0, women), ("REG-52", "2023", 30.0, men)]
    breakdowns = [
        {"by": "ref_area", "of": "REG", "parts": "DEP"},
        {"by": "category", "of": "_T", "parts": "sexe"},
    ]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert "VAD" in finding.rules
    assert {cell.ref_area for cell in finding.cells} == {"REG-52"}
    assert len(finding.cells) == 3


def test_a_total_that_one_detail_explains_holds_that_detail_and_not_the_others(
    observe: Observe, define: Define
) -> None:
    before = {"REG-52": 2_510.0, "DEP-44": 810.0, "DEP-49": 520.0, "DEP-53": 310.0, "DEP-72": 870.0}
    after = {"REG-52": 2_540.0, "DEP-44": 832.0, "DEP-49": 0.0, "DEP-53": 305.0, "DEP-72": 884.0}
    rows = [
        (area, year, value)
        for year, values in (("2023", before), ("2024", after))
        for area, value in values.items()
    ]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    found = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    (finding,) = (finding for finding in found if "VAD" in finding.rules)
    assert {cell.ref_area for cell in finding.cells} == {"REG-52", "DEP-49"}


def held_of_newest(
    after: dict[str, float | None], observe: Observe, define: Define
) -> frozenset[str]:
    """Return which areas are held when departments have some numbers after quiet years."""
    before = {"DEP-44": 810.0, "DEP-49": 520.0, "DEP-53": 310.0, "DEP-72": 870.0, "DEP-85": 640.0}
    quiet = {
        str(year): {area: value + step for area, value in before.items()}
        for year, step in ((2020, 9), (2021, -6), (2022, 4), (2023, 0))
    }
    rows = [
        row
        for year, values in {**quiet, "2024": after}.items()
        for total in [sum(value for value in values.values() if value is not None)]
        for row in [("REG-52", year, total), *((area, year, v) for area, v in values.items())]
    ]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    found = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    return frozenset(
        cell.ref_area
        for finding in found
        if finding.holds
        for cell in finding.cells
        if cell.time_period == "2024"
    )


def test_details_that_moved_as_ever_are_not_held_however_little_the_wrong_ones_leave(
    observe: Observe, define: Define
) -> None:
    after = {"DEP-44": 810_000.0, "DEP-49": None, "DEP-53": 305.0, "DEP-72": 90.0, "DEP-85": 655.0}
    assert held_of_newest(after, observe, define) == {"REG-52", "DEP-44", "DEP-49", "DEP-72"}


def test_the_smaller_half_that_goes_along_with_the_wrong_ones_is_held_with_them(
    observe: Observe, define: Define
) -> None:
    after = {"DEP-44": 320.0, "DEP-49": 210.0, "DEP-53": 240.0, "DEP-72": 350.0, "DEP-85": 260.0}
    assert "DEP-53" in held_of_newest(after, observe, define)


@pytest.mark.parametrize("of_44", [(30, 3000), None], ids=["moved", "gone"])
def test_a_rate_that_one_area_moved_leaves_the_others_alone(
    observe: Observe, define: Define, of_44: tuple[int, int] | None
) -> None:
    """Rates do not add up: what is left of one is read from its numerators and denominators."""
    areas = [f"DEP-{code}" for code in ("44", "49", "53", "72", "85")]
    numbers = {
        "2023": [(1500, 3000), (502, 1000), (495, 1000), (498, 1000), (505, 1000)],
        "2024": [of_44, (499, 1000), (501, 1000), (503, 1000), (500, 1000)],
    }
    rows = [
        (area, period, 100 * part / whole, {"numerator": part, "denominator": whole})
        for period, parts in numbers.items()
        for given in [{area: ends for area, ends in zip(areas, parts, strict=True) if ends}]
        for total in [tuple(map(sum, zip(*given.values(), strict=True)))]
        for area, (part, whole) in {"REG-52": total, **given}.items()
    ]
    definition = define("a", "rate", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])
    held = {
        cell.ref_area
        for finding in rolled(observe(*rows, unit="pct"), definition)
        if finding.holds
        for cell in finding.cells
    }
    assert held == {"REG-52", "DEP-44"}


def test_a_total_of_which_one_detail_is_in_doubt_is_told_by_that_detail(
    observe: Observe, define: Define
) -> None:
    (finding,) = rolled(
        observe(*departments(400_000.0)),
        define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}]),
    )
    assert "DEP-44, 400 en 2023" in plain(finding.title)
