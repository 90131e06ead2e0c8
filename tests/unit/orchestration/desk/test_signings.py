"""Decisions on their way: what goes wrong in the process that signs."""

import os
import signal
from collections.abc import Iterator

import pytest

from orchestration.desk.decision_form import TypedDecision
from orchestration.desk.signings import Progress, SigningResult, Signings

FATAL, REFUSED = "fatal", "refused"


def interrupted_by_sigterm() -> None:
    """Have SIGTERM interrupt what runs, as Dagster does when it is loaded."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def sign(typed: TypedDecision) -> SigningResult:
    """Sign, or end as the motive says."""
    interrupted_by_sigterm()
    if typed.motive == FATAL:
        os.kill(os.getpid(), signal.SIGKILL)
    if typed.motive == REFUSED:
        raise ValueError("Le registre n'est pas là.")
    return SigningResult((f"Signée par {os.getpid()}.",), is_published=True)


@pytest.fixture
def signings() -> Iterator[Signings]:
    signings = Signings(sign, interrupted_by_sigterm)
    yield signings
    signings.close()


def test_a_process_that_is_killed_is_told_in_french_and_another_signs_the_next(
    signings: Signings,
) -> None:
    killed = signings.start(TypedDecision("4f2a", motive=FATAL), "")
    (why,) = killed.result.sentences
    assert "s'est arrêté en chemin" in why
    assert killed.progress is Progress.FAILED
    following = signings.start(TypedDecision("4f2a"), "")
    assert following.result.sentences[0].startswith("Signée")
    assert following.progress is Progress.DONE


def test_what_stops_the_job_is_told_with_its_reason(signings: Signings) -> None:
    stopped = signings.start(TypedDecision("4f2a", motive=REFUSED), "")
    (why,) = stopped.result.sentences
    assert "n'a pas pu être publiée : Le registre n'est pas là." in why
    assert stopped.progress is Progress.FAILED


def test_what_ends_with_the_desk_leaves_no_trace(capfd: pytest.CaptureFixture[str]) -> None:
    signings = Signings(sign, interrupted_by_sigterm)
    (said,) = signings.start(TypedDecision("4f2a"), "").result.sentences
    os.kill(int(said.rstrip(".").rpartition(" ")[2]), signal.SIGTERM)
    signings.close()
    assert "Traceback" not in capfd.readouterr().err
