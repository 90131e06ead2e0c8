r"""What was each new number expected to be, and how far from it is ordinary?

Here: the model, and panels followed by it period after period. Not here: where numbers stand
(``panel_places``), what is kept of their past (``panel_past``), what the others of a period say of
each (``neighbours``), the test of one count or one rate (``measures``).

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

**Habit.** The mean of its past innovations beside those of others, each of the weight
:math:`\tau_i^2 / (\tau_i^2 + \text{noise})`, with two imaginary ones of nothing: a small number
promises nothing.

**Spread.** That of the table, of the category in it, of the member, each shrunk to the former
(``dispersion``), the first to what it was one period before, and in the beginning to the prior. A
member's own is read from its past innovations, over what their panel's were at the time, each
bounded to 3 deviations: one old fault does not make the next ordinary. What remains unknown of
:math:`\ln\tau_i^2` is normal, of a variance (``doubt``) that falls as members and periods are
added: a test is averaged over it (``measures``).

A crisis is not answered alike: of a common movement :math:`\mu`, members depart by
:math:`\kappa\mu` besides, with :math:`\kappa` = 0.17. *Measured*, year by year, the variance around
the median against its square: 0.031 for job seekers of category A by region, 0.028 for A, B and C
(1997 to 2024: 1 to 2 % in calm years, 4 to 5 % in 2009), 0.068 for unemployment by zone.

**A whole table.** Its common movement is tested with the prior's spread, or that of its own former
movements, each bounded to 3 deviations, where it is larger: claims that rise and fall by 40 % every
other year are no event when they rise again. A calm past makes no event of a crisis; it says that
the table never moved so, by a Student's law with as many degrees as movements were read
(``common_movements``); what a category does beside the others of its table is put alike. A pair
goes along when it moved at least half as much, or could not have shown it where most of those that
could did, and when its category, all areas together, did too (``agreement``).

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

from expectations.statistics.grouped import Floats, Integers
from expectations.statistics.neighbours import Neighbours, Noise, go_with_table, neighbours
from expectations.statistics.panel_past import PanelPast, Step
from expectations.statistics.panel_places import Places, PlacesOfPeriod
from expectations.statistics.panels import PriorSpreads

Mask = NDArray[np.bool_]

FLAGS = ("is_with_table", "is_with_area", "tells_of_area")
"""What is only yes or no of a pair."""
RESPONSE_SPREAD = 0.17
"""Standard deviation of what members depart by, for each unit of a movement that all make."""


@dataclass(frozen=True)
class Levels:
    """The numbers of every pair of consecutive periods, on the scale where they are compared.

    Attributes:
        before: Level of the first number of each pair.
        noise_before: Variance that counting, or rounding, gives it.
        after: Level of the second number; NaN where the two do not compare.
        noise: What gives, for some pairs and the level and variance that the past gives the first
            number, the variance of the noise of the movement.
        stretch: What gives, for some pairs and the level expected of the second number, by what
            that noise is multiplied, for a number that is far from it.
    """

    before: Floats
    noise_before: Floats
    after: Floats
    noise: Callable[[Integers, Floats, Floats], Floats]
    stretch: Callable[[Integers, Floats], Floats] = lambda rows, _: np.ones(rows.size)


@dataclass(frozen=True)
class Innovations:
    """What was expected of each pair.

    Attributes:
        level: Level that its past gives the first number.
        noise: Variance of that level.
        growth: Movement expected from there.
        variance: Variance of an ordinary movement around it.
        error: Variance of the error of ``growth``, what members do not answer alike included.
        doubt: Variance of the logarithm of ``variance``.
        members: How many members the movement of its category was read from.
        movement: Common movement of its table, all categories together.
        movement_p_value: How likely such a common movement is, if only the ordinary took place.
        movement_past_p_value: How likely it is by what its table did before, crises or none.
        departure_p_value: How likely it is that its category departs so from the others of its
            table, all areas together, by what it did before.
        is_with_table: Whether the pair moved as its table did.
        area_movement: By how much its area moved more than the others, in common.
        area_p_value: How likely that is; NaN where a single part tells, or fewer than three areas.
        is_with_area: Whether it moved as its area did.
        tells_of_area: Whether it did so taken alone.
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
    movement_past_p_value: Floats
    departure_p_value: Floats
    is_with_table: Mask
    area_movement: Floats
    area_p_value: Floats
    is_with_area: Mask
    tells_of_area: Mask

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
        unknown |= {name: np.zeros(size, np.bool_) for name in FLAGS}
        return cls(**unknown)


def innovations(levels: Levels, places: Places, prior: PriorSpreads) -> Innovations:
    """Return what was expected of each pair, from those before it and those beside it.

    Args:
        levels: The numbers.
        places: Where they stand.
        prior: What is ordinary where a panel is silent.
    """
    expected = Innovations.unknown(levels.after.size)
    past = PanelPast.beginning(places, prior)
    follower = _Follower(levels, places, prior, past, expected)
    usable = np.isfinite(levels.before) & np.isfinite(levels.noise_before)
    for rank in np.unique(places.rank):
        rows = np.flatnonzero((places.rank == rank) & usable)
        follower.begin(rows)
        compared = rows[np.isfinite(levels.after[rows])]
        if compared.size:
            follower.follow(PlacesOfPeriod.of(places, compared))
    return expected


@dataclass(frozen=True)
class _Follower:
    """What follows a panel: its numbers, their places, what is kept and what is said of them."""

    levels: Levels
    places: Places
    prior: PriorSpreads
    past: PanelPast
    expected: Innovations

    def begin(self, rows: Integers) -> None:
        """Begin the levels of series that were not followed up to the first number of a pair."""
        new = rows[self.past.rank[self.places.series[rows]] != self.places.rank[rows] - 1]
        series = self.places.series[new]
        self.past.begin(series, self.levels.before[new], self.levels.noise_before[new])

    def follow(self, here: PlacesOfPeriod) -> None:
        """Say what was expected of the pairs of one period, then learn from them."""
        rows, series, past = here.rows, here.series, self.past
        after, habits = self.levels.after[rows], past.habits(series)
        noise = self.levels.noise(rows, past.level[series], past.noise[series])
        moves = after - past.level[series] - habits

        def stretch(growth: Floats) -> Floats:
            return self.levels.stretch(rows, past.level[series] + habits + growth)

        others = neighbours(moves, Noise(noise, stretch), here, past, self.prior)
        growth = others.growth + habits
        own = past.of_series.variances(series, others.panel.variance, noise)
        level, noise_of_level = past.nearer(series, after - growth, own + noise)
        noise = self.levels.noise(rows, level, noise_of_level)
        noise = noise * self.levels.stretch(rows, level + growth)
        step = Step(level, noise_of_level, growth, own, noise, after)
        self._say(here, others, step)
        movement = others.movement[here.tables]
        self.expected.is_with_table[rows] = go_with_table(moves, movement, own + noise, here)
        self._learn(here, others, step)

    def _say(self, here: PlacesOfPeriod, others: Neighbours, step: Step) -> None:
        columns, tables = here.columns, here.tables
        said = {
            "level": step.level,
            "noise": step.noise_of_level,
            "growth": step.growth,
            "variance": step.own,
            "error": others.panel.error + (RESPONSE_SPREAD * others.growth) ** 2,
            "doubt": self.past.of_series.doubts(here.series, others.doubt),
            "members": others.panel.members[columns],
            "movement": others.movement[tables],
            "movement_p_value": others.movement_p_value[tables],
            "movement_past_p_value": others.movement_past_p_value[tables],
            "departure_p_value": others.departure_p_value[columns],
            "area_movement": others.area.movement,
            "area_p_value": others.area.p_value,
            "is_with_area": others.area.agrees,
            "tells_of_area": others.area.tells,
        }
        for name, values in said.items():
            getattr(self.expected, name)[here.rows] = values

    def _learn(self, here: PlacesOfPeriod, others: Neighbours, step: Step) -> None:
        past, places, levels = self.past, self.places, self.levels
        past.of_series.learn(
            here.series, step.innovation, step.own, others.panel.variance, step.noise
        )
        past.of_each_area.learn(here.names_of_areas, *others.area.seen)
        past.learn_habits(here.series, step)
        past.learn_levels(here.series, step)
        past.tables.learn(here.names_of_tables, others.movement)
        departs = np.flatnonzero(np.isfinite(others.departure))
        past.columns.learn(here.names_of_columns[departs], others.departure[departs])
        past.of_table[here.names_of_tables] = others.of_table
        past.of_areas[here.names_of_tables] = others.area.variance
        past.rank[here.series] = places.rank[here.rows]
        again = here.rows[places.restarts[here.rows]]
        after = levels.after[again]
        noise = levels.noise(again, after, levels.noise_before[again]) / 2
        past.begin(places.series[again], after, noise)
