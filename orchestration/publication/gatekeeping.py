"""From observations and verdicts to a release: the one way out of Vigie.

Verdicts are read again here, and must speak of the very observations that go out: a release made
by hand in Dagster passes the same gate as the night's. The gate itself is ``expectations.gate``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from expectations.construction import construction_findings
from expectations.definitions import IndicatorDefinition
from expectations.findings import Finding, roll_up
from expectations.gate import gate
from orchestration.assets.quality import read_verdicts
from orchestration.construction import read_failed_checks
from orchestration.fingerprint import code_version
from orchestration.publication.release import Release, current_release, publish
from orchestration.publication.states import indicator_states
from orchestration.settings import Folders, Settings
from orchestration.warehouse import digest, read_area_names, read_observations
from sources.archive import Archive


def make_release(settings: Settings, definitions: Mapping[str, IndicatorDefinition]) -> Release:
    """Gate the observations of the warehouse, and publish what may go out.

    Raises:
        dagster.Failure: The verdicts are not about these observations; nothing was published.
    """
    folders = settings.folders
    now = datetime.now(UTC)
    observations = read_observations(folders.warehouse)
    verdicts, judged = read_verdicts(folders)
    if judged != digest(observations):
        raise dg.Failure(
            "Les verdicts ne portent pas sur les observations de l'entrepôt : rien n'a été publié. "
            "Relancez « quality / verdicts », puis la publication."
        )
    findings = [
        *construction_findings(read_failed_checks(folders), observations, definitions),
        *roll_up(verdicts, observations, definitions, read_area_names(folders.warehouse)),
    ]
    previous = current_release(folders.releases)
    rows = gate(observations, findings, previous.observations() if previous else None)
    states = indicator_states(definitions, rows, findings)
    manifest = {
        "published_at": now.isoformat(timespec="seconds"),
        "region": settings.region,
        "code_version": code_version(),
        "observations_sha256": judged,
        "previous": previous.release_id if previous else None,
        "extracts": _extracts(folders),
        "indicators": {name: state.model_dump(mode="json") for name, state in states.items()},
        "held": _held(findings),
        "findings": [finding.to_dict() for finding in findings],
    }
    return publish(folders.releases, _release_id(now), rows, manifest)


def _release_id(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%S%fZ")


def _extracts(folders: Folders) -> dict[str, Any]:
    archive = Archive(folders.home)
    return {
        source_id: archive.record(outcome.extract_in_use)
        for source_id, outcome in sorted(archive.latest_outcomes().items())
        if outcome.extract_in_use
    }


def _held(findings: list[Finding]) -> list[dict[str, str]]:
    return [
        {**cell.to_dict(), "finding_id": finding.finding_id}
        for finding in findings
        if finding.holds
        for cell in finding.cells
    ]
