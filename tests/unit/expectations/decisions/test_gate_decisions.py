"""The gate and decisions: comply or explain, cell by cell, whatever the order and the number."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.decisions.annotations import DECIDED, as_received
from expectations.decisions.decision import Choice, Decision
from expectations.decisions.gate import gate
from expectations.decisions.standings import accepted_absences, in_force, is_explained
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from tests.unit.expectations.decisions.deciding import (
    AREAS,
    about,
    cell,
    decided,
    found,
    observed,
    released,
)

SOME_AREAS = st.dictionaries(st.sampled_from(AREAS), st.integers(0, 3))
SOME_FINDINGS = st.lists(
    st.builds(
        lambda areas, severity, rank: found(*areas, rank=rank, severity=severity),
        st.frozensets(st.sampled_from(AREAS), min_size=1),
        st.sampled_from(Severity),
        st.integers(0, 5),
    ),
    max_size=3,
    unique_by=lambda finding: finding.finding_id,
)
SOME_CHOICES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(Choice), st.booleans()), max_size=4
)


def signed(
    chosen: Sequence[tuple[int, Choice, bool]], findings: list[Finding], now: dict[str, int]
) -> list[Decision]:
    """Decisions on some findings, for the figures of tonight, or for others: those lapse."""
    others = observed({area: value + 7 for area, value in now.items()} or {"DEP-0": 7})
    return [
        decided(findings[rank], choice, observed(now) if stands else others, number)
        for number, (rank, choice, stands) in enumerate(chosen, start=1)
        if rank < len(findings)
    ]


def by_area(release: pd.DataFrame, column: str) -> dict[str, object]:
    rows = release[release["time_period"] == "2024"]
    return dict(zip(rows["ref_area"], rows[column], strict=True))


def unexplained(findings: list[Finding], ruled: dict[str, Decision]) -> set[str]:
    """Areas of which a finding holds, and no decision of tonight's figures lets it go."""
    return {
        it.ref_area
        for finding in findings
        for it in finding.cells
        if finding.holds and not is_explained(finding, ruled)
    }


@given(SOME_AREAS, SOME_FINDINGS, SOME_CHOICES, SOME_AREAS)
def test_nothing_in_doubt_goes_out_unexplained_and_nothing_certain_is_held(
    now: dict[str, int],
    findings: list[Finding],
    chosen: list[tuple[int, Choice, bool]],
    last: dict[str, int],
) -> None:
    decisions = signed(chosen, findings, now)
    release = released(observed(now), findings, observed(last), decisions)
    ruled = in_force(decisions, observed(now))
    doubtful = unexplained(findings, ruled)
    rows = release[release["ref_area"].isin(doubtful)]
    assert "published" not in set(rows["publication"])
    held = rows[rows["publication"] == "held"]
    assert by_area(held, "obs_value").items() <= last.items()
    out = release[release["publication"] == "excluded"]
    assert out["obs_value"].isna().all()
    assert set(out["obs_status"]) <= {"Q"}
    asked = {it.ref_area for d in ruled.values() if not d.choice.explains for it in d.subject.cells}
    published = release[release["publication"] == "published"]
    assert set(now) - doubtful - asked <= set(published["ref_area"])
    assert by_area(published, "obs_value").items() <= now.items()


@given(SOME_AREAS, SOME_FINDINGS, SOME_CHOICES, SOME_AREAS, st.randoms(use_true_random=False))
def test_neither_order_nor_deciding_or_gating_twice_changes_anything(
    now: dict[str, int],
    findings: list[Finding],
    chosen: list[tuple[int, Choice, bool]],
    last: dict[str, int],
    chance: Random,
) -> None:
    decisions = signed(chosen, findings, now)
    release = released(observed(now), findings, observed(last), decisions)
    again = released(observed(now), findings, release, decisions)
    assert set(again["change"]) <= {"unchanged"}
    pd.testing.assert_frame_equal(again.drop(columns="change"), release.drop(columns="change"))
    repeated = [*decisions, *(replace(it, decision_id=it.decision_id + 10) for it in decisions)]
    twice = released(observed(now), findings, observed(last), repeated)
    ids = ["decision_ids", "change"]
    pd.testing.assert_frame_equal(twice.drop(columns=ids), release.drop(columns=ids))
    shuffled = [list(findings), list(decisions)]
    for items in shuffled:
        chance.shuffle(items)
    seed = chance.randrange(100)
    rows = [observed(them).sample(frac=1, random_state=seed) for them in (now, last)]
    pd.testing.assert_frame_equal(released(rows[0], shuffled[0], rows[1], shuffled[1]), release)


@given(SOME_AREAS, SOME_FINDINGS, st.sampled_from([Choice.BREAK, Choice.VALUE]), SOME_AREAS)
def test_an_error_cannot_be_explained_away(
    now: dict[str, int], findings: list[Finding], choice: Choice, last: dict[str, int]
) -> None:
    errors = [replace(finding, severity=Severity.ERROR) for finding in findings]
    decisions = [
        decided(finding, choice, observed(now), number) for number, finding in enumerate(errors, 1)
    ]
    release = released(observed(now), errors, observed(last), decisions)
    pd.testing.assert_frame_equal(
        release[["ref_area", "obs_value", "publication"]],
        released(observed(now), errors, observed(last))[["ref_area", "obs_value", "publication"]],
    )


@given(SOME_AREAS, SOME_FINDINGS, SOME_AREAS)
def test_a_lapsed_decision_holds_as_if_nobody_had_signed(
    now: dict[str, int], findings: list[Finding], last: dict[str, int]
) -> None:
    lapsed = [
        decided(finding, choice, observed({"DEP-0": 99, "DEP-1": 99, "DEP-2": 99, "DEP-3": 99}))
        for finding, choice in zip(findings, [Choice.BREAK, Choice.EXCLUSION] * 2, strict=False)
    ]
    if not now:
        now = {"DEP-0": 1}
    pd.testing.assert_frame_equal(
        released(observed(now), findings, observed(last), lapsed),
        released(observed(now), findings, observed(last)),
    )


NOW, BEFORE = {"DEP-0": 4, "DEP-1": 2}, {"DEP-0": 43, "DEP-1": 7}
TONIGHT = observed(NOW, BEFORE)
DOUBT = found("DEP-0", rank=1)


def row(release: pd.DataFrame, area: str = "DEP-0") -> "pd.Series[object]":
    chosen = (release["ref_area"] == area) & (release["time_period"] == "2024")
    return release[chosen].iloc[0]


def test_a_break_goes_out_as_b_with_its_explanation_and_the_value_before() -> None:
    noted = TONIGHT.assign(comment="relevé national.")
    decision = decided(DOUBT, Choice.BREAK, noted, 3)
    told = row(released(noted, [DOUBT], None, [decision]))
    assert (told["obs_value"], told["obs_status"], told["publication"]) == (4, "B", "published")
    assert (told["pre_break_value"], told["pre_break_period"]) == (43, "2023")
    assert (told["decision"], told["decided_by"]) == ("rupture", "Claire Le Goff")
    assert (told["decided_at"], told["decision_ids"]) == ("2026-11-22T02:05:00+00:00", "3")
    assert told["comment"].replace("\xa0", " ") == (
        "relevé national. Rupture de série entre 2023 et 2024 : Le recueil est devenu national "
        "(Claire Le Goff)"
    )


def test_other_cells_say_nothing_of_decisions() -> None:
    release = released(TONIGHT, [DOUBT], None, [decided(DOUBT, Choice.BREAK, TONIGHT)])
    told = row(release, "DEP-1")
    assert told[DECIDED].isna().all()
    assert told["obs_status"] == "A"


def test_a_value_accepted_as_it_is_keeps_its_status() -> None:
    told = row(released(TONIGHT, [DOUBT], None, [decided(DOUBT, Choice.VALUE, TONIGHT)]))
    assert (told["obs_status"], told["decision"]) == ("A", "valeur")
    assert pd.isna(told["pre_break_value"])
    assert "Valeur confirmée" in told["comment"]


def test_a_missing_value_keeps_the_status_that_says_why() -> None:
    gone = TONIGHT.copy()
    gone.loc[(gone["ref_area"] == "DEP-0") & (gone["time_period"] == "2024"), "obs_value"] = None
    gone.loc[gone["obs_value"].isna(), "obs_status"] = "L"
    told = row(released(gone, [DOUBT], None, [decided(DOUBT, Choice.BREAK, gone)]))
    assert (told["obs_status"], told["pre_break_value"]) == ("L", 43)
    confirmed = row(released(gone, [DOUBT], None, [decided(DOUBT, Choice.VALUE, gone)]))
    assert str(confirmed["comment"]).startswith("Absence de valeur confirmée")


def test_a_held_value_does_not_come_out_as_the_value_before_a_break() -> None:
    before = about(cell("DEP-0", "2023"), finding=replace(found(rank=2), time_period="2023"))
    decision = decided(DOUBT, Choice.BREAK, TONIGHT)
    told = row(released(TONIGHT, [DOUBT, before], None, [decision]))
    assert pd.isna(told["pre_break_value"])
    last = released(observed({}, {"DEP-0": 41}), [], None)
    told = row(released(TONIGHT, [DOUBT, before], last, [decision]))
    assert told["pre_break_value"] == 41


def test_two_findings_on_a_cell_must_both_be_explained() -> None:
    other = found("DEP-0", "DEP-1", rank=2)
    first, second = (
        decided(DOUBT, Choice.BREAK, TONIGHT, 1),
        decided(other, Choice.VALUE, TONIGHT, 2),
    )
    half = released(TONIGHT, [DOUBT, other], None, [first])
    assert set(half["time_period"]) == {"2023"}
    whole = released(TONIGHT, [DOUBT, other], None, [first, second])
    assert set(whole["publication"]) == {"published"}
    assert (row(whole)["decision"], row(whole)["decision_ids"]) == ("rupture", "1 2")


def test_a_new_finding_on_an_explained_cell_holds_it_again() -> None:
    decision = decided(DOUBT, Choice.BREAK, TONIGHT)
    last = released(TONIGHT, [DOUBT], None, [decision])
    release = released(TONIGHT, [DOUBT, found("DEP-0", rank=9)], last, [decision])
    told = row(release)
    assert (told["publication"], told["held_by"]) == ("held", "000000000009")
    assert (told["obs_status"], told["decision"], told["pre_break_value"]) == ("B", "rupture", 43)
    assert told["change"] == "unchanged"


def test_new_figures_hold_the_explained_value_that_was_published() -> None:
    decision = decided(DOUBT, Choice.BREAK, TONIGHT)
    last = released(TONIGHT, [DOUBT], None, [decision])
    told = row(released(observed({"DEP-0": 9}, BEFORE), [found("DEP-0", rank=5)], last, [decision]))
    assert (told["obs_value"], told["publication"], told["obs_status"]) == (4, "held", "B")


@pytest.mark.parametrize("choice", [Choice.HOLD, Choice.CORRECTION])
def test_what_a_steward_keeps_is_held_be_it_an_information(choice: Choice) -> None:
    told = found("DEP-0", rank=1, severity=Severity.INFORMATION)
    release = released(TONIGHT, [told], None, [decided(told, choice, TONIGHT)])
    assert by_area(release, "publication") == {"DEP-1": "published"}
    assert (
        by_area(released(TONIGHT, [], None, [decided(told, choice, TONIGHT)]), "obs_value") == NOW
    )


def test_an_excluded_cell_loses_what_was_published_and_says_who_decided() -> None:
    last = released(observed({"DEP-0": 5, "DEP-1": 2}).assign(comment="note"), [], None)
    decision = decided(DOUBT, Choice.EXCLUSION, TONIGHT)
    told = row(released(TONIGHT, [DOUBT], last, [decision]))
    assert (told["publication"], told["obs_status"], told["change"]) == ("excluded", "Q", "changed")
    assert pd.isna(told["obs_value"])
    assert told["decided_by"] == "Claire Le Goff"
    assert "note" not in told["comment"]


def test_an_exclusion_stands_without_its_finding_and_gives_way_to_a_later_decision() -> None:
    out = decided(DOUBT, Choice.EXCLUSION, TONIGHT, 1)
    assert row(released(TONIGHT, [], None, [out]))["publication"] == "excluded"
    back = decided(DOUBT, Choice.VALUE, TONIGHT, 2)
    assert row(released(TONIGHT, [], None, [out, back]))["obs_value"] == 4


def test_a_break_stays_told_when_its_finding_is_not_made_any_more() -> None:
    decision = decided(DOUBT, Choice.BREAK, TONIGHT)
    assert row(released(TONIGHT, [], None, [decision]))["obs_status"] == "B"


def test_an_accepted_withdrawal_lets_the_cell_go() -> None:
    last = released(TONIGHT, [], None)
    tonight = TONIGHT[TONIGHT["ref_area"] != "DEP-0"]
    taken = replace(DOUBT, period_before=None)
    assert row(released(tonight, [taken], last))["publication"] == "held"
    accepted = decided(taken, Choice.VALUE, tonight)
    release = released(tonight, [taken], last, [accepted])
    assert by_area(release, "publication") == {"DEP-1": "published"}
    assert by_area(released(tonight, [], release, [accepted]), "obs_value") == {"DEP-1": 2}


def test_an_absence_that_was_accepted_is_not_asked_about_again() -> None:
    """The producer took a value back: that its cell has none is no other doubt."""
    last = observed({"DEP-1": 39})
    tonight = last.assign(obs_value=float("nan"), obs_status="L")
    withdrawal, hole = found("DEP-1"), found("DEP-1", rank=1)
    decision = decided(withdrawal, Choice.VALUE, tonight)
    rows = released(tonight, [withdrawal, hole], last, [decision])
    assert set(rows["publication"]) == {"published"}
    assert rows["obs_value"].isna().all()
    kept = decided(hole, Choice.HOLD, tonight, decision_id=2)
    rows = released(tonight, [withdrawal, hole], last, [decision, kept])
    assert set(rows["publication"]) == {"held"}


def test_an_absence_that_was_accepted_stays_so_beside_one_that_was_not() -> None:
    last = observed({"DEP-0": 41, "DEP-1": 39})
    tonight = last.assign(obs_value=float("nan"), obs_status="L")
    accepted = decided(found("DEP-1"), Choice.VALUE, tonight)
    both = found("DEP-0", "DEP-1", rank=1)
    gated = gate(tonight, [both], last, [accepted])
    assert by_area(gated.rows, "publication") == {"DEP-0": "held", "DEP-1": "published"}
    ruled = in_force([accepted], tonight)
    assert set(accepted_absences(both, ruled)) == {cell("DEP-1")}
    assert not is_explained(both, ruled)


def test_what_was_received_is_found_again_under_the_mark_of_a_break() -> None:
    release = released(TONIGHT, [DOUBT], None, [decided(DOUBT, Choice.BREAK, TONIGHT)])
    assert set(as_received(release)["obs_status"]) == {"A"}


def test_a_release_of_before_decisions_can_be_read() -> None:
    old = released(TONIGHT, [], None).drop(columns=DECIDED)
    again = released(TONIGHT, [], old)
    assert set(again["change"]) == {"unchanged"}


def test_decisions_survive_a_stored_release(tmp_path: pytest.TempPathFactory) -> None:
    decision = decided(DOUBT, Choice.BREAK, TONIGHT)
    release = released(TONIGHT, [DOUBT], None, [decision])
    path = f"{tmp_path}/observations.parquet"
    release.to_parquet(path)
    again = released(TONIGHT, [DOUBT], pd.read_parquet(path), [decision])
    assert set(again["change"]) == {"unchanged"}


def test_a_held_break_stands_beside_the_value_that_the_release_gives_of_before() -> None:
    broken = [decided(DOUBT, Choice.BREAK, TONIGHT)]
    last = released(TONIGHT, [DOUBT], None, broken)
    again = found("DEP-0", rank=5)
    revised = observed(NOW, {**BEFORE, "DEP-0": 53})
    assert row(released(revised, [again], last, broken))["pre_break_value"] == 53
    before = about(cell("DEP-0", "2023"), finding=replace(DOUBT, finding_id="0" * 12))
    out = decided(replace(before, period_before=None), Choice.EXCLUSION, TONIGHT, 2)
    told = row(released(TONIGHT, [again, before], last, [out]))
    assert (told["obs_value"], told["publication"]) == (4, "held")
    assert pd.isna(told["pre_break_value"])


def test_an_excluded_cell_is_not_among_those_that_are_held() -> None:
    out = decided(DOUBT, Choice.EXCLUSION, TONIGHT)
    wider = found("DEP-0", "DEP-1", rank=2)
    gated = gate(TONIGHT, [DOUBT, wider], TONIGHT, [out])
    assert by_area(gated.rows, "publication") == {"DEP-0": "excluded", "DEP-1": "held"}
    assert set(gated.held_by) == {cell("DEP-1")}
