"""A decision from the command line: the job ``decision`` run in this process, and its result told.

Here: launching it, and reading its result back from the register and from the release. Not here:
what may be decided (``publication.docket``), the job, which is that of the Launchpad (``jobs``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from expectations.decisions.decision import MEANINGS, Decision
from expectations.french import typeset
from expectations.untrusted import cleaned
from orchestration.assets.decisions import run_config
from orchestration.commands.docket_replies import decision_record
from orchestration.commands.night import JobRequest, run_job
from orchestration.instance.shown_runs import BY_COMMAND, COMMAND
from orchestration.publication.deciding import consequence
from orchestration.publication.docket import read_docket
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.job_names import DECISION
from orchestration.station.register import Register
from orchestration.station.release import CURRENT
from orchestration.station.releases_in_force import current_release


@dataclass(frozen=True)
class Signing:
    """What came of a decision.

    Attributes:
        success: It was recorded, and what follows from it published.
        decisions: What was recorded: the decision on that finding, then those on the others of
            its cause when it was decided as a whole; none when nothing was.
        release_id: The release in force after it.
        log: Where the job's log is.
        folders: The station's folders.
    """

    success: bool
    decisions: tuple[Decision, ...]
    release_id: str | None
    log: Path
    folders: Folders

    @property
    def sentences(self) -> tuple[str, ...]:
        """What came of it, in French."""
        if not self.decisions:
            return (f"Aucune décision n'a été enregistrée. Journal : {self.log}",)
        signed = [line for decision in self.decisions for line in _signed(decision)]
        if not self.success:
            unpublished = (
                "Elle est enregistrée, mais la publication n'est pas allée à son terme : la "
                f"prochaine nuit la publiera. Journal : {self.log}"
            )
            return (*signed, unpublished)
        docket = read_docket(self.folders)
        outcomes = dict.fromkeys(consequence(docket, each) for each in self.decisions)
        return (*signed, *map(typeset, outcomes))

    @property
    def record(self) -> dict[str, Any]:
        """It, for a machine."""
        return {
            "published": self.success,
            "decisions": [decision_record(decision) for decision in self.decisions],
            "release": self.release_id,
            "log": self.log,
            "sentences": self.sentences,
        }

    def print(self, console: Console) -> None:
        """Tell it in French on the console."""
        for sentence in self.sentences:
            console.print(Text(sentence))
        if self.success and self.decisions:
            console.print(f"Publication : {self.folders.releases / CURRENT} ({self.release_id})")
            console.print(f"Rapport     : {self.folders.reports / CURRENT / 'index.html'}")


def _signed(decision: Decision) -> tuple[str, ...]:
    return (
        typeset(f"Décision n° {decision.decision_id}, signée par {decision.author}."),
        typeset(f"Constat {decision.finding_id} : {cleaned(decision.subject.title)}"),
        typeset(f"{decision.choice} : {MEANINGS[decision.choice]}"),
    )


def sign_and_publish(
    settings: Settings,
    values: Mapping[str, str | bool],
    launcher: str = BY_COMMAND[COMMAND],
    on_stage: Callable[[str], None] | None = None,
) -> Signing:
    """Run the job ``decision`` in this process.

    Args:
        settings: The station's.
        values: What the Launchpad asks for: ``constat``, ``toute_la_cause``, ``decision``,
            ``auteur``, ``motif``.
        launcher: What Dagster's list of runs says that it was launched by, in French.
        on_stage: Is given each stage as it begins, in French.
    """
    folders = settings.folders
    log = folders.dagster / f"{DECISION}.log"
    before = Register(folders.home).last_id()
    tags = {COMMAND: launcher}
    success = run_job(settings, JobRequest(DECISION, log, run_config(values), tags), on_stage)
    signed = Register(folders.home).decisions()
    of_finding = [decision for decision in signed if decision.finding_id == values["constat"]]
    typed = tuple(values[name] for name in ("decision", "auteur", "motif"))
    # The very same decision is not recorded twice; any other of before is not this one.
    named = [
        each
        for each in of_finding[-1:]
        if success or each.decision_id > before or (each.choice, each.author, each.motive) == typed
    ]
    others = [each for each in signed if each.decision_id > before and each not in named]
    release = current_release(folders.releases)
    return Signing(
        success=success,
        decisions=(*named, *others),
        release_id=release.release_id if release else None,
        log=log,
        folders=folders,
    )
