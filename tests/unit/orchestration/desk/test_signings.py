"""Decisions on their way: what goes wrong in the process that signs."""

import os
import signal
from collections.abc import Iterator

import pytest

from orchestration.desk.decision_form import TypedDecision
from orchestration.desk.signings import Progress, SigningResult, Signings

FATAL, REFUSED = "fatal", "refused"


def sign(values: dict[str, str | bool]) -> SigningResult:
    """Sign, or end as the motive says."""
    if values["motif"] == FATAL:
        os.kill(os.getpid(), signal.SIGKILL)
    if values["motif"] == REFUSED:
        raise ValueError("Le registre n'est pas là.")
    return SigningResult(("Signée.",), is_published=True)


@pytest.fixture
def signings() -> Iterator[Signings]:
    signings = Signings(sign, os.getpid)
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
    assert following.result.sentences == ("Signée.",)
    assert following.progress is Progress.DONE


def test_what_stops_the_job_is_told_with_its_reason(signings: Signings) -> None:
    stopped = signings.start(TypedDecision("4f2a", motive=REFUSED), "")
    (why,) = stopped.result.sentences
    assert "n'a pas pu être publiée : Le registre n'est pas là." in why
    assert stopped.progress is Progress.FAILED
