"""One night from the command line: the nightly job run in this process, and its result told.

Here: launching the job, putting its log in a file, reading its result back from the release and
from the outcomes of the sources. Not here: the job, which is Dagster's (``jobs``).
"""

import contextlib
import signal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
from rich.console import Console
from rich.table import Table

from expectations.decisions.admissible import BLANK_AUTHOR
from expectations.decisions.standings import LAPSED_BECAUSE, Standing
from expectations.findings.roll_up import Finding
from expectations.french import typeset
from expectations.untrusted import cleaned
from orchestration.alarms.alarm import what_stopped
from orchestration.alarms.failed_runs import breakdown_told, tell_failed_run
from orchestration.alarms.heartbeat import leave_heartbeat
from orchestration.commands.docket_replies import finding_record, held_table
from orchestration.commands.replies import progress, reply_table
from orchestration.commands.termination import TerminatedError, signals_seen
from orchestration.definitions import build_definitions
from orchestration.instance.dead_runs import end_dead_runs
from orchestration.instance.shown_runs import BY_COMMAND
from orchestration.keys import (
    DATA_DOCS_KEY,
    DELIVERING_STEP,
    EXAMINATION_KEY,
    JUDGING_STEP,
    MAIL_KEY,
    PUBLISHING_STEP,
    RELEASE_KEY,
    REPORT_KEY,
    REPORTING_STEP,
    SIGNING_STEP,
)
from orchestration.publication.docket import Docket, UndecidableError, read_docket
from orchestration.publication.states import IndicatorState, IndicatorStatus
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.build import read_build
from orchestration.station.job_names import NIGHTLY
from orchestration.station.locks import show_alive
from orchestration.station.logs import logged_to
from orchestration.station.outbox import Outbox, deliver
from orchestration.station.release import CURRENT, Release
from orchestration.station.releases_in_force import current_release
from orchestration.station.troubles import BrokenStationError, trouble_said
from sources.archive import Archive, FetchOutcome

Causes = Sequence[Sequence[Finding]]
OnStage = Callable[[str], None]
LABELS = {
    IndicatorStatus.HELD: "retenu",
    IndicatorStatus.NEW: "publié (nouveau)",
    IndicatorStatus.CHANGED: "publié (modifié)",
    IndicatorStatus.UNCHANGED: "inchangé",
    IndicatorStatus.EMPTY: "sans donnée",
}


STAGES = {
    "extracts": "collecte des sources",
    "dbt": "construction des tables",
    EXAMINATION_KEY.to_python_identifier(): "relecture du bilan imprimé",
    "validations": "contrôles",
    DATA_DOCS_KEY.to_python_identifier(): "pages des contrôles",
    SIGNING_STEP: "inscription de la décision",
    JUDGING_STEP: "contrôles",
    PUBLISHING_STEP: "publication",
    REPORTING_STEP: "rapport",
    DELIVERING_STEP: "courriel",
    RELEASE_KEY.to_python_identifier(): "publication",
    REPORT_KEY.to_python_identifier(): "rapport",
    MAIL_KEY.to_python_identifier(): "courriel",
}
"""What begins with a step of a job, in French; a step that is told with another has none."""


@dataclass(frozen=True)
class NightResult:
    """What came of a night.

    Attributes:
        success: The job went to its end; held cells and failing sources are no failure.
        release: The release in force after it, None when there never was one.
        is_new: That release was made this night.
        outcomes: What came of each source.
        log: Where the job's log is.
        folders: The station's folders.
        docket: Why values are held, and what was decided of it; None when it cannot be read.
        is_live: It is that of the producers' station, not of the demonstration.
    """

    success: bool
    release: Release | None
    is_new: bool
    outcomes: tuple[FetchOutcome, ...]
    log: Path
    folders: Folders
    docket: Docket | None = None
    is_live: bool = True

    @property
    def troubled(self) -> tuple[FetchOutcome, ...]:
        """The outcomes of the sources that gave nothing good."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_good)

    @property
    def record(self) -> dict[str, Any]:
        """It, for a machine."""
        causes = self.docket.causes if self.docket else ()
        held = [[self._finding(finding) for finding in cause] for cause in causes]
        return {
            "success": self.success,
            "release": self.release.release_id if self.release else None,
            "new": self.is_new,
            "indicators": self.release.manifest["indicators"] if self.release else {},
            "held": held,
            "troubled": [
                {"source": outcome.source_id, "status": outcome.status, "message": outcome.message}
                for outcome in self.troubled
            ],
            "mails_waiting": len(Outbox(self.folders.outbox).waiting()),
            "log": self.log,
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        decision = self.docket.applied(finding) if self.docket else None
        return finding_record(finding) | {"decision": decision.choice if decision else None}

    def print(self, console: Console) -> None:
        """Tell the night in French on the console."""
        for outcome in self.troubled:
            message = cleaned(outcome.message or "")
            console.print(typeset(f"Source en difficulté, {outcome.source_id} : ") + message)
        if not self.success:
            console.print(f"La nuit n'est pas allée à son terme. Journal : {self.log}")
        if self.release is None:
            return
        if self.success and not self.is_new:
            console.print("Rien n'a changé dans les sources : la publication reste en place.")
        if self.is_new:
            _print_lapsed(console, self.release)
        console.print(_table(self.release, is_new=self.is_new))
        if self.docket:
            _print_waiting(console, self.docket.of_causes(decided=False), is_live=self.is_live)
            _print_decided(console, self.docket.of_causes(decided=True))
        _print_places(console, self)


def run_night(settings: Settings, on_stage: OnStage | None = None) -> NightResult:
    """Run the nightly job in this process.

    Args:
        settings: The station's.
        on_stage: Is given each stage as it begins, in French.
    """
    folders = settings.folders
    before = current_release(folders.releases)
    log = folders.dagster / f"{NIGHTLY}.log"
    success = run_job(settings, JobRequest(NIGHTLY, log), on_stage)
    if success:
        leave_heartbeat(settings, datetime.now(UTC))
    # A quiet night writes no mail, but those that a server refused before still wait.
    deliver(settings)
    after = current_release(folders.releases)
    outcomes = Archive(folders.home).latest_outcomes()
    return NightResult(
        success=success,
        release=after,
        is_new=after is not None and after != before,
        outcomes=tuple(outcomes[source_id] for source_id in sorted(outcomes)),
        log=log,
        folders=folders,
        docket=_docket(folders),
        is_live=not settings.replay,
    )


def _docket(folders: Folders) -> Docket | None:
    """Return why values are held; nothing where no docket can be read, which others tell."""
    if read_build(folders) is None:
        # A build that was cut short may have left a warehouse without its tables.
        return None
    with contextlib.suppress(UndecidableError):
        return read_docket(folders)
    return None


@dataclass(frozen=True)
class JobRequest:
    """A run that is asked for.

    Attributes:
        name: The job.
        log: Where what Dagster and dbt print goes.
        config: What its Launchpad would ask for.
        tags: What Dagster's pages show of the run.
    """

    name: str
    log: Path
    config: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def run_job(settings: Settings, asked: JobRequest, on_stage: OnStage | None = None) -> bool:
    """Run a job in this process, and tell whether it went to its end.

    Args:
        settings: The station's.
        asked: The job, and what it is given.
        on_stage: Is given each stage as it begins, in French.

    Raises:
        BrokenStationError: The disk, a right or a file is what stopped it.
        KeyboardInterrupt: Ctrl-C did, and nobody is to be alarmed.
        TerminatedError: SIGTERM did: whoever sent it does not read what a terminal shows.
    """
    with (
        signals_seen() as seen,
        logged_to(asked.log),
        breakdown_told(settings, asked.name, str(asked.log)),
        dg.DagsterInstance.get() as instance,
    ):
        end_dead_runs(instance, settings.folders)
        result = _executed(settings, instance, asked, on_stage)
        interruption = _interruption(result, asked.name, seen())
        if isinstance(interruption, KeyboardInterrupt):
            raise interruption
        failed = None
        if not result.success:
            failed = tell_failed_run(settings, instance, result.dagster_run, str(asked.log))
            deliver(settings)
    if interruption:
        raise interruption
    _end_if_broken(result, settings.folders)
    if failed:
        progress.print(what_stopped(failed))
    return result.success


def _executed(
    settings: Settings, instance: dg.DagsterInstance, asked: JobRequest, on_stage: OnStage | None
) -> dg.ExecuteInProcessResult:
    """Run a job to its end, be it a failure."""
    job = build_definitions(settings).resolve_job_def(asked.name)
    run_id = str(uuid4())
    # Before there is a run: one that is killed as it begins is known to be dead at once.
    show_alive(settings.folders, run_id)
    if on_stage:
        instance.add_event_listener(run_id, partial(_show_stage, on_stage))
    return job.execute_in_process(
        run_config=asked.config,
        instance=instance,
        raise_on_error=False,
        run_id=run_id,
        tags={**BY_COMMAND, **asked.tags},
    )


def _show_stage(on_stage: OnStage, event: dg.EventLogEntry) -> None:
    """Show the stage that a step begins, when it begins one."""
    begins = event.is_dagster_event and event.get_dagster_event().is_step_start
    if begins and (stage := STAGES.get(event.step_key or "")):
        on_stage(stage)


def _interruption(
    result: dg.ExecuteInProcessResult, name: str, signals: Collection[int]
) -> KeyboardInterrupt | TerminatedError | None:
    """Return what a run ends in that a signal stopped: Dagster closes it as one that failed."""
    interrupted = dg.DagsterExecutionInterruptedError.__name__
    if all(kind != interrupted for kind, _ in _step_errors(result)):
        return None
    return TerminatedError(name) if signal.SIGTERM in signals else KeyboardInterrupt()


def _step_errors(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, str]]:
    """Yield the class and the words of what steps of a run ended in, each down to its cause."""
    for event in result.filter_events(lambda event: event.is_step_failure):
        error = event.step_failure_data.error
        while error:
            yield error.cls_name or "", error.message
            error = error.cause


def _end_if_broken(result: dg.ExecuteInProcessResult, folders: Folders) -> None:
    """Raise what keeps the station from working, when a step of a run ended in it.

    Raises:
        BrokenStationError: The disk, a right or a file is what stopped the run.
    """
    for _, message in _step_errors(result):
        if found := trouble_said(message, folders):
            raise BrokenStationError(found)


def _print_lapsed(console: Console, release: Release) -> None:
    """Name the decisions that stood for the release before, and do not any more."""
    before = release.previous
    lapsed = release.decisions(Standing.LAPSED)
    for rank in sorted(lapsed & (before.decisions(Standing.IN_FORCE) if before else set())):
        console.print(typeset(f"N° {rank}, {LAPSED_BECAUSE} (voir « vigie decisions »)."))


def _table(release: Release, *, is_new: bool) -> Table:
    table = reply_table("Indicateur", "État")
    table.add_column("Publiées", justify="right")
    table.add_column("Retenues", justify="right")
    for indicator, content in release.manifest["indicators"].items():
        state = IndicatorState.model_validate(content)
        label = LABELS[_tonight(state.state, is_new=is_new)]
        if state.state is IndicatorStatus.HELD and state.published:
            label = "retenu en partie"
        table.add_row(indicator, label, str(state.published), str(state.held))
    return table


def _tonight(state: IndicatorStatus, *, is_new: bool) -> IndicatorStatus:
    """Without a new release nothing is new: what was held still is, the rest is unchanged."""
    return (
        state
        if is_new or state in {IndicatorStatus.HELD, IndicatorStatus.EMPTY}
        else IndicatorStatus.UNCHANGED
    )


def _print_waiting(console: Console, causes: Causes, *, is_live: bool) -> None:
    """Say what waits for a decision, and what to type next."""
    if not causes:
        return
    live = " --live" if is_live else ""
    console.print(typeset("Retenu, attend une décision :"), style="bold")
    console.print(held_table(causes))
    first = causes[0][0].finding_id
    console.print(typeset(f"Au bureau : vigie ui{live}"))
    console.print(typeset(f"Ou ici, parmi les décisions que dit « vigie findings{live} » :"))
    console.print(f"  vigie decide {first}{live} --decision DÉCISION \\")
    console.print(f'      --auteur "{BLANK_AUTHOR}" --motif "…"')


def _print_decided(console: Console, causes: Causes) -> None:
    """Say what a decision keeps held."""
    if causes:
        console.print(typeset("Décidé, encore retenu :"), style="bold")
        console.print(held_table(causes))


def _print_places(console: Console, night: NightResult) -> None:
    folders = night.folders
    console.print(f"Publication : {folders.releases / CURRENT}")
    console.print(f"Rapport     : {folders.reports / CURRENT / 'index.html'}")
    waiting = len(Outbox(folders.outbox).waiting())
    console.print(f"Courriels   : {folders.outbox} ({waiting} en attente d'envoi)")
