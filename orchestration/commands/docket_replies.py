"""What waits for a decision and what was decided, as commands reply it: tables, and JSON.

Here: rows and records. Not here: the commands (``decide``), what may be decided
(``publication.docket``).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from expectations.decisions.care import Care
from expectations.decisions.decision import Decision
from expectations.decisions.follow_up import doubt
from expectations.decisions.standings import Ruling
from expectations.findings.roll_up import Finding
from expectations.french import moment_short, typeset
from expectations.untrusted import cleaned
from orchestration.commands.replies import reply_table
from orchestration.publication.docket import Docket
from orchestration.publication.doubt_cares import read_cares
from orchestration.reporting.care_words import care_in_words
from orchestration.reporting.vocabulary import SEVERITIES
from orchestration.settings.folders import Folders


def findings_table(folders: Folders, docket: Docket) -> Table:
    """Return the findings that hold something, and what may be decided of each."""
    table = reply_table("Constat", "Gravité", "Ce qui a été trouvé", "Décisions")
    now, kin = datetime.now(UTC), kindred(docket)
    cares = _cares(folders, docket, now)
    for finding in docket.open:
        name, taken = finding.finding_id, docket.in_force.get(finding.finding_id)
        lines = [f"{finding.indicator} : {finding.title}"]
        if name in kin:
            lines.append(f"(sans doute la même cause que {kin[name]})")
        if not (taken and cares[name].is_free):
            lines.append(f"({care_in_words(cares[name], now)})")
        possible = [*docket.choices(finding), *([f"en vigueur : {taken.choice}"] if taken else [])]
        table.add_row(
            name,
            SEVERITIES[finding.severity.value],
            Text("\n".join(map(cleaned, lines))),
            "\n".join(possible),
        )
    return table


def findings_record(folders: Folders, docket: Docket) -> dict[str, Any]:
    """Return the findings that hold something, for a machine."""
    now, kin = datetime.now(UTC), kindred(docket)
    cares = _cares(folders, docket, now)
    findings = [
        finding_record(finding)
        | {
            "cause": kin.get(finding.finding_id, finding.finding_id),
            "choices": docket.choices(finding),
            "decision": _decided(docket, finding),
            "care": care_in_words(cares[finding.finding_id], now),
        }
        for finding in docket.open
    ]
    return {"findings": findings, "troubles": docket.troubles}


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return what a finding is about, for a machine."""
    return {
        "finding": finding.finding_id,
        "indicator": finding.indicator,
        "time_period": finding.time_period,
        "severity": finding.severity,
        "title": finding.title,
        "cells": len(finding.cells),
    }


def _decided(docket: Docket, finding: Finding) -> dict[str, Any] | None:
    decision = docket.in_force.get(finding.finding_id)
    return decision_record(decision) if decision else None


def kindred(docket: Docket) -> dict[str, str]:
    """Return, by finding, the one that the same cause makes and that is named first."""
    return {
        other.finding_id: leader.finding_id for leader, *others in docket.causes for other in others
    }


def decisions_table(docket: Docket) -> Table:
    """Return all that was decided, what does not stand any more included."""
    table = reply_table("N°", "Signée", "Constat", "Décision", "Motif", "État")
    for ruling in _rulings(docket):
        decision, subject = ruling.decision, ruling.decision.subject
        moment = moment_short(decision.decided_at)
        table.add_row(
            str(decision.decision_id),
            Text(f"{moment}\n{cleaned(decision.author)}"),
            Text(f"{subject.finding_id}\n{cleaned(subject.title)}"),
            decision.choice.value,
            Text(cleaned(decision.motive)),
            ruling.standing.value,
        )
    return table


def decisions_record(docket: Docket) -> dict[str, Any]:
    """Return all that was decided, for a machine."""
    decisions = [
        decision_record(ruling.decision) | {"standing": ruling.standing}
        for ruling in _rulings(docket)
    ]
    return {"decisions": decisions, "troubles": docket.troubles}


def decision_record(decision: Decision) -> dict[str, Any]:
    """Return a decision, for a machine."""
    return {
        "decision": decision.decision_id,
        "finding": decision.finding_id,
        "indicator": decision.subject.indicator,
        "choice": decision.choice,
        "author": decision.author,
        "motive": decision.motive,
        "decided_at": decision.decided_at,
    }


def held_table(causes: Sequence[Sequence[Finding]]) -> Table:
    """Return why values are held: a line a cause."""
    table = reply_table("Constat", "Cellules", "Ce qui retient")
    for leader, *others in causes:
        cells = {cell for finding in (leader, *others) for cell in finding.cells}
        named = {other.indicator: None for other in others if other.indicator != leader.indicator}
        kin = f" (et {', '.join(named)})" if named else ""
        sentence = cleaned(typeset(f"{leader.indicator}{kin} : {leader.title}"))
        table.add_row(leader.finding_id, str(len(cells)), Text(sentence))
    return table


def _rulings(docket: Docket) -> Iterator[Ruling]:
    """Yield the decisions that the register has."""
    for ruling in docket.rulings:
        if ruling.decision.decision_id not in docket.taken_out:
            yield ruling


def _cares(folders: Folders, docket: Docket, now: datetime) -> dict[str, Care]:
    """Return whose each finding is."""
    cares = read_cares(folders, docket, now)
    return {finding.finding_id: cares[doubt(finding)] for finding in docket.open}
