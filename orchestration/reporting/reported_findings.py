"""The findings of a night, as its report tells them: their numbers, their series, their rules.

Here: frozen dataclasses and what can be counted on them. Not here: what is told of a finding
(``compose_findings``), the night that they are of (``reported_night``), wording, drawing.
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orchestration.reporting.decided import DecisionLine

HELD = "retenu"
"""What the gate made of a cell that is held, as the table of a finding says it."""
ReportedSeverity = Literal["Error", "Warning", "Information"]


def refuse_nan(where: str, *values: float | None) -> None:
    """Raise ValueError when one of the values is NaN or infinite."""
    for value in values:
        if value is not None and not math.isfinite(value):
            msg = f"{where}: {value!r} is not a value; give None, with the OBS_STATUS that says why"
            raise ValueError(msg)


@dataclass(frozen=True)
class RuleLine:
    """A rule that failed: its code (`BRK`, `VAN`, `VAD`…) and its French title."""

    code: str
    title: str


@dataclass(frozen=True)
class CellLine:
    """One cell of a finding before and after, for the table and for the bars of the plot.

    Attributes:
        label: French name of the area or of the category.
        before: Value at the earlier period, None when there is none.
        after: Value at the later period, None when there is none.
        is_total: Whether the line is the total of the others (in the table, not among the bars).
        status_before: SDMX OBS_STATUS of the earlier value (`L` absent, `O` empty, `Q` masked…).
        status_after: SDMX OBS_STATUS of the later value.
        unit_before: Unit of the earlier value, when not all values of the finding have the same.
        unit_after: Unit of the later value, likewise.
        publication: French: what the gate made of the cell; empty when it is in no release.
        explanation: Address of what the later value is made of, from that of the report; empty
            when it is not explained.
    """

    label: str
    before: float | None
    after: float | None
    is_total: bool = False
    status_before: str = "A"
    status_after: str = "A"
    unit_before: str = ""
    unit_after: str = ""
    publication: str = ""
    explanation: str = ""

    def __post_init__(self) -> None:
        refuse_nan(f"cell {self.label!r}", self.before, self.after)


@dataclass(frozen=True)
class PointLine:
    """One point of a series: its period, value, status, unit, and whether the gate holds it."""

    period: str
    value: float | None
    is_held: bool = False
    status: str = "L"
    unit: str = ""

    def __post_init__(self) -> None:
        refuse_nan(f"point {self.period!r}", self.value)


@dataclass(frozen=True)
class SeriesLine:
    """A series of the plot: its French label, and its points in the order of time."""

    label: str
    points: tuple[PointLine, ...]

    @property
    def has_units(self) -> bool:
        """Whether its values are not all in one unit, so that they do not compare."""
        return len({point.unit for point in self.points if point.value is not None}) > 1


@dataclass(frozen=True)
class SameCauseLine:
    """Another finding that the same cause may explain.

    Attributes:
        finding_id: Its id.
        label: What tells it: the label of its indicator; its title where that is the same one.
    """

    finding_id: str
    label: str


@dataclass(frozen=True)
class FindingLine:
    """What was found about one indicator, for one cause.

    Attributes:
        finding_id: 12 hexadecimal digits; also the anchor on the page and the name of the plot.
        indicator: Indicator id, `1A4_pcrh_te`.
        indicator_label: Its French label.
        producer: Who supplies the indicator.
        headings: What the columns of its numbers are about: one, or two when they are compared.
        severity: Severity of the European standard; all but `Information` are held.
        rules: Rules that failed.
        unit: Unit code (`pcrh`, `pct`) or a French word; empty when its values have several.
        title: French, one line.
        explanation: French paragraphs.
        question: French question to ask.
        addressee: To whom.
        cells: Every cell to show, the total included.
        series: The headline series, for the plot.
        linked: The series of the whole it is a part of, for the plot; None when there is none.
        dimension: What the cells are: « Territoire », « Famille de formation »…
        shared: What all of them are of and no line names, « Bénéficiaires du RSA »; mostly empty.
        command: What to type to sign a decision, empty when there is nothing to decide.
        decision: The decision that applies to it, None when none does.
        same_cause: The other findings that the same cause may explain.
        since: When the first report was made that has told it, as it is, without a break until
            this one (aware); None when this one is the first.
        was_told: Whether the release before held something for the same doubt, be it with other
            figures.
    """

    finding_id: str
    indicator: str
    indicator_label: str
    producer: str
    headings: tuple[str, ...]
    severity: ReportedSeverity
    rules: tuple[RuleLine, ...]
    unit: str
    title: str
    explanation: tuple[str, ...]
    question: str
    addressee: str
    cells: tuple[CellLine, ...]
    series: SeriesLine
    linked: SeriesLine | None = None
    dimension: str = "Territoire"
    shared: str = ""
    command: str = ""
    decision: DecisionLine | None = None
    same_cause: tuple[SameCauseLine, ...] = ()
    since: datetime | None = None
    was_told: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{12}", self.finding_id):
            msg = f"finding id {self.finding_id!r}: 12 hexadecimal digits are expected"
            raise ValueError(msg)

    @property
    def is_held(self) -> bool:
        """Whether it holds its cells: nothing was decided that lets them out, or keeps them out."""
        if self.decision is not None:
            return self.decision.withholds
        return self.severity != "Information"

    @property
    def is_held_by_another(self) -> bool:
        """Whether it holds nothing, and another finding holds some of its cells."""
        return not self.is_held and any(cell.publication == HELD for cell in self.cells)

    @property
    def of_lines(self) -> str:
        """What the lines of its table are, and all of them of."""
        return ", ".join(filter(None, (self.dimension, self.shared)))

    @property
    def has_not_moved(self) -> bool:
        """Whether the report before told it already, with the same figures and decision."""
        return self.since is not None and not (self.decision and self.decision.is_new)

    @property
    def is_only_late(self) -> bool:
        """Whether all it says is that figures have not come, which its indicator says too."""
        is_about_periods = all(rule.code == "LAG" for rule in self.rules)
        return is_about_periods and all(cell.after is None for cell in self.cells)

    @property
    def is_compared(self) -> bool:
        """Whether its values stand beside others."""
        return len(self.headings) > 1

    @property
    def parts(self) -> tuple[CellLine, ...]:
        """The cells that are not the total."""
        return tuple(cell for cell in self.cells if not cell.is_total)
