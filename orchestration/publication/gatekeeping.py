"""From observations, verdicts and decisions to a release: the one way out of Vigie.

Here: putting a release together. Not here: the gate itself (``expectations.decisions.gate``), what
a release says of itself (``release_manifest``), writing it (``station.publishing``).

What holds a cell is what Great Expectations answered. Its answers are read again here, and must be
whole, of one piece and of the very observations that go out: a release made by hand in Dagster
passes the same gate as the night's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import digest
from expectations.decisions.consequences import gated_findings
from expectations.decisions.decision import Decision
from expectations.decisions.declared_breaks import Declarations, declared_breaks
from expectations.decisions.gate import Gated, gate
from expectations.decisions.standings import holding, in_force, is_explained
from expectations.findings.roll_up import Finding, roll_up
from expectations.findings.unbuilt import construction_findings
from expectations.findings.withdrawals import GROUP
from expectations.rules.evaluate import EVERY_RULE, applicable_rules
from expectations.verdicts.rule_answers import (
    BatchIdentity,
    RuleAnswer,
    UntrustedAnswerError,
    failures,
    trusted,
)
from orchestration.publication.judged import Judged, judged
from orchestration.publication.re_use import code_labels, row_sources
from orchestration.publication.release_manifest import (
    follows_from_the_same,
    known_decisions,
    manifest_of,
)
from orchestration.publication.states import indicator_states
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.build import Build, read_build
from orchestration.station.findings import write_findings
from orchestration.station.publishing import publish
from orchestration.station.release import NAME, Release
from orchestration.station.releases_in_force import current_release
from orchestration.station.verdicts import read_answers
from orchestration.station.warehouse import read_observations
from sources.archive import Archive


class UnpublishableError(RuntimeError):
    """Nothing can be published from what a station holds; the message, in French, says why."""


@dataclass(frozen=True)
class AnsweredNight:
    """What a night judged, and what was answered of it.

    Attributes:
        build: What was built.
        night: What was judged of it.
        answers: What Great Expectations answered of every rule.
    """

    build: Build
    night: Judged
    answers: Sequence[RuleAnswer]

    @property
    def failing(self) -> pd.DataFrame:
        """The verdicts on the cells that fail."""
        return failures(self.answers)


def make_release(
    settings: Settings, definitions: Mapping[str, IndicatorDefinition], now: datetime
) -> Release:
    """Gate the observations of the warehouse, and publish what may go out.

    Asked again for what is in force already, it gives the release in force.

    Args:
        settings: The station's.
        definitions: The definition of each indicator.
        now: The moment that a new release is of.

    Raises:
        UnpublishableError: The build was cut short, or the rules were not all answered of its
            observations; nothing was published.
    """
    folders = settings.folders
    answered = answered_night(folders, definitions)
    build, night = answered.build, answered.night
    gated, findings = gate_night(build, night, answered.failing, definitions)
    last = current_release(folders.releases)
    manifest = manifest_of(settings, build, findings, gated.held_by) | known_decisions(night, last)
    if last and follows_from_the_same(last.manifest, manifest):
        return last
    ruled = in_force(night.decisions, night.sound)
    doubtful = {item.indicator for item in holding(findings, ruled) if not item.cells}
    states = indicator_states(definitions, gated.rows, gated.held_by, doubtful)
    release_id = now.strftime(NAME)
    write_findings(folders, release_id, findings)
    manifest |= {
        "published_at": now.isoformat(timespec="seconds"),
        "previous": last.release_id if last else None,
        "indicators": {name: state.model_dump(mode="json") for name, state in states.items()},
        "codes": code_labels(gated.rows, definitions, night.names),
        "sources": row_sources(gated.rows, Archive(folders.home)),
    }
    return publish(folders.releases, release_id, gated.rows, manifest)


def gate_night(
    build: Build,
    night: Judged,
    verdicts: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> tuple[Gated, list[Finding]]:
    """Return what the gate decides, and the findings with what came of each of their cells."""
    ruled = in_force(night.decisions, night.sound)
    received = _on_what_was_received(verdicts, night.withdrawals, ruled)
    findings = [
        *construction_findings(
            build.failed, night.previous, definitions, night.sound, night.uncertain
        ),
        *night.withdrawals,
        *roll_up(received, night.observations, definitions, night.names, night.previous),
    ]
    gated = gate(
        night.sound,
        findings,
        night.previous,
        night.decisions,
        Declarations(definitions, declared_breaks(verdicts)),
    )
    return gated, gated_findings(findings, gated.rows, gated.held_by, ruled)


def _on_what_was_received(
    verdicts: pd.DataFrame, withdrawals: Sequence[Finding], ruled: Mapping[str, Decision]
) -> pd.DataFrame:
    """Return the verdicts on what was received.

    Of a period from which a value was taken back, the rules looked at what was published, and the
    withdrawal holds all of it: a finding would give old figures for new, and could be signed.
    """
    as_published = [
        (item.indicator, item.time_period) for item in withdrawals if not is_explained(item, ruled)
    ]
    return verdicts[~pd.MultiIndex.from_frame(verdicts[GROUP]).isin(as_published)]


def answered_night(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> AnsweredNight:
    """Return the build, what was judged of it, and the answers, which must be about just that.

    Raises:
        UnpublishableError: The build was cut short or is not of the observations of the warehouse,
            or an answer is missing, in error, of other observations, or contradicts itself.
    """
    build, observations = read_build(folders), read_observations(folders.warehouse)
    if build is None or build.observations_sha256 != digest(observations):
        raise UnpublishableError(_OTHER_OBSERVATIONS)
    night = judged(folders, build, observations, definitions)
    identity = BatchIdentity.of(night.observations)
    asked = asked_of(night.observations, definitions)
    try:
        answers = trusted(read_answers(folders), identity, asked)
    except UntrustedAnswerError as error:
        raise UnpublishableError(f"{error} {_ASK_AGAIN}") from None
    return AnsweredNight(build, night, answers)


def asked_of(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> dict[str, set[str]]:
    """Return every rule, with the indicators of the observations that it applies to."""
    asked: dict[str, set[str]] = {code: set() for code in EVERY_RULE}
    for indicator in observations["indicator"].unique():
        for code in applicable_rules(definitions[indicator]):
            asked[code].add(indicator)
    return asked


_OTHER_OBSERVATIONS = (
    "La construction a été interrompue, ou ne porte pas sur les observations de l'entrepôt : "
    "rien n'a été publié. Relancez la nuit."
)
_ASK_AGAIN = (
    "Rien n'a été publié. Matérialisez de nouveau « quality/validations », puis "
    "« publication/release », ou relancez la nuit."
)
