"""All that is told of one cell: the only input of the console and of the pages.

Here: frozen dataclasses and what can be counted on them. Not here: reading files
(``cell_evidence``), layout.

Texts come from producers, and are hostile until they are written out.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from expectations.verdicts.table import Cell


class CellStanding(StrEnum):
    """What became of a cell in the release in force."""

    PUBLISHED = "publiée"
    HELD = "retenue"
    EXCLUDED = "exclue par une décision"
    NEVER_PUBLISHED = "retenue, jamais publiée"
    WAITING = "pas encore publiée"


@dataclass(frozen=True)
class ExplainedFigure:
    """A value, or the status that says why there is none; its two terms when it is a rate.

    What a decision kept out has the status of what its producer masked.
    """

    value: float | None
    obs_status: str
    numerator: float | None = None
    denominator: float | None = None
    is_excluded: bool = False


@dataclass(frozen=True)
class Vintage:
    """What Vigie saw of a cell, from one night to another; ``until`` is None while it lasts."""

    since: datetime
    until: datetime | None
    figure: ExplainedFigure
    extract_id: str | None


@dataclass(frozen=True)
class Publication:
    """What was published of a cell, from one release on."""

    release_id: str
    published_at: datetime
    figure: ExplainedFigure


class RawRow(NamedTuple):
    """A row of an extract, as the producer wrote it, and what it brings to the cell.

    Attributes:
        line: Its rank among the data rows of the extract, from 1.
        texts: Its cells, in the order of the columns of its table.
        value: The value of the cell, when the row alone gives it.
        numerator: Its part of the numerator.
        denominator: Its part of the denominator.
    """

    line: int
    texts: tuple[str | None, ...]
    value: float | None
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class RawTable:
    """The rows of one extract that a cell is made of, in the columns that the models read.

    Attributes:
        source_id: Its source.
        extract_id: SHA-256 of the extract.
        columns: The columns that the staging model reads; none when its bytes cannot be shown.
        rows: The rows, in the order of the extract.
    """

    source_id: str
    extract_id: str
    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]

    @cached_property
    def varying(self) -> tuple[int, ...]:
        """The places of the columns that are not the same in all rows; all, for one row."""
        places = range(len(self.columns))
        if len(self.rows) == 1:
            return tuple(places)
        return tuple(i for i in places if len({row.texts[i] for row in self.rows}) > 1)

    @property
    def constant(self) -> tuple[tuple[str, str], ...]:
        """The columns that say the same in all rows, and what they say."""
        varying = set(self.varying)
        return tuple(
            (column, self.rows[0].texts[i] or "")
            for i, column in enumerate(self.columns)
            if i not in varying and self.rows[0].texts[i]
        )


@dataclass(frozen=True)
class ExtractLine:
    """Where and when an extract was obtained.

    Attributes:
        source_id: Its source.
        label: What the source is, in French.
        producer: Who supplies it.
        extract_id: SHA-256 of its bytes, or of the list of its parts.
        url: Where it was asked for, or dropped.
        obtained_at: When it was received.
        confirmed_at: When the producer last gave or confirmed what is in use of the source.
        bytes: Its size.
        trouble: What the last fetch of the source complained of; empty when all is well.
        damage: What the archive has no more of it as it was received; empty when all is whole.
    """

    source_id: str
    label: str
    producer: str
    extract_id: str
    url: str
    obtained_at: datetime
    confirmed_at: datetime | None
    bytes: int
    trouble: str = ""
    damage: str = ""


@dataclass(frozen=True)
class CheckLine:
    """What one rule said of the cell: passed, failed, or could not tell and why."""

    code: str
    title: str
    outcome: str
    explanation: str


@dataclass(frozen=True)
class Explanation:
    """One cell, from its value back to the rows of the extracts.

    Attributes:
        cell: The cell.
        indicator_label: French label of the indicator.
        area_label: French name of the area.
        category_label: French name of the category; empty for the total.
        unit: Unit code of the value.
        standing: What became of it.
        received: What the last build made of the extracts; None when the cell is no more in them.
        published: What the release in force says; None when the cell never went out.
        vintages: What was received of it over time, oldest first.
        publications: What was published of it over time, oldest first.
        held_by: The findings that hold it, by id.
        reference_period: What the number is really about.
        definition: Version of what is counted.
        collection: How it reaches us.
        reporters: Who reported it.
        comment: The producer's own note.
        is_judged_as_published: Whether the rules looked at what was last published of its period,
            from which a value was taken back.
        caveat: What to know before the published value is put beside the others of its table.
        path: The tables it went through, from extract to indicator.
        model: The file of the model, from the root of the project.
        sql: The SQL that was run; empty when no build was kept.
        tables: The rows that it is made of, by extract.
        extracts: Where they come from.
        checks: What each rule said.
        decisions: What data stewards decided of it, oldest first.
        pre_break: Value and period before the break that was accepted, when there is one.
        release_id: The release in force.
    """

    cell: Cell
    indicator_label: str
    area_label: str
    category_label: str
    unit: str
    standing: CellStanding
    received: ExplainedFigure | None
    published: ExplainedFigure | None
    vintages: tuple[Vintage, ...]
    publications: tuple[Publication, ...]
    held_by: tuple[str, ...]
    reference_period: str
    definition: str
    collection: str
    reporters: str
    comment: str
    caveat: str
    is_judged_as_published: bool
    path: tuple[str, ...]
    model: str
    sql: str
    tables: tuple[RawTable, ...]
    extracts: tuple[ExtractLine, ...]
    checks: tuple[CheckLine, ...]
    decisions: tuple[str, ...]
    release_id: str | None
    pre_break: tuple[float, str] | None = None

    @property
    def is_published(self) -> bool:
        """Whether what was received is what is published."""
        return self.standing is CellStanding.PUBLISHED

    @property
    def shown(self) -> ExplainedFigure:
        """What to call the value of the cell: what was received, else what is still published."""
        return self.received or self.published or ExplainedFigure(None, "L")

    @property
    def n_rows(self) -> int:
        """How many rows of extracts it is made of."""
        return sum(len(table.rows) for table in self.tables)

    @cached_property
    def sums(self) -> ExplainedFigure:
        """What the rows add up to: the value of the only one that gives it, the sums of terms."""
        rows = [row for table in self.tables for row in table.rows]
        values = [row.value for row in rows if row.value is not None]
        return ExplainedFigure(
            value=values[0] if len(values) == 1 else None,
            obs_status="A",
            numerator=_sum(row.numerator for row in rows),
            denominator=_sum(row.denominator for row in rows),
        )

    @property
    def adds_up(self) -> bool:
        """Whether the rows give back what was received: the value, or both terms of the rate."""
        if self.received is None or self.received.value is None:
            return True
        sums, received = self.sums, self.received
        pairs = [(sums.numerator, received.numerator), (sums.denominator, received.denominator)]
        if self.is_made_of_terms:
            return all(_same(summed, term) for summed, term in pairs)
        return _same(sums.value, received.value)

    @cached_property
    def is_made_of_terms(self) -> bool:
        """Whether no row gives the value: it is worked out from the two terms."""
        rows = (row for table in self.tables for row in table.rows)
        return all(row.value is None for row in rows) and self.sums.denominator is not None


def _same(number: float | None, other: float | None) -> bool:
    """Whether two numbers are the same to the six decimals that the warehouse keeps."""
    if number is None or other is None:
        return number is other
    return math.isclose(number, other, rel_tol=0, abs_tol=1e-6)


def _sum(terms: Iterable[float | None]) -> float | None:
    """Return the sum of the terms that are known, none when none is."""
    numbers = [term for term in terms if term is not None]
    return sum(numbers) if numbers else None
