"""A line that nobody can place holds what may miss it, and nothing that did not move."""

from collections.abc import Callable

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import normalise
from expectations.decisions.gate import gate
from expectations.findings.code_names import Names
from expectations.findings.unbuilt import FailedCheck, Whereabouts, construction_findings
from expectations.findings.uncertain import uncertain_cells, without_uncertain
from expectations.verdicts.table import Cell, Severity
from orchestration.reporting.compose_findings import Observations
from tests.unit.expectations.decisions.deciding import observed

Define = Callable[..., IndicatorDefinition]


def check(*whereabouts: Whereabouts) -> FailedCheck:
    return FailedCheck("line_set_aside", "stg", "Une ligne.", ("a",), whereabouts=whereabouts)


def table(now: dict[str, int], before: dict[str, int]) -> pd.DataFrame:
    return normalise(observed(now, before).assign(unit_measure="pcrh"))


LAST = table({}, {"REG-52": 80, "DEP-1": 43, "DEP-2": 37})
TONIGHT = table({"REG-52": 90, "DEP-1": 50}, {"REG-52": 80, "DEP-1": 44})


def cells(*places: tuple[str, str]) -> frozenset[Cell]:
    return frozenset(Cell("a", area, period, "_T", "_T") for area, period in places)


@pytest.mark.parametrize(
    ("where", "held"),
    [
        (Whereabouts("2024", None), [("REG-52", "2024"), ("DEP-1", "2024")]),
        (Whereabouts("2024", "DEP-1"), [("DEP-1", "2024")]),
        (Whereabouts("2023", None), [("DEP-1", "2023"), ("DEP-2", "2023")]),
        (Whereabouts(None, "DEP-2"), [("DEP-2", "2023")]),
        (Whereabouts("2025", None), []),
    ],
)
def test_what_may_miss_a_line_is_what_moved_where_it_may_belong(
    where: Whereabouts, held: list[tuple[str, str]]
) -> None:
    assert uncertain_cells([check(where)], TONIGHT, LAST) == cells(*held)


def test_a_period_or_area_that_cannot_be_read_holds_all_that_moved_and_nothing_else() -> None:
    uncertain = uncertain_cells([check(Whereabouts(None, None))], TONIGHT, LAST)
    assert Cell("a", "REG-52", "2023", "_T", "_T") not in uncertain
    assert len(uncertain) == 4
    assert len(uncertain_cells([check(Whereabouts(None, None))], TONIGHT, None)) == len(TONIGHT)


def test_a_check_that_reaches_whole_indicators_leaves_no_cell_uncertain() -> None:
    assert uncertain_cells([check()], TONIGHT, LAST) == frozenset()
    assert check().concerns(Cell("a", "DEP-9", "1999", "_T", "_T"))


def test_rules_look_at_what_was_published_and_await_what_never_was() -> None:
    uncertain = uncertain_cells([check(Whereabouts(None, None))], TONIGHT, LAST)
    looked_at = without_uncertain(TONIGHT, LAST, uncertain).set_index(["ref_area", "time_period"])
    assert looked_at["obs_value"].dropna().to_dict() == {
        ("DEP-1", "2023"): 43,
        ("DEP-2", "2023"): 37,
        ("REG-52", "2023"): 80,
    }
    assert set(looked_at.loc[looked_at["obs_value"].isna(), "obs_status"]) == {"Y"}


def test_what_was_late_and_may_miss_a_line_is_awaited_and_holds_nothing() -> None:
    """Else a period would be told as late while its values are held for a line."""
    late = table({}, {"REG-52": 80}).assign(obs_value=float("nan"), obs_status="L")
    tonight = table({}, {"REG-52": 90})
    absent = late.assign(ref_area="DEP-3")
    now, last = pd.concat([tonight, absent]), pd.concat([late, absent])
    uncertain = uncertain_cells([check(Whereabouts("2023", None))], now, last)
    assert {cell.ref_area for cell in uncertain} == {"REG-52", "DEP-3"}
    assert set(without_uncertain(now, last, uncertain)["obs_status"]) == {"Y"}


def test_a_line_holds_its_period_and_the_rest_goes_out(define: Define) -> None:
    definitions = {"a": define("a")}
    failed = [check(Whereabouts("2024", None))]
    lost = TONIGHT.tail(1).assign(ref_area="DEP-3", obs_value=float("nan"), obs_status="L")
    tonight = normalise(pd.concat([TONIGHT, lost.assign(time_period="2024")]))
    uncertain, absent = uncertain_cells(failed, tonight, LAST), cells(("DEP-3", "2024"))
    assert absent <= uncertain
    (finding,) = construction_findings(failed, LAST, definitions, tonight, uncertain)
    assert finding.severity is Severity.ERROR
    assert (finding.time_period, set(finding.cells)) == ("2024", uncertain - absent)
    rows = gate(tonight, [finding], LAST).rows
    assert set(rows.dropna(subset="obs_value")["time_period"]) == {"2023"}
    assert rows.set_index("ref_area").loc["DEP-1", "obs_value"] == 44


def test_what_a_line_holds_is_shown_beside_what_was_published_of_it(define: Define) -> None:
    """The line of the region is set aside: of its 80 missions, nothing is received tonight."""
    definitions = {"a": define("a")}
    failed, tonight = [check(Whereabouts("2023", "REG-52"))], table({}, {"DEP-1": 43, "DEP-2": 37})
    uncertain = uncertain_cells(failed, tonight, LAST)
    (finding,) = construction_findings(failed, LAST, definitions, tonight, uncertain)
    line = Observations(tonight, Names({}, {}), uncertain).finding_line(finding, definitions)
    assert line.headings == ("2023, publié avant", "2023, reçu")
    assert [(cell.before, cell.after) for cell in line.cells] == [(80, None)]
    assert finding.explained_cells == finding.cells
    assert not finding.is_withdrawal


def test_a_line_that_nothing_can_miss_is_told_and_holds_nothing(define: Define) -> None:
    definitions = {"a": define("a")}
    failed = [check(Whereabouts("2025", None))]
    (finding,) = construction_findings(failed, LAST, definitions, TONIGHT, frozenset())
    assert (finding.severity, finding.cells) == (Severity.INFORMATION, ())
    (whole,) = construction_findings([check()], None, definitions, TONIGHT, frozenset())
    assert whole.severity is Severity.ERROR
