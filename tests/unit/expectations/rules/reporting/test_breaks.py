"""BRK: jumps, and ordinary years."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.rules.evaluate import evaluate
from expectations.subject.movements import movements
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy

REG = "REG-52"
D44 = "DEP-44"
D49 = "DEP-49"

Check = Callable[..., Any]
Make = Callable[..., Any]


def test_the_founding_case_fails_and_ordinary_years_do_not(check: Check) -> None:
    rows = [(REG, "2023", 43), (REG, "2024", 4), (D44, "2023", 7), (D44, "2024", 6)]
    verdicts = check("BRK", *rows)
    assert verdicts.outcome(REG, "2024") == "fail"
    assert verdicts.outcome(D44, "2024") == "pass"
    assert "43 en 2023, 4 en 2024 : environ 1 chance sur" in verdicts.explanation(REG, "2024")
    assert verdicts.evidence(REG, "2024")["p_adjusted"] < 0.01


def test_a_fall_to_a_declared_zero_fails(check: Check) -> None:
    assert check("BRK", (D49, "2023", 26), (D49, "2024", 0)).outcome(D49, "2024") == "fail"


def test_only_consecutive_periods_are_compared(check: Check) -> None:
    rows = [(REG, "2022", 43), (REG, "2023", "L"), (REG, "2024", 4)]
    verdicts = check("BRK", *rows)
    assert verdicts.outcomes == {"not_evaluated"}
    assert verdicts.explanation(REG, "2024") == "Pas de valeur en 2023."
    assert "Première période" in verdicts.explanation(REG, "2022")


def test_a_negative_count_is_not_compared(check: Check) -> None:
    verdicts = check("BRK", (REG, "2023", -43), (REG, "2024", 4))
    assert verdicts.outcome(REG, "2024") == "not_evaluated"


def test_a_rate_is_judged_as_a_rate(check: Check) -> None:
    rows = [(REG, "2023", 43), (REG, "2024", 4), (D44, "2023", 51.5), (D44, "2024", 52.9)]
    verdicts = check("BRK", *rows, kind="rate")
    assert verdicts.outcome(REG, "2024") == "fail"
    assert verdicts.outcome(D44, "2024") == "pass"
    assert "43 % en 2023, 4 % en 2024" in verdicts.explanation(REG, "2024")


def test_a_rate_of_few_is_judged_by_its_numbers(check: Check) -> None:
    few = ({"numerator": 3, "denominator": 4}, {"numerator": 1, "denominator": 4})
    many = ({"numerator": 3000, "denominator": 4000}, {"numerator": 1000, "denominator": 4000})
    for numbers, expected in ((few, "pass"), (many, "fail")):
        rows = [(REG, "2023", 75.0, numbers[0]), (REG, "2024", 25.0, numbers[1])]
        assert check("BRK", *rows, kind="rate").outcome(REG, "2024") == expected


def test_small_numbers_never_alarm(check: Check) -> None:
    rows = [(D44, "2023", 1), (D44, "2024", 0), (D49, "2023", 9), (D49, "2024", 0)]
    verdicts = check("BRK", *rows)
    assert verdicts.outcomes == {"pass", "not_evaluated"}
    assert "trop petits" in verdicts.explanation(D49, "2024")


def test_what_moves_in_one_place_is_a_fault_and_everywhere_an_event(check: Check) -> None:
    areas = [f"DEP-{number}" for number in range(20)]
    before = [(area, "2023", 400 + number) for number, area in enumerate(areas)]
    one = [(area, "2024", 410 + n if n else 1000) for n, area in enumerate(areas)]
    verdicts = check("BRK", *before, *one)
    failing = verdicts.rows[verdicts.rows["outcome"] == "fail"]
    assert [area for area, _ in failing.index] == ["DEP-0"]
    crisis = [(area, "2024", 280 + n) for n, area in enumerate(areas)]
    assert "fail" not in check("BRK", *before, *crisis).outcomes
    everywhere = [(area, "2024", 40000 + 7 * n) for n, area in enumerate(areas)]
    event = check("BRK", *before, *everywhere)
    assert event.outcome("DEP-3", "2024") == "fail"
    assert "les 20 séries du tableau" in event.explanation("DEP-3", "2024")


def common_moves(*moves: float) -> list[tuple[Any, ...]]:
    """Twelve areas that move alike, by so much a year, and by 1 % of their own."""
    rng = np.random.default_rng(5)
    levels = np.log(np.linspace(400, 900, 12)) + np.cumsum(
        [(0,) * 12, *((m,) * 12 for m in moves)], 0
    )
    values = np.exp(levels + rng.normal(0, 0.01, levels.shape)).round()
    return [
        (f"DEP-{area:02}", str(2010 + year), value)
        for year, row in enumerate(values)
        for area, value in enumerate(row)
    ]


def test_what_a_table_never_did_is_reported_and_published(check: Check) -> None:
    calm = (0.03, -0.02, 0.04, 0.01, -0.03, 0.02, -0.01, 0.03)
    found = check("BRK", *common_moves(*calm, 0.3))
    assert found.failing == {(f"DEP-{area:02}", "2019") for area in range(12)}
    assert found.severity("DEP-03", "2019") == "Information"
    assert "d'après ce que ce tableau a fait jusque-là" in found.explanation("DEP-03", "2019")
    assert check("BRK", *common_moves(*calm, 0.04)).failing == set()


def test_what_was_only_reported_is_held_on_no_later_night(observe: Make, define: Make) -> None:
    calm = (0.03, -0.02, 0.04, 0.01, -0.03, 0.02, -0.01, 0.03)
    names = [f"indicator_{rank:02}" for rank in range(12)]
    moved = {name: common_moves(*calm, 0.45 if name == names[0] else 0.02) for name in names}
    night = pd.concat([observe(*rows, indicator=name) for name, rows in moved.items()])
    definitions = {name: define(name) for name in names}
    first = evaluate(night, definitions)
    for verdicts in (first, evaluate(night, definitions, former=first)):
        failing = verdicts[(verdicts["rule"] == "BRK") & (verdicts["outcome"] == "fail")]
        assert set(failing["severity"]) == {"Information"}
        assert len(failing) == 12


def test_what_a_table_does_now_and_then_is_not_reported(check: Check) -> None:
    restless = (0.3, -0.25, 0.28, -0.3, 0.26, -0.28, 0.3, -0.27)
    assert check("BRK", *common_moves(*restless, 0.3)).failing == set()
    assert check("BRK", *common_moves(0.01, 0.3)).failing == set()


def test_where_a_change_is_told_a_jump_is_not_lost_among_quiet_cells(
    observe: Make, define: Make
) -> None:
    quiet = [
        (f"DEP-{number}", period, 400 + number)
        for number in range(90)
        for period in ("2023", "2024")
    ]
    doubled = [
        (area, period, size * (2 if period == "2024" else 1), {"collection": collection})
        for area, size in (("REG-1", 520), ("REG-2", 480), ("REG-3", 610))
        for period, collection in (("2023", "regionale"), ("2024", "nationale"))
    ]
    untold = [(*row[:3], {"collection": "regionale"}) for row in doubled]
    definitions = {name: define(name) for name in ("a", "b")}

    def failing(rows: list[tuple[Any, ...]]) -> set[str]:
        night = pd.concat([observe(*quiet, indicator="a"), observe(*rows, indicator="b")])
        verdicts = evaluate(night, definitions)
        return set(
            verdicts.loc[(verdicts["rule"] == "BRK") & (verdicts["outcome"] == "fail"), "indicator"]
        )

    assert failing(doubled) == {"b"}
    assert failing(untold) == set()


def test_what_one_area_does_in_all_its_categories_is_found_though_none_shows_it(
    observe: Make, define: Make, judge: Make
) -> None:
    rng = np.random.default_rng(3)
    before = rng.poisson(30, (14, 10)).astype(float)
    after = rng.poisson(30, (14, 10)).astype(float)
    after[4] = rng.poisson(15, 10)
    rows = [
        (f"DEP-{area:02}", period, table[area, n], {"breakdown": "age", "category": f"c{n}"})
        for period, table in (("2023", before), ("2024", after))
        for area in range(14)
        for n in range(10)
    ]
    verdicts = judge("BRK", observe(*rows), define("a")).rows
    failing = verdicts[verdicts["outcome"] == "fail"]
    assert set(failing.index.get_level_values("ref_area")) == {"DEP-04"}
    assert len(failing) >= 9
    assert "des 10 catégories de ce territoire s'écartent ensemble" in plain(failing)


def two_years(sizes: np.ndarray, factors: np.ndarray) -> list[tuple[Any, ...]]:
    """Return two years of a table, area × category, and its totals over areas."""
    tables = {"2023": sizes, "2024": sizes * factors}
    return [
        (area, period, float(value), {"breakdown": "age", "category": f"c{category}"})
        for period, table in tables.items()
        for area, row in [
            (REG, table.sum(axis=0)),
            *((f"DEP-{n}", row) for n, row in enumerate(table)),
        ]
        for category, value in enumerate(row)
    ]


def test_what_one_area_does_to_the_totals_of_its_categories_is_no_event(
    observe: Make, define: Make, judge: Make, departments: object
) -> None:
    factors = np.ones((8, 12))
    factors[0, :8] = 1000
    rows = two_years(np.arange(200, 200 + 96).reshape(8, 12), factors)
    verdicts = judge("BRK", observe(*rows), define("a", breakdowns=departments)).rows
    assert "séries du tableau" not in plain(verdicts.loc[[(REG, "2024")]])
    everywhere = two_years(np.arange(200, 200 + 96).reshape(8, 12), 1000 * np.ones((8, 12)))
    verdicts = judge("BRK", observe(*everywhere), define("a", breakdowns=departments)).rows
    assert "les 12 séries du tableau" in plain(verdicts.loc[[(REG, "2024")]])


def test_a_category_that_is_as_ever_is_not_held_with_a_table_of_which_the_others_moved(
    observe: Make, define: Make, judge: Make
) -> None:
    factors = np.ones((9, 3))
    factors[:, :2] = 1.6
    rows = two_years(np.arange(20, 20 + 27).reshape(9, 3), factors)
    verdicts = judge("BRK", observe(*rows), define("a")).rows
    told = verdicts[verdicts["explanation"].str.contains("prises une à une")]
    assert set(told["category"]) == {"c0", "c1"}
    assert len(told) == 18


def test_what_stayed_of_a_total_that_went_tenfold_is_not_what_moved(
    observe: Make, define: Make, judge: Make
) -> None:
    before = dict(zip("abcdefgh", (300, 900, 400, 350, 500, 450, 380, 420), strict=True))
    factors = dict(zip("abcdefgh", (8, 12, 14, 9, 22, 7, 1, 1), strict=True))
    rows = [
        ("DEP-44", period, float(value), {"breakdown": breakdown, "category": name})
        for period, table in (
            ("2023", before),
            ("2024", {name: size * factors[name] for name, size in before.items()}),
        )
        for breakdown, parts in (("age", table), ("_T", {"_T": sum(table.values())}))
        for name, value in parts.items()
    ]
    breakdowns = [{"by": "category", "of": "_T", "parts": "age"}]
    verdicts = judge("BRK", observe(*rows), define("a", breakdowns=breakdowns)).rows
    of_composition = verdicts["explanation"].str.contains("répartition du total")
    failing = set(verdicts[of_composition & (verdicts["outcome"] == "fail")]["category"])
    assert "e" in failing
    assert not failing & {"g", "h"}


def test_the_one_category_that_leaves_the_others_is_not_one_among_them(
    observe: Make, define: Make, judge: Make
) -> None:
    before = dict(zip("abcdef", (300, 900, 400, 350, 500, 450), strict=True))
    rows = [
        ("DEP-44", period, float(value), {"breakdown": breakdown, "category": name})
        for period, table in (("2023", before), ("2024", {**before, "b": 0}))
        for breakdown, parts in (("age", table), ("_T", {"_T": sum(table.values())}))
        for name, value in parts.items()
    ]
    breakdowns = [{"by": "category", "of": "_T", "parts": "age"}]
    said = judge("BRK", observe(*rows), define("a", breakdowns=breakdowns)).rows["explanation"]
    told = said.str.replace("\N{NO-BREAK SPACE}", " ")
    assert told.str.contains("1 catégorie sur 6 s'écarte des autres : celle-ci.").any()
    assert not told.str.contains("dont celle-ci").any()


def test_what_a_region_kept_is_not_held_with_two_categories_that_changed_their_codes(
    observe: Make, define: Make, judge: Make
) -> None:
    before = dict(zip("abcdef", (108101, 107126, 82378, 96420, 50283, 73341), strict=True))
    after = dict(zip("abcdefgh", (105568, 98312, 80547, 95230, 0, 0, 51252, 77561), strict=True))
    rows = [
        (REG, period, float(value), {"breakdown": breakdown, "category": name})
        for period, table in (("2018", before), ("2019", after))
        for breakdown, parts in (("age", table), ("_T", {"_T": sum(table.values())}))
        for name, value in parts.items()
    ]
    breakdowns = [{"by": "category", "of": "_T", "parts": "age"}]
    verdicts = judge("BRK", observe(*rows), define("a", breakdowns=breakdowns)).rows
    failing = verdicts[verdicts["outcome"] == "fail"]
    held = failing.loc[failing["severity"] == "Warning", "category"]
    assert {"e", "f"} <= set(held)
    assert not set(held) & {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("loser", "severity"), [(None, "Information"), ("b", "Warning")], ids=["event", "moved"]
)
def test_a_category_that_triples_everywhere_is_held_if_another_lost_what_it_won(
    observe: Make, define: Make, judge: Make, loser: str | None, severity: str
) -> None:
    rng = np.random.default_rng(4)
    sizes = dict(zip("abcdefgh", (300, 900, 400, 350, 500, 450, 380, 420), strict=True))
    after = {**sizes, "a": 900}
    if loser:
        after[loser] -= 600
    rows = [
        (f"DEP-{area:02}", period, float(rng.poisson(size)), {"breakdown": "age", "category": name})
        for period, table in (("2023", sizes), ("2024", after))
        for area in range(12)
        for name, size in table.items()
    ]
    verdicts = judge("BRK", observe(*rows), define("a")).rows
    failing = verdicts[(verdicts["outcome"] == "fail") & (verdicts["category"] == "a")]
    assert len(failing) == 12
    assert set(failing["severity"]) == {severity}
    assert set(verdicts[verdicts["outcome"] == "fail"]["category"]) <= {"a", loser}


def plain(failing: pd.DataFrame) -> str:
    """Return the sentences of some verdicts, with ordinary spaces."""
    return " ".join(failing["explanation"]).replace("\xa0", " ").replace("\u202f", " ")


def test_a_small_category_of_a_region_is_expected_to_do_what_its_departments_do(
    observe: Make, define: Make
) -> None:
    """It weighs more than each of them: they are heard all the same."""
    rng = np.random.default_rng(1)
    sizes = np.outer([9, 5, 2, 4, 6], [60, 40, 9, 7, 8, 5])
    rows = [
        (area, str(2018 + year), float(value), {"breakdown": "age", "category": f"c{category}"})
        for year, level in enumerate((1, 1.02, 1.01, 1.03, 1.02, 1.04, 0.6))
        for table in [rng.poisson(sizes * level)]
        for area, row in [(REG, table.sum(0)), *((f"DEP-{n}", row) for n, row in enumerate(table))]
        for category, value in enumerate(row)
    ]
    pairs = movements(Subject.of(observe(*rows), {"a": define("a")}, load_policy()))
    of_region = pairs[pairs["ref_area"].eq(REG) & pairs["time_period"].eq("2024")]
    assert (of_region["growth"] < np.log(0.8)).all()
