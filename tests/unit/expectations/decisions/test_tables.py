"""A release's tables: what adds up together is of one deposit, or says that it is not."""

from collections.abc import Callable, Mapping

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS
from expectations.decisions.decision import Choice
from expectations.decisions.declared_breaks import Declarations
from expectations.decisions.gate import gate
from expectations.verdicts.table import Cell
from tests.unit.expectations.decisions.deciding import (
    about,
    cell,
    decided,
    found,
    observed,
    released,
)

Define = Callable[..., IndicatorDefinition]
REGION = "REG-52"
PARTS = ["DEP-0", "DEP-1", "DEP-2"]
LAST = {REGION: 4, "DEP-0": 2, "DEP-1": 2}
CORRECTED = {REGION: 41, "DEP-0": 2, "DEP-1": 24, "DEP-2": 15}


@pytest.fixture(scope="module")
def departments(define: Define) -> Declarations:
    """An indicator whose departments add up to its region."""
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    return Declarations({"a": define("a", breakdowns=breakdowns)}, {})


def by_area(rows: pd.DataFrame, column: str) -> dict[str, object]:
    return dict(zip(rows["ref_area"], rows[column], strict=True))


def test_a_total_held_for_what_its_parts_did_holds_its_whole_table(
    departments: Declarations,
) -> None:
    last = released(observed(LAST), [], None)
    gated = gate(observed(CORRECTED), [found(REGION)], last, (), departments)
    assert by_area(gated.rows, "obs_value") == LAST
    assert set(gated.rows["publication"]) == {"held"}
    assert not any("peuvent différer" in caveat for caveat in gated.rows["caveat"])
    assert set(gated.held_by) == {cell(area) for area in CORRECTED}


def test_details_that_are_what_they_were_go_out(departments: Declarations) -> None:
    last = released(observed({REGION: 4, "DEP-0": 2, "DEP-1": 2}), [], None)
    tonight = observed({REGION: 32, "DEP-0": 2, "DEP-1": 2})
    rows = released(tonight, [found(REGION)], last, (), departments)
    assert by_area(rows, "publication") == {
        REGION: "held",
        "DEP-0": "published",
        "DEP-1": "published",
    }


def test_a_total_that_was_never_published_holds_itself_alone(departments: Declarations) -> None:
    rows = released(observed(CORRECTED), [found(REGION)], None, (), departments)
    assert set(rows["ref_area"]) == {"DEP-0", "DEP-1", "DEP-2"}
    assert all("pas dans la publication" in caveat for caveat in rows["caveat"])


def test_a_total_published_beside_an_older_detail_says_so(departments: Declarations) -> None:
    last = released(observed(LAST), [], None)
    rows = released(observed(CORRECTED), [found("DEP-1")], last, (), departments)
    caveats = by_area(rows, "caveat")
    assert by_area(rows, "obs_value")[REGION] == 41
    assert "d'un dépôt antérieur" in str(caveats[REGION])
    assert str(caveats["DEP-1"]).startswith("Valeur d'un dépôt antérieur")


def test_a_value_of_which_none_was_published_is_of_no_former_deposit(
    departments: Declarations,
) -> None:
    due = observed(LAST)
    due.loc[due["ref_area"] == "DEP-1", ["obs_value", "obs_status"]] = [None, "L"]
    last = released(due, [], None)
    rows = released(observed(CORRECTED), [found("DEP-1")], last, (), departments)
    caveats = by_area(rows, "caveat")
    out = "1 valeur de ce tableau n'est pas dans la publication : il n'est pas complet."
    assert pd.isna(rows.set_index("ref_area")["obs_value"]["DEP-1"])
    assert str(caveats[REGION]).replace("\xa0", " ") == out
    own = "Aucune valeur n'a été publiée : celle qui a été reçue est retenue."
    assert str(caveats["DEP-1"]).replace("\xa0", " ") == f"{own} {out}"
    absent = by_area(released(due, [found("DEP-1")], last, (), departments), "caveat")
    assert str(absent["DEP-1"]).startswith("Aucune valeur n'a été publiée ni reçue")
    assert absent[REGION] == ""


def test_a_table_of_rates_adds_nothing_up(define: Define) -> None:
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    rates = Declarations({"a": define("a", "rate", breakdowns=breakdowns)}, {})
    last = released(observed(LAST), [], None)
    rows = released(observed(CORRECTED), [found(REGION)], last, (), rates)
    assert by_area(rows, "publication")["DEP-1"] == "published"


def test_a_night_with_nothing_held_has_no_caveat(departments: Declarations) -> None:
    rows = released(observed(CORRECTED), [], released(observed(LAST), [], None), (), departments)
    assert set(rows["caveat"]) == {""}


def test_a_detail_that_has_details_of_its_own_takes_them_along(define: Define) -> None:
    breakdowns = [
        {"by": "ref_area", "of": "REG", "parts": "DEP"},
        {"by": "category", "of": "_T", "parts": "theme"},
    ]
    declared = Declarations({"a": define("a", breakdowns=breakdowns)}, {})
    theme = Cell("a", "DEP-0", "2024", "theme", "eau")

    def night(region: int, themed: int) -> pd.DataFrame:
        row = {**dict.fromkeys(COLUMNS), **theme.to_dict(), "obs_status": "A"}
        themes = pd.DataFrame([{**row, "obs_value": float(themed)}], columns=COLUMNS)
        return pd.concat([observed({REGION: region, "DEP-0": region}), themes])

    last = released(night(4, 1), [], None)
    rows = released(night(9, 7), [about(cell(REGION))], last, (), declared)
    assert set(rows["publication"]) == {"held"}


NUMBERS = st.fixed_dictionaries({area: st.integers(0, 3) for area in PARTS})


@given(before=NUMBERS, now=NUMBERS, doubted=st.sets(st.sampled_from([REGION, *PARTS])))
def test_a_published_total_is_the_sum_of_its_details_or_says_why_not(
    before: Mapping[str, int], now: Mapping[str, int], doubted: set[str], departments: Declarations
) -> None:
    last = released(observed({**before, REGION: sum(before.values())}), [], None)
    tonight = observed({**now, REGION: sum(now.values())})
    findings = [found(*sorted(doubted))] if doubted else []
    rows = released(tonight, findings, last, (), departments)
    values, caveats = by_area(rows, "obs_value"), by_area(rows, "caveat")
    total = sum(float(str(values[area])) for area in PARTS)
    assert values[REGION] == total or caveats[REGION]


def test_new_details_of_a_detail_that_is_held_along_wait_with_it(define: Define) -> None:
    breakdowns = [
        {"by": "ref_area", "of": "REG", "parts": "DEP"},
        {"by": "category", "of": "_T", "parts": "theme"},
    ]
    declared = Declarations({"a": define("a", breakdowns=breakdowns)}, {})
    last = released(observed({REGION: 4, "DEP-0": 4}), [], None)
    theme = Cell("a", "DEP-1", "2024", "theme", "eau")
    row = {**dict.fromkeys(COLUMNS), **theme.to_dict(), "obs_status": "A", "obs_value": 24.0}
    tonight = pd.concat(
        [observed({REGION: 28, "DEP-0": 4, "DEP-1": 24}), pd.DataFrame([row], columns=COLUMNS)]
    )
    gated = gate(tonight, [about(cell(REGION))], last, (), declared)
    assert by_area(gated.rows, "publication") == {REGION: "held", "DEP-0": "held"}
    assert theme in gated.held_by


def test_a_detail_that_is_kept_out_did_not_move(departments: Declarations) -> None:
    tonight, aside = observed({**LAST, REGION: 32}), found("DEP-1", rank=1)
    out = decided(aside, Choice.EXCLUSION, tonight)
    last = released(observed(LAST), [], None)
    rows = released(tonight, [aside, found(REGION)], last, [out], departments)
    states = {REGION: "held", "DEP-0": "published", "DEP-1": "excluded"}
    assert by_area(rows, "publication") == states


def test_a_value_that_is_given_no_more_is_not_said_to_be_replaced(
    departments: Declarations,
) -> None:
    last = released(observed(LAST), [], None)
    tonight = observed({REGION: 4, "DEP-0": 2})
    rows = released(tonight, [found("DEP-1")], last, (), departments)
    assert "aucune autre n'a été reçue" in str(by_area(rows, "caveat")["DEP-1"])


def test_a_table_held_whole_while_it_was_of_two_deposits_says_so(
    departments: Declarations,
) -> None:
    first, second, third = (
        observed(numbers).assign(extract_id=name * 64)
        for numbers, name in ((LAST, "1"), (CORRECTED, "2"), ({**CORRECTED, "DEP-0": 9}, "3"))
    )
    mixed = released(second, [found("DEP-1")], released(first, [], None), (), departments)
    rows = released(third, [found(REGION)], mixed, (), departments)
    assert set(rows["publication"]) == {"held"}
    assert all("total et détails peuvent différer" in caveat for caveat in rows["caveat"])
