"""From verdicts to a release: what is found is found of what was received."""

import pytest

from expectations.cells.observations import normalise
from expectations.findings.code_names import Names
from expectations.findings.withdrawals import keep_published, withdrawal_findings
from expectations.rules.evaluate import evaluate
from orchestration.publication.gatekeeping import gate_night
from orchestration.publication.judged import Judged
from orchestration.publication.release_manifest import follows_from_the_same
from orchestration.station.build import Build
from tests.made_definitions import made_definition
from tests.unit.expectations.decisions.deciding import observed

BUILD = Build("", "", {}, "", ())
DEFINITION = made_definition("a")
DEFINITIONS = {"a": DEFINITION}
BEFORE = {"DEP-0": 43, "DEP-1": 40}


def test_a_period_from_which_a_value_was_taken_back_has_no_finding_of_old_figures() -> None:
    last = normalise(observed({"DEP-0": 4, "DEP-1": 39}, BEFORE).assign(unit_measure="pcrh"))
    tonight = normalise(observed({"DEP-0": 41}, BEFORE).assign(unit_measure="pcrh"))
    looked_at = keep_published(tonight, last)
    withdrawals = withdrawal_findings(tonight, last, DEFINITIONS, Names())
    night = Judged(tonight, looked_at, withdrawals, last, last, [], Names())
    verdicts = evaluate(looked_at, DEFINITIONS, published=last)
    assert "fail" in set(verdicts.loc[verdicts["rule"] == "BRK", "outcome"])
    gated, findings = gate_night(BUILD, night, verdicts, DEFINITIONS)
    assert [finding.is_withdrawal for finding in findings] == [True]
    of_2024 = gated.rows[gated.rows["time_period"] == "2024"]
    assert set(of_2024["publication"]) == {"held"}


@pytest.mark.parametrize(
    ("rules", "held", "is_same"),
    [
        ([["BRK", "VRT"]], [], True),
        ([["BRK"], ["RRL", "VRT"]], [], True),
        ([["BRK"], ["RRL", "VRT"]], [{"finding_id": "1"}], False),
        ([["BRK", "DFC"]], [], False),
        ([], [], False),
        ([["BRK", "XXX"]], [], False),
    ],
)
def test_a_revision_that_is_out_is_no_cause_for_another_release(
    rules: list[list[str]], held: list[dict[str, str]], *, is_same: bool
) -> None:
    found = [{"finding_id": str(rank), "rules": codes} for rank, codes in enumerate(rules)]
    last = {"findings": found, "held": held, "release_id": "20261122T010000Z"}
    now = {"findings": [{"finding_id": "0", "rules": ["BRK"]}], "held": []}
    assert follows_from_the_same(last, now) is is_same
