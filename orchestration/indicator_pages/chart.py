"""The chart of an indicator: its headline over time, and its parts in the last two periods.

Here: drawing, and the words that say the same as the picture. Not here: choosing what is drawn
(``page``); the colours and the SVG, which are those of the report's plots (``reporting``).

Every text is drawn with ``parse_math=False``: a label with dollars is a label, not a formula.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from expectations import french
from expectations.french import UNITS, quantity
from expectations.untrusted import cleaned
from orchestration.indicator_pages.code_words import nothing_of_the_region, value
from orchestration.indicator_pages.page import IndicatorPage, Value, ValueRow, ValueTable
from orchestration.reporting.inline_svg import svg
from orchestration.reporting.plots import AFTER, BEFORE, INK, MUTED, PAPER, RULE, TEXT_SIZE

WIDTH = 7.2
TREND_HEIGHT, SHORT_HEIGHT = 2.4, 1.3
ROW_HEIGHT = 0.27
MOST_BARS = 8
"""Beyond, two points on a line a row: bars would be a wall."""
STROKES = ((AFTER, "solid", "o"), (MUTED, "dashed", "s"), (BEFORE, "dotted", "^"))
HELD, BROKEN = "retenu", "rupture de série"
WORDS: dict[str, Any] = {"fontsize": TEXT_SIZE, "color": INK, "parse_math": False}


@dataclass(frozen=True)
class PeriodSide:
    """The values of one period, as a panel draws them beside those of another."""

    period: str
    colour: str
    shift: float
    values: Sequence[Value | None]


def draw(page: IndicatorPage, *, is_short: bool = False) -> str:
    """Return the chart as SVG: the same bytes for the same page.

    Args:
        page: The indicator.
        is_short: The headline over time alone, for a place where the rest would be cut.
    """
    detail = None if is_short else page.detail
    heights = [SHORT_HEIGHT if is_short else TREND_HEIGHT]
    if detail:
        heights.append(0.7 + ROW_HEIGHT * len(detail.rows) * (2 if _has_bars(detail) else 1))
    layout = ConstrainedLayoutEngine(hspace=0.06)
    figure = Figure(figsize=(WIDTH, sum(heights)), layout=layout, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    _draw_trend(axes[0], page)
    if detail:
        _draw_detail(axes[1], detail)
    return svg(figure, salt=page.id, title=describe(page))


def describe(page: IndicatorPage) -> str:
    """Say in French what the chart shows, for those who cannot see it."""
    lines = [
        f"{row.label} : "
        + french.listing(
            f"{value(cell)} en {french.period(period)}{_standing(cell)}"
            for period, cell in zip(page.headline.periods, row.values, strict=True)
            if cell
        )
        for row in page.headline.rows
    ]
    told = ". ".join(lines) or nothing_of_the_region(page)
    return french.typeset(cleaned(f"{page.definition.label}. {told}."))


def _standing(cell: Value) -> str:
    words = [word for word, holds in ((HELD, cell.is_held), (BROKEN, cell.is_break)) if holds]
    return f" ({', '.join(words)})" if words else ""


def _draw_trend(axes: Axes, page: IndicatorPage) -> None:
    table = page.headline
    target = page.definition.target.value if page.definition.target else 0.0
    numbers = [target, *(number for row in table.rows for number in row.numbers)]
    top = max(numbers) or 1.0
    order = sorted(table.rows, key=lambda row: max(row.numbers, default=0.0), reverse=True)
    for rank, row in enumerate(order):
        _draw_series(axes, row, STROKES[rank % len(STROKES)], is_above=rank == 0)
    _write_gaps(axes, table)
    if page.definition.target:
        _draw_target(axes, target, quantity(target, page.definition.unit_measure))
    periods = [french.period(cleaned(period, 16)) for period in table.periods]
    axes.set_xticks(range(len(periods)), periods, parse_math=False, fontsize=TEXT_SIZE)
    axes.set_yticks([])
    axes.set_xlim(-0.6, len(periods) - 0.4)
    axes.set_ylim(1.3 * min(0.0, *numbers) - 0.15 * top, 1.3 * top)
    axes.axhline(0, color=RULE, linewidth=1.2)
    _finish(axes, f"Évolution ({UNITS[page.definition.unit_measure]})", has_legend=len(order) > 1)


def _draw_series(
    axes: Axes, row: ValueRow, stroke: tuple[str, str, str], *, is_above: bool
) -> None:
    """Draw one series; a gap breaks its line, and so does a break; a held point is hollow."""
    colour, style, marker = stroke
    axes.plot(
        *_line(row.values),
        color=colour,
        linestyle=style,
        marker=marker,
        label=_label(row.label, 60),
        zorder=2,
    )
    for place, cell in enumerate(row.values):
        if cell is None or cell.number is None:
            continue
        if cell.is_held:
            axes.plot(place, cell.number, marker, color=colour, markerfacecolor=PAPER, zorder=3)
        is_first, is_last = place == 0, place == len(row.values) - 1
        axes.annotate(
            _cell_words(cell) + (f", {BROKEN}" if cell.is_break else ""),
            (place, cell.number),
            xytext=(8 * (is_last - is_first), (5 if is_above else -5)),
            textcoords="offset points",
            ha="center" if is_first == is_last else ("right" if is_first else "left"),
            va="bottom" if is_above else "top",
            **WORDS,
        )


def _line(values: Sequence[Value | None]) -> tuple[list[float], list[float]]:
    """Return where a line passes: not where there is no value, nor between what a break parts."""
    places, heights = list[float](), list[float]()
    for place, cell in enumerate(values):
        if cell and cell.is_break:
            places.append(place - 0.5)
            heights.append(float("nan"))
        places.append(place)
        heights.append(float("nan") if cell is None or cell.number is None else cell.number)
    return places, heights


def _cell_words(cell: Value) -> str:
    return f"{value(cell)}{f', {HELD}' if cell.is_held else ''}"


def _write_gaps(axes: Axes, table: ValueTable) -> None:
    """Write, above the period, why a series has no value in it."""
    for place in range(len(table.periods)):
        gaps = [
            f"{row.label} : {value(cell)}" if len(table.rows) > 1 else value(cell)
            for row in table.rows
            if (cell := row.values[place]) is not None and cell.number is None
        ]
        axes.text(
            place,
            0,
            _label("\n".join(gaps), 60),
            ha="center",
            va="bottom",
            fontstyle="italic",
            **WORDS,
        )


def _draw_target(axes: Axes, target: float, words: str) -> None:
    axes.axhline(target, color=MUTED, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
    axes.annotate(
        f"cible : {words}",
        (1, target),
        xycoords=axes.get_yaxis_transform(),
        xytext=(-2, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        **WORDS,
    )


def _draw_detail(axes: Axes, table: ValueTable) -> None:
    """Draw the last two periods in which some part has a value."""
    places = [
        place
        for place in range(len(table.periods))
        if any((cell := row.values[place]) and cell.number is not None for row in table.rows)
    ][-2:]
    rows = table.rows if _has_bars(table) else _by_last_value(table.rows, places[-1])
    colours = [BEFORE, AFTER][-len(places) :]
    sides = [
        PeriodSide(
            french.period(table.periods[place]), colour, 0.4 * rank - 0.2 * (len(places) - 1), cells
        )
        for rank, (place, colour) in enumerate(zip(places, colours, strict=True))
        for cells in [[row.values[place] for row in rows]]
    ]
    reach = max((abs(number) for row in rows for number in row.numbers), default=0.0) or 1.0
    if _has_bars(table):
        _draw_bars(axes, sides, reach)
    else:
        _draw_points(axes, sides, reach)
    names = [_label(row.label, 34) for row in rows]
    axes.set_yticks(range(len(rows)), names, parse_math=False, fontsize=TEXT_SIZE)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xticks([])
    units = sorted({UNITS[unit] for row in rows for unit in row.units})
    _finish(axes, f"{table.title} ({', '.join(units)})", has_legend=True)


def _has_bars(table: ValueTable) -> bool:
    return len(table.rows) <= MOST_BARS


def _by_last_value(rows: Sequence[ValueRow], place: int) -> list[ValueRow]:
    def last(row: ValueRow) -> float:
        cell = row.values[place]
        return cell.number if cell and cell.number is not None else float("-inf")

    return sorted(rows, key=last, reverse=True)


def _draw_bars(axes: Axes, sides: Sequence[PeriodSide], reach: float) -> None:
    axes.axvline(0, color=RULE, linewidth=1.2)
    least = 0.0
    for side in sides:
        places = [row + side.shift for row in range(len(side.values))]
        numbers = [(cell.number or 0.0) if cell else 0.0 for cell in side.values]
        axes.barh(places, numbers, height=0.36, color=side.colour, label=side.period)
        for place, number, cell in zip(places, numbers, side.values, strict=True):
            beside = number + math.copysign(0.012 * reach, number)
            _write(axes, place, beside, cell, is_before=number < 0)
        least = min(least, *numbers)
    axes.set_xlim(1.3 * least, 1.3 * reach)


def _draw_points(axes: Axes, sides: Sequence[PeriodSide], reach: float) -> None:
    """Draw a point a period on each row, joined unless a break parts them; the last is written."""
    least = min(
        (cell.number for side in sides for cell in side.values if cell and cell.number is not None),
        default=0.0,
    )
    gap = 0.03 * (reach - least)
    axes.set_xlim(least - 6 * gap, reach + 8 * gap)
    for row, cell in enumerate(sides[-1].values):
        former = sides[0].values[row]
        ends = [end.number for end in (former, cell) if end and end.number is not None]
        if not (cell and cell.is_break):
            axes.plot(ends, [row] * len(ends), color=RULE, linewidth=2, zorder=1)
        if cell is None or cell.number is None:
            _write(axes, row, max(ends, default=least) + gap, cell)
        else:
            is_before = cell.number < max(ends)
            _write(axes, row, cell.number + (-gap if is_before else gap), cell, is_before=is_before)
    for side in sides:
        there = [
            (cell.number, row)
            for row, cell in enumerate(side.values)
            if cell and cell.number is not None
        ]
        axes.plot(
            [number for number, _ in there],
            [row for _, row in there],
            "o",
            color=side.colour,
            label=side.period,
            zorder=2,
        )


def _write(
    axes: Axes, row: float, place: float, cell: Value | None, *, is_before: bool = False
) -> None:
    """Write a value, or why there is none, beside its place on its row."""
    if cell is None:
        return
    axes.text(
        place,
        row,
        _cell_words(cell),
        va="center_baseline",
        ha="right" if is_before else "left",
        fontstyle="normal" if cell.number is not None else "italic",
        **WORDS,
    )


def _label(text: str, width: int) -> str:
    lines = (cleaned(line, 3 * width) for line in text.split("\n"))
    return "\n".join(textwrap.fill(line, width) for line in lines)


def _finish(axes: Axes, title: str, *, has_legend: bool) -> None:
    """Give the axes their title and legend, and take away what carries no data."""
    axes.spines[:].set_visible(False)
    axes.set_facecolor("none")
    axes.tick_params(length=0, labelcolor=INK)
    axes.set_title(
        textwrap.fill(title, 60),
        loc="left",
        fontsize=TEXT_SIZE + 1,
        fontweight="bold",
        color=INK,
        parse_math=False,
    )
    if has_legend:
        legend = axes.legend(
            loc="lower right",
            bbox_to_anchor=(1, 1),
            borderaxespad=0,
            frameon=False,
            fontsize=TEXT_SIZE,
            labelcolor=INK,
            ncols=4,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
