"""A run as Dagster's pages show it: under its job whoever launched it, and told apart at a glance.

Here: where a run is said to come from, and its tags. Not here: what a run does, nor who is told how
it ended (``alarms``).

Dagster shows on its timeline, and under a job, what came through a code location. A run of the
command line comes through none: it is given that of the station's services.
"""

from collections.abc import Mapping

import dagster as dg
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG

from orchestration.settings.settings import Settings
from orchestration.station.job_names import LOCATION
from orchestration.station.release import Release

REPOSITORY = "__repository__"
"""What Dagster calls the definitions of a code location."""
COMMAND = "vigie/lancee_par"
BY_COMMAND: Mapping[str, str] = {
    COMMAND: "ligne de commande",
    REPOSITORY_LABEL_TAG: f"{REPOSITORY}@{LOCATION}",
}
"""The tags by which a run of the command line is known."""
DECIDED = ("constat", "decision", "auteur", "motif")
"""What Dagster's list of runs shows of a decision: what, who and why."""


def is_of_command(run: dg.DagsterRun) -> bool:
    """Tell whether the command line launched a run."""
    return COMMAND in run.tags


def show_under_its_job(instance: dg.DagsterInstance, run_id: str) -> None:
    """Show a run of the command line where those of the schedule are."""
    run = instance.get_run_by_id(run_id)
    if run and is_of_command(run) and run.remote_job_origin is None:
        location = GrpcServerCodeLocationOrigin(host="localhost", location_name=LOCATION)
        origin = RemoteRepositoryOrigin(location, REPOSITORY).get_job_origin(run.job_name)
        instance.run_storage.replace_job_origin(run, origin)


def station_tags(settings: Settings) -> dict[str, str]:
    """Return the tags that say of which station a run is."""
    return {
        "vigie/station": "démonstration" if settings.replay else "réelle",
        "vigie/région": settings.region,
    }


def decision_tags(values: Mapping[str, object]) -> dict[str, str]:
    """Return the tags that say of a decision what, who and why, from what the Launchpad has."""
    return {f"vigie/{name}": str(values[name]) for name in DECIDED}


def night_tags(before: Release | None, after: Release | None, troubled: int) -> dict[str, str]:
    """Return the tags that say what came of a night.

    Args:
        before: The release that was in force before it.
        after: The one that is after it.
        troubled: The sources that are in trouble.
    """
    return {
        "vigie/nuit": "nouvelle" if after and after != before else "sans changement",
        "vigie/retenues": str(len(after.held) if after else 0),
        "vigie/sources_en_difficulté": str(troubled),
    }
