"""Decisions on their way: each runs the job ``decision``, and the pages say how far it is.

Here: one signing after another, in a process that has loaded all that the job needs. Not here: the
job, which whoever serves the desk gives (``commands``), nor what was typed (``decision_form``).

Loading Dagster, dbt and Great Expectations takes longer than the job itself: the process is kept
from one decision to the next. What goes wrong there does not take the pages away.
"""

import multiprocessing
import secrets
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ParamSpec, TypeVar

from orchestration.desk.decision_form import TypedDecision

MOST_REMEMBERED = 50
CUT_SHORT = (
    "Ce qui signait s'est arrêté en chemin. Voyez la page du constat : si la décision y est, la "
    "prochaine nuit la publiera ; sinon, signez de nouveau."
)


@dataclass(frozen=True)
class SigningResult:
    """What came of the job.

    Attributes:
        sentences: French: what was recorded and published, or why nothing was.
        is_published: What follows from the decision is in force.
    """

    sentences: tuple[str, ...]
    is_published: bool


Sign = Callable[[TypedDecision], SigningResult]
P = ParamSpec("P")
T = TypeVar("T")


class Progress(StrEnum):
    """How far a signing is."""

    UNDER_WAY = "en cours"
    DONE = "publiée"
    FAILED = "échouée"


@dataclass
class DeskSigning:
    """A decision on its way.

    Attributes:
        ticket: What names it in the address of its page; nobody can guess it.
        typed: What was typed.
        release_before: The release in force when it was sent.
    """

    ticket: str
    typed: TypedDecision
    release_before: str
    _future: "Future[SigningResult]" = field(repr=False)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        if not self._future.done():
            return Progress.UNDER_WAY
        return Progress.DONE if self.result.is_published else Progress.FAILED

    @property
    def result(self) -> SigningResult:
        """What came of it, once it is over."""
        error = self._future.exception()
        if error is None:
            return self._future.result()
        is_cut_short = isinstance(error, BrokenProcessPool)
        why = CUT_SHORT if is_cut_short else f"La décision n'a pas pu être publiée : {error}"
        return SigningResult((why,), is_published=False)


class Signings:
    """The decisions that this desk sent, one at a time.

    Args:
        sign: Runs the job; it is called in another process, so it must be of a module.
        load: Loads there, before the first decision, what the job needs.
    """

    def __init__(self, sign: Sign, load: Callable[[], None]) -> None:
        self._sign = sign
        self._load = load
        self._pool = self._new_pool()
        self._signings: dict[str, DeskSigning] = {}

    def _new_pool(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        pool.submit(_then_quiet, self._load)
        return pool

    def start(self, typed: TypedDecision, release_before: str) -> DeskSigning:
        """Send a decision, which waits for the one before it."""
        try:
            future = self._pool.submit(_then_quiet, self._sign, typed)
        except BrokenProcessPool:
            self._pool = self._new_pool()
            future = self._pool.submit(_then_quiet, self._sign, typed)
        ticket = secrets.token_urlsafe(12)
        signing = DeskSigning(ticket, typed, release_before, future)
        self._signings[ticket] = signing
        while len(self._signings) > MOST_REMEMBERED:
            del self._signings[next(iter(self._signings))]
        return signing

    def get(self, ticket: str) -> DeskSigning | None:
        """Return a decision that was sent, None when this desk knows none of that name."""
        return self._signings.get(ticket)

    def under_way_on(self, finding_id: str) -> DeskSigning | None:
        """Return the decision on its way of a finding, if there is one."""
        for signing in self._signings.values():
            if signing.typed.finding_id == finding_id and signing.progress is Progress.UNDER_WAY:
                return signing
        return None

    def close(self) -> None:
        """Let the decision under way end, and the process with it."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _then_quiet(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do some work in the process; between two, what stops the desk ends it without a trace.

    Dagster has SIGTERM interrupt what runs, which is as well while a decision does.
    """
    try:
        return work(*arguments, **named)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
