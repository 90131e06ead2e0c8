"""What a steward typed, made into a decision or refused with what to type instead."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from expectations.decisions.decision import Choice, Decision
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Severity
from orchestration.publication.deciding import (
    consequence,
    draft_decision,
    draft_decisions,
    record,
)
from orchestration.publication.docket import Docket, UndecidableError
from orchestration.settings.folders import Folders
from tests.unit.expectations.decisions.deciding import about, decided, found, observed
from tests.unit.orchestration.dockets import docket_of

TONIGHT = observed({"DEP-0": 4, "DEP-1": 2}, {"DEP-0": 43, "DEP-1": 7})
BREAK = replace(found("DEP-0"), finding_id="abc000000001")
ERROR = replace(found("DEP-1", severity=Severity.ERROR), finding_id="abd000000002")
OTHER = replace(found("DEP-0", "DEP-1"), finding_id="ffe000000003")
MOTIVE = "Le recueil est devenu national"
SIGNED = ("Claire Le Goff", MOTIVE)


def docket(*decisions: Decision, findings: tuple[Finding, ...] = (BREAK, ERROR)) -> Docket:
    return docket_of(findings, TONIGHT, decisions)


def test_the_beginning_of_an_id_is_enough_when_no_other_begins_so() -> None:
    draft = draft_decision(docket(), " ABC ", Choice.BREAK, "Claire Le Goff", MOTIVE)
    assert draft.subject.finding_id == BREAK.finding_id
    assert draft.subject.figures[0].value == "4.000000"
    assert draft.subject.figures[0].value_before == "43.000000"


@pytest.mark.parametrize("typed", ["ab", "", "  ", "zzz", "abc0000000019", "%", "\x1b[31m"])
def test_what_names_none_or_several_is_refused_with_the_open_findings(typed: str) -> None:
    with pytest.raises(UndecidableError) as refused:
        draft_decision(docket(), typed, Choice.HOLD, "Claire Le Goff", MOTIVE)
    assert BREAK.finding_id in str(refused.value)
    assert ERROR.finding_id in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_findings_on_one_extract_and_the_same_areas_have_one_cause() -> None:
    tonight = pd.concat([TONIGHT, TONIGHT.assign(indicator="b")]).assign(extract_id="e" * 64)
    cells = tuple(replace(cell, indicator="b") for cell in BREAK.cells)
    twin = about(*cells, finding=replace(OTHER, indicator="b"))
    both = docket_of((BREAK, ERROR, twin), tonight, ())
    assert both.causes == ((BREAK, twin), (ERROR,))
    assert both.cause_of(twin.finding_id) == (twin.finding_id, BREAK.finding_id)
    assert both.cause_of(ERROR.finding_id) == (ERROR.finding_id,)
    apart = replace(both, observations=tonight.assign(extract_id=tonight["indicator"]))
    assert apart.causes == ((BREAK,), (ERROR,), (twin,))


def of_one_cause(twin_severity: Severity) -> Docket:
    """Return what can be decided of two findings that one cause may explain."""
    tonight = pd.concat([TONIGHT, TONIGHT.assign(indicator="b")]).assign(extract_id="e" * 64)
    cells = tuple(replace(cell, indicator="b") for cell in BREAK.cells)
    kin = replace(OTHER, indicator="b", severity=twin_severity)
    return docket_of((BREAK, about(*cells, finding=kin)), tonight, ())


def test_a_cause_is_decided_in_one_act_each_finding_on_its_own_figures(tmp_path: Path) -> None:
    both = of_one_cause(Severity.WARNING)
    drafts = draft_decisions(both, "ffe", (Choice.BREAK, *SIGNED), is_of_cause=True)
    assert [draft.subject.finding_id for draft in drafts] == [OTHER.finding_id, BREAK.finding_id]
    assert {figure.cell.indicator for figure in drafts[0].subject.figures} == {"b"}
    decisions = record(Folders(tmp_path), drafts)
    decided_now = replace(both, decisions=decisions)
    assert decided_now.open == ()
    moved = both.observations.copy()
    moved.loc[(moved["indicator"] == "b").to_numpy(), "obs_value"] += 1
    assert set(replace(decided_now, observations=moved).in_force) == {BREAK.finding_id}


def test_a_cause_of_which_a_finding_cannot_be_so_decided_is_not_decided_at_all() -> None:
    both = of_one_cause(Severity.ERROR)
    with pytest.raises(UndecidableError, match=r"ffe000000003.*un à un"):
        draft_decisions(both, "abc", (Choice.VALUE, *SIGNED), is_of_cause=True)
    assert len(draft_decisions(both, "abc", (Choice.HOLD, *SIGNED), is_of_cause=True)) == 2


def test_an_error_is_not_accepted_but_may_be_excluded() -> None:
    with pytest.raises(UndecidableError, match="abd000000002"):
        draft_decision(docket(), "abd", Choice.VALUE, "Claire Le Goff", MOTIVE)
    draft = draft_decision(docket(), "abd", Choice.EXCLUSION, "Claire Le Goff", MOTIVE)
    assert draft.choice is Choice.EXCLUSION


@pytest.mark.parametrize(
    ("author", "motive"), [("", MOTIVE), ("\u202e\x07", MOTIVE), ("Claire Le Goff", "\n\n ok")]
)
def test_a_decision_that_is_not_signed_or_motivated_is_refused(author: str, motive: str) -> None:
    with pytest.raises(UndecidableError):
        draft_decision(docket(), "abc", Choice.HOLD, author, motive)


def test_what_cannot_be_seen_is_not_recorded() -> None:
    typed = ("Claire\u202e Le\nGoff", "Le recueil\x1b[31m\r\nest\u200b national")
    draft = draft_decision(docket(), "abc", Choice.HOLD, *typed)
    assert (draft.author, draft.motive) == ("Claire Le Goff", "Le recueil[31m est national")


def test_a_decision_whose_finding_is_not_made_any_more_can_be_replaced() -> None:
    out = decided(OTHER, Choice.EXCLUSION, TONIGHT)
    draft = draft_decision(docket(out), "ffe", Choice.VALUE, "Claire Le Goff", MOTIVE)
    assert draft.subject == out.subject


def test_a_decision_that_applies_closes_its_finding() -> None:
    signed = decided(BREAK, Choice.BREAK, TONIGHT)
    assert docket(signed).open == (ERROR,)
    assert docket(signed).applied(BREAK) == signed
    kept = decided(BREAK, Choice.CORRECTION, TONIGHT)
    assert docket(kept).open == (BREAK, ERROR)
    assert docket(kept).applied(BREAK) == kept


def test_accepting_what_became_an_error_does_not_apply() -> None:
    signed = decided(ERROR, Choice.BREAK, TONIGHT)
    assert docket(signed).applied(ERROR) is None
    assert ERROR in docket(signed).open


@pytest.mark.parametrize(
    ("choice", "findings", "told"),
    [
        (Choice.BREAK, (BREAK,), "publiées, avec leur explication"),
        (Choice.VALUE, (BREAK, OTHER), "par un autre constat : ffe000000003"),
        (Choice.EXCLUSION, (BREAK,), "exclues"),
        (Choice.CORRECTION, (BREAK,), "un nouveau dépôt est attendu"),
        (Choice.HOLD, (BREAK,), "restent retenues."),
    ],
)
def test_what_came_of_it_is_said(choice: Choice, findings: tuple[Finding, ...], told: str) -> None:
    signed = decided(BREAK, choice, TONIGHT)
    assert told in consequence(docket(signed, findings=findings), signed).replace("\xa0", " ")


def test_a_decision_on_other_figures_is_said_to_be_void() -> None:
    signed = decided(BREAK, Choice.BREAK, observed({"DEP-0": 5}))
    assert "caduque" in consequence(docket(signed), signed)


def test_what_another_decision_keeps_out_waits_for_none() -> None:
    out = decided(OTHER, Choice.EXCLUSION, TONIGHT)
    kept_out = docket(out, findings=(BREAK, OTHER))
    assert kept_out.open == ()
    assert kept_out.applied(BREAK) == out
