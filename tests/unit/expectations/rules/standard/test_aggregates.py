"""VAD: totals and the sums of their details."""

from collections.abc import Callable
from typing import Any

import pytest

from expectations.suites.policy import Policy, load_policy

REG = "REG-52"
D44 = "DEP-44"
D49 = "DEP-49"
DEPARTMENTS = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
FAMILIES = [{"by": "category", "of": "_T", "parts": "famille"}]


def rate(value: float, numerator: float, denominator: float) -> tuple[float, dict[str, float]]:
    return value, {"numerator": numerator, "denominator": denominator}


Check = Callable[..., Any]


def test_a_total_that_its_details_do_not_make_fails(check: Check) -> None:
    verdicts = check(
        "VAD",
        (REG, "2023", 502),
        (D44, "2023", 204),
        (D49, "2023", 298),
        (REG, "2024", 502),
        (D44, "2024", 204),
        (D49, "2024", 297),
        breakdowns=DEPARTMENTS,
    )
    assert verdicts.outcome(REG, "2023") == "pass"
    assert verdicts.outcome(REG, "2024") == "fail"
    assert "vaut 502" in verdicts.explanation(REG, "2024")
    assert "(2 départements) vaut 501" in verdicts.explanation(REG, "2024")


@pytest.mark.parametrize(("known", "expected"), [(41, "not_evaluated"), (43, "pass"), (44, "fail")])
def test_with_a_detail_missing_the_sum_is_a_lower_bound(
    check: Check, known: int, expected: str
) -> None:
    rows = [(REG, "2023", 43), (D44, "2023", known), (D49, "2023", "L")]
    assert check("VAD", *rows, breakdowns=DEPARTMENTS).outcome(REG, "2023") == expected


@pytest.mark.parametrize(("known", "expected"), [(41, "not_evaluated"), (43, "pass"), (44, "fail")])
def test_a_detail_of_which_the_line_is_lost_is_missing(
    check: Check, known: int, expected: str
) -> None:
    before = [(REG, "2022", 43), (D44, "2022", 40), (D49, "2022", 3)]
    rows = [*before, (REG, "2023", 43), (D44, "2023", known)]
    verdicts = check("VAD", *rows, breakdowns=DEPARTMENTS)
    assert verdicts.outcome(REG, "2023") == expected
    assert "(2 départements, dont 1 sans valeur)" in verdicts.explanation(REG, "2023")


def test_a_detail_that_cannot_exist_is_not_missing(check: Check) -> None:
    rows = [(REG, "2023", 43), (D44, "2023", 41), (D49, "2023", "M")]
    assert check("VAD", *rows, breakdowns=DEPARTMENTS).outcome(REG, "2023") == "fail"


def test_a_rate_of_nobody_counts_by_the_numerator_that_it_has(check: Check) -> None:
    """Women of a department whose admitted became zero: their sum over departments still holds."""
    verdicts = check(
        "VAD",
        (REG, "2023", *rate(60, 60, 100)),
        (D44, "2023", *rate(50, 50, 100)),
        (D49, "2023", "M", {"numerator": 10, "denominator": 0}),
        breakdowns=DEPARTMENTS,
        kind="rate",
    )
    assert verdicts.outcome(REG, "2023") == "pass"


def test_nothing_is_said_without_details_or_without_a_total(check: Check) -> None:
    rows = [(REG, "2023", 43), (D44, "2023", "L"), (REG, "2024", "L"), (D44, "2024", 4)]
    verdicts = check("VAD", *rows, breakdowns=DEPARTMENTS)
    assert verdicts.outcomes == {"not_evaluated"}


def test_numerators_and_denominators_of_a_rate_add_up(check: Check) -> None:
    def rows(period: str, denominator: float) -> list[tuple[Any, ...]]:
        return [
            (REG, period, *rate(30.0, 30, 100)),
            (D44, period, *rate(25.0, 10, 40)),
            (D49, period, *rate(100 * 20 / denominator, 20, denominator)),
        ]

    verdicts = check(
        "VAD", *rows("2018", 60), *rows("2019", 61), kind="rate", breakdowns=DEPARTMENTS
    )
    assert verdicts.outcome(REG, "2018") == "pass"
    assert verdicts.outcome(REG, "2019") == "fail"
    assert "Le dénominateur du total vaut 100" in verdicts.explanation(REG, "2019")


def test_a_rate_without_its_counts_is_not_evaluated(check: Check) -> None:
    rows = [(REG, "2023", 51.5), (D44, "2023", 60.0)]
    verdicts = check("VAD", *rows, kind="rate", breakdowns=DEPARTMENTS)
    assert verdicts.outcome(REG, "2023") == "not_evaluated"


def test_categories_add_up_as_areas_do(check: Check) -> None:
    rows = [
        (REG, "2023", 10),
        (REG, "2023", 4, {"breakdown": "famille", "category": "BTS"}),
        (REG, "2023", 7, {"breakdown": "famille", "category": "DUT"}),
        (REG, "2023", 99, {"breakdown": "autre", "category": "BTS"}),
    ]
    verdicts = check("VAD", *rows, breakdowns=FAMILIES)
    assert verdicts.outcome(REG, "2023") == "fail"
    assert "(2 catégories) vaut 11" in verdicts.explanation(REG, "2023")


def test_two_regions_are_refused(check: Check) -> None:
    with pytest.raises(ValueError, match="Plusieurs territoires REG"):
        check("VAD", (REG, "2023", 1), ("REG-53", "2023", 1), breakdowns=DEPARTMENTS)


@pytest.mark.parametrize(("total", "outcome"), [(201, "pass"), (204, "fail")])
def test_a_policy_may_admit_a_share_of_the_total(
    judge: Check, observe: Check, define: Check, total: float, outcome: str
) -> None:
    derogation = {
        "indicateurs": ["a"],
        "seuils": {"ecart_relatif_admis_du_total": 0.01},
        "depuis": "2026-11-29",
        "raison": "Le producteur arrondit chacun des détails à la dizaine.",
    }
    policy = Policy.model_validate({**load_policy().model_dump(), "derogations": [derogation]})
    observations = observe((REG, "2016", total), (D44, "2016", 90), (D49, "2016", 110))
    verdicts = judge("VAD", observations, define("a", breakdowns=DEPARTMENTS), policy=policy)
    assert verdicts.outcome(REG, "2016") == outcome


def test_only_the_details_that_may_be_wrong_are_named(check: Check) -> None:
    before = {"a": 800, "b": 500, "c": 300, "d": 900}
    after = {**before, "b": 0}
    rows = [(REG, "2023", 2_500), (REG, "2024", 2_500)]
    rows += [
        (REG, year, value, {"breakdown": "famille", "category": name})
        for year, values in (("2023", before), ("2024", after))
        for name, value in values.items()
    ]
    verdicts = check("VAD", *rows, breakdowns=FAMILIES)
    assert verdicts.evidence(REG, "2024")["sums"][0]["suspects"] == [[REG, "b"]]
    assert verdicts.evidence(REG, "2023")["sums"][0]["suspects"] is None


@pytest.mark.parametrize(
    ("now", "suspects"),
    [
        ({D49: 109_000.0}, [[D49, "_T"]]),
        ({D49: 109_000.0, D44: 1.0}, None),
        ({REG: 7.0}, []),
    ],
)
def test_a_sum_that_was_right_is_wrong_only_by_what_was_revised_since(
    judge: Check, observe: Check, define: Check, now: dict[str, float], suspects: object
) -> None:
    published = {REG: 373.0, D44: 264.0, D49: 109.0}
    then, tonight = (
        observe(*((area, "2024", value) for area, value in values.items()))
        for values in (published, published | now)
    )
    definition = define("a", breakdowns=DEPARTMENTS)
    verdicts = judge("VAD", tonight, definition, published=then)
    assert verdicts.evidence(REG, "2024")["sums"][0]["suspects"] == suspects


def test_a_sum_that_was_wrong_already_says_nothing_of_what_was_revised(
    judge: Check, observe: Check, define: Check
) -> None:
    then = observe((REG, "2024", 900), (D44, "2024", 264), (D49, "2024", 109))
    tonight = observe((REG, "2024", 900), (D44, "2024", 264), (D49, "2024", 110))
    definition = define("a", breakdowns=DEPARTMENTS)
    verdicts = judge("VAD", tonight, definition, published=then)
    assert verdicts.evidence(REG, "2024")["sums"][0]["suspects"] is None
