r"""What was each new number expected to be, and how far from it is ordinary?

Here: panels followed period after period; what each member's own past, its siblings and its area
say of its next number, weighed in one model. Not here: the test of one count or one rate
(``counts``, ``rates``), the cross-section of one period (``panels``).

On the scale of logarithms or logits, the number of member i (an area and a category) moves by

.. math:: \ell_{i,t} = m_{i,t-1} + \mu_t + a_t + b_i + \varepsilon_{i,t} + e_{i,t}

from the level :math:`m` that its past gives it, with the common movement :math:`\mu` of its
category over the areas, that of its area over the categories, its own habit :math:`b`, an ordinary
movement of variance :math:`\tau_i^2`, and the noise of counting.

**Level.** That of a local level model (Durbin and Koopman, *Time Series Analysis by State Space
Methods*, 2012, ch. 2): the last number where counting noise is small, an average of the last ones
where it is not. After a number that was odd (3 deviations), two levels are kept, the former one and
that number; the next one is compared with the nearer: what comes back after a fault is no second
fault, and what stays is not found twice.

**Common movements.** Of a category: the leave-one-out median of ``panels``, the imaginary members
standing at the median of the whole table, so that three areas do not stand alone; where there are
fewer, at that of a wider circle: a country beside its regions, a total beside its parts. Of an
area: the mean of what its other categories did beside theirs, weighted, each bounded to 2.5
deviations, shrunk to what areas do in common, and never more than twice that: several wrong cells
of one area give each other no alibi.

**Spread.** That of the table, of the category in it, of the member, each shrunk to the former
(``dispersion``), the first to what it was one period before, and in the beginning to the prior. A
member's own is read from its past innovations, over what their panel's were at the time, each
bounded to 3 deviations: one old fault does not make the next ordinary. What remains unknown of
:math:`\ln\tau_i^2` is normal, of a variance (``doubt``) that falls as members and periods are
added: a test is averaged over it (``measures``).

**A whole area.** Its common movement is tested against those of the other areas, once its largest
part has been left out; all its cells that agree are concerned. Small parts speak together.

Two periods are enough; each more says more of :math:`m`, :math:`b`, :math:`\tau` and of what areas
do in common. Not for a member whose number is the sum of others beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from expectations.statistics.area_moves import AreaMoves, are_alike, area_moves
from expectations.statistics.dispersion import (
    LOG_MEDIAN_VARIANCE,
    modal_variance,
)
from expectations.statistics.grouped import Floats, Integers
from expectations.statistics.leave_one_out import medians_of_others, sums_of_others
from expectations.statistics.panels import Panel, PriorSpreads, ordinary_variances, panel_of

ODD = 3.0
NOT_BEGUN = -2
IMAGINARY_MOVES = 2.0
PRIOR_DOUBT, MEMBERS_UNLIKE = 0.5, 0.6
"""Variances of the logarithm of a variance: of what is read from no member, and of the members of
one panel (a Student law of three to four degrees of freedom, as the job seekers of 162 EPCI move).
"""
Mask = NDArray[np.bool_]
MEMORY = 0.9
"""What a past movement keeps of its weight in the habit of its member, one period later."""
WORTH_OF_SQUARE = 1.9
"""A bounded square tells a variance as well as so many squares behind a median."""


@dataclass(frozen=True)
class Levels:
    """The numbers of every pair of consecutive periods, on the scale where they are compared.

    Attributes:
        before: Level of the first number of each pair.
        noise_before: Variance that counting, or rounding, gives it.
        after: Level of the second number; NaN where the two do not compare.
        noise: What gives, for some pairs and the level and variance that the past gives the first
            number, the variance of the noise of the movement.
    """

    before: Floats
    noise_before: Floats
    after: Floats
    noise: Callable[[Integers, Floats, Floats], Floats]


@dataclass(frozen=True)
class Places:
    """Where each pair stands, as codes from 0.

    Attributes:
        series: Its series.
        rank: Rank of its period.
        columns: Its category in all the areas of its type, all periods together.
        tables: All categories in all these areas.
        areas: All categories of its area.
        circles: Wider groups that those without siblings may be compared with.
        circle: Which of these each is compared with; negative for those that have siblings.
        restarts: Whether nothing before the second number compares with what follows it.
    """

    series: Integers
    rank: Integers
    columns: Integers
    tables: Integers
    areas: Integers
    circles: tuple[Integers, ...]
    circle: Integers
    restarts: Mask


@dataclass(frozen=True)
class Innovations:
    """What was expected of each pair.

    Attributes:
        level: Level that its past gives the first number.
        noise: Variance of that level.
        growth: Movement expected from there.
        variance: Variance of an ordinary movement around it.
        error: Variance of the error of ``growth``.
        doubt: Variance of the logarithm of ``variance``.
        members: How many members the movement of its category was read from.
        movement: Common movement of its table, all categories together.
        movement_p_value: How likely such a common movement is, if only the ordinary took place.
        is_with_table: Whether the pair moved as its table did.
        area_movement: By how much its area moved more than the others, in common.
        area_p_value: How likely that is; NaN where fewer than three parts tell.
        is_with_area: Whether it moved as its area did.
    """

    level: Floats
    noise: Floats
    growth: Floats
    variance: Floats
    error: Floats
    doubt: Floats
    members: Integers
    movement: Floats
    movement_p_value: Floats
    is_with_table: Mask
    area_movement: Floats
    area_p_value: Floats
    is_with_area: Mask

    @property
    def spread(self) -> Floats:
        """Standard deviation of an ordinary movement around the one expected."""
        spread: Floats = np.sqrt(self.variance + self.error)
        return spread

    @classmethod
    def unknown(cls, size: int) -> "Innovations":
        """Return what is known of so many pairs before anything was looked at."""
        unknown: dict[str, Any] = {field.name: np.full(size, np.nan) for field in fields(cls)}
        unknown |= {"members": np.zeros(size, np.int64)}
        unknown |= {name: np.zeros(size, np.bool_) for name in ("is_with_table", "is_with_area")}
        return cls(**unknown)


def innovations(
    levels: Levels, places: Places, prior: PriorSpreads, of_areas: float
) -> Innovations:
    """Return what was expected of each pair, from those before it and those beside it.

    Args:
        levels: The numbers.
        places: Where they stand.
        prior: What is ordinary where a panel is silent.
        of_areas: Standard deviation of what an area does in common, where the areas are silent.
    """
    expected = Innovations.unknown(levels.after.size)
    past = _Past.beginning(places, float(prior.own), of_areas)
    usable = np.isfinite(levels.before) & np.isfinite(levels.noise_before)
    for rank in np.unique(places.rank):
        rows = np.flatnonzero((places.rank == rank) & usable)
        if rows.size:
            _follow(levels, places, rows, past, prior, expected)
    return expected


@dataclass(frozen=True)
class _Past:
    """What is known of each series, and of each table, before the next period.

    Attributes:
        rank: Rank of the period that each series was last followed to.
        level: Level of the series there.
        noise: Variance of that level.
        former_level: Level that it had before an odd number; NaN where the last one was not odd.
        former_noise: Variance of that one.
        ratio: Sum of the squares of its innovations over what was ordinary in its panel.
        count: How many of them.
        worth: What they are worth, those that counting noise hides being worth less.
        habit: Sum of its innovations, the oldest forgotten.
        weight: How many of them that sum is worth.
        of_table: Variance of an ordinary movement in each table.
        of_areas: Variance of what an area does in common in each table.
    """

    rank: Integers
    level: Floats
    noise: Floats
    former_level: Floats
    former_noise: Floats
    ratio: Floats
    count: Floats
    worth: Floats
    habit: Floats
    weight: Floats
    of_table: Floats
    of_areas: Floats

    @classmethod
    def beginning(cls, places: Places, own: float, of_areas: float) -> "_Past":
        """Return what is known before anything was looked at."""
        series, tables = (
            int(codes.max(initial=-1)) + 1 for codes in (places.series, places.tables)
        )
        levels = ("level", "noise", "former_level", "former_noise")
        return cls(
            rank=np.full(series, NOT_BEGUN),
            **{name: np.full(series, np.nan) for name in levels},
            **{name: np.zeros(series) for name in ("ratio", "count", "worth", "habit", "weight")},
            of_table=np.full(tables, own**2),
            of_areas=np.full(tables, of_areas**2),
        )

    def begin(self, series: Integers, levels: Floats, noises: Floats) -> None:
        """Begin the levels of some series again; how much they move stays known."""
        self.level[series], self.noise[series] = levels, noises
        self.former_level[series] = self.former_noise[series] = np.nan

    def habits(self, series: Integers) -> Floats:
        """Return by how much each series usually moves more than those beside it."""
        habits: Floats = self.habit[series] / (self.weight[series] + IMAGINARY_MOVES)
        return habits

    def own_variances(self, series: Integers, of_panel: Floats, noise: Floats) -> Floats:
        """Return the variance of an ordinary movement of each series, shrunk to its panel's."""
        count = self.count[series]
        ratio = self.ratio[series] / np.maximum(count, 1.0)
        return modal_variance(ratio * (of_panel + noise), noise, WORTH_OF_SQUARE * count, of_panel)

    def doubts(self, series: Integers, of_panel: Floats) -> Floats:
        """Return the variance of the logarithm of what ``own_variances`` gives.

        Args:
            series: The series.
            of_panel: The same, of its panel's.
        """
        pull = WORTH_OF_SQUARE * self.worth[series] / LOG_MEDIAN_VARIANCE
        doubts: Floats = 1 / (1 / (MEMBERS_UNLIKE + of_panel) + pull)
        return doubts


@dataclass(frozen=True)
class _Beside:
    """What the others say of each pair of one period.

    Attributes:
        growth: Movement that they make one expect.
        panel: That of its category, what areas do in common left out.
        area: What its area does in common.
        of_table: Variance of an ordinary movement in each table.
        doubt: Variance of the logarithm of that of the panel of each pair.
        movement: Common movement of each table.
        movement_p_value: How likely it is.
    """

    growth: Floats
    panel: Panel
    area: AreaMoves
    of_table: Floats
    doubt: Floats
    movement: Floats
    movement_p_value: Floats


@dataclass(frozen=True)
class _Night:
    """The pairs of one period that compare: where they are, and their codes of that period."""

    rows: Integers
    series: Integers
    columns: Integers
    tables: Integers
    areas: Integers
    table_names: Integers
    circles: tuple[Integers, ...]
    circle: Integers

    @classmethod
    def of(cls, places: Places, rows: Integers) -> "_Night":
        columns, areas = (
            np.unique(codes[rows], return_inverse=True)[1]
            for codes in (places.columns, places.areas)
        )
        names, tables = np.unique(places.tables[rows], return_inverse=True)
        circles = tuple(codes[rows] for codes in places.circles)
        return cls(
            rows, places.series[rows], columns, tables, areas, names, circles, places.circle[rows]
        )


def _follow(  # noqa: PLR0913, PLR0917 the numbers, where they stand, and what is kept of them
    levels: Levels,
    places: Places,
    rows: Integers,
    past: _Past,
    prior: PriorSpreads,
    expected: Innovations,
) -> None:
    """Say what was expected of the pairs of one period, then learn from them."""
    new = rows[past.rank[places.series[rows]] != places.rank[rows] - 1]
    past.begin(places.series[new], levels.before[new], levels.noise_before[new])
    rows = rows[np.isfinite(levels.after[rows])]
    if not rows.size:
        return
    night = _Night.of(places, rows)
    series, habits = night.series, past.habits(night.series)
    level, before = past.level[series], past.noise[series]
    noise = levels.noise(rows, level, before)
    moves = levels.after[rows] - level - habits
    beside = _beside(moves, noise, night, past, prior)
    growth = beside.growth + habits
    own = past.own_variances(series, beside.panel.variance, noise)
    level, before = _nearer(levels.after[rows] - growth, own + noise, past, series)
    noise = levels.noise(rows, level, before)
    doubt = past.doubts(series, beside.doubt)
    _tell(expected, night, beside, (level, before, growth, own, beside.panel.error, doubt))
    movement = expected.movement[rows]
    expected.is_with_table[rows] = are_alike(moves, movement, np.sqrt(own + noise))
    innovation = levels.after[rows] - level - growth
    _learn_spreads(past, night, beside, innovation, own, noise)
    _learn_levels(past, night, levels.after[rows], innovation, own, before, noise)
    past.rank[series] = places.rank[rows]
    again = rows[places.restarts[rows]]
    past.begin(
        places.series[again],
        levels.after[again],
        levels.noise(again, levels.after[again], levels.noise_before[again]) / 2,
    )


def _beside(
    moves: Floats, noise: Floats, night: _Night, past: _Past, prior: PriorSpreads
) -> _Beside:
    """Return what categories and areas do in common, and what is ordinary around it."""
    tables, columns = night.tables, night.columns
    of_table, of_areas = (kept[night.table_names] for kept in (past.of_table, past.of_areas))
    usual = of_table[tables]
    weights = usual / (usual + noise)
    of_whole, movement = medians_of_others(moves, weights, tables, 0.0)
    of_whole = _of_circles(moves, weights, night, of_whole)
    still = np.bincount(columns, of_whole) / np.bincount(columns)
    growth, _ = medians_of_others(moves, weights, columns, still)
    variance, _, of_table, error = ordinary_variances(moves - growth, noise, usual, tables, usual)
    p_value = 2 * special.ndtr(-np.abs(movement) / np.sqrt(prior.common**2 + error))
    area = area_moves(moves - growth, variance + noise, night.areas, tables, of_areas)
    several = _has_several_columns(night)
    usual = np.where(several[tables], variance, usual)
    own = PriorSpreads(np.sqrt(usual), prior.common)
    panel = panel_of(moves - area.expected, noise, columns, own, still)
    of_one = np.bincount(tables, panel.variance) / np.bincount(tables)
    weights = panel.variance / (panel.variance + noise)
    worth, _ = sums_of_others(weights**2, columns)
    doubt = 1 / (1 / PRIOR_DOUBT + WORTH_OF_SQUARE * worth / LOG_MEDIAN_VARIANCE)
    growth = _excused(moves - area.expected, panel, still[columns]) + area.expected
    of_table = np.where(several, of_table, of_one)
    return _Beside(growth, panel, area, of_table, doubt, movement, p_value)


def _of_circles(moves: Floats, weights: Floats, night: _Night, of_whole: Floats) -> Floats:
    """Return what the others of its table do, for each pair; of its circle, without siblings."""
    of_whole = of_whole.copy()
    for rank, codes in enumerate(night.circles):
        lone = night.circle == rank
        beside = np.flatnonzero(np.isin(codes, codes[lone]))
        if beside.size:
            _, groups = np.unique(codes[beside], return_inverse=True)
            medians, _ = medians_of_others(moves[beside], weights[beside], groups, 0.0)
            of_whole[beside[lone[beside]]] = medians[lone[beside]]
    return of_whole


def _excused(moves: Floats, panel: Panel, still: Floats) -> Floats:
    """Return what is expected of each pair: where most of a category left its table, either.

    Who did as the rest of the table is at no fault, nor is who did as the rest of the category.
    """
    has_left = np.abs(panel.growth - still) > ODD * panel.spread
    as_table = has_left & (np.abs(moves - still) < np.abs(moves - panel.growth))
    return np.where(as_table, still, panel.growth)


def _has_several_columns(night: _Night) -> Mask:
    first = np.zeros(night.table_names.size, dtype=np.int64)
    first[night.tables] = night.columns
    several = np.zeros(night.table_names.size, dtype=bool)
    several[night.tables[first[night.tables] != night.columns]] = True
    return several


def _nearer(
    reached: Floats, variance: Floats, past: _Past, series: Integers
) -> tuple[Floats, Floats]:
    """Return the level that each series is compared with, and its variance: the nearer of two."""
    level, noise = past.level[series], past.noise[series]
    former, former_noise = past.former_level[series], past.former_noise[series]
    gap = np.abs(reached - level) / np.sqrt(variance)
    of_former = np.abs(reached - former) / np.sqrt(variance - noise + former_noise)
    is_former = of_former < gap
    return np.where(is_former, former, level), np.where(is_former, former_noise, noise)


_NUMBERS = ("level", "noise", "growth", "variance", "error", "doubt")


def _tell(
    expected: Innovations,
    night: _Night,
    beside: _Beside,
    numbers: tuple[Floats, ...],
) -> None:
    rows, panel, area = night.rows, beside.panel, beside.area
    for name, values in zip(_NUMBERS, numbers, strict=True):
        getattr(expected, name)[rows] = values
    expected.members[rows] = panel.members[night.columns]
    expected.movement[rows] = beside.movement[night.tables]
    expected.movement_p_value[rows] = beside.movement_p_value[night.tables]
    expected.area_movement[rows] = area.movement
    expected.area_p_value[rows] = area.p_value
    expected.is_with_area[rows] = area.agrees


def _learn_spreads(  # noqa: PLR0913, PLR0917 what one period adds to the past
    past: _Past,
    night: _Night,
    beside: _Beside,
    innovation: Floats,
    own: Floats,
    noise: Floats,
) -> None:
    """Learn how much each series, table and area ordinarily moves."""
    series = night.series
    bounded = np.clip(innovation, -ODD * np.sqrt(own + noise), ODD * np.sqrt(own + noise))
    past.ratio[series] += bounded**2 / (beside.panel.variance + noise)
    past.count[series] += 1
    past.worth[series] += (own / (own + noise)) ** 2
    past.habit[series] = MEMORY * past.habit[series] + past.habits(series) + bounded
    past.weight[series] = MEMORY * past.weight[series] + 1
    past.of_table[night.table_names] = beside.of_table
    past.of_areas[night.table_names] = beside.area.variance


def _learn_levels(  # noqa: PLR0913, PLR0917 what one period adds to the past
    past: _Past,
    night: _Night,
    after: Floats,
    innovation: Floats,
    own: Floats,
    before: Floats,
    noise: Floats,
) -> None:
    """Learn the level of each series; after an odd number, keep both it and the former one."""
    series, predicted = night.series, own + before
    counting = np.maximum(noise - before, 1e-12)
    is_odd = np.abs(innovation) > ODD * np.sqrt(own + noise)
    gain = predicted / (predicted + counting)
    updated = after - (1 - gain) * innovation
    past.level[series] = np.where(is_odd, after, updated)
    past.noise[series] = np.where(is_odd, counting, gain * counting)
    past.former_level[series] = np.where(is_odd, after - innovation, np.nan)
    past.former_noise[series] = np.where(is_odd, predicted, np.nan)
