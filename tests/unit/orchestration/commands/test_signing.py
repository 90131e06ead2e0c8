"""What came of a decision is told from the register: what was signed before is not this one."""

from pathlib import Path

import pytest

from expectations.decisions.decision import Choice
from orchestration.commands import signing
from orchestration.commands.signing import sign_and_publish
from orchestration.settings.settings import Settings
from orchestration.station.register import Register
from tests.unit.expectations.decisions.deciding import decided, found, observed

TONIGHT = observed({"DEP-0": 4}, {"DEP-0": 43})
SUBJECT = decided(found("DEP-0"), Choice.HOLD, TONIGHT).subject
AUTHOR, MOTIVE = "Claire Le Goff", "En attente du producteur"


@pytest.mark.parametrize(("choice", "ranks"), [(Choice.HOLD, [1]), (Choice.BREAK, [])])
def test_a_run_that_fails_before_it_records_tells_no_decision_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, choice: Choice, ranks: list[int]
) -> None:
    """The very same decision is recorded already; another one is not."""
    Register(tmp_path).add(SUBJECT, Choice.HOLD, AUTHOR, MOTIVE)
    monkeypatch.setattr(signing, "run_job", lambda *_: False)
    typed = {"constat": SUBJECT.finding_id, "decision": choice, "auteur": AUTHOR, "motif": MOTIVE}
    came = sign_and_publish(Settings(home=tmp_path), typed)
    assert [decision.decision_id for decision in came.decisions] == ranks
    assert came.sentences[0].startswith("Décision n°" if ranks else "Aucune décision")
