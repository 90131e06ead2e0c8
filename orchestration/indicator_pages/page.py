"""What the page of an indicator tells: the only input of its template and of its chart.

Here: frozen dataclasses, and what can be chosen among their values. Not here: reading the warehouse
(``compose_pages``), wording (the templates), drawing (``chart``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.verdicts.rules import RuleType
from expectations.verdicts.table import Severity


@dataclass(frozen=True)
class Value:
    """One cell, as it was built.

    Attributes:
        number: Its value, None when there is none.
        status: Its status, which says why there is none.
        unit: Its unit.
        is_held: Whether the gate keeps it from publication.
        is_break: Whether it is published as one that does not compare with the period before.
    """

    number: float | None
    status: str
    unit: str
    is_held: bool
    is_break: bool = False


@dataclass(frozen=True)
class ValueRow:
    """A series: the value of an area or of a category in each period of its table, if expected."""

    label: str
    values: tuple[Value | None, ...]

    @property
    def numbers(self) -> Iterator[float]:
        """The values that are there."""
        return (value.number for value in self.values if value and value.number is not None)

    @property
    def units(self) -> set[str]:
        """The units of its cells."""
        return {value.unit for value in self.values if value}


@dataclass(frozen=True)
class ValueTable:
    """Some series of one indicator, over the same periods.

    Attributes:
        title: What its rows are: « Région », « Départements », « Ministère de tutelle ».
        kind: Area type or breakdown of its rows.
        periods: Its columns.
        rows: Its rows, in the order of their labels; the total first.
    """

    title: str
    kind: str
    periods: tuple[str, ...]
    rows: tuple[ValueRow, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no value is known."""
        return not any(True for row in self.rows for _ in row.numbers)


@dataclass(frozen=True)
class Note:
    """What a producer says of some figures of a period.

    Attributes:
        period: The period.
        text: Its words, from outside.
    """

    period: str
    text: str


@dataclass(frozen=True)
class Link:
    """Another indicator that this one is tied to."""

    indicator: str
    label: str


@dataclass(frozen=True)
class Origin:
    """A source, or a list kept with the code, that an indicator descends from."""

    label: str
    producer: str
    licence: str


@dataclass(frozen=True)
class Check:
    """A rule that is applied to an indicator, and how serious a failure is."""

    rule: RuleType
    severity: Severity


@dataclass(frozen=True)
class IndicatorPage:
    """The page of an indicator.

    Attributes:
        definition: What it is.
        model: Path of its model in the project, without suffix.
        definition_file: Path of the file where it is defined.
        headline: The series at its head: the region's total, or its categories without a total.
        categories: The other series of the region, one table a breakdown.
        areas: The series of smaller areas, one table a type.
        whole: The indicator of which it counts a part, if any.
        parts: The indicators that count a part of it.
        origins: The sources and the lists it descends from.
        checks: The rules that are applied to it.
        notes: What its producer says of its figures.
        reporters: Who answered, by period, when several bodies do.
        about: What a period is really about, where it is not itself, by period and category.
    """

    definition: IndicatorDefinition
    model: str
    definition_file: str
    headline: ValueTable
    categories: tuple[ValueTable, ...] = ()
    areas: tuple[ValueTable, ...] = ()
    whole: Link | None = None
    parts: tuple[Link, ...] = ()
    origins: tuple[Origin, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[Note, ...] = ()
    reporters: tuple[Note, ...] = ()
    about: tuple[Note, ...] = field(default=())

    @property
    def id(self) -> str:
        """Its name, and that of its files."""
        return self.definition.id

    @property
    def is_empty(self) -> bool:
        """Whether it has no cell at all, be it one that says why it has no value."""
        return not (self.headline.rows or self.categories or self.areas)

    @property
    def detail(self) -> ValueTable | None:
        """The table to draw below the headline: that of its areas, else of its own unit, else any.

        The smallest areas are too many to be told apart on a chart.
        """
        drawn = [table for table in self.areas if table.kind in {"DEP", "ZE2020"}]
        own = {self.definition.unit_measure}
        of_its_unit = [t for t in self.categories if all(row.units == own for row in t.rows)]
        choices = [*drawn, *of_its_unit, *self.categories]
        return next((table for table in choices if not table.is_empty), None)
