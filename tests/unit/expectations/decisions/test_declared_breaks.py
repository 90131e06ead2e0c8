"""A break that a definition declares is published as one, with its reason, signed by nobody."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.decisions.annotations import as_received
from expectations.decisions.decision import Choice
from expectations.decisions.declared_breaks import Declarations, declared_breaks
from expectations.rules.evaluate import evaluate
from tests.unit.expectations.decisions.deciding import about, cell, decided, released

Observe = Callable[..., pd.DataFrame]
Define = Callable[..., IndicatorDefinition]
VERSIONS = [
    {"kind": "definition", "version": "v1"},
    {"kind": "collection", "version": "regionale"},
    {"from": "2024", "kind": "collection", "version": "nationale", "reason": "Devenu national."},
]


def _night(observe: Observe, define: Define) -> tuple[pd.DataFrame, Declarations]:
    definition = define("a", comparability=VERSIONS)
    tonight = observe(
        ("DEP-0", "2023", 502, {"collection": "regionale"}),
        ("DEP-0", "2024", 606, {"collection": "nationale"}),
    )
    breaks = declared_breaks(evaluate(tonight, {"a": definition}))
    return tonight, Declarations({"a": definition}, breaks)


def _told(rows: pd.DataFrame) -> dict[str, object]:
    return dict(rows[rows["time_period"] == "2024"].iloc[0])


def test_the_value_after_it_goes_out_as_a_break_with_the_reason(
    observe: Observe, define: Define
) -> None:
    tonight, declared = _night(observe, define)
    rows = released(tonight, [], None, (), declared)
    told = _told(rows)
    assert told["obs_status"] == "B"
    assert "entre 2023 et 2024" in str(told["comment"])
    assert "Devenu national" in str(told["comment"])
    assert (told["pre_break_period"], told["pre_break_value"]) == ("2023", 502)
    assert pd.isna(told["decided_by"])
    assert set(as_received(rows)["obs_status"]) == {"A"}


def test_a_steward_who_says_that_they_compare_is_heard(observe: Observe, define: Define) -> None:
    tonight, declared = _night(observe, define)
    doubt = about(cell("DEP-0"))
    signed = [decided(doubt, Choice.VALUE, tonight)]
    told = _told(released(tonight, [doubt], None, signed, declared))
    assert (told["obs_status"], told["decision"]) == ("A", "valeur")


def test_a_change_that_nobody_declared_is_no_declared_break(
    observe: Observe, define: Define
) -> None:
    tonight = observe(
        ("DEP-0", "2023", 502, {"collection": "regionale"}),
        ("DEP-0", "2024", 606, {"collection": "nationale"}),
    )
    assert declared_breaks(evaluate(tonight, {"a": define("a")})) == {}


def test_a_value_confirmed_without_comparing_periods_is_still_after_the_break(
    observe: Observe, define: Define
) -> None:
    tonight, declared = _night(observe, define)
    doubt = replace(about(cell("DEP-0")), period_before=None)
    told = _told(
        released(tonight, [doubt], None, [decided(doubt, Choice.VALUE, tonight)], declared)
    )
    assert (told["obs_status"], told["decision"], told["pre_break_value"]) == ("B", "valeur", 502)
    assert "Valeur confirmée" in str(told["comment"])
    assert "Devenu national" in str(told["comment"])


def test_a_change_of_which_a_policy_only_informs_is_not_declared(
    observe: Observe, define: Define
) -> None:
    tonight = observe(
        ("DEP-0", "2023", 502, {"collection": "regionale"}),
        ("DEP-0", "2024", 606, {"collection": "nationale"}),
    )
    verdicts = evaluate(tonight, {"a": define("a")})
    of_changes = verdicts["rule"] == "DFC"
    informed = verdicts.assign(severity=verdicts["severity"].mask(of_changes, "Information"))
    assert declared_breaks(informed) == {}
