"""What the rules look at: tonight's observations, less what cannot be trusted.

Here: what a rule may trust. Not here: judging (``expectations``), what goes out (``gatekeeping``).

An indicator that could not be built says nothing; what may be missing a line that was set aside is
looked at as it was published; so is a period from which published values were taken back, until
somebody has accepted that.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.decisions.annotations import as_received
from expectations.decisions.decision import Decision
from expectations.decisions.standings import in_force, is_explained
from expectations.findings.code_names import Names
from expectations.findings.roll_up import Finding
from expectations.findings.uncertain import uncertain_cells, without_uncertain
from expectations.findings.withdrawals import GROUP, keep_published, withdrawal_findings
from expectations.verdicts.table import Cell
from orchestration.settings.folders import Folders
from orchestration.station.build import Build
from orchestration.station.releases_in_force import current_release
from orchestration.station.warehouse import read_names
from orchestration.station.witnessed_register import read_register


@dataclass(frozen=True)
class Judged:
    """What a night judges.

    Attributes:
        sound: Tonight's observations of the indicators that were built without a failed test.
        observations: What the rules look at: the same, with the uncertain cells and the periods
            that were taken back as they were last published.
        withdrawals: The findings about what was taken back.
        previous: Rows of the release in force, None before the first.
        published: The same, for the indicators that are sound tonight.
        decisions: The register.
        names: What codes are called in French.
        breaks: The ranks of the decisions that were altered in the register, or taken out of it.
        uncertain: The sound cells that may be missing a line that was set aside.
    """

    sound: pd.DataFrame
    observations: pd.DataFrame
    withdrawals: list[Finding]
    previous: pd.DataFrame | None
    published: pd.DataFrame | None
    decisions: list[Decision]
    names: Names
    breaks: Sequence[int] = ()
    uncertain: frozenset[Cell] = frozenset()


def judged(
    folders: Folders,
    build: Build,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> Judged:
    """Return what the rules look at tonight, and what it was put together from."""
    release = current_release(folders.releases)
    previous = still_defined(release.observations(), definitions) if release else None
    register, names = read_register(folders), read_names(folders.warehouse)
    sound = sound_observations(observations, build.unsound)
    published = None if previous is None else sound_observations(previous, build.unsound)
    past = None if published is None else as_received(published)
    uncertain = uncertain_cells(build.failed, sound, past)
    certain = without_uncertain(sound, past, uncertain)
    withdrawals = withdrawal_findings(certain, past, definitions, names)
    ruled = in_force(register.decisions, sound)
    accepted = [finding for finding in withdrawals if is_explained(finding, ruled)]
    return Judged(
        sound=sound,
        observations=keep_published(certain, _without(past, accepted)),
        withdrawals=withdrawals,
        previous=previous,
        published=published,
        decisions=list(register.decisions),
        breaks=register.breaks,
        names=names,
        uncertain=uncertain,
    )


def still_defined(published: pd.DataFrame, definitions: Collection[str]) -> pd.DataFrame:
    """Return what was published without the indicators that the project has no more.

    Nothing says what they were: nobody took their values back, and nothing of them is judged.
    """
    return published[published["indicator"].isin(list(definitions))]


def sound_observations(observations: pd.DataFrame, unsound: Collection[str]) -> pd.DataFrame:
    """Return the observations without the indicators of which a test failed as they were built."""
    return observations[~observations["indicator"].isin(unsound)]


def _without(past: pd.DataFrame | None, accepted: list[Finding]) -> pd.DataFrame | None:
    """Return the past without the periods of some findings: tonight's stands for itself there."""
    if past is None or not accepted:
        return past
    periods = [(finding.indicator, finding.time_period) for finding in accepted]
    return past[~pd.MultiIndex.from_frame(past[GROUP]).isin(periods)]
