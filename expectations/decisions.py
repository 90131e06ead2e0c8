"""Decisions: what a data steward said of a finding, and for how long it stands.

Here: the five decisions and when each may be taken, the figures that one speaks of, whether they
are still those of tonight. Pure. Not here: what goes out of it (``gate``), how it is written on the
cells (``annotations``), the register that keeps decisions (``orchestration.register``).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

import pandas as pd

from expectations import french
from expectations.findings import Finding
from expectations.observations import KEY
from expectations.statuses import ABSENT
from expectations.verdicts import Cell, Severity


class Choice(StrEnum):
    """What a steward may decide, in the words that are typed."""

    BREAK = "rupture"
    VALUE = "valeur"
    CORRECTION = "correction"
    HOLD = "maintien"
    EXCLUSION = "exclusion"

    @property
    def explains(self) -> bool:
        """Whether it lets the cells go out."""
        return self in {Choice.BREAK, Choice.VALUE}

    @property
    def withholds(self) -> bool:
        """Whether the cells stay held, be the finding a mere information."""
        return self in {Choice.CORRECTION, Choice.HOLD}


MEANINGS = {
    Choice.BREAK: "publier la valeur, marquée comme rupture de série (OBS_STATUS = B)",
    Choice.VALUE: "publier la valeur telle quelle : elle est juste, et comparable",
    Choice.CORRECTION: "garder la retenue : un nouveau dépôt corrigé est attendu du producteur",
    Choice.HOLD: "garder la retenue, sans attendre de dépôt",
    Choice.EXCLUSION: "ne pas publier ces cellules, et retirer leur dernière valeur publiée",
}
"""What each decision does, in French."""


class Standing(StrEnum):
    """Whether a decision still applies, in the words that are shown."""

    IN_FORCE = "en vigueur"
    LAPSED = "caduque"
    SUPERSEDED = "remplacée"


LAPSED_BECAUSE = "décision caduque : les chiffres ont changé"


@dataclass(frozen=True, order=True)
class Figure:
    """What a decision saw of one cell: its value and status, and those of the period before.

    Attributes:
        cell: The cell.
        value: Its value, to six decimals; None when there was none.
        status: Its status.
        value_before: Value in the period it was compared with.
        status_before: Status in that period; empty when it was compared with none.
    """

    cell: Cell
    value: str | None
    status: str
    value_before: str | None
    status_before: str


@dataclass(frozen=True)
class Subject:
    """What a decision speaks of: a finding, and the exact figures it was made of.

    Attributes:
        finding_id: The finding.
        indicator: Its indicator.
        time_period: The period in doubt.
        period_before: The period it was compared with, if any.
        title: Its French title.
        figures: The figures of every cell of the finding, sorted.
    """

    finding_id: str
    indicator: str
    time_period: str
    period_before: str | None
    title: str
    figures: tuple[Figure, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells it speaks of."""
        return tuple(figure.cell for figure in self.figures)

    @property
    def sha256(self) -> str:
        """SHA-256 of the cells, values, statuses and values before."""
        content = [self.period_before, [astuple(figure) for figure in self.figures]]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @classmethod
    def of(cls, finding: Finding, observations: pd.DataFrame) -> Self:
        """Return what a decision on a finding speaks of tonight.

        Args:
            finding: The finding.
            observations: Tonight's observations.
        """
        return cls(
            finding_id=finding.finding_id,
            indicator=finding.indicator,
            time_period=finding.time_period,
            period_before=finding.period_before,
            title=finding.title,
            figures=figures_of(finding.cells, finding.period_before, observations),
        )


def figures_of(
    cells: Collection[Cell], period_before: str | None, observations: pd.DataFrame
) -> tuple[Figure, ...]:
    """Return the figures of some cells and of those cells in the period before, sorted.

    Args:
        cells: The cells.
        period_before: The period they are compared with, if any.
        observations: The observations that have the figures; a cell without a row is absent.
    """
    numbers = _numbers(observations, _looked_at(cells, period_before))
    return _figures(cells, period_before, numbers)


@dataclass(frozen=True)
class Decision:
    """What a steward decided of a subject.

    Attributes:
        decision_id: Its rank in the register.
        subject: What it speaks of.
        choice: What was decided.
        author: Who signed it.
        motive: Why, in French.
        decided_at: When, in UTC.
    """

    decision_id: int
    subject: Subject
    choice: Choice
    author: str
    motive: str
    decided_at: datetime

    @property
    def finding_id(self) -> str:
        """The finding it speaks of."""
        return self.subject.finding_id


@dataclass(frozen=True)
class Ruling:
    """A decision, and whether it still applies."""

    decision: Decision
    standing: Standing


def standings(decisions: Iterable[Decision], observations: pd.DataFrame) -> tuple[Ruling, ...]:
    """Return every decision with its standing tonight, oldest first.

    The last decision on a finding replaces those before it. It lapses when the figures it speaks of
    are others tonight, and stands again should they come back: it was made for them. It does not
    lapse for an indicator that could not be built, of which tonight says nothing.

    Args:
        decisions: The register, in any order.
        observations: Tonight's observations, of the indicators that could be built.
    """
    known = sorted(decisions, key=lambda it: it.decision_id)
    last = {decision.finding_id: decision.decision_id for decision in known}
    built = set(observations["indicator"]) if known else set()
    looked_at = {
        cell for it in known for cell in _looked_at(it.subject.cells, it.subject.period_before)
    }
    numbers = _numbers(observations, looked_at)
    return tuple(
        Ruling(
            it,
            _standing(
                it, is_last=last[it.finding_id] == it.decision_id, built=built, numbers=numbers
            ),
        )
        for it in known
    )


def in_force(decisions: Iterable[Decision], observations: pd.DataFrame) -> dict[str, Decision]:
    """Return the decisions that apply tonight, by finding."""
    return {
        ruling.decision.finding_id: ruling.decision
        for ruling in standings(decisions, observations)
        if ruling.standing is Standing.IN_FORCE
    }


def is_explained(finding: Finding, ruled: Mapping[str, Decision]) -> bool:
    """Tell whether a decision in force lets every cell of a finding go out.

    An Error cannot be explained away, whatever was signed before it became one.
    """
    decision = ruled.get(finding.finding_id)
    return (
        decision is not None
        and decision.choice.explains
        and finding.severity is not Severity.ERROR
        and set(finding.cells) <= set(decision.subject.cells)
    )


def is_excluded(finding: Finding, ruled: Mapping[str, Decision]) -> bool:
    """Tell whether a decision in force keeps every cell of a finding out of the release."""
    decision = ruled.get(finding.finding_id)
    return (
        decision is not None
        and decision.choice is Choice.EXCLUSION
        and set(finding.cells) <= set(decision.subject.cells)
    )


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


def refusal(choice: Choice, severity: Severity | None, period_before: str | None) -> str | None:
    """Return why something cannot be decided, in French; None when it can.

    Args:
        choice: What somebody wants to decide.
        severity: Severity of the finding; None when the rules do not make it any more.
        period_before: The period that the finding compares with, if any.
    """
    if choice.explains and severity is Severity.ERROR:
        return french.typeset(
            "Une erreur ne s'accepte pas : une règle arithmétique ou logique n'est pas respectée, "
            "et aucune explication ne la remplace. La donnée doit changer ; d'ici là, choisissez "
            f"{_listed(c for c in Choice if not c.explains)}."
        )
    if choice is Choice.BREAK and period_before is None:
        return french.typeset(
            "Une rupture sépare deux périodes, et ce constat n'en compare pas : pour publier, "
            f"choisissez {Choice.VALUE}."
        )
    return None


def allowed(severity: Severity | None, period_before: str | None) -> tuple[Choice, ...]:
    """Return what may be decided of a finding."""
    return tuple(c for c in Choice if refusal(c, severity, period_before) is None)


SHORTEST_AUTHOR, LONGEST_AUTHOR = 2, 100
FEWEST_WORDS, LONGEST_MOTIVE = 3, 1000


def checked_author(author: str) -> str:
    """Return the name that signs a decision.

    Raises:
        ValueError: It is too short, too long, or does not begin with a letter.
    """
    if SHORTEST_AUTHOR <= len(author) <= LONGEST_AUTHOR and author[0].isalpha():
        return author
    message = (
        f"Une décision est signée : donnez un nom de {SHORTEST_AUTHOR} à {LONGEST_AUTHOR} "
        f"caractères, qui commence par une lettre ; reçu {french.quoted(author[:LONGEST_AUTHOR])}."
    )
    raise ValueError(french.typeset(message))


def checked_motive(motive: str) -> str:
    """Return the motive of a decision.

    Raises:
        ValueError: It has too few words, is too long, or begins like a formula of a spreadsheet.
    """
    is_said = len(motive.split()) >= FEWEST_WORDS and len(motive) <= LONGEST_MOTIVE
    if is_said and (motive[0].isalnum() or motive[0] == "«"):
        return motive
    message = (
        f"Une décision est motivée : donnez au moins {FEWEST_WORDS} mots et au plus "
        f"{LONGEST_MOTIVE} caractères, qui commencent par une lettre ou un chiffre ; reçu "
        f"{french.quoted(motive[:80])} ({len(motive)} caractères)."
    )
    raise ValueError(french.typeset(message))


def _holds(finding: Finding, ruled: Mapping[str, Decision]) -> bool:
    decision = ruled.get(finding.finding_id)
    return finding.holds or (decision is not None and decision.choice.withholds)


def _standing(
    decision: Decision,
    *,
    is_last: bool,
    built: Collection[str],
    numbers: Mapping[Cell, tuple[str | None, str]],
) -> Standing:
    if not is_last:
        return Standing.SUPERSEDED
    subject = decision.subject
    is_told = any(cell.indicator in built for cell in subject.cells)
    if is_told and _figures(subject.cells, subject.period_before, numbers) != subject.figures:
        return Standing.LAPSED
    return Standing.IN_FORCE


def _looked_at(cells: Iterable[Cell], period_before: str | None) -> set[Cell]:
    """Return the cells, and those same cells in the period before."""
    periods = (None, period_before) if period_before else (None,)
    return {_at(cell, period) for cell in cells for period in periods}


def _at(cell: Cell, period: str | None) -> Cell:
    return cell if period is None else Cell(**{**cell.to_dict(), "time_period": period})


def _figures(
    cells: Iterable[Cell],
    period_before: str | None,
    numbers: Mapping[Cell, tuple[str | None, str]],
) -> tuple[Figure, ...]:
    absent = (None, ABSENT)
    before = {
        cell: numbers.get(_at(cell, period_before), absent) if period_before else (None, "")
        for cell in cells
    }
    return tuple(Figure(cell, *numbers.get(cell, absent), *before[cell]) for cell in sorted(before))


def _numbers(
    observations: pd.DataFrame, cells: Collection[Cell]
) -> dict[Cell, tuple[str | None, str]]:
    """Return value, to six decimals, and status of some cells."""
    rows = observations[observations["indicator"].isin({cell.indicator for cell in cells})]
    columns = rows[[*KEY, "obs_value", "obs_status"]].itertuples(index=False, name=None)
    return {
        cell: (None if pd.isna(value) else f"{value:.6f}", str(status))
        for *key, value, status in columns
        if (cell := Cell(*key)) in cells
    }


def _listed(choices: Iterable[Choice]) -> str:
    *first, last = map(str, choices)
    return f"{', '.join(first)} ou {last}"
