"""A printed report as the rules read it: its figures, its passages, and the names it uses.

Here: the two kinds of rows and how to look them up. What was declared afterwards about a figure
(the period it is really about, why it differs) is not part of the document, and no rule can see it.
Not here: comparing them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import REGION, TOTAL
from expectations.printed.numbers import Number, column_period, numbers_in

NO_LINE = 0
"""What is read in a sentence has no line in the deposit of figures."""
LONGEST_PASSAGE = 4_000
"""Characters of a passage that are read; the longest of a real report has 700."""


@dataclass(frozen=True, order=True)
class PrintedCell:
    """What a figure is about, its period apart."""

    indicator: str
    ref_area: str
    breakdown: str
    category: str

    @property
    def is_total(self) -> bool:
        """Whether it is the figure of the whole region."""
        return self.category == TOTAL and self.ref_area.startswith(REGION)


@dataclass(frozen=True)
class PrintedFigure:
    """A number printed once.

    Attributes:
        line: Where it is in the deposit of figures.
        printed_in: The part of the report: ``fiche``, ``commentaire``, ``annexe``, ``limites``.
        cell: What it is about.
        period: The period that it is printed under.
        number: The number.
        unit: Code of the unit it is printed in.
        text: What is printed around it, if anything.
    """

    line: int
    printed_in: str
    cell: PrintedCell
    period: str
    number: Number
    unit: str
    text: str = ""


@dataclass(frozen=True)
class Passage:
    """A text printed once: a label, a cell of a table, a title, a paragraph.

    Attributes:
        line: Where it is in the deposit of texts.
        section: Part of the report, for example ``Fiche 1.A``.
        printed_in: Kind of part: ``fiche``, ``commentaire``, ``annexe``, ``limites``.
        indicator: The indicator of a row of a table; empty for a paragraph.
        element: ``intitule``, ``unite``, ``source``, ``cellule``, ``titre`` or ``paragraphe``.
        period: The period of a cell's column; empty for the rest.
        text: The text.
    """

    line: int
    section: str
    printed_in: str
    indicator: str
    element: str
    period: str
    text: str

    def is_of_row(self, figure: PrintedFigure) -> bool:
        """Whether a figure is of the part, the row and the column that the passage is in."""
        is_of_column = column_period(figure.period).overlaps(column_period(self.period))
        return (
            figure.printed_in == self.printed_in
            and self.indicator in {"", figure.cell.indicator}
            and is_of_column
        )


@dataclass(frozen=True)
class Document:
    """A printed report.

    Attributes:
        figures: Its figures.
        passages: Its passages, in their order.
        definitions: The indicators, by id: what adds up, in which unit.
        areas: French name of each area.
        categories: French name of each category.
        units: French name of each unit.
    """

    figures: tuple[PrintedFigure, ...]
    passages: tuple[Passage, ...]
    definitions: Mapping[str, IndicatorDefinition]
    areas: Mapping[str, str]
    categories: Mapping[str, str]
    units: Mapping[str, str]

    @cached_property
    def cells(self) -> tuple[Passage, ...]:
        """The cells of its tables."""
        return self.of_element("cellule")

    def of_element(self, element: str) -> tuple[Passage, ...]:
        """Return the passages of a kind."""
        return tuple(passage for passage in self.passages if passage.element == element)

    @cached_property
    def indicators_of_section(self) -> Mapping[str, frozenset[str]]:
        """The indicators whose table is in each section."""
        found: dict[str, set[str]] = {}
        for passage in self.passages:
            found.setdefault(passage.section, set()).update(filter(None, [passage.indicator]))
        return {section: frozenset(indicators) for section, indicators in found.items()}

    @cached_property
    def indicators(self) -> frozenset[str]:
        """Every indicator of which it prints a figure or a row."""
        rows = {passage.indicator for passage in self.passages if passage.indicator}
        return frozenset(rows | {figure.cell.indicator for figure in self.figures})

    @cached_property
    def printings(self) -> Mapping[tuple[PrintedCell, str], list[PrintedFigure]]:
        """What is printed of each cell under each period."""
        found: dict[tuple[PrintedCell, str], list[PrintedFigure]] = {}
        for figure in self.figures:
            found.setdefault((figure.cell, figure.period), []).append(figure)
        return found

    @cached_property
    def rows(self) -> Mapping[tuple[str, str], list[PrintedFigure]]:
        """The figures of each row: by part of the report and indicator."""
        found: dict[tuple[str, str], list[PrintedFigure]] = {}
        for figure in self.figures:
            found.setdefault((figure.printed_in, figure.cell.indicator), []).append(figure)
        return found

    def figures_of(self, cell: Passage) -> tuple[PrintedFigure, ...]:
        """Return the figures of the row and column of a table cell that its text prints."""
        written = {number.value for number in numbers_in(cell.text)}
        return tuple(
            figure
            for figure in self.rows.get((cell.printed_in, cell.indicator), ())
            if figure.number.value in written and cell.is_of_row(figure)
        )

    @cached_property
    def by_number(self) -> Mapping[float, list[PrintedFigure]]:
        """The figures that print each number."""
        found: dict[float, list[PrintedFigure]] = {}
        for figure in self.figures:
            found.setdefault(figure.number.value, []).append(figure)
        return found

    def in_section(self, section: str, number: Number) -> list[PrintedFigure]:
        """Return the figures of a number, of the indicators that a section is about.

        A section that has no table of its own may speak of any indicator.
        """
        among = self.indicators_of_section.get(section) or self.indicators
        return [
            figure
            for figure in self.by_number.get(number.value, [])
            if figure.cell.indicator in among
        ]

    @staticmethod
    def elsewhere(figures: Iterable[PrintedFigure], passage: Passage) -> tuple[PrintedFigure, ...]:
        """Return the figures that are printed somewhere else than in a passage."""
        written = {number.value for number in numbers_in(passage.text)}
        return tuple(
            figure
            for figure in figures
            if figure.number.value not in written or not passage.is_of_row(figure)
        )

    def label_of(self, indicator: str) -> str:
        """Return what an indicator is called; its id when it is not one that is defined."""
        definition = self.definitions.get(indicator)
        return definition.label if definition else indicator

    def printed_label(self, indicator: str, printed_in: str) -> str:
        """Return the label of an indicator's row as a part of the report prints it.

        That of another part, else what the indicator is called, where the part prints none.
        """
        labels = [row for row in self.of_element("intitule") if row.indicator == indicator]
        own = [row for row in labels if row.printed_in == printed_in]
        return next((row.text for row in (*own, *labels)), self.label_of(indicator))

    def name_of(self, cell: PrintedCell) -> str:
        """Return what a cell is called, its indicator apart; empty for the total of the region."""
        parts = [
            "" if cell.ref_area.startswith(REGION) else self.areas.get(cell.ref_area, ""),
            "" if cell.category == TOTAL else self.categories.get(cell.category, cell.category),
        ]
        return ", ".join(filter(None, parts))


def figures_of_table(table: pd.DataFrame) -> tuple[PrintedFigure, ...]:
    """Return the figures of ``fct_printed_figure``; a text printed instead of a number is none."""
    rows = table.dropna(subset=["printed_value", "ref_area"]).sort_values("line")
    return tuple(_figure(row) for row in _records(rows))


def _figure(row: Mapping[str, object]) -> PrintedFigure:
    names = (str(row[key]) for key in ("indicator", "ref_area", "breakdown", "category"))
    return PrintedFigure(
        line=int(str(row["line"])),
        printed_in=str(row["printed_in"]),
        cell=PrintedCell(*names),
        period=str(row["printed_period"]),
        number=Number(float(str(row["printed_value"])), float(str(row["printed_step"]))),
        unit=str(row["printed_unit"]),
        text=_text(row["printed_text"]),
    )


def passages_of_table(table: pd.DataFrame) -> tuple[Passage, ...]:
    """Return the passages of ``fct_printed_text``."""
    return tuple(_passage(row) for row in _records(table.sort_values("line")))


def _passage(row: Mapping[str, object]) -> Passage:
    return Passage(
        line=int(str(row["line"])),
        section=str(row["section"]),
        printed_in=str(row["printed_in"]),
        indicator=_text(row["indicator"]),
        element=str(row["element"]),
        period=_text(row["printed_period"]),
        text=_text(row["printed_text"])[:LONGEST_PASSAGE],
    )


def _records(table: pd.DataFrame) -> Iterable[Mapping[str, object]]:
    records: list[Mapping[str, object]] = table.to_dict("records")  # type: ignore[assignment]
    return records


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
