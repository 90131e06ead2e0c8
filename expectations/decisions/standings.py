"""Whether a decision still applies tonight, and which findings hold whatever was decided.

Here: comparing the figures that were signed with those of tonight. Not here: what a decision is
(``decision``), what goes out (``gate``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.figures import Numbers, figures_among, read_numbers, with_cells_before
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell, Severity


class Standing(StrEnum):
    """Whether a decision still applies, in the words that are shown."""

    IN_FORCE = "en vigueur"
    LAPSED = "caduque"
    SUPERSEDED = "remplacée"
    ALTERED = "altérée"


LAPSED_BECAUSE = "décision caduque : les chiffres ont changé"
ALTERED_BECAUSE = "décision altérée : le registre ne dit plus ce qui a été signé"


@dataclass(frozen=True)
class Ruling:
    """A decision, and whether it still applies."""

    decision: Decision
    standing: Standing


def standings(decisions: Iterable[Decision], observations: pd.DataFrame) -> tuple[Ruling, ...]:
    """Return every decision with its standing tonight, oldest first.

    The last decision on a finding replaces those before it. It lapses when the figures it speaks of
    are others tonight, and stands again should they come back: it was made for them. It does not
    lapse for an indicator that could not be built, of which tonight says nothing. One that was
    altered in the register is nothing but that.

    Args:
        decisions: The register, in any order.
        observations: Tonight's observations, of the indicators that could be built.
    """
    register = sorted(decisions, key=lambda decision: decision.decision_id)
    last = {decision.finding_id: decision.decision_id for decision in register}
    subjects = [decision.subject for decision in register]
    cells = {
        cell
        for subject in subjects
        for cell in with_cells_before(subject.cells, subject.period_before)
    }
    numbers = read_numbers(observations, cells)
    built = set(observations["indicator"]) if register else set()
    rulings = []
    for decision in register:
        if decision.is_altered:
            standing = Standing.ALTERED
        elif last[decision.finding_id] != decision.decision_id:
            standing = Standing.SUPERSEDED
        elif _has_moved(decision.subject, numbers, built):
            standing = Standing.LAPSED
        else:
            standing = Standing.IN_FORCE
        rulings.append(Ruling(decision, standing))
    return tuple(rulings)


def in_force(decisions: Iterable[Decision], observations: pd.DataFrame) -> dict[str, Decision]:
    """Return the decisions that apply tonight, by finding.

    The last word on a finding, when it was altered, keeps what it speaks of held, whatever it says
    now: neither what it was nor the one before it is known to be the last word.
    """
    last = {ruling.decision.finding_id: ruling for ruling in standings(decisions, observations)}
    ruled = {}
    for finding_id, ruling in last.items():
        if ruling.standing is Standing.IN_FORCE:
            ruled[finding_id] = ruling.decision
        if ruling.standing is Standing.ALTERED:
            ruled[finding_id] = replace(ruling.decision, choice=Choice.HOLD)
    return ruled


def is_explained(finding: Finding, ruled: Mapping[str, Decision]) -> bool:
    """Tell whether a decision in force lets every cell of a finding go out."""
    return explanation_of(finding, ruled) is not None


def explanation_of(finding: Finding, ruled: Mapping[str, Decision]) -> Decision | None:
    """Return the decision in force that lets every cell of a finding go out: the one on it.

    That cells have no value, as when a producer takes one back, is accepted once, whichever finding
    it was accepted of. An Error cannot be explained away, whatever was signed before it became one.

    Args:
        finding: The finding.
        ruled: The decisions in force, by finding.
    """
    own = ruled.get(finding.finding_id)
    if finding.severity is Severity.ERROR:
        return None
    if own is not None:
        return own if own.choice.explains and _explains(own, finding) else None
    accepted = accepted_absences(finding, ruled)
    is_whole = accepted.keys() >= set(finding.explained_cells)
    return max(accepted.values(), key=_rank, default=None) if is_whole else None


def accepted_absences(finding: Finding, ruled: Mapping[str, Decision]) -> dict[Cell, Decision]:
    """Return the cells of a finding that another one made accepted without a value, and by which.

    Args:
        finding: The finding; nothing is accepted of an Error, nor by others of what was decided.
        ruled: The decisions in force, by finding.
    """
    if finding.severity is Severity.ERROR or finding.finding_id in ruled:
        return {}
    cells = set(finding.cells)
    return {
        figure.cell: decision
        for decision in sorted(ruled.values(), key=_rank)
        for figure in (decision.subject.figures if decision.choice.explains else ())
        if figure.value is None and figure.cell in cells
    }


def is_excluded(finding: Finding, ruled: Mapping[str, Decision]) -> bool:
    """Tell whether a decision in force keeps every cell of a finding out of the release."""
    return exclusion_of(finding, ruled) is not None


def exclusion_of(finding: Finding, ruled: Mapping[str, Decision]) -> Decision | None:
    """Return the decision in force that keeps every cell of a finding out, whichever it was on.

    Args:
        finding: The finding.
        ruled: The decisions in force, by finding.
    """
    exclusions = (
        decision
        for decision in ruled.values()
        if decision.choice is Choice.EXCLUSION
        and _covers(decision, finding)
        and (finding.cells or decision.finding_id == finding.finding_id)
    )
    return max(exclusions, key=_rank, default=None)


def holding(findings: Sequence[Finding], ruled: Mapping[str, Decision]) -> list[Finding]:
    """Return the findings that hold their cells: neither explained nor excluded.

    Args:
        findings: The findings of the night.
        ruled: The decisions in force, by finding.
    """
    return [
        finding
        for finding in findings
        if _holds(finding, ruled)
        and not is_explained(finding, ruled)
        and not is_excluded(finding, ruled)
    ]


def _rank(decision: Decision) -> int:
    return decision.decision_id


def _explains(decision: Decision, finding: Finding) -> bool:
    return set(finding.explained_cells) <= set(decision.subject.cells)


def _covers(decision: Decision, finding: Finding) -> bool:
    return set(finding.cells) <= set(decision.subject.cells)


def _holds(finding: Finding, ruled: Mapping[str, Decision]) -> bool:
    decision = ruled.get(finding.finding_id)
    return finding.holds or (decision is not None and decision.choice.withholds)


def _has_moved(subject: DecidedFigures, numbers: Numbers, built: Collection[str]) -> bool:
    """Tell whether the figures are others; of what could not be built, nobody can."""
    if not any(cell.indicator in built for cell in subject.cells):
        return False
    return figures_among(subject.cells, subject.period_before, numbers) != subject.figures
