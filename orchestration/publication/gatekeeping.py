"""From observations and verdicts to a release: the one way out of Vigie.

Verdicts are read again here, and must speak of the very observations that go out: a release made
by hand in Dagster passes the same gate as the night's. The gate itself is ``expectations.gate``.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from expectations.construction import construction_findings
from expectations.definitions import IndicatorDefinition
from expectations.findings import Finding, roll_up
from expectations.gate import gate
from expectations.withdrawals import keep_published, withdrawal_findings
from orchestration.aside import write_aside
from orchestration.build import Build, read_build
from orchestration.publication.release import NAME, Release, current_release, publish
from orchestration.publication.states import indicator_states
from orchestration.publication.verdicts import read_verdicts
from orchestration.settings import Folders, Settings
from orchestration.warehouse import digest, read_area_names, read_observations
from sources.archive import Archive


def make_release(settings: Settings, definitions: Mapping[str, IndicatorDefinition]) -> Release:
    """Gate the observations of the warehouse, and publish what may go out.

    Asked again for what is in force already, it gives the release in force.

    Raises:
        dagster.Failure: The build was cut short, or the verdicts are not about its observations;
            nothing was published.
    """
    folders, now = settings.folders, datetime.now(UTC)
    build = read_build(folders)
    observations = read_observations(folders.warehouse)
    verdicts, judged = read_verdicts(folders)
    if build is None or {build.observations_sha256, judged} != {digest(observations)}:
        raise dg.Failure(
            "Les verdicts ou la construction ne portent pas sur les observations de l'entrepôt : "
            "rien n'a été publié. Relancez la nuit."
        )
    last = current_release(folders.releases)
    previous = last.observations() if last else None
    sound = sound_observations(observations, build)
    names = read_area_names(folders.warehouse)
    findings = _findings(names, build, (sound, previous), verdicts, definitions)
    rows = gate(sound, findings, previous)
    manifest: dict[str, Any] = {
        "region": settings.region,
        "fingerprint": build.fingerprint,
        "code_version": build.code_version,
        "observations_sha256": judged,
        "extracts": _extracts(folders, build),
        "held": _held(findings),
        "findings": [_named(finding) for finding in findings],
    }
    if last and {name: last.manifest.get(name) for name in manifest} == manifest:
        return last
    states = indicator_states(definitions, rows, findings)
    release_id = now.strftime(NAME)
    write_findings(folders, release_id, findings)
    manifest |= {
        "published_at": now.isoformat(timespec="seconds"),
        "previous": last.release_id if last else None,
        "indicators": {name: state.model_dump(mode="json") for name, state in states.items()},
    }
    return publish(folders.releases, release_id, rows, manifest)


def sound_observations(observations: pd.DataFrame, build: Build) -> pd.DataFrame:
    """Return the observations of the indicators that were built without a failed test."""
    return observations[~observations["indicator"].isin(build.unsound)]


def published_soundly(settings: Settings, build: Build) -> pd.DataFrame | None:
    """Return what was last published of those indicators, None before the first release."""
    last = current_release(settings.folders.releases)
    return sound_observations(last.observations(), build) if last else None


def _findings(
    names: Mapping[str, str],
    build: Build,
    observed: tuple[pd.DataFrame, pd.DataFrame | None],
    verdicts: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> list[Finding]:
    sound, previous = observed
    last = None if previous is None else sound_observations(previous, build)
    return [
        *construction_findings(build.failed, previous, definitions),
        *withdrawal_findings(sound, last, definitions, names),
        *roll_up(verdicts, keep_published(sound, last), definitions, names),
    ]


def write_findings(folders: Folders, release_id: str, findings: list[Finding]) -> None:
    """Keep the findings beside the report: they name the held values, a release must not."""
    path = findings_path(folders, release_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = [finding.to_dict() for finding in findings]
    write_aside(path, json.dumps(content, ensure_ascii=False, indent=2).encode())


def read_findings(folders: Folders, release_id: str) -> list[Finding]:
    """Return the findings that a release was made with.

    Raises:
        FileNotFoundError: There is no such release.
    """
    content = json.loads(findings_path(folders, release_id).read_text("utf-8"))
    return [Finding.from_dict(finding) for finding in content]


def findings_path(folders: Folders, release_id: str) -> Path:
    """Return where the findings of a release are."""
    return folders.reports / release_id / "findings.json"


def _named(finding: Finding) -> dict[str, Any]:
    """Return what a release says of a finding: which cells and rules, never the held values."""
    return {
        "finding_id": finding.finding_id,
        "indicator": finding.indicator,
        "time_period": finding.time_period,
        "severity": finding.severity.value,
        "rules": list(finding.rules),
    }


def _extracts(folders: Folders, build: Build) -> dict[str, Any]:
    archive = Archive(folders.home)
    return {name: archive.record(extract_id) for name, extract_id in build.extracts.items()}


def _held(findings: list[Finding]) -> list[dict[str, str]]:
    return [
        {**cell.to_dict(), "finding_id": finding.finding_id}
        for finding in findings
        if finding.holds
        for cell in finding.cells
    ]
