"""Findings of one cause: one extract, the same places, another indicator."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from expectations.findings.causes import by_cause
from expectations.verdicts.table import Cell

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
