"""What a panel keeps of the periods gone by: levels, habits, how much ordinarily moves.

Here: one state a series, a category and a table, and what one more period adds to it (local levels,
bounded squares; see ``innovations``). Not here: what the others of a period say (``neighbours``),
what is expected of the next number (``innovations``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expectations.statistics.common_movements import IMAGINARY_MOVES, CommonMovements
from expectations.statistics.grouped import Floats, Integers
from expectations.statistics.own_spreads import ODD, OwnSpreads
from expectations.statistics.panel_places import Places
from expectations.statistics.panels import PriorSpreads

NOT_BEGUN = -2
MEMORY = 0.9
"""What a past movement keeps of its weight in the habit of its member, one period later."""
LEAST_NOISE = 1e-12


@dataclass(frozen=True)
class Step:
    """What one period was expected to bring to some series, and what it brought.

    Attributes:
        level: Level that each number is compared with.
        noise_of_level: Variance of that level.
        growth: Movement expected from there.
        own: Variance of an ordinary movement.
        noise: Variance of the noise of the movement.
        after: Level that was reached.
    """

    level: Floats
    noise_of_level: Floats
    growth: Floats
    own: Floats
    noise: Floats
    after: Floats

    @property
    def innovation(self) -> Floats:
        """How far from the expected."""
        return self.after - self.level - self.growth

    @property
    def bound(self) -> Floats:
        """How far an ordinary number goes."""
        bound: Floats = ODD * np.sqrt(self.own + self.noise)
        return bound

    @property
    def is_odd(self) -> NDArray[np.bool_]:
        """Whether it went farther."""
        is_odd: NDArray[np.bool_] = np.abs(self.innovation) > self.bound
        return is_odd


@dataclass(frozen=True)
class PanelPast:
    """What is known of each series, category and table before the next period; it learns.

    Attributes:
        rank: Rank of the period that each series was last followed to.
        level: Level of the series there.
        noise: Variance of that level.
        former_level: Level that it had before an odd number; NaN where the last one was not odd.
        former_noise: Variance of that one.
        of_series: How much each series moves by itself.
        habit: Sum of its innovations, weighted by what of each is no noise, the oldest forgotten.
        weight: How many of them that sum is worth.
        of_table: Variance of an ordinary movement in each table.
        of_areas: Variance of what an area does in common in each table.
        of_each_area: How much each area moves by itself.
        tables: How much each table moves as a whole.
        columns: How much each category departs from the others of its table, all areas together.
    """

    rank: Integers
    level: Floats
    noise: Floats
    former_level: Floats
    former_noise: Floats
    of_series: OwnSpreads
    habit: Floats
    weight: Floats
    of_table: Floats
    of_areas: Floats
    of_each_area: OwnSpreads
    tables: CommonMovements
    columns: CommonMovements

    @classmethod
    def beginning(cls, places: Places, prior: PriorSpreads) -> "PanelPast":
        """Return what is known before anything was looked at."""
        codes = places.series, places.columns, places.tables, places.areas
        series, columns, tables, areas = (int(each.max(initial=-1)) + 1 for each in codes)
        levels = ("level", "noise", "former_level", "former_noise")
        return cls(
            rank=np.full(series, NOT_BEGUN),
            **{name: np.full(series, np.nan) for name in levels},
            **{name: np.zeros(series) for name in ("habit", "weight")},
            of_series=OwnSpreads.unknown(series),
            of_table=np.full(tables, float(prior.own) ** 2),
            of_areas=np.full(tables, prior.of_areas**2),
            of_each_area=OwnSpreads.unknown(areas),
            tables=CommonMovements.beginning(tables, prior.common),
            columns=CommonMovements.beginning(columns, prior.common),
        )

    def begin(self, series: Integers, levels: Floats, noises: Floats) -> None:
        """Begin the levels of some series again; how much they move stays known."""
        self.level[series], self.noise[series] = levels, noises
        self.former_level[series] = self.former_noise[series] = np.nan

    def habits(self, series: Integers) -> Floats:
        """Return by how much each series usually moves more than those beside it."""
        habits: Floats = self.habit[series] / (self.weight[series] + IMAGINARY_MOVES)
        return habits

    def nearer(self, series: Integers, reached: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """Return the level that each series is compared with, and its variance: the nearer of two.

        Args:
            series: The series.
            reached: Level that each reached, less the movement expected.
            variance: Variance of that of an ordinary number, from the last level.
        """
        level, noise = self.level[series], self.noise[series]
        former, former_noise = self.former_level[series], self.former_noise[series]
        of_former = np.maximum(variance - noise + former_noise, LEAST_NOISE)
        gap = np.abs(reached - level) / np.sqrt(variance)
        is_former = np.abs(reached - former) / np.sqrt(of_former) < gap
        return np.where(is_former, former, level), np.where(is_former, former_noise, noise)

    def learn_habits(self, series: Integers, step: Step) -> None:
        """Learn by how much each series moves more than those beside it; what is odd is bounded.

        Of what counting or rounding alone may have moved, nothing is learnt: 10 after 0, where a
        producer rounds to 10, promises no 20.
        """
        bounded = np.clip(step.innovation, -step.bound, step.bound)
        worth = step.own / (step.own + step.noise)
        movement = self.habits(series) + bounded
        self.habit[series] = MEMORY * self.habit[series] + worth * movement
        self.weight[series] = MEMORY * self.weight[series] + worth

    def learn_levels(self, series: Integers, step: Step) -> None:
        """Learn the level of each series; after an odd number, keep both it and the former one."""
        predicted = step.own + step.noise_of_level
        counting = np.maximum(step.noise - step.noise_of_level, LEAST_NOISE)
        gain = predicted / (predicted + counting)
        updated = step.after - (1 - gain) * step.innovation
        self.level[series] = np.where(step.is_odd, step.after, updated)
        self.noise[series] = np.where(step.is_odd, counting, gain * counting)
        self.former_level[series] = np.where(step.is_odd, step.after - step.innovation, np.nan)
        self.former_noise[series] = np.where(step.is_odd, predicted, np.nan)
