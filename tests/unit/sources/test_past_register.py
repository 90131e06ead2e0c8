"""The register as it was: what came later is not in it, and what is there is as it was sealed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from expectations.decisions.decision import Choice
from expectations.decisions.follow_up import FollowUpStep
from orchestration.station.follow_ups import FollowUps, NewStep
from orchestration.station.register import Register
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.storage.past_register import write_past_register
from tests.unit.expectations.decisions.deciding import decided, found, observed

MOMENT = datetime(2026, 11, 29, 2, 0, 0, 500, tzinfo=UTC)


def outcome(at: datetime) -> FetchOutcome:
    return FetchOutcome("s", FetchStatus.NEW, at, 1.0, 3, "e", "e", None, None, None)


def test_what_came_later_is_left_out_and_the_true_one_is_untouched(tmp_path: Path) -> None:
    true, past = tmp_path / "true", tmp_path / "past"
    past.mkdir()
    archive, register = Archive(true), Register(true)
    second = timedelta(seconds=1)
    for at in (MOMENT - second, MOMENT.replace(microsecond=0), MOMENT, MOMENT + second):
        archive.add_outcome(outcome(at))
    subject = decided(found("DEP-0"), Choice.BREAK, observed({"DEP-0": 4}, {"DEP-0": 43})).subject
    for motive in ("Recueil devenu national", "Vérifié auprès du producteur"):
        register.add(subject, Choice.BREAK, "Claire Le Goff", motive)
    follow_ups = FollowUps(true)
    follow_ups.add([("1A4_pcrh_te", "2024", None)], NewStep(FollowUpStep.TAKEN, "Anne Lebrun"))
    for last in (1, 2, 0, 1):
        write_past_register(true, past, MOMENT, last)
        made = Register(past)
        assert made.decisions() == register.decisions()[:last]
        assert made.missing() == ()
        assert len(Archive(past).outcomes()) == 3
        assert FollowUps(past).steps() == []
    write_past_register(true, past, datetime.now(UTC), 1)
    assert FollowUps(past).steps() == follow_ups.steps() != []
    assert len(archive.outcomes()) == 4
    # The next decision has the rank that it had.
    again = Register(past).add(subject, Choice.BREAK, "Claire Le Goff", "Autre motif")
    assert again.decision_id == 2
