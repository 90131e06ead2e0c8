"""Decisions: what a data steward may say of a finding, and what it speaks of.

Here: the words, and what one is made of. Not here: whether it may be taken (``admissible``) and
still stands (``standings``), what goes out of it (``gate``), how it is written on the cells
(``annotations``), the register that keeps it (``orchestration.station.register``).
"""

import hashlib
import json
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

import pandas as pd

from expectations.decisions.figures import CellFigures, figures_of
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell


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
    Choice.CORRECTION: "garder la retenue, dans l'attente d'un dépôt corrigé du producteur",
    Choice.HOLD: "garder la retenue, sans attendre de dépôt",
    Choice.EXCLUSION: "ne pas publier ces cellules, et retirer leur dernière valeur publiée",
}
"""What each decision does, in French."""
SIGNED = {
    Choice.BREAK: "nom et motif publiés avec la valeur",
    Choice.VALUE: "nom et motif publiés avec la valeur",
    Choice.CORRECTION: "motif non publié, nom inscrit à la publication",
    Choice.HOLD: "motif non publié, nom inscrit à la publication",
    Choice.EXCLUSION: "nom et motif publiés avec les cellules exclues",
}
"""What a release says of who signed each, and why, in French."""


@dataclass(frozen=True)
class DecidedFigures:
    """What a decision speaks of: a finding, and the exact figures it was made of.

    Attributes:
        finding_id: The finding.
        indicator: Its indicator.
        time_period: The period in doubt.
        period_before: The period it was compared with, if any.
        title: Its French title.
        figures: The figures of every cell that it speaks of, sorted.
    """

    finding_id: str
    indicator: str
    time_period: str
    period_before: str | None
    title: str
    figures: tuple[CellFigures, ...]

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
    def of(cls, finding: Finding, observations: pd.DataFrame, choice: Choice) -> Self:
        """Return what a decision on a finding speaks of tonight.

        One that accepts a withdrawal speaks of what was taken back alone: it stands as long as that
        is absent, whatever becomes of the other numbers of the period, which have rules of their
        own.

        Args:
            finding: The finding.
            observations: Tonight's observations.
            choice: What is decided of it.
        """
        cells = finding.explained_cells if choice.explains else finding.cells
        return cls(
            finding_id=finding.finding_id,
            indicator=finding.indicator,
            time_period=finding.time_period,
            period_before=finding.period_before,
            title=finding.title,
            figures=figures_of(cells, finding.period_before, observations),
        )


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
        is_altered: Whether the register says something else than what was signed.
        sha256: Its seal in the register, over all of it and the seal of the one before.
    """

    decision_id: int
    subject: DecidedFigures
    choice: Choice
    author: str
    motive: str
    decided_at: datetime
    is_altered: bool = False
    sha256: str = ""

    @property
    def finding_id(self) -> str:
        """The finding it speaks of."""
        return self.subject.finding_id
