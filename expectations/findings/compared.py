"""The numbers of a finding: which value, period, vintage and unit, held or not.

Here: the one structure that titles, sentences, tables, charts, mails, JSON and Dagster's metadata
take their numbers from, and reading it in observations. Not here: which cells a finding is about
(``cases``), its words (``wording``), what a decision signs (``decisions.figures``), what the gate
decides (``decisions.gate``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import KEY
from expectations.cells.statuses import ABSENT, UNEXPLAINED
from expectations.verdicts.proofs import Verdict, period_before_of
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import Cell

DECIMALS = 6
"""Releases keep as many: values that differ by less are the same."""
_READ = [*KEY, "obs_value", "obs_status", "unit_measure"]


class ReadingVintage(StrEnum):
    """Which knowledge of a cell a value is."""

    TONIGHT = "tonight"
    """What the extracts in use say."""
    PUBLISHED = "published"
    """What the last release said."""


class PublicationStatus(StrEnum):
    """What the gate made of a cell."""

    PUBLISHED = "published"
    HELD = "held"
    EXCLUDED = "excluded"


class Basis(StrEnum):
    """What a finding compares a value with."""

    PERIOD = "period"
    """The same cell one period before, as the extracts in use say it."""
    RELEASE = "release"
    """The same cell and period, as it was last published."""
    NOTHING = "nothing"

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """Return what a verdict compares its value with."""
        if RULES[verdict["rule"]].compares_releases:
            return cls.RELEASE
        return cls.PERIOD if period_before_of(verdict) else cls.NOTHING


@dataclass(frozen=True, order=True)
class Reading:
    """What is known of one cell.

    Attributes:
        cell: The cell, its period included.
        value: Its value, None when it has none.
        status: Its status.
        unit: Code of the unit that the value is in.
        vintage: Which knowledge of the cell it is.
    """

    cell: Cell
    value: float | None
    status: str
    unit: str
    vintage: ReadingVintage = ReadingVintage.TONIGHT

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return what ``asdict`` made a dictionary of."""
        typed = {"cell": Cell(**content["cell"]), "vintage": ReadingVintage(content["vintage"])}
        return cls(**{**content, **typed})


@dataclass(frozen=True)
class Compared:
    """One cell of a finding.

    Attributes:
        now: What the extracts in use say of it.
        before: What they say of it one period before; None when nothing compares it with that.
        published: What the last release said of it; None when it said nothing.
        publication: What the gate made of it; None as long as it has not spoken, or when the cell
            is in no release and nothing holds it.
    """

    now: Reading
    before: Reading | None = None
    published: Reading | None = None
    publication: PublicationStatus | None = None

    @property
    def cell(self) -> Cell:
        """The cell."""
        return self.now.cell

    @property
    def is_held(self) -> bool:
        """Whether the gate holds the cell."""
        return self.publication is PublicationStatus.HELD

    @property
    def was_ever_given(self) -> bool:
        """Whether it has a value, or had one when it was published."""
        readings = filter(None, (self.now, self.published))
        return any(reading.value is not None for reading in readings)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it had a published value, and has none tonight that anybody explains."""
        was_given = self.published is not None and self.published.value is not None
        return was_given and self.now.value is None and self.now.status in UNEXPLAINED

    def against(self, basis: Basis) -> Reading | None:
        """Return what the cell is compared with."""
        sides = {Basis.PERIOD: self.before, Basis.RELEASE: self.published, Basis.NOTHING: None}
        return sides[basis]

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return what ``asdict`` made a dictionary of."""
        now, before, published = (
            Reading.from_dict(content[name]) if content[name] else None
            for name in ("now", "before", "published")
        )
        if now is None:
            message = "Constat illisible : une cellule est sans chiffre de la nuit."
            raise ValueError(message)
        gated = content["publication"]
        return cls(now, before, published, PublicationStatus(gated) if gated else None)


class Readings:
    """The observations of a night and those of the last release, asked for by cell.

    Args:
        observations: Tonight's observations.
        published: Rows of the last release; None before the first.
        definitions: The indicators, by id, for the unit of a cell without a row.
    """

    def __init__(
        self,
        observations: pd.DataFrame,
        published: pd.DataFrame | None,
        definitions: Mapping[str, IndicatorDefinition],
    ) -> None:
        self._definitions = definitions
        self._tonight = _Numbers(observations)
        self._published = _Numbers(observations.head(0) if published is None else published)

    def compared(self, cell: Cell, period_before: str | None) -> Compared:
        """Return the numbers of a cell.

        Args:
            cell: The cell.
            period_before: The period that it is compared with, if any.
        """
        before = self._tonight_at(at_period(cell, period_before)) if period_before else None
        published = self._published.get(cell)
        return Compared(
            now=self._tonight_at(cell),
            before=before,
            published=Reading(cell, *published, ReadingVintage.PUBLISHED) if published else None,
        )

    def _tonight_at(self, cell: Cell) -> Reading:
        unit = self._definitions[cell.indicator].unit_at(cell.time_period, cell.category)
        return Reading(cell, *(self._tonight.get(cell) or (None, ABSENT, unit)))


def at_period(cell: Cell, period: str) -> Cell:
    """Return the same cell in another period."""
    return replace(cell, time_period=period)


class _Numbers:
    """Value, status and unit of cells, read an indicator at a time."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._rows = rows
        self._by_indicator: dict[str, dict[Cell, tuple[float | None, str, str]]] = {}

    def get(self, cell: Cell) -> tuple[float | None, str, str] | None:
        """Return the numbers of a cell, None when it has no row."""
        if cell.indicator not in self._by_indicator:
            self._by_indicator[cell.indicator] = self._read(cell.indicator)
        return self._by_indicator[cell.indicator].get(cell)

    def _read(self, indicator: str) -> dict[Cell, tuple[float | None, str, str]]:
        chosen = self._rows.loc[self._rows["indicator"] == indicator, _READ]
        return {
            Cell(*map(str, key)): (
                None if pd.isna(value) else round(float(value), DECIMALS),
                str(status),
                "" if pd.isna(unit) else str(unit),
            )
            for *key, value, status, unit in chosen.itertuples(index=False, name=None)
        }
