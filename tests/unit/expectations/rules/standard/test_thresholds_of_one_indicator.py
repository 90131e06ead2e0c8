"""A threshold that a steward sets for one indicator is that of its rules, and of no other's."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from expectations.rules.reporting.copies import no_stale_repeat
from expectations.rules.reporting.labels import same_labels, same_scale
from expectations.rules.reporting.shapes import same_balance
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy, load_policy
from expectations.verdicts.table import Judgement

Make = Callable[..., Any]
AREAS = ("DEP-44", "DEP-49", "DEP-53", "DEP-72", "DEP-85")
SIZES = {
    "a": (125, 82, 29, 47, 93),
    "b": (186, 37, 61, 19, 77),
    "c": (309, 177, 72, 114, 156),
    "d": (900, 640, 310, 280, 505),
}


def loosened(**thresholds: float) -> Policy:
    """Return the policy in force, but for some thresholds of the indicator ``a``."""
    derogation = {
        "indicateurs": ["a"],
        "seuils": thresholds,
        "depuis": "2026-01-01",
        "raison": "Les effectifs de cette source bougent beaucoup, et c'est ordinaire.",
    }
    return Policy.model_validate({**load_policy().model_dump(), "derogations": [derogation]})


def changed(observe: Make, changes: dict[str, float | str], indicator: str) -> pd.DataFrame:
    """Return two years: a category is multiplied by a factor, or takes the place of another."""
    rows = []
    for category, sizes in SIZES.items():
        change = changes.get(category, 1.03)
        after = SIZES[change] if isinstance(change, str) else [round(it * change) for it in sizes]
        rows += [
            (area, period, size, {"breakdown": "taille", "category": category})
            for period, counts in (("2023", sizes), ("2024", after))
            for area, size in zip(AREAS, counts, strict=True)
        ]
    observed: pd.DataFrame = observe(*rows, indicator=indicator)
    return observed


def least_p_values(rule: Callable[[Subject], Judgement], subject: Subject) -> "pd.Series[float]":
    cells = rule(subject).cells
    return cells.groupby("indicator", observed=True)["p_value"].min()


@pytest.mark.parametrize(
    ("rule", "changes", "thresholds"),
    [
        (same_balance, {"a": 0.4}, {"changement_de_part_ordinaire": 20.0}),
        (same_scale, dict.fromkeys(SIZES, 1000.0), {"croissance_ordinaire": 100.0}),
        (same_labels, {"a": "b", "b": "a"}, {"changement_de_part_ordinaire": 20.0}),
    ],
)
def test_the_loosened_indicator_alone_is_judged_loosely(
    observe: Make,
    define: Make,
    rule: Callable[[Subject], Judgement],
    changes: dict[str, float | str],
    thresholds: dict[str, float],
) -> None:
    definitions = {name: define(name) for name in ("a", "b")}
    both = pd.concat([changed(observe, changes, name) for name in definitions])
    strict = least_p_values(rule, Subject.of(both, definitions, load_policy()))
    loose = least_p_values(rule, Subject.of(both, definitions, loosened(**thresholds)))
    assert loose["a"] > strict["a"]
    # Alone in its arrays or beside another: the last digit of a logarithm may differ.
    assert loose["b"] == pytest.approx(strict["b"], rel=1e-12, abs=0)


def test_rates_printed_more_coarsely_are_equal_more_often(observe: Make, define: Make) -> None:
    definitions = {name: define(name, "rate") for name in ("a", "b")}
    values = [41.2, 55.3, 38.4, 62.9, 47.1]
    rows = [
        (area, period, value)
        for period in ("2023", "2024")
        for area, value in zip(AREAS, values, strict=True)
    ]
    both = pd.concat([observe(*rows, indicator=name, unit="pct") for name in definitions])
    strict = least_p_values(no_stale_repeat, Subject.of(both, definitions, load_policy()))
    loose = least_p_values(
        no_stale_repeat, Subject.of(both, definitions, loosened(pas_imprime=0.5))
    )
    assert loose["a"] > strict["a"]
    assert loose["b"] == strict["b"]
