"""Findings of one cause: one extract, the same places, another indicator."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.findings.causes import are_alike, by_cause, is_half_corrected
from expectations.findings.compared import Basis, Compared, Reading
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell
from tests.unit.expectations.decisions.deciding import FINDING

EXTRACTS = {"admis": {"p18", "p19"}, "admises": {"p19"}, "boursiers": {"p19"}, "missions": {"d"}}


@dataclass(frozen=True)
class Found:
    """What holds some cells of one indicator."""

    indicator: str
    cells: tuple[Cell, ...]


def found(indicator: str, *areas: str, period: str = "2019", category: str = "DUT") -> Found:
    cells = tuple(Cell(indicator, area, period, "filiere", category) for area in areas)
    return Found(indicator, cells)


def test_three_indicators_of_one_file_that_move_in_one_place_have_one_cause() -> None:
    admitted = found("admis", "DEP-44", "DEP-49")
    women, grants = found("admises", "DEP-44"), found("boursiers", "DEP-44", "DEP-49", "DEP-53")
    assert by_cause([admitted, women, grants], EXTRACTS) == [(admitted, women, grants)]


def test_nothing_is_shared_with_another_extract_place_period_or_category() -> None:
    alone = [
        found("admis", "DEP-44"),
        found("missions", "DEP-44"),
        found("admises", "DEP-72"),
        found("admises", "DEP-44", period="2018"),
        found("boursiers", "DEP-44", category="BTS"),
        found("inconnu", "DEP-44"),
    ]
    assert by_cause(alone, EXTRACTS) == [(finding,) for finding in alone]


def test_two_findings_of_one_indicator_stay_two() -> None:
    jump, contradiction = found("admis", "DEP-44"), found("admis", "DEP-44", "DEP-49")
    assert by_cause([jump, contradiction], EXTRACTS) == [(jump,), (contradiction,)]


def test_half_a_correction_is_one_cause_of_one_indicator() -> None:
    """A detail was revised and its total was not: the sum is wrong, and the detail moved."""
    sums = finding("admis", TABLE, rules=("VAD",), basis=Basis.NOTHING)
    detail = {("DEP-44", "BTS"): (100.0, 190.0)}
    revised = finding("admis", detail, ("DEP-44", "BTS"), ("VRT",), Basis.RELEASE)
    others = [
        finding("admis", detail, ("DEP-44", "BTS")),
        finding("missions", detail, ("DEP-44", "BTS"), ("VRT",), Basis.RELEASE),
        finding(
            "admis", {("DEP-53", "BTS"): (1.0, 2.0)}, ("DEP-53", "BTS"), ("VRT",), Basis.RELEASE
        ),
    ]
    groups = by_cause([sums, revised, *others], EXTRACTS, are_alike, is_half_corrected)
    assert groups[0] == (sums, revised)
    more = finding(
        "admis", {**detail, ("DEP-53", "BTS"): (1.0, 2.0)}, rules=("VRT",), basis=Basis.RELEASE
    )
    assert by_cause([sums, more], EXTRACTS, are_alike, is_half_corrected) == [(sums, more)]
    assert all(len(group) == 1 for group in groups[1:])


def finding(
    indicator: str,
    change: dict[tuple[str, str], tuple[float, float]],
    head: tuple[str, str] = ("REG-52", "_T"),
    rules: tuple[str, ...] = ("BRK",),
    basis: Basis = Basis.PERIOD,
) -> Finding:
    """A finding on a whole table: of each area and category, what it was and what it is."""
    numbers = tuple(
        Compared(
            Reading(Cell(indicator, area, "2019", "filiere", category), now, "A", "eleve"),
            Reading(Cell(indicator, area, "2018", "filiere", category), before, "A", "eleve"),
        )
        for (area, category), (before, now) in change.items()
    )
    headline = Cell(indicator, head[0], "2019", "filiere", head[1])
    found_of = replace(FINDING, indicator=indicator, explanation=indicator)
    return replace(found_of, numbers=numbers, headline=headline, rules=rules, basis=basis)


TABLE = {
    ("REG-52", "_T"): (900.0, 930.0),
    ("REG-52", "BTS"): (300.0, 310.0),
    ("DEP-44", "BTS"): (100.0, 103.0),
    ("DEP-49", "BTS"): (100.0, 101.0),
    ("DEP-44", "DUT"): (100.0, 102.0),
    ("DEP-49", "DUT"): (100.0, 99.0),
}
ALL_BTS = TABLE | {
    ("REG-52", "_T"): (900.0, 3000.0),
    ("REG-52", "BTS"): (300.0, 2400.0),
    ("DEP-44", "BTS"): (100.0, 800.0),
    ("DEP-49", "BTS"): (100.0, 810.0),
}
ONE_DUT = TABLE | {("REG-52", "_T"): (900.0, 1050.0), ("DEP-44", "DUT"): (100.0, 220.0)}


def test_two_tables_of_one_file_that_moved_apart_have_no_cause_in_common() -> None:
    tenfold, one_place = finding("admis", ALL_BTS), finding("admises", ONE_DUT)
    assert by_cause([tenfold, one_place], EXTRACTS) == [(tenfold, one_place)]
    assert by_cause([tenfold, one_place], EXTRACTS, are_alike) == [(tenfold,), (one_place,)]


def test_two_tables_that_moved_the_same_way_have_one_cause_and_not_the_opposite_way() -> None:
    half = {place: (before / 2, now / 2) for place, (before, now) in ALL_BTS.items()}
    opposite = {place: (now, before) for place, (before, now) in ALL_BTS.items()}
    assert are_alike(finding("admis", ALL_BTS), finding("admises", half))
    assert not are_alike(finding("admis", ALL_BTS), finding("admises", opposite))


@pytest.mark.parametrize(
    ("head", "rules", "is_one"),
    [
        (("REG-52", "_T"), ("BRK", "DFC"), True),
        (("REG-52", "_T"), ("BRK",), False),
        (("DEP-44", "DUT"), ("BRK",), True),
    ],
)
def test_one_detail_or_one_change_of_the_collection_is_one_cause(
    head: tuple[str, str], rules: tuple[str, ...], *, is_one: bool
) -> None:
    first, other = (
        finding(name, change, head, rules=rules)
        for name, change in (("admis", ALL_BTS), ("admises", ONE_DUT))
    )
    assert are_alike(first, other) is is_one


def test_where_nothing_moved_it_is_the_same_rule_of_the_same_cell() -> None:
    sums = finding("admis", TABLE, rules=("VAD",), basis=Basis.NOTHING)
    other = replace(sums, indicator="admises", explanation="autre")
    assert are_alike(sums, other)
    assert not are_alike(sums, replace(other, rules=("VIR",)))


def test_indicators_that_one_failed_check_reaches_have_one_cause_and_two_checks_two() -> None:
    unbuilt = finding("admis", TABLE, rules=("BLD",), basis=Basis.NOTHING)
    unbuilt = replace(unbuilt, headline=None, explanation="Une ligne mise à part.")
    assert are_alike(unbuilt, replace(unbuilt, indicator="admises"))
    assert not are_alike(unbuilt, replace(unbuilt, indicator="admises", explanation="Une autre."))


@given(
    st.lists(
        st.builds(
            found,
            st.sampled_from(sorted(EXTRACTS)),
            st.sampled_from(["DEP-44", "DEP-49"]),
            period=st.sampled_from(["2018", "2019"]),
        ),
        unique=True,
    )
)
def test_every_finding_is_told_once_and_leaders_keep_their_order(findings: list[Found]) -> None:
    groups = by_cause(findings, EXTRACTS)
    assert sorted(map(str, findings)) == sorted(
        str(finding) for group in groups for finding in group
    )
    places = [findings.index(group[0]) for group in groups]
    assert places == sorted(places)
