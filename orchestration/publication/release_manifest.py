"""What a release says of itself: what it follows from, and what was decided.

Here: the words of its manifest, and whether two follow from the same. Not here: what goes out
(``gatekeeping``), writing it (``station.publishing``).

It never tells a value that is held.
"""

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any

from expectations.decisions.standings import Ruling, Standing, standings
from expectations.findings.roll_up import Finding
from expectations.verdicts.rules import RULES, Lasting
from expectations.verdicts.table import Cell
from orchestration.publication.judged import Judged
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.build import Build
from orchestration.station.release import Release
from orchestration.station.witnessed_register import remembered
from sources.archive import Archive


def manifest_of(
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


def known_decisions(night: Judged, last: Release | None) -> dict[str, Any]:
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
        name: {field: value for field, value in record.items() if field != "announced"}
        for name, record in records.items()
    }


def _held(held_by: Mapping[Cell, Collection[str]]) -> list[dict[str, str]]:
    return [
        {**cell.to_dict(), "finding_id": finding_id}
        for cell, finding_ids in sorted(held_by.items())
        for finding_id in sorted(finding_ids)
    ]
