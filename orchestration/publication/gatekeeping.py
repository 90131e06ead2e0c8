"""From observations, verdicts and decisions to a release: the one way out of Vigie.

Here: putting a release together. Not here: the gate itself (``expectations.decisions.gate``),
writing a release (``station.release``).

What holds a cell is what Great Expectations answered. Its answers are read again here, and must be
whole, of one piece and of the very observations that go out: a release made by hand in Dagster
passes the same gate as the night's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import digest
from expectations.decisions.consequences import gated_findings
from expectations.decisions.decision import Decision
from expectations.decisions.declared_breaks import Declarations, declared_breaks
from expectations.decisions.gate import Gated, gate
from expectations.decisions.standings import (
    Ruling,
    Standing,
    holding,
    in_force,
    is_explained,
    standings,
)
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
from expectations.verdicts.rules import RULES, Lasting
from expectations.verdicts.table import Cell
from orchestration.publication.judged import Judged, judged
from orchestration.publication.states import indicator_states
from orchestration.settings import Folders, Settings
from orchestration.station.build import Build, read_build
from orchestration.station.findings import write_findings
from orchestration.station.release import NAME, Release, current_release, publish
from orchestration.station.verdicts import read_answers
from orchestration.station.warehouse import read_observations
from orchestration.station.witnessed_register import remembered
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
    manifest = _manifest(settings, build, findings, gated.held_by) | _decided(night, last)
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
        *construction_findings(build.failed, night.previous, definitions),
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


def _manifest(
    settings: Settings,
    build: Build,
    findings: Sequence[Finding],
    held: Mapping[Cell, Collection[str]],
) -> dict[str, Any]:
    """Return what a release follows from, the decisions beside: the same again is no other one."""
    return {
        "region": settings.region,
        "month": settings.month,
        "fingerprint": build.fingerprint,
        "code_version": build.code_version,
        "observations_sha256": build.observations_sha256,
        "extracts": _extracts(settings.folders, build),
        "held": _held(held),
        "findings": [_named(finding) for finding in findings],
    }


def follows_from_the_same(last: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Tell whether two releases follow from the same.

    What was found only because of what was published before, and holds nothing, is found no more
    once it is out: that alone is no cause for another release.

    Args:
        last: The manifest of the release in force.
        manifest: What a release of now would follow from.
    """
    return all(
        _lasting(last.get(name, [])) == _lasting(content)
        if name == "findings"
        else last.get(name) == content
        for name, content in manifest.items()
    )


def _lasting(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return findings without what lasts only until a release; order is that of their ids."""
    lasting = [
        {**finding, "rules": [code for code in finding["rules"] if _lasts(code)]}
        for finding in findings
    ]
    return sorted(filter(itemgetter("rules"), lasting), key=itemgetter("finding_id"))


def _lasts(code: str) -> bool:
    """Tell whether a rule fails for as long as the figures are the same.

    One of a former version counts as such: its release then follows from something else.
    """
    return code not in RULES or RULES[code].lasting is Lasting.FIGURES


def _named(finding: Finding) -> dict[str, Any]:
    """Return what a release says of a finding: which cells and rules, never the held values."""
    return {
        "finding_id": finding.finding_id,
        "indicator": finding.indicator,
        "time_period": finding.time_period,
        "severity": finding.severity.value,
        "rules": list(finding.rules),
    }


def _decided(night: Judged, last: Release | None) -> dict[str, Any]:
    """Return what a release says of the register, beside what the one before remembered of it."""
    witness = remembered(last)
    return {
        "decisions": [
            _signed(ruling, witness.get(ruling.decision.decision_id))
            for ruling in standings(night.decisions, night.sound)
        ],
        "last_decision": max((decision.decision_id for decision in night.decisions), default=0),
        "register_breaks": list(night.breaks),
    }


def _signed(ruling: Ruling, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a release says of a decision; nothing that would tell a value that is held.

    Nor what one says that was altered: nobody signed that. What the release before remembered of it
    stays, by which one that was written anew is not believed any night.
    """
    decision = ruling.decision
    named = {
        "decision_id": decision.decision_id,
        "finding_id": decision.finding_id,
        "standing": ruling.standing.value,
        "sha256": decision.sha256,
    }
    if ruling.standing is Standing.ALTERED:
        return {**before, "standing": ruling.standing.value} if before else named
    is_told = ruling.standing is Standing.IN_FORCE and not decision.choice.withholds
    return named | {
        "indicator": decision.subject.indicator,
        "time_period": decision.subject.time_period,
        "decision": decision.choice.value,
        "decided_by": decision.author,
        "decided_at": decision.decided_at.isoformat(timespec="seconds"),
        **(
            {"motive": decision.motive, "figures_sha256": decision.subject.sha256}
            if is_told
            else {}
        ),
    }


def _extracts(folders: Folders, build: Build) -> dict[str, Any]:
    """Return how each extract was obtained; what its portal says of it since then is left out."""
    archive = Archive(folders.home)
    records = {name: archive.record(extract_id) for name, extract_id in build.extracts.items()}
    return {
        name: {said: value for said, value in record.items() if said != "announced"}
        for name, record in records.items()
    }


def _held(held_by: Mapping[Cell, Collection[str]]) -> list[dict[str, str]]:
    return [
        {**cell.to_dict(), "finding_id": finding_id}
        for cell, finding_ids in sorted(held_by.items())
        for finding_id in sorted(finding_ids)
    ]


_OTHER_OBSERVATIONS = (
    "La construction a été interrompue, ou ne porte pas sur les observations de l'entrepôt : "
    "rien n'a été publié. Relancez la nuit."
)
_ASK_AGAIN = (
    "Rien n'a été publié. Matérialisez de nouveau « quality/validations », puis "
    "« publication/release », ou relancez la nuit."
)
