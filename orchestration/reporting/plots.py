"""The one small plot of a finding: its cells before and after, and its whole as context.

Here: drawing with Matplotlib's object interface, and the words that say the same as the picture.
Not here: making the SVG fit for a page (``inline_svg``).

Matplotlib is imported when there is something to draw: a quiet night does not pay for it.

Every text is drawn with ``parse_math=False``: a label with dollars is a label, not a formula.
"""

import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.french import change, period, quantity
from expectations.untrusted import cleaned
from orchestration.reporting.reported_findings import CellLine, FindingLine, PointLine, SeriesLine
from orchestration.reporting.vocabulary import absence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Told apart by lightness, hence in grey print and by every kind of colour vision.
INK = "#1d1d1f"
MUTED = "#5b5f66"
RULE = "#c9ccd1"
BEFORE = "#a9bcd6"
AFTER = "#1f3d6d"
PAPER = "#ffffff"

WIDTH = 4.6  # inches: 442 CSS pixels, which a phone shows almost at full size
TEXT_SIZE = 9
MAX_BARS = 12
CHARACTER = 0.072  # inches: the width of a digit of that size


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn, and whether its values are written above or below it."""

    colour: str
    style: str
    marker: str
    is_above: bool


def draw(finding: FindingLine) -> "Figure":
    """Draw the plot: bars by cell when there are parts, and the series below."""
    from matplotlib.backends.backend_agg import (  # noqa: PLC0415 it costs half a second
        FigureCanvasAgg,
    )
    from matplotlib.figure import Figure  # noqa: PLC0415 idem

    cells = _largest_moves(finding)
    heights = ([0.6 + 0.4 * len(cells)] if cells else []) + [2.0]
    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    if cells:
        _draw_bars(axes[0], finding, cells)
    beside = CHARACTER * _longest(_label(cell.label) for cell in cells)
    _draw_series(axes[-1], finding, beside)
    return figure


def describe(finding: FindingLine) -> str:
    """Say in French what the plot shows, for those who cannot see it."""
    sides = finding.headings
    bars = " ; ".join(
        f"{cell.label} : {' puis '.join(_readings(cell)[-len(sides) :])}"
        for cell in _largest_moves(finding)
    )
    lines = [f"{' puis '.join(sides)}. {bars}." if bars else ""]
    lines += [
        f"{line.label} : {points_in_words(line)}."
        for line in (finding.series, finding.linked)
        if line
    ]
    return cleaned(" ".join(line for line in lines if line))


def _readings(cell: CellLine) -> tuple[str, str]:
    return (
        _shown(cell.before, cell.status_before, cell.unit_before),
        _shown(cell.after, cell.status_after, cell.unit_after),
    )


def points_in_words(series: SeriesLine) -> str:
    """Say the points of a series in French: « 43 en 2023, 4 en 2024 (retenu) »."""
    return ", ".join(
        f"{_shown(point.value, point.status, point.unit if series.has_units else '')}"
        f" en {period(point.period)}"
        f"{' (retenu)' if point.is_held else ''}"
        for point in series.points
    )


def _shown(value: float | None, obs_status: str, unit: str = "") -> str:
    return absence(obs_status) if value is None else quantity(value, unit)


def _largest_moves(finding: FindingLine) -> tuple[CellLine, ...]:
    """The parts to draw, in their own order: all, or those that moved most; none in two units."""

    def move(cell: CellLine) -> float:
        return abs((cell.after or 0) - (cell.before or 0))

    if any(cell.unit_before != cell.unit_after for cell in finding.parts):
        return ()
    kept = sorted(finding.parts, key=move, reverse=True)[:MAX_BARS]
    return tuple(cell for cell in finding.parts if cell in kept)


def _label(text: str, width: int = 20) -> str:
    return "\n".join(textwrap.wrap(cleaned(text, 60), width, max_lines=2, placeholder="…"))


def _draw_bars(axes: "Axes", finding: FindingLine, cells: tuple[CellLine, ...]) -> None:
    values = [value for cell in cells for value in (cell.before, cell.after) if value is not None]
    reach = max((abs(value) for value in values), default=0) or 1
    after = [(cell.after, cell.status_after, cell.unit_after) for cell in cells]
    sides = [(0.2 if finding.is_compared else 0.0, AFTER, finding.headings[-1], after)]
    if finding.is_compared:
        before = [(cell.before, cell.status_before, cell.unit_before) for cell in cells]
        sides.insert(0, (-0.2, BEFORE, finding.headings[0], before))
    for shift, colour, name, readings in sides:
        rows = [row + shift for row in range(len(cells))]
        bars = [value or 0 for value, *_ in readings]
        axes.barh(rows, bars, height=0.36, color=colour, label=cleaned(name, 24))
        for row, (value, status, unit) in zip(rows, readings, strict=True):
            _write_value(axes, row, value, _shown(value, status, unit), reach)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_xlim(1.25 * min([0.0, *values]), 1.25 * reach)
    axes.set_ylim(len(cells) - 0.4, -0.6)
    axes.set_xticks([])
    names = [_label(cell.label) for cell in cells]
    axes.set_yticks(range(len(cells)), names, parse_math=False, fontsize=TEXT_SIZE)
    largest = "" if len(cells) == len(finding.parts) else " (plus fortes variations)"
    _finish(axes, f"Par {cleaned(finding.dimension, 30).lower()}{largest}", 2)


def _write_value(axes: "Axes", row: float, value: float | None, words: str, reach: float) -> None:
    axes.text(
        max(value or 0, 0) + 0.015 * reach,
        row,
        words,
        va="center_baseline",
        fontsize=TEXT_SIZE,
        color=INK,
        fontstyle="italic" if value is None else "normal",
        parse_math=False,
    )


def _draw_series(axes: "Axes", finding: FindingLine, beside: float) -> None:
    """Draw the headline series and its whole, as indices when both can share a base.

    Args:
        axes: Where.
        finding: The finding.
        beside: What is written on the left of the axes, in inches.
    """
    drawn = [series for series in (finding.series, finding.linked) if series]
    base = _common_base(drawn)
    if base is None:
        drawn = [finding.series]
    periods = sorted({point.period for series in drawn for point in series.points})
    is_main_higher = len(drawn) < 2 or _last(drawn[0], base) > _last(drawn[1], base)
    _draw_line(axes, finding.series, periods, base, Stroke(AFTER, "solid", "o", is_main_higher))
    for series in drawn[1:]:
        _draw_line(axes, series, periods, base, Stroke(MUTED, "dashed", "s", not is_main_higher))
    axes.plot([0, len(periods) - 1], [0, 0], color=RULE, linewidth=0.8, zorder=0)
    axes.set_xlim(-0.2 * len(periods), 1.4 * len(periods) - 1)
    axes.margins(y=0.2)
    axes.set_yticks([])
    names = [period(cleaned(code, 16)) for code in periods]
    _write_periods(axes, names, beside)
    _finish(
        axes,
        "Évolution" if base is None else f"Évolution, base 100 en {period(cleaned(base, 16))}",
        1,
    )


def _write_periods(axes: "Axes", names: list[str], beside: float) -> None:
    """Write the periods below their points: on two lines, or one in several, as there is room.

    Args:
        axes: Whose limits are set.
        names: The periods, one a point.
        beside: What is written on the left of the axes, in inches.
    """
    left, right = axes.get_xlim()
    room = (WIDTH - beside) / (right - left) / CHARACTER - 1
    if _longest(names) > room:
        names = ["\n".join(name.replace("-", "- ").split()) for name in names]
    every = max(math.ceil(_longest(names) / room), 1)
    kept = range((len(names) - 1) % every, len(names), every)
    shown = [names[rank] for rank in kept]
    axes.set_xticks(kept, shown, parse_math=False, fontsize=TEXT_SIZE)


def _longest(texts: Iterable[str]) -> int:
    return max((len(line) for text in texts for line in text.split("\n")), default=0)


def _scale(series: SeriesLine, base: str | None) -> float:
    """What to multiply a series by: 100 over its value at the base, or 1 without a base."""
    reference = next((p.value for p in series.points if p.period == base and p.value), None)
    return 100 / reference if reference else 1.0


def _last(series: SeriesLine, base: str | None) -> float:
    values = [point.value for point in series.points if point.value is not None]
    return _scale(series, base) * values[-1] if values else 0.0


def _common_base(drawn: list[SeriesLine]) -> str | None:
    """The first period, when both series are there and above zero; None otherwise."""
    if len(drawn) < 2 or any(series.has_units for series in drawn):
        return None
    first = min((point.period for series in drawn for point in series.points), default=None)
    at_first = [
        point.value or 0 for series in drawn for point in series.points if point.period == first
    ]
    return first if len(at_first) == len(drawn) and min(at_first) > 0 else None


def _draw_line(
    axes: "Axes", series: SeriesLine, periods: list[str], base: str | None, stroke: Stroke
) -> None:
    """Draw one series; a held point is hollow, and the two ends say their value.

    No line joins values that are not in one unit.
    """
    drawn = [(p, p.value) for p in series.points if p.value is not None]
    scale = _scale(series, base)
    axes.plot(
        [periods.index(point.period) for point, _ in drawn],
        [scale * value for _, value in drawn],
        color=stroke.colour,
        linestyle="none" if series.has_units else stroke.style,
        marker=stroke.marker,
        label=_label(series.label, 42),
    )
    for point, value in drawn:
        spot = (periods.index(point.period), scale * value)
        if point.is_held:
            axes.plot(*spot, stroke.marker, color=stroke.colour, markerfacecolor=PAPER)
        if point in (drawn[0][0], drawn[-1][0]):
            is_first = point is drawn[0][0]
            first = None if is_first or series.has_units else drawn[0][1]
            words = _end_words(point, value, first, point.unit if series.has_units else "")
            _write_end(axes, words, spot, is_first=is_first, is_above=stroke.is_above)


def _end_words(point: PointLine, value: float, first: float | None, unit: str) -> str:
    """The words at an end of a line: value, change since its start, and whether it is held."""
    move = f" ({change(first, value, decimals=0)})" if first and first > 0 else ""
    return f"{quantity(value, unit)}{move}{', retenu' if point.is_held else ''}"


def _write_end(
    axes: "Axes", words: str, spot: tuple[float, float], *, is_first: bool, is_above: bool
) -> None:
    axes.annotate(
        words,
        spot,
        xytext=(-7 if is_first else 7, 2 if is_above else -2),
        textcoords="offset points",
        ha="right" if is_first else "left",
        va="bottom" if is_above else "top",
        fontsize=TEXT_SIZE,
        color=INK,
        parse_math=False,
    )


def _finish(axes: "Axes", title: str, columns: int) -> None:
    """Give the axes their title and legend, and take away what carries no data."""
    axes.spines[:].set_visible(False)
    axes.set_facecolor("none")
    axes.tick_params(length=0, labelcolor=INK)
    legend = axes.legend(
        title=textwrap.fill(title, 36),
        title_fontproperties={"weight": "bold", "size": TEXT_SIZE + 1},
        alignment="left",
        loc="lower left",
        bbox_to_anchor=(0, 1.01),
        borderaxespad=0,
        borderpad=0.2,
        frameon=False,
        fontsize=TEXT_SIZE,
        labelcolor=INK,
        ncols=columns,
        handlelength=2.6,
    )
    for text in (legend.get_title(), *legend.get_texts()):
        text.set_parse_math(False)
        text.set_color(INK)
