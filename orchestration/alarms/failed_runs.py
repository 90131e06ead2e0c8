"""A run that failed, told by mail: one way for the daemon's and for the command line's.

Here: what Dagster's history says of the failure, and the alarm that follows. Not here: the words
(``alarm``), who calls: a sensor for what the daemon launched, the command for what it runs.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import dagster as dg

from orchestration.alarms.alarm import FailedRun, alarm_mail, of_failed_run
from orchestration.instance.dead_runs import DEAD
from orchestration.keys import SIGNING_STEP
from orchestration.settings.settings import Settings
from orchestration.station.locks import StationBusyError
from orchestration.station.outbox import Outbox, deliver, send_without_keeping

FAILURES = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
ENDS = {dg.DagsterEventType.RUN_CANCELING, dg.DagsterEventType.RUN_FAILURE}
USER_FAILURE = "Failure"
TOO_LONG = "maximum runtime"
"""In the words by which Dagster's daemon ends a run that hangs."""
NO_WORD = "marked as failed from outside"
"""In those of its code server, of a run whose process ended and said nothing."""

OUR_CLASS = re.compile(r"^(?:expectations|orchestration|sources)\.[\w.]+: ")
"""What Dagster writes before the words of our own errors, which are sentences by themselves."""


def tell_failed_run(
    settings: Settings, instance: dg.DagsterInstance, run: dg.DagsterRun, log: str = ""
) -> FailedRun | None:
    """Put the mail that tells a failed run in the outbox; return what it tells, None for no alarm.

    Args:
        settings: The station's.
        instance: Dagster's.
        run: The run.
        log: Where its log is; Dagster's pages when empty.

    Raises:
        OSError: The outbox cannot be written.
    """
    entries = instance.all_logs(run.run_id, of_type=FAILURES | ENDS)
    failures = [entry for entry in entries if entry.dagster_event_type in FAILURES]
    first = min(failures, key=lambda entry: entry.timestamp, default=None)
    event = first.dagster_event if first else None
    kind, saying = _error(event) if event else ("", "")
    step = (event.step_key if event else None) or ""
    if _is_no_alarm(step, kind):
        return None
    ended = datetime.fromtimestamp(first.timestamp, UTC) if first else datetime.now(UTC)
    failed = FailedRun(
        at=ended,
        job=run.job_name,
        step=step,
        kind=kind,
        saying=_hung(entries) or saying or "rien : l'exécution a été interrompue.",
        log=log or _in_pages(settings, run.run_id),
    )
    _put(settings, failed)
    return failed


def _hung(entries: Iterable[dg.EventLogEntry]) -> str:
    """Say that a run went on for too long and was ended, when Dagster's daemon did so."""
    ends = (entry.message or "" for entry in entries if entry.dagster_event_type in ENDS)
    if not any(TOO_LONG in message for message in ends):
        return ""
    return (
        "rien. Elle durait depuis plus longtemps que ne dure aucune nuit (« max_runtime_seconds » "
        "de dagster.yaml) : elle était bloquée, et a été arrêtée d'office."
    )


def _in_pages(settings: Settings, run_id: str) -> str:
    """Say where Dagster's pages show a run."""
    where = f", {settings.url.rstrip('/')}/dagster/runs/{run_id}" if settings.url else ""
    return f"l'exécution {run_id[:8]} dans les pages de Dagster{where}"


def _is_no_alarm(step: str, kind: str) -> bool:
    """Tell a night that found another under way, and a decision that was mistyped, from a fault."""
    is_refusal = step == SIGNING_STEP and kind == USER_FAILURE
    return kind == StationBusyError.__name__ or is_refusal


def _error(event: dg.DagsterEvent) -> tuple[str, str]:
    """Return the class and the words of the error that an event tells, down to its cause."""
    if event.event_type is dg.DagsterEventType.STEP_FAILURE:
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            return USER_FAILURE, data.user_failure_data.description
        error = data.error
    else:
        # Of a run that was closed since its process is dead there is a message, and no error.
        error = event.job_failure_data.error if event.event_specific_data else None
    while error and error.cause:
        error = error.cause
    if error and error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
        # It says its own name only.
        return error.cls_name, ""
    if error:
        return error.cls_name or "", OUR_CLASS.sub("", error.message)
    message = event.message or ""
    return "", DEAD if NO_WORD in message else message


@contextlib.contextmanager
def breakdown_told(settings: Settings, job: str, log: str) -> Iterator[None]:
    """Tell by mail what stops a job before Dagster could note it, or keep it from being noted.

    Raises:
        Exception: Whatever stopped it, once told.
    """
    try:
        yield
    except Exception as error:
        at, kind = datetime.now(UTC), type(error).__name__
        saying = f"{kind} : {error}"
        _put_or_send(settings, FailedRun(at, job, step="", kind=kind, saying=saying, log=log))
        raise


def _put(settings: Settings, run: FailedRun) -> None:
    Outbox(settings.folders.outbox).put(alarm_mail(of_failed_run(run, settings.folders), settings))


def _put_or_send(settings: Settings, run: FailedRun) -> None:
    """Send at once, even what the disk cannot keep: a full disk is what may have to be told."""
    try:
        _put(settings, run)
        deliver(settings)
    except OSError:
        if settings.smtp:
            mail = alarm_mail(of_failed_run(run, settings.folders), settings)
            send_without_keeping(mail, settings.smtp)
