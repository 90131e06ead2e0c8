"""The gate: nothing in doubt goes out, nothing certain is held.

Not here: that neither order nor a second time changes anything (``test_gate_decisions``).
"""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.cells.observations import KEY, normalise
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from tests.unit.expectations.decisions.deciding import FINDING, about, cell, observed, released

AREAS = [f"DEP-{number}" for number in range(6)]
CELLS = [cell(area) for area in AREAS]
SOME_AREAS = st.dictionaries(st.sampled_from(AREAS), st.integers(0, 3))
SOME_FINDINGS = st.lists(
    st.builds(
        lambda cells, severity, rank: about(
            *sorted(cells), finding=replace(FINDING, finding_id=f"{rank:012x}", severity=severity)
        ),
        st.frozensets(st.sampled_from(CELLS)),
        st.sampled_from(Severity),
        st.integers(0, 5),
    ),
    max_size=3,
)


def doubtful(findings: list[Finding]) -> set[str]:
    return {held.ref_area for finding in findings if finding.holds for held in finding.cells}


def by_area(release: pd.DataFrame, column: str) -> dict[str, object]:
    return dict(zip(release["ref_area"], release[column], strict=True))


@given(SOME_AREAS, SOME_FINDINGS, SOME_AREAS)
def test_what_is_in_doubt_is_held_what_is_certain_goes_out_and_nothing_published_disappears(
    now: dict[str, int], findings: list[Finding], last: dict[str, int]
) -> None:
    release = released(observed(now), findings, observed(last))
    held = release[release["ref_area"].isin(doubtful(findings))]
    assert set(held["publication"]) <= {"held"}
    assert by_area(held, "obs_value") == {
        area: value for area, value in last.items() if area in doubtful(findings)
    }
    published = release[release["publication"] == "published"]
    assert by_area(published, "obs_value") == {
        area: value for area, value in now.items() if area not in doubtful(findings)
    }
    assert set(published["held_by"]) <= {""}
    assert set(last) <= set(release["ref_area"])


def test_the_first_release_leaves_out_what_is_in_doubt() -> None:
    release = released(observed({"DEP-0": 1, "DEP-1": 2}), [about(CELLS[0])], None)
    assert by_area(release, "publication") == {"DEP-1": "published"}
    assert set(release["change"]) == {"new"}


def test_a_held_cell_names_what_holds_it_and_stays_as_it_was_published() -> None:
    held = about(CELLS[0])
    other = replace(held, finding_id="ba9876543210", severity=Severity.ERROR)
    last = released(observed({"DEP-0": 43}).assign(comment="relevé régional"), [], None)
    release = released(observed({"DEP-0": 4}), [other, held], last)
    row = release.iloc[0]
    assert row["held_by"] == "0123456789ab ba9876543210"
    assert (row["obs_value"], row["comment"], row["change"]) == (43, "relevé régional", "unchanged")


def test_the_value_of_a_cell_held_twice_is_still_the_last_published_one() -> None:
    held = [about(CELLS[0])]
    first = released(observed({"DEP-0": 43}), [], None)
    second = released(observed({"DEP-0": 4}), held, first)
    third = released(observed({"DEP-0": 5}), held, second)
    assert by_area(third, "obs_value") == {"DEP-0": 43}
    freed = released(observed({"DEP-0": 5}), [], third)
    assert by_area(freed, "obs_value") == {"DEP-0": 5}
    assert by_area(freed, "change") == {"DEP-0": "changed"}


def test_information_holds_nothing() -> None:
    told = about(CELLS[0], finding=replace(FINDING, severity=Severity.INFORMATION))
    assert by_area(released(observed({"DEP-0": 4}), [told], None), "publication") == {
        "DEP-0": "published"
    }


def test_a_published_cell_that_left_the_observations_is_kept_as_withdrawn() -> None:
    last = released(observed({"DEP-0": 43, "DEP-1": 1}), [], None)
    release = released(observed({"DEP-1": 1}), [], last)
    assert by_area(release, "held_by") == {"DEP-0": "retirée", "DEP-1": ""}
    assert by_area(release, "obs_value") == {"DEP-0": 43, "DEP-1": 1}


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("obs_value", 2.0, "changed"),
        ("obs_value", 1.0 + 1e-9, "unchanged"),
        ("obs_status", "P", "changed"),
        ("comment", "révisé", "changed"),
        ("extract_id", "f" * 64, "unchanged"),
    ],
)
def test_a_cell_changes_with_what_a_reader_sees(column: str, value: object, expected: str) -> None:
    last = released(observed({"DEP-0": 1}), [], None)
    release = released(observed({"DEP-0": 1}).assign(**{column: value}), [], last)
    assert list(release["change"]) == [expected]


def test_a_gap_with_its_reason_is_published(observe: Callable[..., pd.DataFrame]) -> None:
    release = released(observe(("DEP-44", "2023", "L")), [], None)
    assert list(release["publication"]) == ["published"]
    assert release["obs_value"].isna().all()


def test_survives_a_stored_release(tmp_path: pytest.TempPathFactory) -> None:
    release = released(observed({"DEP-0": 43}), [], None)
    path = f"{tmp_path}/observations.parquet"
    release.to_parquet(path)
    again = released(observed({"DEP-0": 43}), [], pd.read_parquet(path))
    assert list(again["change"]) == ["unchanged"]
    pd.testing.assert_frame_equal(normalise(again), normalise(release))
    assert list(again.columns[: len(KEY)]) == KEY
