"""The card of a finding: what is to be done of it, as long as it is to be done."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from orchestration.desk.decision_form import TypedDecision
from orchestration.desk.desk_pages import DeskCard, render_card
from orchestration.desk.morning import compose_morning
from orchestration.desk.producer_letter import producer_letter
from orchestration.desk.station_reader import Desk
from orchestration.reporting.reported_findings import FindingLine
from tests.unit.expectations.decisions.deciding import observed
from tests.unit.orchestration.desk.test_morning import decision, finding
from tests.unit.orchestration.dockets import docket_of
from tests.unit.orchestration.reporting.nights import founding_night, pcrh_finding


@pytest.mark.parametrize(
    ("choice", "is_to_do"), [("", True), ("correction", True), ("exclusion", False)]
)
def test_what_is_out_or_kept_out_asks_for_no_explanation_any_more(
    choice: str, *, is_to_do: bool
) -> None:
    line = replace(pcrh_finding(), decision=decision(choice) if choice else None)
    assert ("D&#39;ici là, la dernière valeur publiée" in card_of(line)) is is_to_do


def test_the_finding_of_a_card_is_the_heading_of_its_page_and_no_level_is_skipped() -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", card_of(pcrh_finding()))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def card_of(line: FindingLine) -> str:
    raised = finding(line.finding_id)
    night = replace(founding_night(), findings=(line,))
    desk = Desk(
        docket_of([raised], observed({"DEP-0": 4}, {"DEP-0": 43})),
        compose_morning(night, [(raised,)], []),
    )
    letter = producer_letter(line, date(2026, 12, 6))
    return render_card(
        desk, DeskCard(line, None, TypedDecision(line.finding_id), letter, (), 400), {}
    )
